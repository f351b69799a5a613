// CONFIG: the parameters of redis 7.0.15 with the values of Debian's redis.conf (config_table.inc).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/redis/keyspace.h"

namespace decnet::service::redis {

class Config {
 public:
  Config();

  // What CONFIG GET shows; null for a name that is not known. Aliases ("slave-priority") work.
  const std::string* find(std::string_view name) const;
  std::string_view get(std::string_view name) const;  // Of a name that is known.
  std::vector<std::string> names() const;             // All, aliases too.

  // Why the value cannot be set, as the genuine server says it ("argument must be 'yes' or 'no'");
  // nothing: it can, and `canonical` is how CONFIG GET will show it. `trusted`: protected
  // parameters may be set.
  std::optional<std::string> check(std::string_view name, std::string_view value, bool trusted,
                                   std::string& canonical) const;
  void assign(std::string_view name, std::string value);  // Checked before.
  bool is_immutable(std::string_view name) const;
  static std::string_view resolve(std::string_view name);  // Without its alias; empty if not known.

  // What is asked often.
  EncodingLimits encodings;
  std::uint64_t maxmemory = 0;
  std::int64_t bulk_bytes_max = 512LL << 20;
  std::int64_t slowlog_micros = 10'000;
  std::size_t slowlog_max = 128;
  std::uint32_t notify = 0;  // Bits of notify_bit(): 0 is off.
  bool protected_mode = true;

  static std::uint32_t notify_bit(char letter) noexcept;

 private:
  void refresh();
  std::map<std::string, std::string, std::less<>> values_;
};

// "Elg" → bits, and back in the genuine order ("glE"); nothing for a letter that is none.
std::optional<std::uint32_t> parse_notify(std::string_view letters);
std::string format_notify(std::uint32_t bits);

}  // namespace decnet::service::redis
