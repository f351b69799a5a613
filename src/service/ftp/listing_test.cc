#include "service/ftp/listing.h"

#include <gtest/gtest.h>

namespace decnet::service::ftp {

namespace {

constexpr std::int64_t kNow = 1'795'443'638;  // 2026-11-23 14:20:38 UTC

Node example(Kind kind, std::uint16_t mode) {
  return {
      .kind = kind, .mode = mode, .uid = 1000, .gid = 1000, .modified = 1'795'000'000, .size = 7};
}

}  // namespace

TEST(FtpListing, PermissionsReadAsLsWritesThem) {
  EXPECT_EQ(permissions_text(example(Kind::file, 0644)), "-rw-r--r--");
  EXPECT_EQ(permissions_text(example(Kind::folder, 01777)), "drwxrwxrwt");
  EXPECT_EQ(permissions_text(example(Kind::file, 06711)), "-rws--s--x");
  EXPECT_EQ(permissions_text(example(Kind::file, 07000)), "---S--S--T");
  EXPECT_EQ(permissions_text(example(Kind::link, 0777)), "lrwxrwxrwx");
}

TEST(FtpListing, DatesTurnIntoYearsAfterHalfAYear) {
  constexpr std::int64_t kDay = 86'400;
  EXPECT_EQ(date_text(1'795'000'000, kNow, 182 * kDay, true), "Nov 18 11:06");
  EXPECT_EQ(date_text(kNow - 182 * kDay, kNow, 182 * kDay, true), "May 25 14:20");
  EXPECT_EQ(date_text(kNow - 182 * kDay - 1, kNow, 182 * kDay, true), "May 25  2026");
  EXPECT_EQ(date_text(kNow + 60, kNow, 182 * kDay, true), "Nov 23  2026");
  EXPECT_EQ(date_text(kNow + 60, kNow, 180 * kDay, false), "Nov 23 14:21");
  EXPECT_EQ(compact_time(1'795'000'000), "20261118110640");
  EXPECT_EQ(parse_compact_time("20261118110640"), 1'795'000'000);
  EXPECT_FALSE(parse_compact_time("20261318110640"));
  EXPECT_FALSE(parse_compact_time("2026111811064"));
}

TEST(FtpListing, LinesHaveTheServersColumns) {
  Names names;
  names.add_user(1000, "alice");
  names.add_group(1000, "alice");
  EXPECT_EQ(vsftpd_line(example(Kind::file, 0644), "notes.txt", kNow),
            "-rw-r--r--    1 1000     1000            7 Nov 18 11:06 notes.txt");
  EXPECT_EQ(proftpd_line(example(Kind::file, 0644), "notes.txt", kNow, names, {}),
            "-rw-r--r--   1 alice    alice           7 Nov 18 11:06 notes.txt");
  Node link = example(Kind::link, 0777);
  link.text = "a/b";
  EXPECT_EQ(vsftpd_line(link, "l", kNow),
            "lrwxrwxrwx    1 1000     1000            3 Nov 18 11:06 l -> a/b");
}

// As the genuine server answered; its way of looking for a piece shows in "*aaa" and "*ana".
TEST(FtpListing, VsftpdMatchesInItsOwnWay) {
  for (const std::string_view pattern :
       {"*a", "b*na", "*an*a", "*n?", "*n{a,x}", "?*a", "{b,a}an*a", "{ban,an}*"}) {
    EXPECT_TRUE(vsftpd_matches("banana", pattern)) << pattern;
  }
  for (const std::string_view pattern :
       {"*ana", "*an", "*na*na", "*a?a", "*a*n*a", "*{ana,t}", "d{", "{}", "banan"}) {
    EXPECT_FALSE(vsftpd_matches("banana", pattern)) << pattern;
  }
  EXPECT_TRUE(vsftpd_matches("bandana", "*ana"));
  EXPECT_TRUE(vsftpd_matches("aaaa", "*aa"));
  EXPECT_FALSE(vsftpd_matches("aaaa", "*aaa"));
  EXPECT_TRUE(vsftpd_matches("anan", "an?n"));
}

TEST(FtpListing, GlobsMatchAsInTheCLibrary) {
  EXPECT_TRUE(glob_matches("notes.txt", "*.txt"));
  EXPECT_TRUE(glob_matches("notes.txt", "n?tes.[a-z]xt"));
  EXPECT_TRUE(glob_matches("a]b", "a[]]b"));
  EXPECT_TRUE(glob_matches("a*b", "a\\*b"));
  EXPECT_FALSE(glob_matches("axb", "a\\*b"));
  EXPECT_FALSE(glob_matches("axb", "a[!a-z]b"));
  EXPECT_FALSE(glob_matches(".hidden", "*"));
  EXPECT_TRUE(glob_matches(".hidden", ".*"));
  EXPECT_TRUE(glob_matches("a[b", "a[b"));
}

// A pattern that makes a matcher go back and forth for ever costs a bounded number of steps.
TEST(FtpListing, HostilePatternsEndSoon) {
  const std::string name(200, 'a');
  std::string pattern;
  for (int n = 0; n < 60; ++n) pattern += "a*";
  pattern += "b";
  EXPECT_FALSE(glob_matches(name, pattern));
  std::string braces;
  for (int n = 0; n < 60; ++n) braces += "{a,a}";
  EXPECT_FALSE(vsftpd_matches(name, braces + "b"));
}

}  // namespace decnet::service::ftp
