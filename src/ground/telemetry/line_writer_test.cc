#include "telemetry/line_writer.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "runtime/descriptor.h"

namespace weir::telemetry {
namespace {

using runtime::Descriptor;

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    EXPECT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
    reader = Descriptor(ends[0]);
    writer = Descriptor(ends[1]);
  }
  // Nothing fits any more. The bytes that it took.
  std::size_t fill() const {
    fcntl(writer.number(), F_SETFL, O_NONBLOCK);
    std::string page(4096, '.');
    std::size_t filled = 0;
    while (::write(writer.number(), page.data(), page.size()) > 0) filled += page.size();
    fcntl(writer.number(), F_SETFL, 0);
    return filled;
  }
  // Waits for `size` bytes, or the end.
  std::string read(std::size_t size) const {
    std::string all;
    std::array<char, 4096> piece;
    while (all.size() < size) {
      ssize_t n = ::read(reader.number(), piece.data(), std::min(piece.size(), size - all.size()));
      if (n <= 0) break;
      all.append(piece.data(), static_cast<std::size_t>(n));
    }
    return all;
  }
  std::string rest() {
    writer.close();
    return read(std::string::npos);
  }
  Descriptor reader;
  Descriptor writer;
};

LineWriter::Options options_for(const Pipe& pipe) {
  return {.descriptor = pipe.writer.number(),
          .tell_dropped = [](std::uint64_t lines) { return fmt::format("dropped {}\n", lines); }};
}

// For what no descriptor shows. The suite's time limit ends a wait in vain.
void wait_for_dropped(const LineWriter& writer, std::uint64_t lines) {
  while (writer.dropped() < lines) std::this_thread::yield();
}

// A whole line of `size` bytes.
std::string line_of(std::size_t size) { return std::string(size - 1, 'x') + '\n'; }

TEST(LineWriter, lines_of_many_threads_come_out_whole_and_each_threads_in_order) {
  constexpr int kEach = 1000;
  Pipe pipe;
  std::string got;
  std::thread reader([&] { got = pipe.read(4UL * kEach * 7); });
  {
    LineWriter writer(options_for(pipe));
    std::vector<std::thread> threads;
    for (char name : {'a', 'b', 'c', 'd'}) {
      threads.emplace_back([&, name] {
        for (int i = 0; i < kEach; ++i) EXPECT_TRUE(writer.append(fmt::format("{} {:04}\n", name, i), 1));
      });
    }
    for (auto& thread : threads) thread.join();
  }
  reader.join();
  std::map<char, int> next;
  for (std::size_t at = 0; at < got.size(); at += 7) {
    EXPECT_EQ(got.substr(at, 7), fmt::format("{} {:04}\n", got[at], next[got[at]]++));
  }
  EXPECT_EQ(next.size(), 4U);
}

// Of whole lines that say "dropped N".
int sum_of_dropped(std::string_view told) {
  constexpr std::string_view kWord = "dropped ";
  int sum = 0;
  for (auto at = told.find(kWord); at != std::string_view::npos; at = told.find(kWord, at + 1)) {
    auto end = told.find('\n', at);
    if (end == std::string_view::npos) break;
    sum += std::stoi(std::string(told.substr(at + kWord.size(), end - at)));
  }
  return sum;
}

TEST(LineWriter, a_pipe_that_nobody_reads_costs_lines_but_never_a_wait_and_the_count_is_told) {
  Pipe pipe;
  std::size_t before = pipe.fill();
  auto options = options_for(pipe);
  options.most_waiting = {102'400};
  std::string line = line_of(1000);
  {
    LineWriter writer(options);
    for (int i = 0; i < 102; ++i) EXPECT_TRUE(writer.append(line, 1));
    EXPECT_FALSE(writer.append(line, 1));
    EXPECT_FALSE(writer.append(line + line, 2)) << "all of a block or nothing";
    EXPECT_EQ(writer.dropped(), 3U);
    EXPECT_TRUE(writer.append("small\n", 1));
    // The count may be told in parts, as it grows while lines are written.
    std::string told = pipe.read(before + 102 * line.size()).substr(before + 102 * line.size());
    while (sum_of_dropped(told) < 3 || told.find("small\n") == std::string::npos) told += pipe.read(1);
    EXPECT_EQ(sum_of_dropped(told), 3) << told;
  }
  EXPECT_EQ(pipe.rest(), "");
}

TEST(LineWriter, a_hanging_descriptor_does_not_keep_the_process_from_ending) {
  Pipe pipe;
  auto options = options_for(pipe);
  options.last_words = std::chrono::milliseconds(20);
  LineWriter writer(options);
  EXPECT_TRUE(writer.append(line_of(1'000'000), 1));
  pipe.read(1);  // the write is under way
}

TEST(LineWriter, what_waits_is_written_at_the_end) {
  Pipe pipe;
  std::string line = line_of(1'000'000);
  std::string got;
  std::thread reader([&] { got = pipe.read(2 * line.size()); });
  {
    LineWriter writer(options_for(pipe));
    EXPECT_TRUE(writer.append(line + line, 2));
  }
  reader.join();
  EXPECT_EQ(got, line + line);
}

TEST(LineWriter, a_reader_who_has_left_costs_lines_and_not_the_process) {
  Pipe pipe;
  pipe.reader.close();
  LineWriter writer(options_for(pipe));
  EXPECT_TRUE(writer.append("one\ntwo\n", 2));
  wait_for_dropped(writer, 2);
  EXPECT_TRUE(writer.append("three\n", 1));
  wait_for_dropped(writer, 3);
  EXPECT_EQ(writer.dropped(), 3U) << "the line that would have told of them is none of them";
}

TEST(LineWriter, a_line_that_was_cut_spoils_no_other) {
  Pipe pipe;
  Pipe later;
  {
    LineWriter writer(options_for(pipe));
    EXPECT_TRUE(writer.append(line_of(1'000'000), 1));
    pipe.read(1);
    pipe.reader.close();
    wait_for_dropped(writer, 1);
    // As when there is room on the disk again.
    ASSERT_GE(dup2(later.writer.number(), pipe.writer.number()), 0);
    EXPECT_TRUE(writer.append("next\n", 1));
    EXPECT_EQ(later.read(16), "\nnext\ndropped 1\n");
  }
}

TEST(LineWriter, a_descriptor_that_somebody_made_non_blocking_loses_nothing) {
  Pipe pipe;
  fcntl(pipe.writer.number(), F_SETFL, O_NONBLOCK);
  std::string line = line_of(300'000);
  LineWriter writer(options_for(pipe));
  EXPECT_TRUE(writer.append(line, 1));
  EXPECT_EQ(pipe.read(line.size()), line);
}

}  // namespace
}  // namespace weir::telemetry
