// ScanWatch: touches that are no session. Reads a packet socket that netd has opened and narrowed
// to deckies' addresses.
//
// A SYN to a port without a service, a UDP datagram, an odd TCP probe (NULL, FIN, Xmas …) is a
// `scan` event at once; a SYN to an open port that no connection follows within kHalfOpenAfter is
// one then (a half-open scan).
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "base/fd.h"
#include "engine/data_ports.h"
#include "engine/half_open.h"
#include "ingest/sender.h"
#include "net/endpoint.h"
#include "net/task.h"

namespace decnet::engine {

inline constexpr std::uint32_t kScansPerSecondMax =
    500;  // Events of one source, with a burst of ten seconds' worth.
inline constexpr std::size_t kScanSourcesMax = 16'384;

// The parts of an IP packet that tell a touch.
struct Touch {
  net::Endpoint from, to;
  std::string_view proto;  // "tcp", "udp", "icmp"
  std::uint8_t tcp_flags = 0;
  std::string_view packet;  // From the IP header on.
};
// Errors: invalid_argument (cut short, not IPv4 or IPv6, a fragment).
Result<Touch> parse_touch(std::string_view packet);
std::string flags_text(std::uint8_t tcp_flags);  // "S", "FPU", "none"

class ScanWatch {
 public:
  // All outlive it.
  ScanWatch(const net::Executor& executor, const Clock& clock, ingest::Sender& sender,
            const DataPorts& data_ports)
      : executor_(executor), clock_(clock), sender_(sender), data_ports_(data_ports) {}

  void put_decky(const std::string& name, const std::string& ip);
  void remove_decky(const std::string& name);
  void open_port(const std::string& decky, std::uint16_t port);
  void close_port(const std::string& decky, std::uint16_t port);
  void session_began(const net::Endpoint& peer);

  // Reads until it is cancelled, or until run() is called with another socket: that one takes over.
  net::Task<void> run(UniqueFd packet_socket);
  void on_packet(std::string_view packet);  // From the IP header on.
  void expire();                            // Half-open ones whose time is over become events.

 private:
  struct Source {
    double tokens = kScansPerSecondMax * 10.0;
    std::chrono::nanoseconds filled_at{0};
    std::uint64_t suppressed = 0;
  };
  void emit(const std::string& decky, const net::Endpoint& from, const net::Endpoint& to,
            std::string_view proto, std::string_view flags, std::string_view state,
            std::string_view syn);
  bool admit(const net::IpAddress& source, std::uint64_t& suppressed);

  net::Executor executor_;
  const Clock& clock_;
  ingest::Sender& sender_;
  const DataPorts& data_ports_;
  std::map<net::IpAddress, std::string> deckies_;
  std::map<std::string, std::set<std::uint16_t>, std::less<>> open_ports_;
  HalfOpens half_opens_;
  std::uint64_t runs_ = 0;  // How often run() was called.
  std::map<net::IpAddress, Source> sources_;
};

}  // namespace decnet::engine
