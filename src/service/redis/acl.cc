#include "service/redis/acl.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/hash.h"
#include "service/redis/glob.h"
#include "service/redis/limits.h"
#include "service/redis/number.h"

namespace decnet::service::redis {

namespace {

constexpr std::string_view kSyntaxError = "Syntax error";
constexpr std::string_view kUnknown = "Unknown command or category name in ACL";

bool is_hash(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool has_blank(std::string_view text) {
  return text.find_first_of(std::string_view(" \t\n\v\f\r\0", 7)) != std::string_view::npos;
}

std::optional<std::string> apply_password(User& user, std::string_view rule) {
  const std::string_view rest = rule.substr(1);
  const bool is_plain = rule[0] == '>' || rule[0] == '<';
  if (!is_plain && !is_hash(rest)) {
    return "The password hash must be exactly 64 characters and contain only lowercase hexadecimal "
           "characters";
  }
  const std::string hash = is_plain ? sha256_hex(rest) : std::string(rest);
  const auto at = std::find(user.passwords.begin(), user.passwords.end(), hash);
  if (rule[0] == '>' || rule[0] == '#') {
    if (at == user.passwords.end() && user.passwords.size() < kUserRulesMax)
      user.passwords.push_back(hash);
    user.no_password = false;
    return std::nullopt;
  }
  if (at == user.passwords.end())
    return "The password you are trying to remove from the user does not exist";
  user.passwords.erase(at);
  return std::nullopt;
}

}  // namespace

bool Selector::may_use_key(std::string_view key, std::uint8_t rights) const {
  if (all_keys) return true;
  return std::any_of(keys.begin(), keys.end(), [&](const KeyPattern& one) {
    return (one.rights & rights) == rights && glob_match(one.pattern, key);
  });
}

bool Selector::may_use_channel(std::string_view channel, bool is_pattern) const {
  if (all_channels) return true;
  return std::any_of(channels.begin(), channels.end(), [&](const std::string& one) {
    return is_pattern ? one == channel : glob_match(one, channel);
  });
}

const std::vector<std::string_view>& Acl::categories() {
  static const std::vector<std::string_view> kCategories = {
      "keyspace", "read",   "write",       "set",       "sortedset",  "list",        "hash",
      "string",   "bitmap", "hyperloglog", "geo",       "stream",     "pubsub",      "admin",
      "fast",     "slow",   "blocking",    "dangerous", "connection", "transaction", "scripting"};
  return kCategories;
}

Acl::Acl(const CommandTable& commands) : commands_(commands) {
  User user = make_user("default");
  for (const std::string_view rule : {"+@all", "~*", "&*", "on", "nopass"}) apply(user, rule);
  put("default", std::move(user));
}

User Acl::make_user(std::string name) const {
  User user;
  user.name = std::move(name);
  user.root.commands.assign(commands_.all().size(), false);
  return user;
}

std::shared_ptr<User> Acl::find(const std::string& name) const {
  const auto at = users_.find(name);
  return at == users_.end() ? nullptr : at->second;
}

void Acl::put(const std::string& name, User user) {
  auto& slot = users_[name];
  if (slot == nullptr) {
    slot = std::make_shared<User>(std::move(user));
  } else {
    *slot = std::move(user);  // Who is logged in as it sees the change.
  }
}

void Acl::set_default_password(std::string_view password) {
  User& user = *default_user();
  user.passwords.clear();
  user.no_password = password.empty();
  if (!password.empty()) user.passwords.push_back(sha256_hex(password));
}

bool Acl::password_fits(const User& user, std::string_view password) {
  if (user.no_password) return true;
  const std::string hash = sha256_hex(password);
  return std::any_of(user.passwords.begin(), user.passwords.end(),
                     [&](const std::string& one) { return equal_secret(one, hash); });
}

std::optional<std::string> Acl::apply(User& user, std::string_view rule) const {
  const std::string word = lower(rule);
  if (rule.empty()) return std::nullopt;
  if (word == "on" || word == "off") {
    user.enabled = word == "on";
  } else if (word == "nopass") {
    user.no_password = true;
    user.passwords.clear();
  } else if (word == "resetpass") {
    user.no_password = false;
    user.passwords.clear();
  } else if (word == "skip-sanitize-payload" || word == "sanitize-payload") {
    user.sanitize = word == "sanitize-payload";
  } else if (word == "clearselectors") {
    user.selectors.clear();
  } else if (word == "reset") {
    const std::string name = user.name;
    user = make_user(name);
    user.sanitize = true;
  } else if (rule[0] == '>' || rule[0] == '<' || rule[0] == '#' || rule[0] == '!') {
    return apply_password(user, rule);
  } else if (rule[0] == '(' && rule.back() == ')') {
    if (user.selectors.size() >= kUserRulesMax) return std::nullopt;
    Selector selector = make_user("").root;
    std::string_view rest = rule.substr(1, rule.size() - 2);
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(' '), rest.size());
      if (end > 0) {
        if (auto why = apply_to_selector(selector, rest.substr(0, end))) return why;
      }
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    user.selectors.push_back(std::move(selector));
  } else {
    return apply_to_selector(user.root, rule);
  }
  return std::nullopt;
}

std::optional<std::string> Acl::apply_to_selector(Selector& selector, std::string_view rule) const {
  const std::string word = lower(rule);
  if (word == "allkeys" || word == "~*") {
    selector.all_keys = true;
    selector.keys.clear();
  } else if (word == "resetkeys") {
    selector.all_keys = false;
    selector.keys.clear();
  } else if (word == "allchannels" || word == "&*") {
    selector.all_channels = true;
    selector.channels.clear();
  } else if (word == "resetchannels") {
    selector.all_channels = false;
    selector.channels.clear();
  } else if (word == "allcommands" || word == "+@all" || word == "nocommands" || word == "-@all") {
    const bool allowed = word == "allcommands" || word == "+@all";
    selector.all_commands = allowed;
    selector.commands.assign(commands_.all().size(), allowed);
  } else if (rule[0] == '~' || rule[0] == '%') {
    return apply_key(selector, rule);
  } else if (rule[0] == '&') {
    if (selector.all_channels) {
      return "Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and "
             "does not have any "
             "effect. Try 'resetchannels' to start with an empty list of channels";
    }
    if (has_blank(rule)) return std::string(kSyntaxError);
    if (selector.channels.size() < kUserRulesMax) selector.channels.emplace_back(rule.substr(1));
  } else if ((rule[0] == '+' || rule[0] == '-') && rule.size() > 1 && rule[1] == '@') {
    if (!apply_category(selector, lower(rule.substr(2)), rule[0] == '+'))
      return std::string(kUnknown);
  } else if (rule[0] == '+' || rule[0] == '-') {
    return apply_command(selector, rule.substr(1), rule[0] == '+');
  } else {
    return std::string(kSyntaxError);
  }
  return std::nullopt;
}

std::optional<std::string> Acl::apply_key(Selector& selector, std::string_view rule) const {
  if (selector.all_keys) {
    return "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not "
           "have any effect. "
           "Try 'resetkeys' to start with an empty list of patterns";
  }
  if (has_blank(rule)) return std::string(kSyntaxError);
  std::uint8_t rights = kMayRead | kMayWrite;
  std::size_t at = 1;
  if (rule[0] == '%') {
    rights = 0;
    for (; at < rule.size() && rule[at] != '~'; ++at) {
      const char letter = upper(rule.substr(at, 1))[0];
      const std::uint8_t right = letter == 'R' ? kMayRead : letter == 'W' ? kMayWrite : 0;
      if (right == 0 || (rights & right) != 0) return std::string(kSyntaxError);
      rights |= right;
    }
    if (at == rule.size() || rights == 0) return std::string(kSyntaxError);
    ++at;
  }
  const std::string_view pattern = rule.substr(at);
  for (Selector::KeyPattern& one : selector.keys) {
    if (one.pattern == pattern) {
      one.rights |= rights;
      return std::nullopt;
    }
  }
  if (selector.keys.size() < kUserRulesMax) selector.keys.push_back({std::string(pattern), rights});
  return std::nullopt;
}

void Acl::allow(Selector& selector, const Command& command, bool allowed) {
  selector.commands[command.index] = allowed;
  if (!allowed) selector.all_commands = false;
  for (const Command* sub : command.subcommands) allow(selector, *sub, allowed);
}

std::optional<std::string> Acl::apply_command(Selector& selector, std::string_view name,
                                              bool allowed) const {
  const Command* command = commands_.find(name);
  if (command != nullptr) {
    allow(selector, *command, allowed);
    return std::nullopt;
  }
  // "+select|0": the first argument of a command without subcommands is accepted, and means the
  // command.
  const std::size_t bar = name.find('|');
  const Command* parent =
      bar == std::string_view::npos ? nullptr : commands_.find(name.substr(0, bar));
  if (parent == nullptr || !parent->subcommands.empty()) return std::string(kUnknown);
  if (!allowed || bar + 1 == name.size()) return std::string(kSyntaxError);
  allow(selector, *parent, true);
  return std::nullopt;
}

bool Acl::apply_category(Selector& selector, std::string_view category, bool allowed) const {
  const auto& all = categories();
  if (std::find(all.begin(), all.end(), category) == all.end()) return false;
  for (const auto& command : commands_.all()) {
    if (command->has_category(category)) allow(selector, *command, allowed);
  }
  return true;
}

AclVerdict Acl::check(const User& user, const Command& command,
                      const std::vector<std::string>& argv, std::size_t& bad_argument) const {
  AclVerdict verdict = check_selector(user.root, command, argv, bad_argument);
  for (const Selector& selector : user.selectors) {
    if (verdict == AclVerdict::allowed) break;
    std::size_t bad = 0;
    const AclVerdict other = check_selector(selector, command, argv, bad);
    if (other == AclVerdict::allowed || other > verdict) {
      verdict = other;
      bad_argument = bad;
    }
  }
  return verdict;
}

AclVerdict Acl::check_selector(const Selector& selector, const Command& command,
                               const std::vector<std::string>& argv,
                               std::size_t& bad_argument) const {
  if (!selector.all_commands && !selector.commands[command.index] &&
      !command.allowed_unauthenticated) {
    return AclVerdict::command;
  }
  if (!selector.all_keys && !command.key_specs.empty()) {
    for (const KeyRef& key : keys_of(command, argv).keys) {
      std::uint8_t rights = 0;
      if (key.spec->has("access")) rights |= kMayRead;
      if (key.spec->has("insert") || key.spec->has("delete") || key.spec->has("update"))
        rights |= kMayWrite;
      if (selector.may_use_key(argv[key.index], rights)) continue;
      bad_argument = key.index;
      return AclVerdict::key;
    }
  }
  if (!selector.all_channels && command.has_category("pubsub")) {
    const auto [channels, are_patterns] = channels_of(command, argv);
    for (const std::size_t index : channels) {
      if (selector.may_use_channel(argv[index], are_patterns)) continue;
      bad_argument = index;
      return AclVerdict::channel;
    }
  }
  return AclVerdict::allowed;
}

std::pair<std::vector<std::size_t>, bool> channels_of(const Command& command,
                                                      const std::vector<std::string>& argv) {
  const std::string_view name = command.name();
  std::vector<std::size_t> indexes;
  if (name == "publish" || name == "spublish") {
    indexes.push_back(1);
  } else if (name == "subscribe" || name == "ssubscribe" || name == "psubscribe") {
    for (std::size_t n = 1; n < argv.size(); ++n) indexes.push_back(n);
  }
  return {std::move(indexes), name == "psubscribe"};
}

}  // namespace decnet::service::redis
