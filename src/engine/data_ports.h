// DataPorts: the passive ports that sessions of this engine hold open, so that a peer's own data
// connection is not taken for a scan.
#pragma once

#include <chrono>
#include <map>

#include "net/endpoint.h"

namespace decnet::engine {

inline constexpr std::size_t kDataPortsMax =
    8'192;  // Beyond it a data connection counts as a scan.
// The packet that opened a connection may be looked at when its port is closed already.
inline constexpr std::chrono::seconds kDataPortKept{3};

// Times are Clock::monotonic(). The engine's thread only.
class DataPorts {
 public:
  void open(const net::Endpoint& local, const net::IpAddress& peer, std::chrono::nanoseconds now);
  void close(const net::Endpoint& local, std::chrono::nanoseconds now);
  // Whether a SYN from that peer to there is what a session waits for.
  bool expects(const net::Endpoint& local, const net::IpAddress& peer,
               std::chrono::nanoseconds now) const;

 private:
  struct Entry {
    net::IpAddress peer;
    std::chrono::nanoseconds until;
  };
  std::map<net::Endpoint, Entry> ports_;
};

}  // namespace decnet::engine
