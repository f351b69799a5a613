// wtmp, lastlog, utmp: who has logged in.
#include "shell/fs/seed_logins.h"

#include <algorithm>
#include <chrono>

#include "shell/fs/system_model.h"
#include "shell/fs/utmp.h"

namespace decnet::shell::fs {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

constexpr std::uint32_t kUtmp = 43;
constexpr days kLookedBack{200};  // For somebody's last login.

std::vector<UtmpEntry> boot_entries(const persona::Persona& persona) {
  const TimePoint at = persona.booted_at;
  return {{UtmpType::boot, 0, "~", "~~", "reboot", persona.kernel, at + seconds{2}},
          {UtmpType::login, 431, "tty1", "tty1", "LOGIN", "", at + seconds{6}},
          {UtmpType::run_level, 53, "~", "~~", "runlevel", persona.kernel, at + seconds{12}}};
}

std::string wtmp_text(const SeedContext& context, TimePoint from, TimePoint to) {
  const persona::Persona& persona = context.persona();
  std::vector<UtmpEntry> entries = boot_entries(persona);
  for (const Login& login : logins_between(context, std::max(from, persona.installed_at), to)) {
    const TimePoint end = login.time + login.length;
    if (login.time < persona.booted_at && end > persona.booted_at) continue;
    const int pid = model_next_pid(persona, login.time);
    entries.push_back({UtmpType::user, pid, "pts/0", "ts/0", login.user, login.from, login.time});
    entries.push_back({UtmpType::dead, pid, "pts/0", "", "", "", end});
  }
  std::stable_sort(entries.begin(), entries.end(),
                   [](const UtmpEntry& a, const UtmpEntry& b) { return a.time < b.time; });
  std::string text;
  for (const UtmpEntry& entry : entries) {
    if (entry.time >= from && entry.time < to) text += write_utmp(entry);
  }
  return text;
}

std::string lastlog_text(const SeedContext& context) {
  std::string text(kLastlogBytes, '\0');
  const TimePoint from = std::max(context.now() - kLookedBack, context.persona().installed_at);
  for (const Login& login : logins_between(context, from, context.now())) {
    for (const UnixAccount& account : context.accounts) {
      if (account.user != login.user) continue;
      const std::size_t at = account.uid * kLastlogBytes;
      text.resize(std::max(text.size(), at + kLastlogBytes), '\0');
      text.replace(at, kLastlogBytes, write_lastlog({login.time, "pts/0", login.from}));
    }
  }
  return text;
}

// Of wtmp, which is rotated every month.
TimePoint month_began(TimePoint now) {
  const std::chrono::year_month_day day{std::chrono::floor<days>(now)};
  return TimePoint{std::chrono::sys_days{day.year() / day.month() / 1}};
}

TimePoint last_login(const SeedContext& context) {
  const TimePoint from = std::max(month_began(context.now()), context.persona().installed_at);
  const auto logins = logins_between(context, from, context.now());
  return logins.empty() ? std::max(from, std::min(context.persona().booted_at, context.now()))
                        : logins.back().time + logins.back().length;
}

}  // namespace

// Logs are rotated in the first minute of a Sunday.
TimePoint rotated_at(TimePoint now) {
  const auto today = std::chrono::floor<days>(now);
  return TimePoint{today - (std::chrono::weekday{today} - std::chrono::Sunday)};
}

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
                static_cast<std::uint16_t>(30'000 + random.below(30'000))};
    if (login.time >= from && login.time + login.length < to) logins.push_back(std::move(login));
  }
  return logins;
}

TimePoint last_written(const SeedContext& context) {
  const TimePoint now = context.now();
  const TimePoint hour = std::chrono::floor<hours>(now) + minutes{17} + seconds{1};
  return std::max(hour <= now ? hour : hour - hours{1}, context.persona().installed_at);
}

void seed_logins(SeedLayer& layer, const Context& context) {
  const SeedOptions options{.mode = 0664, .gid = kUtmp, .modified = context->persona().booted_at};
  const auto now = [context] { return context->now(); };
  const auto begins = [context] { return month_began(context->now()); };
  const auto between = [context](TimePoint from, TimePoint to) {
    return wtmp_text(*context, from, to);
  };
  layer.log("/var/log/wtmp", {begins, between, now, kUtmpBytes}, options,
            [context] { return last_login(*context); });
  layer.file(
      "/var/log/lastlog", [context] { return lastlog_text(*context); }, options,
      [context] { return last_login(*context); });
  layer.file(
      "/run/utmp",
      [context] {
        std::string text;
        for (const UtmpEntry& entry : boot_entries(context->persona())) text += write_utmp(entry);
        return text;
      },
      options);
}

}  // namespace decnet::shell::fs
