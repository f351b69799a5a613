#include "persona/accounts.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <span>
#include <string>

#include <fmt/format.h>

namespace decnet::persona {
namespace {

// What dictionaries of guessed logins begin with.
constexpr std::string_view kCommon[] = {
    "123456",   "password",  "12345678",  "qwerty",      "admin123",  "changeme",  "letmein",
    "1q2w3e4r", "welcome1",  "Password1", "P@ssw0rd",    "passw0rd",  "abc123",    "111111",
    "iloveyou", "qwerty123", "1qaz2wsx",  "default",     "toor",      "root123",   "system",
    "secret",   "test123",   "123qwe",    "Passw0rd!",   "Admin@123", "P@ssw0rd1", "Welcome123",
    "qwe123",   "zaq12wsx",  "password1", "server",      "access",    "master",    "dragon",
    "654321",   "asdfgh",    "987654321", "Password123", "q1w2e3r4"};
constexpr std::string_view kSeasons[] = {"Spring", "Summer", "Autumn", "Winter"};

std::string capital(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') {
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  }
  return text;
}

int year_of(TimePoint day) {
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(day)};
  return static_cast<int>(date.year());
}

std::string guessable(SeededRandom& random, const std::string& user, const Site& site, int year) {
  const std::int64_t recent = year - random.between(0, 2);
  switch (random.below(12)) {
    case 0:
      return user;
    case 1:
      return user + "123";
    case 2:
      return fmt::format("{}@{}", capital(user), recent);
    case 3:
      return fmt::format("{}{}", random.pick(std::span(kSeasons)), recent);
    case 4:
      return fmt::format("{}{}!", capital(site.stem), recent);
    case 5:
      return fmt::format("{}{}", user, random.between(1, 99));
    default:
      return std::string(random.pick(std::span(kCommon)));
  }
}

std::string_view administrator_of(const Archetype& archetype) {
  if (archetype.personality.starts_with("windows")) return "administrator";
  return archetype.personality == "linux5" ? "root" : "admin";
}

void add(std::vector<Account>& accounts, std::string user) {
  const auto same = [&](const Account& account) { return account.user == user; };
  if (std::none_of(accounts.begin(), accounts.end(), same))
    accounts.push_back({std::move(user), ""});
}

}  // namespace

std::vector<Account> make_accounts(SeededRandom random, const Archetype& archetype,
                                   const Site& site, TimePoint day) {
  std::vector<Account> accounts;
  add(accounts, std::string(administrator_of(archetype)));
  for (const std::string_view login : archetype.logins) {
    if (random.chance(0.6)) add(accounts, std::string(login));
  }
  // The first service account always exists, so that there is one to guess besides root.
  add(accounts, std::string(archetype.logins.front()));
  const std::size_t administrative = accounts.size();
  for (const Person& person : site.people) {
    if (random.chance(0.35)) add(accounts, person.user);
  }
  const auto count = random.between(kGuessableMin, kGuessableMax);
  for (std::int64_t n = 0; n < count; ++n) {
    // People choose better passwords than those who set machines up.
    const bool person = random.chance(0.2) && accounts.size() > administrative;
    const std::size_t at = person ? administrative + random.below(accounts.size() - administrative)
                                  : random.below(administrative);
    Account& account = accounts[at];
    if (account.password.empty()) {
      account.password = guessable(random, account.user, site, year_of(day));
    }
  }
  return accounts;
}

}  // namespace decnet::persona
