// Numbers that move with time: what the process would use, and what the operator's own monitoring
// has asked of it.
#pragma once

#include <cstdint>

namespace decnet::service::redis {

class Server;

inline constexpr std::uint64_t kStartupBytes =
    876'176;  // Of Debian's build with its own redis.conf.
inline constexpr std::uint64_t kFunctionVmBytes = 33'792;

struct Vitals {
  std::uint64_t used = 0, rss = 0, peak = 0, overhead = 0, allocated = 0, active = 0, resident = 0,
                system = 0;
  std::uint64_t lua = 0, scripts = 0, clients = 0;
};
Vitals vitals_of(const Server& server);

struct Background {
  std::uint64_t connections = 0, commands = 0, bytes_in = 0, bytes_out = 0, expire_millis = 0;
  double cpu_system = 0, cpu_user = 0;
};
Background background_of(const Server& server);

// Commands a second, of the last ones.
std::uint64_t recent_rate(const Server& server);

}  // namespace decnet::service::redis
