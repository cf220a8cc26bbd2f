#include "app/configuration.h"

#include <gtest/gtest.h>

#include <fstream>

namespace weir::app {
namespace {

namespace fs = std::filesystem;

// A folder with a file in it, and somebody who looks at that.
struct Watched {
  Watched() : folder(testing::TempDir() + "/watched") {
    fs::remove_all(folder);
    fs::create_directories(folder);
    write("first");
  }
  ~Watched() { fs::remove_all(folder); }
  void write(std::string_view text) const { std::ofstream(file) << text; }

  fs::path folder;
  fs::path file = folder / "weir.yaml";
};

TEST(FileWatch, a_change_is_told_once_and_only_when_a_second_look_sees_the_same) {
  Watched world;
  FileWatch watch(world.file);
  EXPECT_FALSE(watch.changed());
  world.write("second, longer");
  EXPECT_FALSE(watch.changed()) << "it may still be being written";
  EXPECT_TRUE(watch.changed());
  EXPECT_FALSE(watch.changed());
}

TEST(FileWatch, a_file_that_changes_from_look_to_look_is_left_alone_until_it_rests) {
  Watched world;
  FileWatch watch(world.file);
  std::string text = "second";
  for (int i = 0; i < 5; ++i) {
    world.write(text += "+");
    EXPECT_FALSE(watch.changed());
  }
  EXPECT_TRUE(watch.changed());
}

TEST(FileWatch, another_file_in_its_place_is_a_change_though_it_looks_the_same) {
  Watched world;
  FileWatch watch(world.file);
  auto other = world.folder / "other";
  std::ofstream(other) << "other";  // as long as the first
  fs::last_write_time(other, fs::last_write_time(world.file));
  fs::rename(other, world.file);
  EXPECT_FALSE(watch.changed());
  EXPECT_TRUE(watch.changed());
}

TEST(FileWatch, a_file_that_goes_is_a_change_and_so_is_its_return) {
  Watched world;
  FileWatch watch(world.file);
  fs::remove(world.file);
  EXPECT_FALSE(watch.changed());
  EXPECT_TRUE(watch.changed());
  world.write("first");
  EXPECT_FALSE(watch.changed());
  EXPECT_TRUE(watch.changed());
}

}  // namespace
}  // namespace weir::app
