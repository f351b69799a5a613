// ACL.
#include <algorithm>
#include <array>
#include <cstdio>

#include "base/bytes.h"
#include "service/redis/call.h"

namespace decnet::service::redis {

namespace {

constexpr std::string_view kNoFile =
    "ERR This Redis instance is not configured to use an ACL file. You may want to specify users "
    "via the ACL SETUSER command "
    "and then issue a CONFIG REWRITE (assuming you have a Redis configuration file set) in order "
    "to store users in the Redis "
    "configuration.";

void whoami(Call& call) {
  call.out.bulk(call.client.user != nullptr ? call.client.user->name : "default");
}

void users(Call& call) {
  const auto& all = call.server.acl.users();
  call.out.array(all.size());
  for (const auto& [name, user] : all) call.out.bulk(name);
}

void list(Call& call) {
  const auto& all = call.server.acl.users();
  call.out.array(all.size());
  for (const auto& [name, user] : all)
    call.out.bulk("user " + name + " " + call.server.acl.describe(*user));
}

void cat(Call& call) {
  if (call.size() > 3) return call.unknown_subcommand();
  const auto& categories = Acl::categories();
  if (call.size() == 2) {
    call.out.array(categories.size());
    for (const std::string_view category : categories) call.out.bulk(category);
    return;
  }
  const std::string wanted = lower(call.arg(2));
  if (std::find(categories.begin(), categories.end(), wanted) == categories.end()) {
    return call.out.error("ERR Unknown category '" + call.arg(2) + "'");
  }
  std::vector<std::string_view> names;
  for (const Command* command :
       CommandTable::shuffled(call.server.commands.top(), call.server.keyspace.seed())) {
    if (command->has_category(wanted)) names.push_back(command->name());
    for (const Command* sub : command->subcommands) {
      if (sub->has_category(wanted)) names.push_back(sub->name());
    }
  }
  call.out.array(names.size());
  for (const std::string_view name : names) call.out.bulk(name);
}

void say_rights(Call& call, const Selector& selector) {
  call.out.bulk("commands");
  call.out.bulk(call.server.acl.describe_commands(selector));
  call.out.bulk("keys");
  call.out.bulk(Acl::describe_keys(selector));
  call.out.bulk("channels");
  call.out.bulk(Acl::describe_channels(selector, false));
}

void getuser(Call& call) {
  const auto user = call.server.acl.find(call.arg(2));
  if (user == nullptr) return call.out.null();
  std::vector<std::string_view> flags{user->enabled ? "on" : "off"};
  if (user->no_password) flags.emplace_back("nopass");
  if (user->sanitize)
    flags.emplace_back(*user->sanitize ? "sanitize-payload" : "skip-sanitize-payload");
  call.out.map(6);
  call.out.bulk("flags");
  call.out.set(flags.size());
  for (const std::string_view flag : flags) call.out.bulk(flag);
  call.out.bulk("passwords");
  call.out.array(user->passwords.size());
  for (const std::string& password : user->passwords) call.out.bulk(password);
  say_rights(call, user->root);
  call.out.bulk("selectors");
  call.out.array(user->selectors.size());
  for (const Selector& selector : user->selectors) {
    call.out.map(3);
    say_rights(call, selector);
  }
}

// Joins the words of a selector in parentheses into one rule; the word that opens one which never
// ends, else nothing.
std::optional<std::string> join_selectors(const Request& argv, std::size_t first,
                                          std::vector<std::string>& rules) {
  for (std::size_t n = first; n < argv.size(); ++n) {
    if (argv[n].empty() || argv[n][0] != '(' || argv[n].back() == ')') {
      rules.push_back(argv[n]);
      continue;
    }
    std::string joined = argv[n];
    std::size_t end = n + 1;
    for (; end < argv.size(); ++end) {
      joined += " " + argv[end];
      if (!argv[end].empty() && argv[end].back() == ')') break;
    }
    if (end == argv.size()) return argv[n];
    rules.push_back(std::move(joined));
    n = end;
  }
  return std::nullopt;
}

void setuser(Call& call) {
  const std::string& name = call.arg(2);
  if (name.find_first_of(std::string_view(" \t\n\v\f\r\0", 7)) != std::string::npos) {
    return call.out.error("ERR Usernames can't contain spaces or null characters");
  }
  std::vector<std::string> rules;
  if (const auto open = join_selectors(call.argv, 3, rules)) {
    return call.out.error("ERR Unmatched parenthesis in acl selector starting at '" + *open + "'.");
  }
  const auto existing = call.server.acl.find(name);
  if (existing == nullptr && call.server.acl.users().size() >= kUsersMax)
    return call.out.error(kOutOfMemory);
  User user = existing != nullptr ? *existing : call.server.acl.make_user(name);
  for (const std::string& rule : rules) {
    if (!call.spend(512)) return;
    if (const auto why = call.server.acl.apply(user, rule)) {
      return call.out.error("ERR Error in ACL SETUSER modifier '" + rule + "': " + *why);
    }
  }
  call.server.acl.put(name, std::move(user));
  call.out.ok();
}

void deluser(Call& call) {
  std::int64_t removed = 0;
  for (std::size_t n = 2; n < call.size(); ++n) {
    if (call.arg(n) == "default") return call.out.error("ERR The 'default' user cannot be removed");
    const auto user = call.server.acl.find(call.arg(n));
    if (user == nullptr) continue;
    call.server.acl.erase(call.arg(n));
    ++removed;
    // Who is logged in as it is cut off.
    call.server.each_client([&](Client& client) {
      if (client.user != user) return;
      if (&client == &call.client) {
        client.closes_after_reply = true;
      } else if (!client.closed) {
        call.server.close(client, "user_deleted");
      }
    });
  }
  call.out.integer(removed);
}

void genpass(Call& call) {
  std::int64_t bits = 256;
  if (call.size() == 3) {
    const auto given = call.integer(2);
    if (!given) return;
    if (*given <= 0 || *given > 4096) {
      return call.out.error(
          "ERR ACL GENPASS argument must be the number of bits for the output password, a positive "
          "number "
          "up to 4096");
    }
    bits = *given;
  }
  const auto digits = static_cast<std::size_t>((bits + 3) / 4);
  call.out.bulk(to_hex(random_bytes((digits + 1) / 2)).substr(0, digits));
}

void log(Call& call) {
  std::int64_t count = 10;
  if (call.size() == 3) {
    if (call.is(2, "RESET")) {
      call.server.acl_log.clear();
      return call.out.ok();
    }
    const auto given = call.integer(2);
    if (!given) return;
    count = std::max<std::int64_t>(*given, 0);
  }
  const std::size_t shown = std::min(static_cast<std::size_t>(count), call.server.acl_log.size());
  call.out.array(shown);
  for (std::size_t n = 0; n < shown; ++n) {
    const AclLogEntry& entry = call.server.acl_log[n];
    call.out.map(7);
    call.out.bulk("count");
    call.out.integer(static_cast<std::int64_t>(entry.count));
    for (const auto& [name, value] :
         {std::pair<std::string_view, const std::string&>{"reason", entry.reason},
          {"context", entry.context},
          {"object", entry.object},
          {"username", entry.user}}) {
      call.out.bulk(name);
      call.out.bulk(value);
    }
    call.out.bulk("age-seconds");
    call.out.real(static_cast<double>(call.now() - entry.created_ms) / 1000);
    call.out.bulk("client-info");
    call.out.bulk(entry.client_info);
  }
}

void dryrun(Call& call) {
  const auto user = call.server.acl.find(call.arg(2));
  if (user == nullptr) return call.out.error("ERR User '" + call.arg(2) + "' not found");
  const Request inner(call.argv.begin() + 3, call.argv.end());
  const Command* command = call.server.commands.of_request(inner);
  if (command == nullptr) return call.out.error("ERR Command '" + call.arg(3) + "' not found");
  if (!command->accepts(inner.size())) {
    return call.out.error("ERR wrong number of arguments for '" + std::string(command->name()) +
                          "' command");
  }
  std::size_t bad = 0;
  const std::string who = "This user has no permissions to ";
  switch (call.server.acl.check(*user, *command, inner, bad)) {
    case AclVerdict::allowed:
      return call.out.ok();
    case AclVerdict::command:
      return call.out.bulk(who + "run the '" + std::string(command->name()) + "' command");
    case AclVerdict::key:
      return call.out.bulk(who + "access the '" + inner[bad] + "' key");
    case AclVerdict::channel:
      return call.out.bulk(who + "access the '" + inner[bad] + "' channel");
  }
}

void no_file(Call& call) {
  call.out.error(kNoFile);
}

constexpr auto kCommands = std::to_array<Binding>({
    {"acl|cat", cat},
    {"acl|deluser", deluser},
    {"acl|dryrun", dryrun},
    {"acl|genpass", genpass},
    {"acl|getuser", getuser},
    {"acl|list", list},
    {"acl|load", no_file},
    {"acl|log", log},
    {"acl|save", no_file},
    {"acl|setuser", setuser},
    {"acl|users", users},
    {"acl|whoami", whoami},
});

}  // namespace

std::span<const Binding> acl_commands() {
  return kCommands;
}

}  // namespace decnet::service::redis
