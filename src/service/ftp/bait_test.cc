#include "service/ftp/bait.h"

#include <functional>
#include <map>

#include <gtest/gtest.h>

#include "session/testing.h"

namespace decnet::service::ftp {

namespace {

constexpr std::int64_t kDay = 86'400;

persona::Persona example(std::uint64_t seed) {
  auto persona = session::Script::example_persona();
  persona.seed = seed;
  persona.accounts = {{"root", ""}, {"ann", "summer"}, {"backup", "backup123"}};
  return persona;
}

struct Disk {
  explicit Disk(const persona::Persona& persona, Profile profile = {},
                TimePoint now = FakeClock().now())
      : users(users_of(persona, profile.server)),
        bait(std::make_shared<const persona::Persona>(persona), profile, users),
        root(bait.plant(now)) {}

  Users users;
  Bait bait;
  NodePtr root;
};

void collect(const Bait& bait, const Node& node, const std::string& path,
             std::map<std::string, std::string>& out) {
  out[path] = std::to_string(node.modified) + " " + std::to_string(node.mode) + " " +
              std::to_string(node.inode) + " " +
              (node.kind == Kind::file ? bait.content(node) : node.text);
  for (const Entry& entry : node.entries) collect(bait, *entry.node, path + "/" + entry.name, out);
}

std::map<std::string, std::string> all_of(const Disk& disk) {
  std::map<std::string, std::string> out;
  collect(disk.bait, *disk.root, "", out);
  return out;
}

void each(const Node& node, const std::string& path,
          const std::function<void(const std::string&, const Node&)>& visit) {
  visit(path, node);
  for (const Entry& entry : node.entries) each(*entry.node, path + "/" + entry.name, visit);
}

// The content of a gzip file of stored blocks (RFC 1951 section 3.2.4).
std::string gunzip(std::string_view bytes) {
  EXPECT_EQ(bytes.substr(0, 4), std::string_view("\x1f\x8b\x08\x00", 4));
  std::string_view rest = bytes.substr(10);
  std::string out;
  for (bool last = false; !last && rest.size() > 5;) {
    last = rest[0] == 1;
    const auto at = [&rest](std::size_t n) { return static_cast<unsigned char>(rest[n]); };
    const std::size_t length = at(1) + 256U * at(2);
    EXPECT_EQ(length ^ 0xffffU, at(3) + 256U * at(4));
    out += rest.substr(5, length);
    rest.remove_prefix(5 + length);
  }
  EXPECT_EQ(rest.size(), 8U);
  return out;
}

}  // namespace

TEST(FtpBait, IsAPureFunctionOfThePersonaAndTheDay) {
  EXPECT_EQ(all_of(Disk(example(5))), all_of(Disk(example(5))));
  const TimePoint later = FakeClock().now() + std::chrono::minutes{1};
  auto before = all_of(Disk(example(5)));
  auto after = all_of(Disk(example(5), {}, later));
  for (const char* log : {"auth.log", "syslog", "kern.log"}) {  // They grow.
    before.erase("/var/log/" + std::string(log));
    after.erase("/var/log/" + std::string(log));
  }
  EXPECT_EQ(before, after);
  const TimePoint tomorrow = FakeClock().now() + std::chrono::days{1};
  std::size_t new_or_changed = 0;
  for (const auto& [path, what] : all_of(Disk(example(5), {}, tomorrow))) {
    if (before[path] != what) ++new_or_changed;
  }
  EXPECT_LT(new_or_changed, 8U);
}

TEST(FtpBait, DiffersFromDeckyToDecky) {
  const auto one = all_of(Disk(example(5)));
  const auto two = all_of(Disk(example(6)));
  std::size_t same = 0;
  for (const auto& [path, what] : one) {
    const auto at = two.find(path);
    if (at != two.end() && at->second == what) ++same;
  }
  EXPECT_LT(same, one.size() / 10);
}

TEST(FtpBait, EveryFileIsAsLongAsItsListingSays) {
  for (const auto server : {Profile::Server::vsftpd, Profile::Server::proftpd}) {
    const Disk disk(example(5), {.server = server, .anonymous = true, .writable = true});
    std::size_t files = 0;
    each(*disk.root, "", [&](const std::string& path, const Node& node) {
      if (node.kind != Kind::file) return;
      ++files;
      EXPECT_EQ(disk.bait.content(node).size(), node.size) << path;
      EXPECT_GT(node.size, 0U) << path << " " << node.text;
    });
    EXPECT_GT(files, 100U);
  }
}

TEST(FtpBait, TimesLieBetweenTheInstallationAndNow) {
  for (const std::uint64_t seed : {1U, 2U, 3U, 4U, 5U, 6U, 7U, 8U}) {
    for (const int age : {1, 20, 200, 2'000}) {
      auto persona = example(seed);
      const TimePoint now = FakeClock().now();
      persona.installed_at = now - std::chrono::days{age};
      persona.booted_at = now - std::chrono::hours{10};
      const Disk disk(persona, {.anonymous = true, .writable = true}, now);
      const std::int64_t installed = to_micros(persona.installed_at) / 1'000'000;
      each(*disk.root, "", [&](const std::string& path, const Node& node) {
        EXPECT_LE(node.modified, to_micros(now) / 1'000'000)
            << path << " of seed " << seed << ", " << age << " days old";
        // What packages bring is older than the host.
        if (!path.starts_with("/usr/bin/")) {
          EXPECT_GE(node.modified, installed) << path;
        }
      });
    }
  }
}

TEST(FtpBait, ShowsThePersona) {
  const Disk disk(example(5));
  Tree tree(disk.root);
  tree.enter({0, 0}, "");
  EXPECT_EQ(disk.bait.content(*tree.find("/", "/etc/hostname")->node), "web-01\n");
  const std::string passwd = disk.bait.content(*tree.find("/", "/etc/passwd")->node);
  EXPECT_TRUE(passwd.starts_with("root:x:0:0:root:/root:/bin/bash\n"));
  EXPECT_NE(passwd.find("\nann:x:1000:1000:"), std::string::npos);
  EXPECT_NE(disk.bait.content(*tree.find("/", "/etc/hosts")->node).find("web-01.example.net"),
            std::string::npos);
  EXPECT_EQ(
      disk.bait.content(*tree.find("/", "/etc/os-release")->node).find("PRETTY_NAME=\"Debian"), 0U);
  const auto home = tree.find("/", "/home/ann/.bashrc");
  ASSERT_TRUE(home);
  EXPECT_EQ(home->node->uid, 1000U);
}

TEST(FtpBait, TheNightlyDumpFollowsTheCalendar) {
  auto persona = example(5);
  persona.archetype = "database-server";
  const TimePoint now = FakeClock().now();
  const auto newest = [&](TimePoint when) {
    const Disk disk(persona, {}, when);
    Tree tree(disk.root);
    tree.enter({0, 0}, "");
    const auto dumps = tree.find("/", "/var/backups/db");
    EXPECT_TRUE(dumps);
    return dumps ? dumps->node->entries.back() : Entry{};
  };
  const Entry today = newest(now);
  const Entry tomorrow = newest(now + std::chrono::days{1});
  EXPECT_NE(today.name, tomorrow.name);
  EXPECT_EQ(tomorrow.node->modified / kDay, today.node->modified / kDay + 1);
}

TEST(FtpBait, ArchivesOpen) {
  const Disk disk(example(5));
  // The check value that everybody gives for CRC-32, and the length.
  EXPECT_TRUE(
      gzip_stored("123456789", 0).ends_with(std::string_view("\x26\x39\xf4\xcb\x09\0\0\0", 8)));
  EXPECT_EQ(gunzip(gzip_stored(std::string(150'000, 'x'), 0)), std::string(150'000, 'x'));
  const std::string sql = gunzip(disk.bait.render("gz sql 2026-01-02"));
  EXPECT_NE(sql.find("INSERT INTO"), std::string::npos);
  const std::string tar = gunzip(disk.bait.render("tgz ann"));
  EXPECT_EQ(tar.size() % 512, 0U);
  EXPECT_EQ(tar.substr(257, 5), "ustar");
  unsigned sum = 8 * ' ';
  for (std::size_t n = 0; n < 512; ++n) {
    if (n < 148 || n >= 156) sum += static_cast<unsigned char>(tar[n]);
  }
  EXPECT_EQ(std::stoul(tar.substr(148, 6), nullptr, 8), sum);
  const std::string pdf = disk.bait.render("pdf Offer 1");
  EXPECT_TRUE(pdf.starts_with("%PDF-1."));
  const auto xref = pdf.rfind("startxref\n");
  ASSERT_NE(xref, std::string::npos);
  EXPECT_EQ(pdf.substr(std::stoul(pdf.substr(xref + 10)), 4), "xref");
}

TEST(FtpBait, UnknownRecipesGiveNothing) {
  const Disk disk(example(5));
  EXPECT_EQ(disk.bait.render(""), "");
  EXPECT_EQ(disk.bait.render("text nonsense"), "");
  EXPECT_EQ(disk.bait.render("nonsense"), "");
}

TEST(FtpUsers, WhoMayLogIn) {
  const Users users = users_of(example(5), Profile::Server::vsftpd);
  EXPECT_TRUE(users.may_log_in("ann"));
  EXPECT_TRUE(users.may_log_in("backup"));
  EXPECT_FALSE(users.may_log_in("root"));      // /etc/ftpusers
  EXPECT_FALSE(users.may_log_in("www-data"));  // Its shell is not in /etc/shells.
  EXPECT_FALSE(users.may_log_in("nobody-here"));
}

}  // namespace decnet::service::ftp
