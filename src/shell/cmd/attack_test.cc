// What scripts of attackers ask of programs, beside what the golden file holds.
#include <gtest/gtest.h>

#include "shell/cmd/io.h"
#include "shell/cmd/testing.h"

namespace decnet::shell::cmd {
namespace {

const Credentials kRoot;

TEST(Busybox, SaysItInItsOwnWords) {
  EXPECT_EQ(busybox_words("cat", "/nosuch"), "can't open '/nosuch'");
  EXPECT_EQ(busybox_words("rm", "cannot remove '/nosuch'"), "can't remove '/nosuch'");
  EXPECT_EQ(busybox_words("cp", "cannot stat '/nosuch'"), "can't stat '/nosuch'");
  EXPECT_EQ(busybox_words("mv", "cannot stat '/nosuch'"), "can't rename '/nosuch'");
  EXPECT_EQ(busybox_words("mkdir", "cannot create directory '/proc/x'"),
            "can't create directory '/proc/x'");
  EXPECT_EQ(busybox_words("chmod", "cannot access '/nosuch'"), "/nosuch");
  EXPECT_EQ(busybox_words("touch", "cannot touch '/proc/x'"), "/proc/x");
  EXPECT_EQ(busybox_words("dd", "failed to open '/nosuch'"), "can't open '/nosuch'");
  EXPECT_EQ(busybox_words("head", "cannot open '/nosuch' for reading"), "/nosuch");
  EXPECT_EQ(busybox_words("wc", "/nosuch"), "/nosuch");
}

TEST(Units, AreEnabledByALinkAndDisabledWithoutIt) {
  Bench bench;
  FileSystem& files = bench.machine().files();
  for (const char* folder : {"/etc", "/etc/systemd", "/etc/systemd/system"})
    static_cast<void>(files.make_directory(folder, 0755, kRoot));
  ASSERT_TRUE(files.write_file("/etc/systemd/system/x.service",
                               "[Service]\nExecStart=/bin/x\n[Install]\nWantedBy=a.target\n",
                               kRoot));
  EXPECT_EQ(bench.run({"systemctl", "is-enabled", "x"}).out, "disabled\n");
  EXPECT_EQ(bench.run({"systemctl", "enable", "x"}).err,
            "Created symlink /etc/systemd/system/a.target.wants/x.service \xE2\x86\x92 "
            "/etc/systemd/system/x.service.\n");
  EXPECT_EQ(bench.run({"systemctl", "enable", "x"}).err, "");
  EXPECT_EQ(bench.run({"systemctl", "is-enabled", "x"}).out, "enabled\n");
  EXPECT_EQ(bench.run({"systemctl", "disable", "x"}).err,
            "Removed \"/etc/systemd/system/a.target.wants/x.service\".\n");
  EXPECT_EQ(bench.run({"systemctl", "is-enabled", "x"}).status, 1);
  EXPECT_EQ(bench.run({"systemctl", "cat", "nosuch"}).err, "No files found for nosuch.service.\n");
}

TEST(Resolve, AsksEveryServerAndTellsOnce) {
  Bench bench;
  static_cast<void>(bench.machine().files().make_directory("/etc", 0755, kRoot));
  ASSERT_TRUE(bench.machine().files().write_file(
      "/etc/resolv.conf", "nameserver 192.0.2.53\nnameserver 192.0.2.54\n", kRoot));
  const Outcome outcome = bench.run({"nslookup", "x.example.com"});
  const std::string first = ";; communications error to 192.0.2.53#53: timed out\n";
  const std::string second = ";; communications error to 192.0.2.54#53: timed out\n";
  EXPECT_EQ(outcome.out, first + first + first + second + second + second +
                             ";; no servers could be reached\n\n");
  EXPECT_EQ(outcome.status, 1);
  ASSERT_EQ(bench.recorder.events.size(), 1U);
  EXPECT_EQ(bench.recorder.events[0].get("url"), "dns://192.0.2.53:53/x.example.com");
  EXPECT_EQ(bench.run({"dig", "+short", "x.example.com", "@192.0.2.9"}).status, 9);
}

TEST(Ssh, GivesUpWhenItIsTold) {
  Bench bench;
  for (const char* word : {"-oConnectTimeout=1", "-oconnecttimeout 1"}) {
    const TimePoint before = bench.clock().now();
    const Outcome outcome = bench.run({"ssh", word, "root@192.0.2.1", "id"});
    EXPECT_EQ(outcome.err, "ssh: connect to host 192.0.2.1 port 22: Connection timed out\n");
    EXPECT_EQ(outcome.status, 255);
    EXPECT_LE(bench.clock().now() - before, std::chrono::seconds{1});
  }
}

TEST(Curl, NamesTheLimitThatRanOut) {
  Bench bench;
  const std::string connecting =
      bench.run({"curl", "-sS", "--connect-timeout", "1", "http://192.0.2.1/"}).err;
  EXPECT_TRUE(connecting.starts_with("curl: (28) Failed to connect to 192.0.2.1 port 80 after "));
  EXPECT_TRUE(connecting.ends_with(" ms: Timeout was reached\n")) << connecting;
  const std::string whole = bench.run({"curl", "-sS", "-m", "1", "http://192.0.2.1/"}).err;
  EXPECT_TRUE(whole.starts_with("curl: (28) Connection timed out after ")) << whole;
}

TEST(Quotes, AreThoseOfTheLocale) {
  Bench bench;
  bench.environment["LANG"] = "en_US.UTF-8";
  EXPECT_EQ(bench.run({"id", "nosuch"}).err, "id: \xE2\x80\x98nosuch\xE2\x80\x99: no such user\n");
  bench.environment["LC_ALL"] = "C";
  EXPECT_EQ(bench.run({"id", "nosuch"}).err, "id: 'nosuch': no such user\n");
}

TEST(Python, PrintsListsOfThings) {
  Bench bench;
  EXPECT_EQ(bench.run({"python3", "-c", "print('a, b', 2*(3+4), \"c\")"}).out, "a, b 14 c\n");
  EXPECT_EQ(bench.run({"perl", "-e", "print 'a ', 6*7, \"\\n\""}).out, "a 42\n");
}

}  // namespace
}  // namespace decnet::shell::cmd
