#include "service/ftp/bait.h"

#include <array>
#include <chrono>
#include <map>

#include <fmt/format.h>

#include "base/hash.h"

namespace decnet::service::ftp {

namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kDumpSecondsMax = 90;  // A nightly dump takes no longer.

// A tree under construction.
struct Plot {
  Node node;
  std::map<std::string, Plot> children;
};

class Planter {
 public:
  // What a caller dates outside these two times is moved between them, but for the calendar's.
  Planter(const Bait& bait, std::uint64_t seed, std::int64_t from, std::int64_t to)
      : bait_(bait), seed_(seed), from_(from), to_(to) {
    top_.node.kind = Kind::folder;
    top_.node.mode = 0755;
  }

  void folder(std::string_view path, std::uint16_t mode, std::uint32_t uid, std::uint32_t gid,
              std::int64_t when) {
    Node& node = at(path).node;
    node.kind = Kind::folder;
    set(node, mode, uid, gid, when);
  }
  void folder(std::string_view path, std::int64_t when) { folder(path, 0755, 0, 0, when); }
  void file(std::string_view path, std::uint16_t mode, std::uint32_t uid, std::uint32_t gid,
            std::int64_t when, std::string recipe) {
    Node& node = at(path).node;
    node.kind = Kind::file;
    set(node, mode, uid, gid, when);
    node.size = bait_.size_of(recipe);
    node.text = std::move(recipe);
  }
  // As it is today.
  void calendar(std::string_view path, std::int64_t when) { at(path).node.modified = when; }
  void file(std::string_view path, std::int64_t when, std::string recipe) {
    file(path, 0644, 0, 0, when, std::move(recipe));
  }
  void link(std::string_view path, std::string_view target, std::int64_t when) {
    Node& node = at(path).node;
    node.kind = Kind::link;
    set(node, 0777, 0, 0, when);
    node.text = target;
  }

  NodePtr finish(std::int64_t when) {
    top_.node.modified = when;
    return built(top_, "/");
  }

 private:
  void set(Node& node, std::uint16_t mode, std::uint32_t uid, std::uint32_t gid,
           std::int64_t when) const {
    node.mode = mode;
    node.uid = uid;
    node.gid = gid;
    node.modified = when <= to_ ? when : from_ + (when - from_) % (to_ - from_ + 1);
  }
  Plot& at(std::string_view path) {
    Plot* plot = &top_;
    while (!path.empty()) {
      path.remove_prefix(1);
      const auto slash = path.find('/');
      plot = &plot->children[std::string(path.substr(0, slash))];
      path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash);
    }
    return *plot;
  }
  NodePtr built(Plot& plot, const std::string& path) const {
    plot.node.inode =
        static_cast<std::uint32_t>(path == "/" ? 2 : 11 + (stable_hash(path) ^ seed_) % 3'900'000);
    for (auto& [name, child] : plot.children)
      plot.node.entries.push_back({name, built(child, join_path(path, name))});
    return std::make_shared<const Node>(std::move(plot.node));
  }

  const Bait& bait_;
  std::uint64_t seed_;
  std::int64_t from_;
  std::int64_t to_;
  Plot top_;
};

std::string day_text(std::int64_t day_number, std::string_view form) {
  const std::string compact = compact_time(day_number * kDay);
  if (form == "log") {
    return fmt::format("{}/{}/{}", compact.substr(6, 2),
                       date_text(day_number * kDay, 0, 0, false).substr(0, 3),
                       compact.substr(0, 4));
  }
  return fmt::format("{}-{}-{}", compact.substr(0, 4), compact.substr(4, 2), compact.substr(6, 2));
}

}  // namespace

Bait::Bait(std::shared_ptr<const persona::Persona> persona, Profile profile, Users users)
    : persona_(std::move(persona)), profile_(std::move(profile)), users_(std::move(users)) {}

namespace {

void plant_system(Planter& planter, const Profile& profile, std::int64_t installed,
                  std::int64_t booted, SeededRandom random) {
  for (const std::string_view name : {"bin", "lib", "sbin", "lib64"})
    planter.link("/" + std::string(name), "usr/" + std::string(name), installed);
  for (const std::string_view path :
       {"/boot",      "/etc",       "/home",          "/media",          "/mnt",
        "/opt",       "/srv",       "/usr",           "/usr/bin",        "/usr/lib",
        "/usr/lib64", "/usr/local", "/usr/local/bin", "/usr/local/sbin", "/usr/sbin",
        "/usr/share", "/var",       "/var/backups",   "/var/cache",      "/var/lib",
        "/var/log",   "/var/spool", "/var/www",       "/var/www/html"}) {
    planter.folder(path, installed + random.between(0, 3 * kDay));
  }
  for (const std::string_view path : {"/dev", "/etc", "/proc", "/run", "/sys"})
    planter.folder(path, booted);
  planter.folder("/lost+found", 0700, 0, 0, installed);
  planter.folder("/root", 0700, 0, 0, installed + random.between(1, 90) * kDay);
  planter.folder("/tmp", 01777, 0, 0, booted);
  for (const std::string_view name :
       {"passwd", "group", "hostname", "hosts", "issue", "issue.net", "debian_version", "fstab",
        "resolv.conf", "machine-id", "timezone", "shells", "ftpusers", "crontab", "mailname"}) {
    planter.file("/etc/" + std::string(name), installed + random.between(0, 2 * kDay),
                 "text " + std::string(name));
  }
  planter.link("/etc/os-release", "../usr/lib/os-release", installed);
  planter.file("/usr/lib/os-release", installed, "text os-release");
  planter.file("/etc/shadow", 0640, 0, 42, installed + 2 * kDay,
               fmt::format("opaque {}", random.between(850, 1700)));
  for (const std::string_view path :
       {"/etc/cron.d", "/etc/cron.daily", "/etc/default", "/etc/network", "/etc/pam.d", "/etc/ssh",
        "/etc/ssl", "/etc/systemd", "/etc/apt", "/etc/init.d"}) {
    planter.folder(path, installed + random.between(0, kDay));
  }
  const std::int64_t set_up = installed + random.between(1, 20) * kDay;
  if (profile.server == Profile::Server::vsftpd) {
    planter.file("/etc/vsftpd.conf", set_up, "text vsftpd.conf");
  } else {
    planter.folder("/etc/proftpd", set_up);
    planter.file("/etc/proftpd/proftpd.conf", set_up, "text proftpd.conf");
  }
  static constexpr std::array<std::string_view, 48> kPrograms{
      "awk",     "base64", "bash",   "cat",  "chmod",  "chown",    "cp",      "curl",
      "cut",     "date",   "dd",     "df",   "diff",   "du",       "echo",    "env",
      "find",    "grep",   "gunzip", "gzip", "head",   "hostname", "id",      "kill",
      "less",    "ln",     "ls",     "make", "md5sum", "mkdir",    "mount",   "mv",
      "openssl", "passwd", "perl",   "ping", "ps",     "pwd",      "python3", "rm",
      "rsync",   "scp",    "sed",    "ssh",  "su",     "tail",     "tar",     "wget"};
  for (const std::string_view name : kPrograms) {
    const bool setuid = name == "passwd" || name == "su" || name == "mount";
    planter.file(
        "/usr/bin/" + std::string(name), setuid ? 04755 : 0755, 0, 0,
        installed - random.between(20, 300) * kDay,
        fmt::format("elf {} {}", random.between(18, 180) * 1024 + random.between(0, 63) * 8, name));
  }
}

void plant_home(Planter& planter, const User& user, Purpose purpose, std::int64_t installed,
                std::int64_t booted, SeededRandom random) {
  const std::string home = user.home;
  const std::int64_t made = installed + random.between(0, 12) * kDay + random.between(0, kDay);
  const std::int64_t span = std::max<std::int64_t>(booted - made - 2 * kDay, kDay);
  const auto some_time = [&] { return made + random.between(0, span); };
  planter.folder(home, 0755, user.uid, user.gid, some_time());
  const auto own = [&](std::string_view name, std::uint16_t mode, std::int64_t when,
                       std::string recipe) {
    planter.file(home + "/" + std::string(name), mode, user.uid, user.gid, when, std::move(recipe));
  };
  own(".bash_logout", 0644, made, "text bash_logout");
  own(".bashrc", 0644, made, "text bashrc");
  own(".profile", 0644, made, "text profile");
  if (random.chance(0.6)) {
    planter.folder(home + "/.ssh", 0700, user.uid, user.gid, some_time());
    own(".ssh/authorized_keys", 0600, some_time(), "key " + user.name);
  }
  if (random.chance(0.8))
    own(random.chance(0.5) ? "todo.txt" : "notes.txt", 0644, some_time(), "notes " + user.name);
  planter.folder(home + "/documents", 0755, user.uid, user.gid, some_time());
  own("documents/phone-list.csv", 0644, some_time(), "people " + user.name);
  if (random.chance(0.7)) own("documents/inventory.csv", 0640, some_time(), "assets " + user.name);
  for (int n = static_cast<int>(random.between(1, 4)); n > 0; --n) {
    own(fmt::format("documents/offer-{}.pdf", random.between(1000, 9999)), 0644, some_time(),
        fmt::format("pdf Offer {}", n));
  }
  if (purpose == Purpose::web) {
    planter.folder(home + "/public_html", 0755, user.uid, user.gid, some_time());
    own("public_html/index.html", 0644, some_time(), "html " + user.name);
    own("public_html/config.php", 0640, some_time(), "webconfig " + user.name);
  } else {
    planter.folder(home + "/backup", 0750, user.uid, user.gid, made + 3 * kDay);
    own(fmt::format("backup/etc-{}.tar.gz", day_text(made / kDay + 3, "file")), 0640,
        made + 3 * kDay, "tgz " + user.name);
  }
}

void plant_public(Planter& planter, const Profile& profile, const User& guest,
                  std::int64_t installed, std::int64_t booted, SeededRandom random) {
  const std::int64_t made = installed + random.between(2, 20) * kDay;
  const std::int64_t span = std::max<std::int64_t>(booted - made - kDay, kDay);
  planter.folder("/srv/ftp", 0755, 0, guest.gid, made);
  planter.file("/srv/ftp/welcome.msg", made, "welcome");
  planter.folder("/srv/ftp/pub", 0755, 0, 0, made + random.between(0, span));
  planter.file("/srv/ftp/pub/README", made, "readme");
  planter.folder("/srv/ftp/pub/prices", 0755, 0, 0, made + random.between(0, span));
  const int year = std::stoi(compact_time(booted).substr(0, 4));
  for (int back = 0; back < 3; ++back) {
    const std::int64_t when =
        std::max(made, booted - (back * 365 + random.between(20, 200)) * kDay);
    planter.file(fmt::format("/srv/ftp/pub/prices/prices-{}.csv", year - back), when,
                 fmt::format("prices {}", year - back));
  }
  planter.folder("/srv/ftp/pub/manuals", 0755, 0, 0, made + random.between(0, span));
  for (int n = static_cast<int>(random.between(3, 7)); n > 0; --n) {
    const auto number = random.between(100, 999);
    planter.file(fmt::format("/srv/ftp/pub/manuals/datasheet-{}.pdf", number),
                 made + random.between(0, span), fmt::format("pdf Data sheet {}", number));
  }
  if (profile.writable || profile.server == Profile::Server::proftpd) {
    planter.folder("/srv/ftp/incoming", 0755, guest.uid, guest.gid, made + random.between(0, span));
  }
}

// What follows the calendar: last night's dumps, and logs.
void plant_calendar(Planter& planter, const persona::Persona& persona, Purpose purpose,
                    std::int64_t installed, std::int64_t now) {
  SeededRandom random = persona.stream("ftp.calendar");
  const std::int64_t nightly = random.between(60, 5 * 60) * 60;
  const std::int64_t day = now / kDay;
  const std::int64_t newest = day * kDay + nightly + kDumpSecondsMax <= now ? day : day - 1;
  if (purpose != Purpose::office) {
    planter.folder("/var/backups/db", 0750, 34, 34, installed);
    for (std::int64_t each = newest; each > newest - 7 && each * kDay > installed; --each) {
      const std::string date = day_text(each, "file");
      const std::string path = fmt::format("/var/backups/db/orders-{}.sql.gz", date);
      const std::int64_t took = persona.stream("ftp.dump." + date).between(20, kDumpSecondsMax);
      planter.file(path, 0640, 34, 34, installed, "gz sql " + date);
      planter.calendar(path, each * kDay + nightly + took);
      if (each == newest) planter.calendar("/var/backups/db", each * kDay + nightly + took);
    }
  }
  // Rotated in the night to Sunday.
  const std::int64_t week = std::max(installed, (day - (day + 4) % 7) * kDay);
  for (const std::string_view name : {"auth.log", "syslog", "kern.log"}) {
    const std::string path = "/var/log/" + std::string(name);
    const std::int64_t pace = random.between(20, 400);  // Seconds to a line.
    const std::int64_t lines = (now - week) / pace;
    planter.file(path, 0640, 0, 4, installed, fmt::format("opaque {}", lines * 97));
    planter.calendar(path, week + lines * pace);
  }
  planter.file("/var/log/access-export.log.gz", installed, "gz log " + day_text(day - 1, "log"));
  planter.calendar("/var/log/access-export.log.gz", std::max(installed, day * kDay - 400));
}

}  // namespace

NodePtr Bait::plant(TimePoint now) const {
  const std::int64_t installed = to_micros(persona_->installed_at) / 1'000'000;
  const std::int64_t booted = std::max(to_micros(persona_->booted_at) / 1'000'000, installed);
  const Purpose purpose = purpose_of(*persona_);
  Planter planter(*this, persona_->seed, installed, booted);
  plant_system(planter, profile_, installed, booted, persona_->stream("ftp.disk"));
  planter.file("/usr/local/sbin/backup.sh", 0750, 0, 34, installed + 5 * kDay, "script backup");
  for (const User& user : users_.all()) {
    if (user.home.starts_with("/home/"))
      plant_home(planter, user, purpose, installed, booted,
                 persona_->stream("ftp.home." + user.name));
  }
  if (const User* guest = users_.find("ftp"); guest != nullptr)
    plant_public(planter, profile_, *guest, installed, booted, persona_->stream("ftp.public"));
  SeededRandom random = persona_->stream("ftp.www");
  planter.file("/var/www/html/index.html", installed + random.between(3, 60) * kDay, "html site");
  planter.folder("/var/www/html/css", installed + 3 * kDay);
  planter.file("/var/www/html/css/site.css", installed + 3 * kDay, "css site");
  if (purpose == Purpose::web)
    planter.file("/var/www/html/config.php", 0640, 33, 33, installed + 9 * kDay, "webconfig site");
  plant_calendar(planter, *persona_, purpose, installed, to_micros(now) / 1'000'000);
  return planter.finish(std::min(installed + kDay, booted));
}

}  // namespace decnet::service::ftp
