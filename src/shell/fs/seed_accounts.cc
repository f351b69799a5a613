// /etc/passwd, shadow, group, gshadow.
#include <algorithm>
#include <chrono>

#include <crypt.h>
#include <fmt/format.h>

#include "persona/site.h"
#include "shell/fs/seed_parts.h"
#include "shell/fs/system_model.h"

namespace decnet::shell {
namespace {

constexpr std::size_t kHashBytes = 73;  // "$y$j9T$", salt of 22, "$", 43.
constexpr std::string_view kBasePasswd =
    "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
    "www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n"
    "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n";
constexpr std::string_view kBaseGroup =
    "root:x:0:\ndaemon:x:1:\nadm:x:4:\ntty:x:5:\ndisk:x:6:\nsudo:x:27:\nwww-data:x:33:\nshadow:x:"
    "42:\n"
    "users:x:100:\nnogroup:x:65534:\n";

std::string user_of(std::string_view line) {
  return std::string(line.substr(0, line.find(':')));
}

template <class Take>
void each_line(std::string_view text, Take take) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) take(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

std::string yescrypt(const persona::Persona& persona, const UnixAccount& account) {
  constexpr std::string_view kLetters =
      "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  SeededRandom random(persona.seed, "salt." + account.user);
  std::string setting = "$y$j9T$";
  for (int n = 0; n < 21; ++n) setting.push_back(random.pick(kLetters));
  setting.push_back(kLetters[random.below(4)]);  // The last letter holds two bits.
  setting.push_back('$');
  auto data = std::make_unique<crypt_data>();
  const char* hash = ::crypt_r(account.password.c_str(), setting.c_str(), data.get());
  return hash != nullptr && hash[0] == '$' ? hash : setting + std::string(43, '.');
}

long day_of(TimePoint time) {
  return std::chrono::floor<std::chrono::days>(time).time_since_epoch().count();
}

}  // namespace

std::vector<UnixAccount> unix_accounts(const persona::Persona& persona) {
  std::vector<UnixAccount> all;
  const std::vector<ServiceUser> services = model_service_users(persona);
  const persona::Site site = persona::make_site(persona.seed);
  std::uint32_t next = 1000;
  for (const persona::Account& account : persona.accounts) {
    UnixAccount made{account.user, 0, 0, "root", "/root", "/bin/bash", account.password};
    if (account.user != "root") {
      made.uid = made.gid = next;
      made.comment = ",,,";
      for (const persona::Person& person : site.people) {
        if (person.user == account.user) made.comment = person.first + " " + person.last + ",,,";
      }
      made.home = "/home/" + account.user;
      const auto service =
          std::find_if(services.begin(), services.end(),
                       [&](const ServiceUser& s) { return s.name == account.user; });
      if (service != services.end()) {
        made.uid = service->uid;
        made.gid = service->gid;
        made.home = service->home;
        made.comment = service->comment;
      } else if (account.user == "backup") {
        made.uid = made.gid = 34;
        made.comment = "backup";
        made.home = "/var/backups";
      } else {
        ++next;
      }
    }
    all.push_back(std::move(made));
  }
  return all;
}

namespace fs {
namespace {

std::string passwd_text(const SeedContext& context) {
  std::string base = context.image_text("/etc/passwd");
  if (base.empty()) base = kBasePasswd;
  std::string text;
  const auto is_account = [&](std::string_view user) {
    return std::any_of(context.accounts.begin(), context.accounts.end(),
                       [&](const UnixAccount& account) { return account.user == user; });
  };
  const auto line = [](const UnixAccount& a) {
    return fmt::format("{}:x:{}:{}:{}:{}:{}\n", a.user, a.uid, a.gid, a.comment, a.home, a.shell);
  };
  std::vector<std::string> known;
  const auto put = [&](const std::string& user, const std::string& otherwise) {
    known.push_back(user);
    if (!is_account(user)) {
      text += otherwise;
      return;
    }
    for (const UnixAccount& account : context.accounts) {
      if (account.user == user) text += line(account);
    }
  };
  each_line(base, [&](std::string_view each) { put(user_of(each), std::string(each) + "\n"); });
  for (const ServiceUser& s : model_service_users(context.persona())) {
    if (std::find(known.begin(), known.end(), s.name) != known.end()) continue;
    put(s.name,
        fmt::format("{}:x:{}:{}:{}:{}:{}\n", s.name, s.uid, s.gid, s.comment, s.home, s.shell));
  }
  for (const UnixAccount& account : context.accounts) {
    if (std::find(known.begin(), known.end(), account.user) == known.end()) text += line(account);
  }
  return text;
}

std::string group_text(const SeedContext& context, bool shadow) {
  std::string base = context.image_text("/etc/group");
  if (base.empty()) base = kBaseGroup;
  std::string text;
  std::vector<std::string> known;
  const auto line = [&](const std::string& name, std::uint32_t gid, std::string_view members) {
    known.push_back(name);
    text += shadow
                ? fmt::format("{}:{}::{}\n", name, gid >= 1000 && gid < 60'000 ? "!" : "*", members)
                : fmt::format("{}:x:{}:{}\n", name, gid, members);
  };
  std::string administrators;
  for (const UnixAccount& account : context.accounts) {
    const bool people = account.uid >= 1000 && account.comment.size() > 3;
    if (account.user == "admin" || account.user == "deploy" || people) {
      administrators += (administrators.empty() ? "" : ",") + account.user;
    }
  }
  each_line(base, [&](std::string_view each) {
    const std::size_t first = each.find(':');
    const std::size_t second = each.find(':', first + 1);
    if (second == std::string_view::npos) return;
    const std::string name = user_of(each);
    line(name, static_cast<std::uint32_t>(std::atoi(each.data() + second + 1)),
         name == "sudo" || name == "adm" ? administrators : "");
  });
  for (const ServiceUser& s : model_service_users(context.persona())) {
    if (std::find(known.begin(), known.end(), s.name) == known.end()) line(s.name, s.gid, "");
  }
  for (const UnixAccount& account : context.accounts) {
    if (std::find(known.begin(), known.end(), account.user) == known.end()) {
      line(account.user, account.gid, "");
    }
  }
  return text;
}

std::string shadow_text(SeedContext& context, bool hashed) {
  std::string text;
  const long installed = day_of(context.persona().installed_at);
  each_line(passwd_text(context), [&](std::string_view each) {
    const std::string user = user_of(each);
    std::string secret = "*";
    long day = installed;
    for (const UnixAccount& account : context.accounts) {
      if (account.user != user) continue;
      secret = "!";
      day = day_of(context.moment("password." + user, 0, 0.6));
      if (account.password.empty()) continue;
      std::string& hash = context.hashes[user];
      if (hash.empty() && hashed) hash = yescrypt(context.persona(), account);
      secret = hashed ? hash : std::string(kHashBytes, 'x');
    }
    const bool person = each.find(":/home/") != std::string_view::npos || user == "root";
    const bool dynamic =
        user.starts_with("systemd-") || user == "messagebus" || user == "sshd" || user == "tcpdump";
    if (secret == "*" && dynamic) secret = "!*";
    text += !dynamic || person ? fmt::format("{}:{}:{}:0:99999:7:::\n", user, secret, day)
                               : fmt::format("{}:{}:{}::::::\n", user, secret, day);
  });
  return text;
}

}  // namespace

void seed_accounts(SeedLayer& layer, const Context& context) {
  const TimePoint changed = context->moment("passwd", 0.3, 0.6);
  layer.file("/etc/passwd", [context] { return passwd_text(*context); }, {.modified = changed});
  layer.file("/etc/passwd-", [context] { return passwd_text(*context); },
             {.modified = changed - std::chrono::seconds{2}});
  layer.file("/etc/group", [context] { return group_text(*context, false); },
             {.modified = changed});
  layer.file("/etc/gshadow", [context] { return group_text(*context, true); },
             {.mode = 0640, .gid = 42, .modified = changed});
  layer.file(
      "/etc/shadow", [context] { return shadow_text(*context, true); },
      {.mode = 0640, .gid = 42, .modified = changed}, {}, shadow_text(*context, false).size());
  std::string ranges;
  std::uint32_t first = 100'000;
  for (const UnixAccount& account : context->accounts) {
    if (account.uid < 1000) continue;
    ranges += fmt::format("{}:{}:65536\n", account.user, first);
    first += 65'536;
  }
  layer.file("/etc/subuid", ranges, {.modified = changed});
  layer.file("/etc/subgid", ranges, {.modified = changed});
}

}  // namespace fs
}  // namespace decnet::shell
