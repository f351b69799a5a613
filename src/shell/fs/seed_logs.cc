// /var/log: what happened here, which goes on with time and never changes behind one's back.
#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "shell/fs/seed_logins.h"
#include "shell/fs/seed_parts.h"
#include "shell/fs/ssh_log.h"
#include "shell/fs/system_model.h"

namespace decnet::shell {
namespace fs {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::uint32_t kAdm = 4;
constexpr std::uint32_t kUtmp = 43;

struct Line {
  TimePoint time;
  std::string text;  // "CRON[123]: …"
};

// Of which file the lines are asked.
enum class Facility : std::uint8_t { auth, cron, system };

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

// `number`: of its session since the start, as systemd-logind counts.
void add_ssh(const SeedContext& context, const Login& login, std::size_t number,
             std::vector<Line>& out) {
  std::string print = to_base64(sha256(context.login_key(login.user)));
  print.pop_back();
  SshLogin told;
  told.pid = model_next_pid(context.persona(), login.time);
  told.child_pid = login.user == "root" ? told.pid : told.pid + 6;
  told.user = login.user;
  told.from = login.from;
  told.port = login.port;
  told.session = static_cast<int>(number);
  told.logind_pid = context.logind_pid;
  told.how = "publickey";
  told.key = "ED25519 SHA256:" + print;
  for (const UnixAccount& account : context.accounts) {
    if (account.user == login.user) told.uid = account.uid;
  }
  for (const auto& [after, text] : ssh_login_lines(told)) out.push_back({login.time + after, text});
  const TimePoint end = login.time + login.length;
  for (const auto& [after, text] : ssh_logout_lines(told)) out.push_back({end + after, text});
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
    std::size_t number = logins_between(context, persona.booted_at, from).size();
    for (const Login& login : logins_between(context, from, to)) {
      add_ssh(context, login, ++number, lines);
    }
  }
  std::sort(lines.begin(), lines.end(),
            [](const Line& a, const Line& b) { return a.time < b.time; });
  std::string text;
  for (const Line& line : lines) {
    if (line.time < from || line.time >= to) continue;
    text += log_line(line.time, persona.hostname, line.text);
  }
  return text;
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
    text += log_line(persona.booted_at + Duration{3'400'000}, persona.hostname,
                     "kernel: " + std::string(rest.substr(0, end)));
    rest.remove_prefix(end + 1);
  }
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
    const auto between = [context, what](TimePoint from, TimePoint to) {
      return log_text(*context, what, from, to);
    };
    const auto begins = [context] { return rotated_at(context->now()); };
    const auto now = [context] { return context->now(); };
    layer.log(path, {begins, between, now}, options, modified);
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
  layer.file("/var/log/btmp", std::string{}, {.mode = 0660, .gid = kUtmp, .modified = booted});
  seed_logins(layer, context);
  layer.directory("/var/log/installer",
                  {.mode = 0755, .modified = context->persona().installed_at});
  layer.file("/var/log/installer/status", MakeContent{},
             {.mode = 0644, .modified = context->persona().installed_at}, {}, 1'204'992);
  layer.directory("/var/log/journal",
                  {.mode = 02755, .gid = 999, .modified = context->persona().installed_at});
}

}  // namespace fs

}  // namespace decnet::shell
