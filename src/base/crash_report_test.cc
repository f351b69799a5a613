#include "base/crash_report.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

namespace decnet {
namespace {

std::string report(std::string_view process, int time) {
  return "signal: SIGSEGV\nprocess: " + std::string(process) +
         "\nversion: 0.1.0\npid: 7\ntime: " + std::to_string(time) +
         "\naddress: 0x0\n\n/usr/bin/decnet(+0x10)[0x55]\n/lib/libc.so.6(+0x20)[0x7f]\n";
}

TEST(CrashReport, says_who_died_of_what_and_where) {
  const auto read = parse_crash(report("engine.0", 1'790'000'000));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->signal, "SIGSEGV");
  EXPECT_EQ(read->process, "engine.0");
  EXPECT_EQ(read->version, "0.1.0");
  EXPECT_EQ(read->pid, 7);
  EXPECT_EQ(read->at, TimePoint{std::chrono::seconds{1'790'000'000}});
  EXPECT_EQ(read->trace.size(), 2U);
  EXPECT_EQ(read->worker, "");
}

TEST(CrashReport, names_functions_and_the_worker_whose_code_it_was) {
  const auto name = [](std::uint64_t offset) {
    return offset == 0x10 ? std::string("decnet::worker::ingester::Ingester::step(Context&)")
                          : std::string();
  };
  const auto text = with_symbols(report("core", 5), name);
  const auto read = parse_crash(text);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->worker, "ingester");
  EXPECT_THAT(read->trace.front(), testing::EndsWith(" in " + name(0x10)));
  EXPECT_THAT(read->trace.back(), testing::EndsWith("[0x7f]"));
}

TEST(CrashReport, refuses_what_is_none_and_what_would_leave_its_folder) {
  for (const std::string_view text :
       {"", "\n\n", "hello", "signal: SIGSEGV\n\n", "process: core\n\n",
        "signal: SIGSEGV\nprocess: ../../etc/x\n\n", "signal: SIGSEGV\nprocess: .x\n\n"}) {
    EXPECT_FALSE(parse_crash(text).has_value()) << text;
  }
}

TEST(CrashReport, has_nothing_that_a_terminal_obeys) {
  const auto read = parse_crash("signal: A\x1b[2J\nprocess: x\n\n\x1b]0;t\x07\n");
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->signal, "A?[2J");
  EXPECT_EQ(read->trace.front(), "?]0;t?");
}

TEST(CrashReport, the_folder_stays_small_and_the_newest_stay) {
  std::string folder = (std::filesystem::temp_directory_path() / "decnet-crash-XXXXXX").string();
  folder = ::mkdtemp(folder.data());
  const int kMore = 5;
  for (int n = 0; n < static_cast<int>(kCrashReportsMax) + kMore; ++n) {
    ASSERT_TRUE(keep_crash(folder, report("core", 1'790'000'000 + n)).has_value());
  }
  const auto all = list_crashes(folder);
  ASSERT_EQ(all.size(), kCrashReportsMax);
  EXPECT_EQ(all.back().at, TimePoint{std::chrono::seconds{1'790'000'000 + kMore}});
  std::ofstream(folder + "/broken.txt") << "x";
  EXPECT_EQ(list_crashes(folder).size(), kCrashReportsMax);
  EXPECT_FALSE(keep_crash(folder, std::string(1 << 20, 'x')).has_value());
  EXPECT_TRUE(keep_crash(folder, report("core", 1'790'100'000) + std::string(1 << 20, 'x')));
  EXPECT_LE(std::filesystem::file_size(folder + "/" + list_crashes(folder).front().id + ".txt"),
            kCrashBytesMax);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace decnet
