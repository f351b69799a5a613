// HalfOpens: SYNs to open ports, until the connection that follows or the end of their time.
//
// The packet socket and the listener tell of the same connection in either order: under load the
// session often begins before its SYN is read. So sessions wait here for their SYNs, too.
//
//   if (!half_opens.has_begun(from)) half_opens.add({from, to, "web-01", fingerprint}, now);
//   half_opens.begin(peer, now);                          // a session of that peer
//   for (const HalfOpen& one : half_opens.expired(now)) … // nothing followed these
#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <map>
#include <string>
#include <vector>

#include "net/endpoint.h"

namespace decnet::engine {

inline constexpr std::size_t kHalfOpenMax = 8'192;  // That wait at a time, each way.
inline constexpr std::chrono::seconds kHalfOpenAfter{3};

struct HalfOpen {
  net::Endpoint from, to;
  std::string decky;
  std::string fingerprint;
};

class HalfOpens {
 public:
  // True if a session of that peer began without its SYN, which has now come.
  bool has_begun(const net::Endpoint& peer);
  // Beyond kHalfOpenMax it is not kept (a session then takes the oldest one's place). A second SYN
  // of that peer takes the first one's place.
  void add(HalfOpen half_open, std::chrono::nanoseconds now);
  void begin(const net::Endpoint& peer, std::chrono::nanoseconds now);
  // Takes out those whose time is over, the oldest first. Costs nothing for the others.
  std::vector<HalfOpen> expired(std::chrono::nanoseconds now);
  bool empty() const noexcept { return syns_.by_age.empty(); }

 private:
  struct Entry {
    std::chrono::nanoseconds at{0};
    HalfOpen what;
  };
  using Entries = std::list<Entry>;
  struct Table {
    Entries by_age;  // The oldest first.
    std::map<net::Endpoint, Entries::iterator> by_peer;

    bool erase(const net::Endpoint& peer);
    void put(Entry entry);
    bool is_due(std::chrono::nanoseconds now) const noexcept;
    HalfOpen pop();
  };

  Table syns_, sessions_;
};

}  // namespace decnet::engine
