// How the rights of a user are written down again: the fewest categories that come near, then
// single commands.
#include <limits>

#include "service/redis/acl.h"

namespace decnet::service::redis {

namespace {

struct Count {
  std::size_t on = 0, off = 0;
};

Count count_category(const CommandTable& commands, const Selector& selector,
                     std::string_view category) {
  Count count;
  for (const auto& command : commands.all()) {
    if (!command->has_category(category)) continue;
    (selector.commands[command->index] ? count.on : count.off)++;
  }
  return count;
}

}  // namespace

std::string Acl::describe_commands(const Selector& selector) const {
  const bool additive = !selector.all_commands;
  std::string rules = additive ? "-@all" : "+@all";
  Selector shown = make_user("").root;
  shown.all_commands = !additive;
  shown.commands.assign(commands_.all().size(), !additive);
  Selector left = selector;  // What is not named yet.
  std::vector<bool> applied(categories().size(), false);
  while (true) {
    std::size_t best = categories().size();
    std::size_t least_different = std::numeric_limits<std::size_t>::max();
    std::size_t most_same = 0;
    for (std::size_t n = 0; n < categories().size(); ++n) {
      if (applied[n]) continue;
      const Count count = count_category(commands_, left, categories()[n]);
      const std::size_t different = additive ? count.off : count.on;
      const std::size_t same = additive ? count.on : count.off;
      if (same > different &&
          (different < least_different || (different == least_different && same > most_same))) {
        best = n;
        least_different = different;
        most_same = same;
      }
    }
    if (best == categories().size()) break;
    applied[best] = true;
    apply_category(shown, categories()[best], additive);
    apply_category(left, categories()[best], !additive);
    rules += (additive ? " +@" : " -@") + std::string(categories()[best]);
  }
  for (const auto& command : commands_.all()) {
    const bool wanted = selector.commands[command->index];
    if (wanted == shown.commands[command->index]) continue;
    rules += (wanted ? " +" : " -") + std::string(command->name());
    allow(shown, *command, wanted);
  }
  return rules;
}

std::string Acl::describe_keys(const Selector& selector) {
  if (selector.all_keys) return "~*";
  std::string out;
  for (const Selector::KeyPattern& one : selector.keys) {
    if (!out.empty()) out += ' ';
    out += one.rights == kMayRead ? "%R~" : one.rights == kMayWrite ? "%W~" : "~";
    out += one.pattern;
  }
  return out;
}

std::string Acl::describe_channels(const Selector& selector, bool as_rules) {
  if (selector.all_channels) return "&*";
  std::string out = as_rules ? "resetchannels" : "";
  for (const std::string& channel : selector.channels) out += (out.empty() ? "&" : " &") + channel;
  return out;
}

std::string Acl::describe(const User& user) const {
  std::string out = user.enabled ? "on" : "off";
  if (user.no_password) out += " nopass";
  if (user.sanitize) out += *user.sanitize ? " sanitize-payload" : " skip-sanitize-payload";
  for (const std::string& password : user.passwords) out += " #" + password;
  const auto rights = [this](const Selector& selector) {
    const std::string keys = describe_keys(selector);
    return keys + (keys.empty() ? "" : " ") + describe_channels(selector, true) + " " +
           describe_commands(selector);
  };
  out += " " + rights(user.root);
  for (const Selector& selector : user.selectors) out += " (" + rights(selector) + ")";
  return out;
}

}  // namespace decnet::service::redis
