// Users and what each may do (ACL SETUSER's rules).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/redis/command.h"

namespace decnet::service::redis {

inline constexpr std::uint8_t kMayRead = 1;
inline constexpr std::uint8_t kMayWrite = 2;

// One set of rights; a user has one, and more in parentheses.
struct Selector {
  struct KeyPattern {
    std::string pattern;
    std::uint8_t rights = kMayRead | kMayWrite;
  };
  std::vector<bool> commands;  // By Command::index.
  bool all_commands = false;   // Those of the future too: +@all
  bool all_keys = false, all_channels = false;
  std::vector<KeyPattern> keys;
  std::vector<std::string> channels;

  bool may_use_key(std::string_view key, std::uint8_t rights) const;
  bool may_use_channel(std::string_view channel, bool is_pattern) const;
};

struct User {
  std::string name;
  bool enabled = false, no_password = false;
  std::optional<bool> sanitize;        // sanitize-payload, skip-sanitize-payload
  std::vector<std::string> passwords;  // SHA-256 in hexadecimal
  Selector root;
  std::vector<Selector> selectors;
};

enum class AclVerdict : std::uint8_t { allowed, command, key, channel };

class Acl {
 public:
  explicit Acl(const CommandTable& commands);

  std::shared_ptr<User> find(const std::string& name) const;
  std::shared_ptr<User> default_user() const { return find("default"); }
  const std::map<std::string, std::shared_ptr<User>>& users() const noexcept { return users_; }
  void put(const std::string& name, User user);
  bool erase(const std::string& name) { return users_.erase(name) > 0; }
  User make_user(std::string name) const;

  void set_default_password(std::string_view password);  // requirepass; empty: none is needed.
  static bool password_fits(const User& user, std::string_view password);

  // Changes `user` by one rule ("+get", "~app:*"). Why not, as the genuine server says it; nothing:
  // done.
  std::optional<std::string> apply(User& user, std::string_view rule) const;

  // Whether the user may run this; `bad_argument` is then the index of the key or channel that was
  // refused.
  AclVerdict check(const User& user, const Command& command, const std::vector<std::string>& argv,
                   std::size_t& bad_argument) const;

  std::string describe_commands(const Selector& selector) const;  // "-@all +@read -keys"
  static std::string describe_keys(const Selector& selector);     // "~app:* %R~x"
  static std::string describe_channels(const Selector& selector, bool as_rules);
  std::string describe(const User& user) const;  // A line of ACL LIST, behind "user <name> ".

  static const std::vector<std::string_view>& categories();

 private:
  std::optional<std::string> apply_to_selector(Selector& selector, std::string_view rule) const;
  std::optional<std::string> apply_key(Selector& selector, std::string_view rule) const;
  std::optional<std::string> apply_command(Selector& selector, std::string_view name,
                                           bool allowed) const;
  bool apply_category(Selector& selector, std::string_view category, bool allowed) const;
  static void allow(Selector& selector, const Command& command, bool allowed);
  AclVerdict check_selector(const Selector& selector, const Command& command,
                            const std::vector<std::string>& argv, std::size_t& bad_argument) const;

  const CommandTable& commands_;
  std::map<std::string, std::shared_ptr<User>> users_;
};

// The channels of a request: SUBSCRIBE, PUBLISH and their kin. Second: they are patterns.
std::pair<std::vector<std::size_t>, bool> channels_of(const Command& command,
                                                      const std::vector<std::string>& argv);

}  // namespace decnet::service::redis
