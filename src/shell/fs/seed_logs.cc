// /var/log: what happened here, which goes on with time and never changes behind one's back.
#include <algorithm>
#include <chrono>
#include <cstring>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "shell/fs/seed_parts.h"
#include "shell/fs/system_model.h"

namespace decnet::shell {
namespace fs {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::uint32_t kAdm = 4;
constexpr std::size_t kUtmpBytes = 384;

struct Line {
  TimePoint time;
  std::string text;  // "CRON[123]: …"
};

// Logs are rotated in the first minute of a Sunday.
TimePoint rotated_at(TimePoint now) {
  const auto today = std::chrono::floor<days>(now);
  return TimePoint{today - (std::chrono::weekday{today} - std::chrono::Sunday)};
}

std::string stamp(TimePoint time) {
  std::string text = format_time(time, TimeDigits::micros);
  return text.replace(text.size() - 1, 1, "+00:00");
}

// Of which file the lines are asked.
enum class Facility : std::uint8_t { auth, cron, system };

struct Login {
  TimePoint time;
  Duration length;
  std::string user;
  std::string from;
  std::uint32_t number;
};

// Somebody of the administration looks in on about one day in three.
std::vector<Login> logins_between(const SeedContext& context, TimePoint from, TimePoint to) {
  std::vector<Login> logins;
  const persona::Persona& persona = context.persona();
  std::vector<std::string> people;
  for (const UnixAccount& account : context.accounts) {
    if ((account.uid == 0 || account.uid >= 1000) && context.is_used(account))
      people.push_back(account.user);
  }
  const std::string& address = context.request.address;
  const std::string near = address.substr(0, address.rfind('.') + 1);
  for (auto day = std::chrono::floor<days>(from); TimePoint{day} < to && !people.empty();
       day += days{1}) {
    SeededRandom random(persona.seed ^ static_cast<std::uint64_t>(day.time_since_epoch().count()),
                        "logins");
    const bool weekend = std::chrono::weekday{day}.iso_encoding() > 5;
    if (!random.chance(weekend ? 0.05 : 0.35)) continue;
    Login login{TimePoint{day} + hours{7} + seconds{random.below(36'000)} +
                    Duration{random.below(1'000'000)},
                seconds{60 + static_cast<std::int64_t>(random.below(5'000))}, random.pick(people),
                near.empty()
                    ? "10.20.0.14"
                    : near + std::to_string(2 + SeededRandom(persona.seed, "console").below(40)),
                static_cast<std::uint32_t>(30'000 + random.below(30'000))};
    if (login.time >= from && login.time + login.length < to) logins.push_back(std::move(login));
  }
  return logins;
}

void add_cron(const SeedContext& context, TimePoint at, std::string_view command, Facility facility,
              std::vector<Line>& out) {
  const int pid = model_next_pid(context.persona(), at);
  const Duration late{
      static_cast<std::int64_t>(stable_hash(command) ^
                                static_cast<std::uint64_t>(to_micros(at)) * 0x9e3779b97f4a7c15U) &
      0x3fff};
  if (facility == Facility::auth) {
    out.push_back(
        {at + late,
         fmt::format(
             "CRON[{}]: pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)",
             pid)});
    out.push_back(
        {at + late + Duration{9'412},
         fmt::format("CRON[{}]: pam_unix(cron:session): session closed for user root", pid)});
  } else {
    out.push_back(
        {at + late + Duration{3'871}, fmt::format("CRON[{}]: (root) CMD ({})", pid + 1, command)});
  }
}

void add_ssh(const SeedContext& context, const Login& login, std::vector<Line>& out) {
  const int pid = model_next_pid(context.persona(), login.time);
  const std::uint32_t port = login.number;
  std::string print = to_base64(sha256(context.login_key(login.user)));
  print.pop_back();
  std::uint32_t uid = 0;
  for (const UnixAccount& account : context.accounts) {
    if (account.user == login.user) uid = account.uid;
  }
  out.push_back(
      {login.time,
       fmt::format("sshd[{}]: Accepted publickey for {} from {} port {} ssh2: ED25519 SHA256:{}",
                   pid, login.user, login.from, port, print)});
  out.push_back(
      {login.time + Duration{3'214},
       fmt::format(
           "sshd[{}]: pam_unix(sshd:session): session opened for user {}(uid={}) by (uid=0)", pid,
           login.user, uid)});
  const int session = 1 + static_cast<int>(port % 900);
  out.push_back(
      {login.time + Duration{14'870},
       fmt::format("systemd-logind[{}]: New session {} of user {}.", 421, session, login.user)});
  const TimePoint end = login.time + login.length;
  out.push_back(
      {end, fmt::format("sshd[{}]: Received disconnect from {} port {}:11: disconnected by user",
                        pid + 6, login.from, port)});
  out.push_back({end + Duration{311}, fmt::format("sshd[{}]: Disconnected from user {} {} port {}",
                                                  pid + 6, login.user, login.from, port)});
  out.push_back({end + Duration{1'900},
                 fmt::format("sshd[{}]: pam_unix(sshd:session): session closed for user {}", pid,
                             login.user)});
  out.push_back(
      {end + Duration{8'800},
       fmt::format("systemd-logind[{}]: Session {} logged out. Waiting for processes to exit.", 421,
                   session)});
  out.push_back({end + Duration{9'900},
                 fmt::format("systemd-logind[{}]: Removed session {}.", 421, session)});
}

void add_unit(TimePoint at, std::string_view unit, std::string_view what, std::vector<Line>& out) {
  out.push_back({at, fmt::format("systemd[1]: Starting {} - {}...", unit, what)});
  out.push_back(
      {at + Duration{412'000}, fmt::format("systemd[1]: {}: Deactivated successfully.", unit)});
  out.push_back({at + Duration{412'600}, fmt::format("systemd[1]: Finished {} - {}.", unit, what)});
}

std::string log_text(const SeedContext& context, Facility facility, TimePoint from, TimePoint to) {
  const persona::Persona& persona = context.persona();
  from = std::max(from, persona.installed_at + minutes{9});
  std::vector<Line> lines;
  for (auto hour = std::chrono::floor<hours>(from); TimePoint{hour} < to; hour += hours{1}) {
    const TimePoint at{hour};
    add_cron(context, at + minutes{17} + seconds{1}, "cd / && run-parts --report /etc/cron.hourly",
             facility, lines);
    const auto of_day = (hour - std::chrono::floor<days>(hour)).count();
    if (of_day == 6) {
      add_cron(context, at + minutes{25} + seconds{1},
               "test -x /usr/sbin/anacron || { cd / && run-parts --report /etc/cron.daily; }",
               facility, lines);
    }
    if (of_day == static_cast<std::int64_t>(1 + persona.seed % 4)) {
      add_cron(context, at + minutes{persona.seed % 60} + seconds{1},
               "/usr/local/sbin/backup.sh >/dev/null", facility, lines);
    }
    if (facility != Facility::system) continue;
    const auto spread = static_cast<std::int64_t>(
        (persona.seed ^
         static_cast<std::uint64_t>(at.time_since_epoch().count() / 86'400'000'000)) %
        3'000);
    if (of_day == 0) add_unit(at + seconds{1}, "logrotate.service", "Rotate log files", lines);
    if (of_day == 0)
      add_unit(at + seconds{3}, "dpkg-db-backup.service", "Daily dpkg database backup service",
               lines);
    if (of_day == 6)
      add_unit(at + seconds{spread}, "apt-daily-upgrade.service",
               "Daily apt upgrade and clean activities", lines);
    if (of_day == 9 || of_day == 19)
      add_unit(at + seconds{spread}, "apt-daily.service", "Daily apt download activities", lines);
    if (of_day == 13)
      add_unit(at + seconds{spread + 200}, "man-db.service", "Daily man-db regeneration", lines);
    if (of_day == 15)
      add_unit(at + seconds{spread / 2}, "systemd-tmpfiles-clean.service",
               "Cleanup of Temporary Directories", lines);
  }
  if (facility == Facility::auth) {
    for (const Login& login : logins_between(context, from, to)) add_ssh(context, login, lines);
  }
  std::sort(lines.begin(), lines.end(),
            [](const Line& a, const Line& b) { return a.time < b.time; });
  std::string text;
  for (const Line& line : lines) {
    if (line.time < from || line.time >= to) continue;
    text += fmt::format("{} {} {}\n", stamp(line.time), persona.hostname, line.text);
  }
  return text;
}

TimePoint last_written(const SeedContext& context) {
  const TimePoint now = context.now();
  const TimePoint hour = std::chrono::floor<hours>(now) + minutes{17} + seconds{1};
  return std::max(hour <= now ? hour : hour - hours{1}, context.persona().installed_at);
}

std::string kernel_text(const SeedContext& context) {
  const persona::Persona& persona = context.persona();
  if (persona.booted_at < rotated_at(context.now())) return {};
  std::string text;
  std::string_view rest;
  const std::string messages = boot_messages(persona, context.hardware);
  rest = messages;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    text += fmt::format("{} {} kernel: {}\n", stamp(persona.booted_at + Duration{3'400'000}),
                        persona.hostname, rest.substr(0, end));
    rest.remove_prefix(end + 1);
  }
  return text;
}

// struct utmp of glibc: type, pid, line, id, user, host, exit, session, time, address.
void add_utmp(std::string& out, int type, int pid, std::string_view line, std::string_view id,
              std::string_view user, std::string_view host, TimePoint time) {
  std::string entry;
  ByteWriter writer(entry);
  const auto text = [&](std::string_view value, std::size_t bytes) {
    entry.append(value.substr(0, bytes));
    entry.append(bytes - std::min(bytes, value.size()), '\0');
  };
  writer.u32_le(static_cast<std::uint32_t>(type)).u32_le(static_cast<std::uint32_t>(pid));
  text(line, 32);
  text(id, 4);
  text(user, 32);
  text(host, 256);
  writer.u32_le(0).u32_le(0);
  writer.u32_le(static_cast<std::uint32_t>(to_micros(time) / 1'000'000))
      .u32_le(static_cast<std::uint32_t>(to_micros(time) % 1'000'000));
  entry.resize(kUtmpBytes, '\0');
  out += entry;
}

std::string wtmp(const SeedContext& context) {
  const persona::Persona& persona = context.persona();
  const TimePoint now = context.now();
  const auto month = std::chrono::year_month_day{std::chrono::floor<days>(now)};
  TimePoint from{std::chrono::sys_days{month.year() / month.month() / 1}};
  from = std::max(from, persona.installed_at);
  std::string text;
  const bool booted = persona.booted_at >= from;
  const auto boot = [&] {
    add_utmp(text, 2, 0, "~", "~~", "reboot", persona.kernel, persona.booted_at + seconds{2});
    add_utmp(text, 6, 431, "tty1", "tty1", "LOGIN", "", persona.booted_at + seconds{6});
    add_utmp(text, 1, 53, "~", "~~", "runlevel", persona.kernel, persona.booted_at + seconds{12});
  };
  bool told = !booted;
  for (const Login& login : logins_between(context, from, now)) {
    if (!told && login.time > persona.booted_at) {
      boot();
      told = true;
    }
    if (login.time < persona.booted_at && login.time + login.length > persona.booted_at) continue;
    const int pid = model_next_pid(persona, login.time);
    add_utmp(text, 7, pid, "pts/0", "ts/0", login.user, login.from, login.time);
    add_utmp(text, 8, pid, "pts/0", "", "", "", login.time + login.length);
  }
  if (!told) boot();
  return text;
}

std::string boot_utmp(const SeedContext& context) {
  const persona::Persona& persona = context.persona();
  std::string text;
  add_utmp(text, 2, 0, "~", "~~", "reboot", persona.kernel, persona.booted_at + seconds{2});
  add_utmp(text, 6, 431, "tty1", "tty1", "LOGIN", "", persona.booted_at + seconds{6});
  add_utmp(text, 1, 53, "~", "~~", "runlevel", persona.kernel, persona.booted_at + seconds{12});
  return text;
}

std::string dpkg_log(const SeedContext& context) {
  const persona::Persona& persona = context.persona();
  const TimePoint at = context.moment("upgrade", 0.9, 1);
  const auto day = [](TimePoint time) {
    std::string text = format_time(time, TimeDigits::seconds);
    text[10] = ' ';
    return text.substr(0, 19);
  };
  const std::string version(persona.version("openssl.package"));
  if (version.empty()) return {};
  std::string text = fmt::format("{} startup archives unpack\n", day(at));
  for (const char* package : {"libssl3:amd64", "openssl:amd64"}) {
    for (const char* state :
         {"status half-configured", "status unpacked", "status half-installed", "status unpacked",
          "configure", "status half-configured", "status installed"}) {
      text += fmt::format("{} {} {} {}{}\n", day(at + seconds{1}), state, package, version,
                          std::string_view(state) == "configure" ? " <none>" : "");
    }
  }
  return text;
}

}  // namespace

void seed_logs(SeedLayer& layer, const Context& context) {
  const SeedOptions options{.mode = 0640, .gid = kAdm};
  const auto modified = [context] { return last_written(*context); };
  constexpr std::pair<std::string_view, Facility> kFiles[] = {
      {"auth.log", Facility::auth}, {"cron.log", Facility::cron}, {"syslog", Facility::system}};
  for (const auto& [name, facility] : kFiles) {
    const std::string path = fmt::format("/var/log/{}", name);
    const Facility what = facility;
    layer.file(
        path,
        [context, what] {
          return log_text(*context, what, rotated_at(context->now()), context->now());
        },
        options, modified);
    layer.file(
        path + ".1",
        [context, what] {
          const TimePoint end = rotated_at(context->now());
          return log_text(*context, what, end - days{7}, end);
        },
        options,
        [context] {
          return std::max(rotated_at(context->now()) - seconds{2'570},
                          context->persona().installed_at);
        });
  }
  const TimePoint booted = context->persona().booted_at;
  layer.file(
      "/var/log/kern.log", [context] { return kernel_text(*context); }, options,
      [context, booted] { return std::max(booted, rotated_at(context->now())); });
  layer.file("/var/log/user.log", std::string{}, {.mode = 0640, .gid = kAdm, .modified = booted});
  layer.file("/var/log/dpkg.log", [context] { return dpkg_log(*context); },
             {.modified = context->moment("upgrade", 0.9, 1)});
  layer.file("/var/log/alternatives.log", std::string{},
             {.modified = context->persona().installed_at});
  layer.file("/var/log/faillog", std::string{}, {.modified = context->persona().installed_at});
  layer.file("/var/log/btmp", std::string{}, {.mode = 0660, .gid = 43, .modified = booted});
  layer.file(
      "/var/log/wtmp", [context] { return wtmp(*context); },
      {.mode = 0664, .gid = 43, .modified = booted}, modified);
  layer.file("/var/log/lastlog", std::string(292, '\0'),
             {.mode = 0664, .gid = 43, .modified = booted});
  layer.file("/run/utmp", [context] { return boot_utmp(*context); },
             {.mode = 0664, .gid = 43, .modified = booted});
  layer.directory("/var/log/installer",
                  {.mode = 0755, .modified = context->persona().installed_at});
  layer.file("/var/log/installer/status", MakeContent{},
             {.mode = 0644, .modified = context->persona().installed_at}, {}, 1'204'992);
  layer.directory("/var/log/journal",
                  {.mode = 02755, .gid = 999, .modified = context->persona().installed_at});
}

}  // namespace fs

}  // namespace decnet::shell
