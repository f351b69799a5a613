// Logs that somebody changed: what they did stays, and the system goes on writing.
#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shell/filesystem.h"
#include "shell/fs/overlay.h"
#include "shell/fs/seeds.h"
#include "shell/fs/utmp.h"

namespace decnet::shell {
namespace {

using testing::HasSubstr;
using testing::Not;

const Credentials kRoot{};
constexpr std::string_view kAuth = "/var/log/auth.log";

struct LogTest : testing::Test {
  FakeClock clock;
  std::shared_ptr<const SeedLayer> layer = make_seed_layer(
      {.persona = std::make_shared<persona::Persona>(persona::make_persona(
           {.name = "", .seed = 3, .archetype = "web-server", .deployed_at = clock.now()})),
       .image = nullptr,
       .clock = &clock,
       .address = "192.0.2.10",
       .prefix = 24,
       .gateway = "192.0.2.1"});
  FileSystem files{layer, clock};
  std::string text(std::string_view path = kAuth) {
    return files.read_file(path, kRoot).value_or("");
  }
  void hours(int count) { clock.advance(std::chrono::hours{count}); }
};

TEST_F(LogTest, WhatWasAppendedStandsBetweenWhatTheSystemWroteBeforeAndAfter) {
  hours(50);
  const std::string before = text();
  ASSERT_TRUE(files.append(kAuth, "mine\n", kRoot));
  EXPECT_EQ(text(), before + "mine\n");
  hours(3);
  ASSERT_TRUE(files.append(kAuth, "mine again\n", kRoot));
  hours(3);
  const std::string after = text();
  EXPECT_TRUE(after.starts_with(before + "mine\n"));
  EXPECT_THAT(after.substr(before.size() + 5), HasSubstr("CRON["));
  EXPECT_THAT(after.substr(after.find("mine again\n")), HasSubstr("CRON["));
  const Stat stat = *files.stat(kAuth, kRoot);
  EXPECT_EQ(stat.size, after.size());
  EXPECT_GT(stat.modified, clock.now() - std::chrono::hours{2});
  EXPECT_LT(files.overlay_bytes(), 100U) << "what the system writes is kept nowhere";
}

TEST_F(LogTest, AnEmptiedLogHasLaterLinesOnly) {
  hours(50);
  ASSERT_TRUE(files.truncate(kAuth, 0, kRoot));
  EXPECT_EQ(text(), "");
  EXPECT_EQ(files.stat(kAuth, kRoot)->size, 0U);
  const TimePoint emptied = clock.now();
  EXPECT_EQ(files.stat(kAuth, kRoot)->modified, emptied);
  hours(2);
  EXPECT_THAT(text(), HasSubstr("CRON["));
  EXPECT_GE(text().substr(0, 19), format_time(emptied, TimeDigits::seconds).substr(0, 19));
}

TEST_F(LogTest, ALogThatWasMovedAwayGrowsThereAndAnotherFileInItsPlaceDoesNot) {
  hours(50);
  ASSERT_TRUE(files.rename(kAuth, "/var/log/old", kRoot));
  ASSERT_TRUE(files.write_file(kAuth, "clean\n", kRoot));
  const std::string before = text("/var/log/old");
  hours(2);
  EXPECT_EQ(text(), "clean\n");
  EXPECT_GT(text("/var/log/old").size(), before.size());
  EXPECT_EQ(files.log(kAuth, "sshd\n").error(), ENOENT);
}

TEST_F(LogTest, AnEditedLogGrowsOn) {
  hours(50);
  const std::string before = text();
  ASSERT_TRUE(files.write(kAuth, 0, "XXXX", kRoot));
  hours(2);
  EXPECT_TRUE(text().starts_with("XXXX" + before.substr(4)));
  EXPECT_GT(text().size(), before.size());
}

TEST_F(LogTest, ItIsTheSameAfterARestart) {
  hours(50);
  ASSERT_TRUE(files.log(kAuth, "one\n"));
  hours(5);
  ASSERT_TRUE(files.log(kAuth, "two\n"));
  ASSERT_TRUE(files.truncate("/var/log/syslog", 0, kRoot));
  FileSystem again(layer, clock);
  again.load(files.save());
  hours(5);
  EXPECT_EQ(again.read_file(kAuth, kRoot).value_or(""), text());
  EXPECT_EQ(again.read_file("/var/log/syslog", kRoot).value_or("?"), text("/var/log/syslog"));
  EXPECT_EQ(again.overlay_bytes(), files.overlay_bytes());
}

TEST_F(LogTest, ItsPiecesHaveALimit) {
  const std::size_t count = fs::kLogPiecesMax + 20;
  for (std::size_t n = 0; n < count; ++n) {
    hours(1);
    ASSERT_TRUE(files.log(kAuth, "line " + std::to_string(n) + "\n"));
  }
  const std::string all = text();
  for (const char* line : {"line 0\n", "line 255\n", "line 270\n"})
    EXPECT_THAT(all, HasSubstr(line));
  EXPECT_GT(files.overlay_bytes(), all.size() / 2) << "made one text";
  ASSERT_TRUE(files.remove(kAuth, kRoot));
  EXPECT_EQ(files.overlay_bytes(), 0U);
}

TEST_F(LogTest, OfWhatTheSystemAddsTheOldestGoes) {
  hours(50);
  const std::string line(99, 'x');
  for (int n = 0; n < 1'000; ++n) {
    if (n % 100 == 0) hours(1);
    ASSERT_TRUE(files.log(kAuth, std::to_string(n % 10) + line + "\n"));
  }
  EXPECT_LE(files.overlay_bytes(), fs::kSystemBytesMax);
  EXPECT_GT(files.overlay_bytes(), fs::kSystemBytesMax / 2);
  const std::string all = text();
  EXPECT_THAT(all, HasSubstr("CRON["));
  EXPECT_THAT(all, HasSubstr("9" + line + "\n"));
  EXPECT_THAT(all, Not(HasSubstr("x" + line + "\n"))) << "no line is cut";
  FileSystem again(layer, clock);
  again.load(files.save());
  EXPECT_EQ(again.read_file(kAuth, kRoot).value_or(""), all);
}

TEST_F(LogTest, WhatSomebodyWroteThemselvesStays) {
  hours(50);
  ASSERT_TRUE(files.append(kAuth, "mine\n", kRoot));
  const std::string line(1'000, 'x');
  for (int n = 0; n < 100; ++n) ASSERT_TRUE(files.log(kAuth, line + "\n"));
  EXPECT_THAT(text(), HasSubstr("mine\n"));
  EXPECT_GT(files.overlay_bytes(), 100'000U);
}

TEST_F(LogTest, RecordsGoAsAWhole) {
  hours(50);
  const std::size_t before = text("/var/log/wtmp").size();
  ASSERT_EQ(before % kUtmpBytes, 0U);
  for (int n = 0; n < 200; ++n)
    ASSERT_TRUE(files.log("/var/log/wtmp", write_utmp({.pid = n, .line = "pts/0"})));
  const auto entries = read_utmp(text("/var/log/wtmp"));
  EXPECT_EQ(entries.back().pid, 199);
  EXPECT_EQ(text("/var/log/wtmp").size() % kUtmpBytes, 0U);
  EXPECT_LE(files.overlay_bytes(), fs::kSystemBytesMax);
}

}  // namespace
}  // namespace decnet::shell
