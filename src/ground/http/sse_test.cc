#include "http/sse.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace weir::http {
namespace {

using namespace std::string_view_literals;

std::vector<Event> read(std::string_view bytes, std::size_t piece) {
  EventReader reader;
  std::vector<Event> events;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    EXPECT_TRUE(reader.read(bytes.substr(at, piece), events));
  }
  return events;
}

std::vector<Event> read(std::string_view bytes) { return read(bytes, bytes.size() + 1); }

std::vector<Event> one(std::string_view event, std::string_view data, std::string_view id = "") {
  return {Event{std::string(event), std::string(data), std::string(id)}};
}

TEST(WholeEvents, ends_just_after_the_last_blank_line) {
  EXPECT_EQ(whole_events(""), 0U);
  EXPECT_EQ(whole_events("data: x"), 0U);
  EXPECT_EQ(whole_events("data: x\n"), 0U);
  EXPECT_EQ(whole_events("data: x\n\n"), 9U);
  EXPECT_EQ(whole_events("data: x\n\ndata: y\n"), 9U);
  EXPECT_EQ(whole_events("data: x\r\n\r\n"), 11U);
  EXPECT_EQ(whole_events("data: x\r\n"), 0U);
  EXPECT_EQ(whole_events("data: x\n\r\ndata"), 10U);
  EXPECT_EQ(whole_events("data: x\r\n\n"), 10U);
  EXPECT_EQ(whole_events("\ndata"), 1U);
  EXPECT_EQ(whole_events("\r\ndata"), 2U);
}

TEST(WholeEvents, a_carriage_return_counts_once_it_is_known_to_stand_alone) {
  EXPECT_EQ(whole_events("data: x\r\r"), 0U);
  EXPECT_EQ(whole_events("data: x\r\r\n"), 10U);
  EXPECT_EQ(whole_events("data: x\r\rdata"), 9U);
  EXPECT_EQ(whole_events("data: x\r\n\r"), 0U);
  EXPECT_EQ(whole_events("data: x\n\r"), 0U);
  EXPECT_EQ(whole_events("\r"), 0U);
  EXPECT_EQ(whole_events("\r\r"), 1U);
}

TEST(EventReader, gives_type_data_and_id) {
  EXPECT_EQ(read("event: ping\ndata: {}\nid: 7\n\n"), one("ping", "{}", "7"));
  EXPECT_EQ(read("data:x\n\n"), one("message", "x"));
  EXPECT_EQ(read("data:  two spaces\n\n"), one("message", " two spaces"));
}

TEST(EventReader, joins_data_lines) {
  EXPECT_EQ(read("data: a\ndata:\ndata\ndata: b\n\n"), one("message", "a\n\n\nb"));
  EXPECT_EQ(read("data\n\n"), one("message", ""));
}

TEST(EventReader, an_event_without_data_is_none) {
  EXPECT_EQ(read("event: ping\n\ndata: x\n\n"), one("message", "x"));
  EXPECT_EQ(read("\n\n\n"), std::vector<Event>{});
}

TEST(EventReader, an_unfinished_event_is_none) { EXPECT_EQ(read("data: x\n"), std::vector<Event>{}); }

TEST(EventReader, skips_comments_unknown_fields_and_a_byte_order_mark) {
  EXPECT_EQ(read("\xEF\xBB\xBF: hi\nretry: 10\ndatum: y\ndata: x\n\n"), one("message", "x"));
  EXPECT_EQ(read("\xEF\xBB\xBF"
                 "data: x\n\n"),
            one("message", "x"));
  EXPECT_EQ(read("a: b\n\xEF\xBB\xBF"
                 "data: x\n\n"),
            std::vector<Event>{});
}

TEST(EventReader, the_id_lasts_until_another_comes) {
  const auto ids = read("id: 1\ndata: a\n\nid: x\0y\ndata: b\n\nid\ndata: c\n\n"sv);
  ASSERT_EQ(ids.size(), 3U);
  EXPECT_EQ(ids[0].id, "1");
  EXPECT_EQ(ids[1].id, "1") << "an id with a NUL is ignored";
  EXPECT_EQ(ids[2].id, "");
}

TEST(EventReader, reads_the_same_events_however_the_bytes_are_cut) {
  const std::string_view bytes =
      "\xEF\xBB\xBF"
      "event: a\rdata: 1\r\rdata: 2\r\n\r\n\ndata: 3\n\r\ndata: \xE2\x82\xAC\r\ndata: 5\n\rdata: cut";
  const auto whole = read(bytes);
  ASSERT_EQ(whole.size(), 4U);
  for (std::size_t piece = 1; piece < bytes.size(); ++piece) EXPECT_EQ(read(bytes, piece), whole) << piece;
}

TEST(EventReader, refuses_an_event_that_outgrows_its_bound) {
  EventReader lines(64_B);
  std::vector<Event> events;
  const std::string line = "data: 0123456789\n";
  EXPECT_TRUE(lines.read(line + line + line + "\n", events));
  EXPECT_TRUE(lines.read(line + line + line, events)) << "the bound is for each event";
  const auto refused = lines.read(line + line + line, events);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().status, 502);
  EventReader endless(64_B);
  EXPECT_FALSE(endless.read(std::string(65, 'x'), events)) << "a line without end";
}

TEST(AppendEvent, is_read_back_as_it_was) {
  std::string stream;
  append_event(stream, "message_start", R"({"a":1})");
  append_event(stream, "", "two\nlines\r\nor\rfour");
  append_event(stream, "", "");
  EXPECT_EQ(stream.substr(0, 39), "event: message_start\ndata: {\"a\":1}\n\ndat");
  const auto events = read(stream);
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[0], (Event{"message_start", R"({"a":1})", ""}));
  EXPECT_EQ(events[1].data, "two\nlines\nor\nfour");
  EXPECT_EQ(events[2].data, "");
  EXPECT_EQ(whole_events(stream), stream.size());
}

}  // namespace
}  // namespace weir::http
