// What people left on this host: homes, histories, notes, scripts, and keys to places that do not
// exist.
#include <algorithm>
#include <chrono>
#include <span>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "persona/site.h"
#include "shell/fs/seed_parts.h"

namespace decnet::shell::fs {
namespace {

constexpr std::string_view kEveryday[] = {"ls -la",
                                          "df -h",
                                          "free -m",
                                          "top",
                                          "htop",
                                          "uptime",
                                          "w",
                                          "last | head",
                                          "journalctl -xe",
                                          "systemctl status ssh",
                                          "apt update",
                                          "apt list --upgradable",
                                          "apt upgrade -y",
                                          "apt autoremove",
                                          "tail -f /var/log/syslog",
                                          "tail -n 50 /var/log/auth.log",
                                          "cd /etc",
                                          "vi /etc/ssh/sshd_config",
                                          "systemctl restart ssh",
                                          "ip a",
                                          "ss -tlnp",
                                          "du -sh /var/*",
                                          "crontab -l",
                                          "cat /etc/os-release",
                                          "dmesg | tail",
                                          "hostnamectl",
                                          "timedatectl",
                                          "exit",
                                          "cd",
                                          "cd /var/log",
                                          "ls",
                                          "ls -lrt",
                                          "history",
                                          "reboot",
                                          "nano /etc/hosts",
                                          "passwd",
                                          "ps aux | grep python",
                                          "journalctl -u cron --since today",
                                          "find / -size +500M 2>/dev/null",
                                          "ncdu /",
                                          "cat /etc/fstab",
                                          "lsblk",
                                          "mount",
                                          "tmux a",
                                          "id"};

struct ByProgram {
  std::string_view program;
  std::string_view commands[6];
};
constexpr ByProgram kByProgram[] = {
    {"nginx",
     {"nginx -t", "systemctl reload nginx", "cd /etc/nginx/sites-enabled",
      "vi /etc/nginx/sites-available/default", "tail -f /var/log/nginx/access.log",
      "ls /var/www/html"}},
    {"apache2",
     {"apachectl configtest", "systemctl reload apache2", "a2enmod rewrite",
      "vi /etc/apache2/sites-available/000-default.conf", "tail -f /var/log/apache2/error.log",
      "ls /var/www/html"}},
    {"mariadb",
     {"mysql", "mysqldump --all-databases | gzip > /var/backups/all.sql.gz",
      "systemctl status mariadb", "mysql -e 'show processlist'", "mysql_secure_installation",
      "du -sh /var/lib/mysql"}},
    {"postgresql",
     {"su - postgres", "sudo -u postgres psql", "pg_lsclusters",
      "vi /etc/postgresql/15/main/pg_hba.conf", "systemctl restart postgresql",
      "sudo -u postgres pg_dumpall > /tmp/pg.sql"}},
    {"redis",
     {"redis-cli ping", "redis-cli info memory", "vi /etc/redis/redis.conf",
      "systemctl restart redis-server", "redis-cli dbsize", "redis-cli monitor"}},
    {"postfix",
     {"postqueue -p", "postfix check", "vi /etc/postfix/main.cf", "tail -f /var/log/mail.log",
      "postsuper -d ALL deferred", "systemctl restart postfix"}},
    {"samba",
     {"testparm", "smbstatus", "vi /etc/samba/smb.conf", "systemctl restart smbd",
      "smbpasswd -a scan", "ls /srv"}},
};

std::string network_of(const SeedContext& context) {
  const std::string& address = context.request.address;
  const std::size_t dot = address.rfind('.');
  return dot == std::string::npos ? "10.20.0." : address.substr(0, dot + 1);
}

std::string secret(SeededRandom& random, int letters) {
  std::string text;
  for (int n = 0; n < letters; ++n) {
    text.push_back("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"[random.below(57)]);
  }
  return text;
}

std::string history_of(const SeedContext& context, const std::string& user, std::size_t count) {
  SeededRandom random(context.persona().seed, "history." + user);
  const std::string near = network_of(context);
  std::string text;
  for (std::size_t n = 0; n < count; ++n) {
    std::string command(random.pick(std::span(kEveryday)));
    const ByProgram& other = random.pick(std::span(kByProgram));
    if (random.chance(0.4) && !context.persona().version(other.program).empty()) {
      command = random.pick(std::span(other.commands));
    }
    if (random.chance(0.05)) command = fmt::format("ssh {}{}", near, 2 + random.below(60));
    if (random.chance(0.03)) command = fmt::format("ping -c 3 {}1", near);
    if (random.chance(0.03)) {
      command =
          fmt::format("scp /var/backups/etc-{}.tar.gz backup@{}{}:", context.persona().hostname,
                      near, 2 + random.below(60));
    }
    if (random.chance(0.02)) command = "/usr/local/sbin/backup.sh";
    const bool root = user == "root";
    const bool needs_root = command.starts_with("apt ") || command.starts_with("systemctl re") ||
                            command.starts_with("vi /etc");
    text += (needs_root && !root ? "sudo " : "") + command + "\n";
  }
  return text;
}

// As `ssh` writes them with HashKnownHosts, which Debian sets.
std::string known_hosts(const SeedContext& context, const std::string& user) {
  SeededRandom random(context.persona().seed, "known_hosts." + user);
  std::string text;
  const std::uint64_t count = 1 + random.below(5);
  for (std::uint64_t n = 0; n < count; ++n) {
    const std::string salt = to_base64(random.bytes(20));
    const std::string hash = to_base64(random.bytes(20));
    std::string key;
    ByteWriter out(key);
    out.u32(11).bytes("ssh-ed25519").u32(32).bytes(random.bytes(32));
    text += fmt::format("|1|{}|{} ssh-ed25519 {}\n", salt, hash, to_base64(key));
  }
  return text;
}

void seed_home(SeedLayer& layer, const Context& context, const UnixAccount& account) {
  if (!account.home.starts_with("/home/") && account.user != "root") return;
  const bool root = account.user == "root";
  const TimePoint made =
      root ? context->persona().installed_at : context->moment("home." + account.user, 0, 0.3);
  const TimePoint used = context->moment("used." + account.user, 0.85, 1);
  const auto options = [&](std::uint32_t mode, TimePoint time) {
    return SeedOptions{.mode = mode, .uid = account.uid, .gid = account.gid, .modified = time};
  };
  layer.directory(account.home, options(0700, used));
  if (!root) {
    for (const char* name : {".bashrc", ".profile", ".bash_logout"}) {
      const std::string from = std::string("/etc/skel/") + name;
      layer.file(
          account.home + "/" + name, [context, from] { return context->image_text(from); },
          options(0644, made));
    }
  }
  SeededRandom random(context->persona().seed, "home." + account.user);
  if (!context->is_used(account)) return;
  const std::string user = account.user;
  const std::size_t count = 20 + random.below(root ? 180 : 90);
  layer.file(
      account.home + "/.bash_history",
      [context, user, count] { return history_of(*context, user, count); }, options(0600, used));
  layer.directory(account.home + "/.ssh", options(0700, made));
  layer.file(
      account.home + "/.ssh/known_hosts", [context, user] { return known_hosts(*context, user); },
      options(0600, context->moment("known." + user, 0.4, 0.9)));
  if (random.chance(0.5))
    layer.file(account.home + "/.viminfo", std::string{}, options(0600, used));
  if (random.chance(0.6))
    layer.file(account.home + "/.lesshst", ".less-history-file:\n.search\n\"error\n",
               options(0600, used));
  if (random.chance(0.4))
    layer.file(account.home + "/.selected_editor",
               "# Generated by /usr/bin/select-editor\nSELECTED_EDITOR=\"/usr/bin/vim.tiny\"\n",
               options(0644, made));
  if (!root && random.chance(0.6))
    layer.file(account.home + "/.sudo_as_admin_successful", std::string{}, options(0644, made));
}

std::string backup_script(const SeedContext& context, const std::string& password) {
  const persona::Persona& persona = context.persona();
  std::string text = fmt::format(
      "#!/bin/sh\n# nightly backup of {}\nset -e\nDAY=$(date "
      "+%u)\nTARGET=backup@{}{}:/srv/backup/{}\n\n"
      "tar czf /var/backups/etc-$DAY.tar.gz /etc /root 2>/dev/null || true\n",
      persona.fqdn(), network_of(context), 5 + persona.seed % 40, persona.hostname);
  if (!persona.version("mariadb").empty()) {
    text += fmt::format(
        "mysqldump -u backup -p'{}' --all-databases | gzip > /var/backups/db-$DAY.sql.gz\n",
        password);
  }
  if (!persona.version("postgresql").empty()) {
    text += fmt::format(
        "PGPASSWORD='{}' pg_dump -h localhost -U backup app | gzip > /var/backups/pg-$DAY.sql.gz\n",
        password);
  }
  return text + "rsync -a /var/backups/ $TARGET/ || logger -t backup \"rsync failed\"\n";
}

void seed_bait(SeedLayer& layer, const Context& context) {
  const persona::Persona& persona = context->persona();
  SeededRandom random = persona.stream("bait");
  const std::string password = secret(random, 14);
  const TimePoint made = context->moment("backup", 0.1, 0.5);
  layer.file("/usr/local/sbin/backup.sh", backup_script(*context, password),
             {.mode = 0750, .modified = made});
  if (!persona.version("mariadb").empty()) {
    layer.file(
        "/root/.my.cnf",
        fmt::format("[client]\nuser=root\npassword={}\n\n[mysqldump]\nuser=backup\npassword={}\n",
                    secret(random, 16), password),
        {.mode = 0600, .modified = made});
  }
  if (!persona.version("postgresql").empty()) {
    layer.file("/root/.pgpass",
               fmt::format("localhost:5432:*:backup:{}\n{}{}:5432:app:app:{}\n", password,
                           network_of(*context), 3 + random.below(30), secret(random, 12)),
               {.mode = 0600, .modified = made});
  }
  for (int day = 1; day <= 7; ++day) {
    const std::string path = fmt::format("/var/backups/etc-{}.tar.gz", day);
    const std::uint64_t size = 580'000 + random.below(90'000);
    layer.file(
        path, MakeContent{}, {.mode = 0640, .modified = persona.booted_at},
        [context, day] {
          // The last night on which it was this day of the week.
          const auto today = std::chrono::floor<std::chrono::days>(context->now());
          const unsigned now = std::chrono::weekday{today}.iso_encoding();
          const unsigned back = (now + 7 - static_cast<unsigned>(day)) % 7;
          const auto minutes = std::chrono::hours{1 + context->persona().seed % 4} +
                               std::chrono::minutes{context->persona().seed % 60};
          const TimePoint at =
              TimePoint{today} - std::chrono::days{back} + minutes + std::chrono::seconds{3};
          return std::max(at > context->now() ? at - std::chrono::days{7} : at,
                          context->persona().installed_at);
        },
        static_cast<std::size_t>(size));
  }
  if (random.chance(0.5)) {
    const persona::Site site = persona::make_site(persona.seed);
    const std::string who = site.people.empty() ? "admin" : site.people.front().first;
    layer.file(
        "/root/notes.txt",
        fmt::format("{} - set up by {}\n\n- gateway {}1, dns the same\n- backups go to {}{} every "
                    "night, see /usr/local/sbin/backup.sh\n"
                    "- vpn: https://vpn.{} user svc_{} / {}\n- TODO: move passwords to the vault\n",
                    persona.fqdn(), who, network_of(*context), network_of(*context),
                    5 + persona.seed % 40, persona.domain, persona.hostname, secret(random, 10)),
        {.mode = 0600, .modified = context->moment("notes", 0.2, 0.9)});
  }
}

}  // namespace

void seed_homes(SeedLayer& layer, const Context& context) {
  const persona::Persona& persona = context->persona();
  for (const UnixAccount& account : context->accounts) seed_home(layer, context, account);
  seed_bait(layer, context);
  const bool web = !persona.version("nginx").empty() || !persona.version("apache2").empty();
  if (web) {
    const TimePoint made = context->moment("web", 0.02, 0.2);
    layer.directory("/var/www", {.mode = 0755, .modified = made});
    layer.directory("/var/www/html", {.mode = 0755, .modified = made});
    const std::string name =
        persona.version("nginx").empty() ? "index.html" : "index.nginx-debian.html";
    layer.file("/var/www/html/" + name,
               fmt::format("<!DOCTYPE "
                           "html>\n<html>\n<head><title>{}</title></head>\n<body>\n<h1>{}</"
                           "h1>\n<p>{}</p>\n</body>\n</html>\n",
                           persona.fqdn(), persona.company, persona.hostname),
               {.modified = made});
  }
  layer.file("/var/mail/root", std::string{},
             {.mode = 0600, .gid = 8, .modified = persona.installed_at});
}

}  // namespace decnet::shell::fs
