// The records of /run/utmp, /var/log/wtmp and /var/log/lastlog, as glibc lays them out on amd64.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace decnet::shell {

inline constexpr std::size_t kUtmpBytes = 384;  // struct utmp
inline constexpr std::size_t kLastlogBytes =
    292;  // struct lastlog; that of a user lies at its uid.

enum class UtmpType : std::uint8_t { run_level = 1, boot = 2, login = 6, user = 7, dead = 8 };

struct UtmpEntry {
  UtmpType type = UtmpType::user;
  int pid = 0;
  std::string line = {};  // "pts/0"
  std::string id = {};    // "ts/0"
  std::string user = {};
  std::string host = {};
  TimePoint time{};
};

std::string write_utmp(const UtmpEntry& entry);  // kUtmpBytes
// All whole records; those of other types than the above are left out.
std::vector<UtmpEntry> read_utmp(std::string_view bytes);

struct LastlogEntry {
  TimePoint time{};  // Zero: never.
  std::string line = {};
  std::string host = {};
};
std::string write_lastlog(const LastlogEntry& entry);  // kLastlogBytes
LastlogEntry read_lastlog(std::string_view file, std::uint32_t uid);

}  // namespace decnet::shell
