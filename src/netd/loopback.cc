#include "netd/loopback.h"

#include <array>
#include <cerrno>

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>

#include "base/log.h"
#include "net/listener.h"
#include "net/sockaddr.h"

namespace decnet::netd {
namespace {

constexpr int kWatchBufferBytes = 4 * 1024 * 1024;

Result<UniqueFd> bind_socket(const net::Endpoint& to) {
  const auto address = net::to_sockaddr(to);
  UniqueFd fd(::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return fail_errno(errno, "socket");
  const int on = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(fd.get(), address.get(), address.length) != 0)
    return fail_errno(errno, "bind " + to.text());
  return fd;
}

// Lets through, of IPv4 to the network: TCP without ACK and RST (the start of a touch), UDP, ICMP
// echo requests.
Result<void> attach_filter(int fd, const net::Prefix& network) {
  const std::uint32_t mask = network.bits == 0 ? 0 : ~0U << (32 - network.bits);
  const std::uint32_t want = network.ip.to_v4() & mask;
  std::array<sock_filter, 18> code = {{
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0),             // version and header length
      BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xf0),         //
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x40, 0, 14),  // IPv4
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 16),            // destination
      BPF_STMT(BPF_ALU | BPF_AND | BPF_K, mask),         //
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, want, 0, 11),  //
      BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),            // X = header length
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9),             // protocol
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 17, 7, 0),     // UDP: keep
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 6, 2, 0),      // TCP
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 3, 0),      // ICMP
      BPF_STMT(BPF_RET | BPF_K, 0),                      //
      BPF_STMT(BPF_LD | BPF_B | BPF_IND, 13),            // TCP flags
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x14, 3, 2),  // RST or ACK: drop
      BPF_STMT(BPF_LD | BPF_B | BPF_IND, 0),             // ICMP type
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 8, 0, 1),      // echo request
      BPF_STMT(BPF_RET | BPF_K, 256),                    // keep the headers
      BPF_STMT(BPF_RET | BPF_K, 0),                      // drop
  }};
  const sock_fprog program{static_cast<unsigned short>(code.size()), code.data()};
  if (::setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) != 0)
    return fail_errno(errno, "filter");
  return {};
}

}  // namespace

Result<void> LoopbackDriver::create(const std::string& decky, const net::IpAddress& ip) {
  if (!ip.is_loopback() || !network_.contains(ip)) {
    return fail(Errc::invalid_argument, ip.text() + " is not in " + network_.text());
  }
  deckies_[decky] = ip;
  return {};
}

Result<net::IpAddress> LoopbackDriver::address_of(const std::string& decky) const {
  const auto found = deckies_.find(decky);
  if (found == deckies_.end()) return fail(Errc::not_found, "no decky " + decky);
  return found->second;
}

Result<OpenedSocket> LoopbackDriver::listen(const std::string& decky, std::uint16_t port) {
  const net::IpAddress ip = DECNET_TRY(address_of(decky));
  std::string reason = "ports below 1024 need root";
  if (port >= 1024 || privileged_ports_) {
    auto wanted = net::listen_tcp({ip, port});
    if (wanted) return OpenedSocket{*std::move(wanted), port, {}};
    if (wanted.error().code != Errc::conflict && wanted.error().code != Errc::denied)
      return tl::unexpected(wanted.error());
    reason = wanted.error().code == Errc::conflict ? "the host's own server holds the port"
                                                   : "the port is not allowed";
  }
  const auto fallback = static_cast<std::uint16_t>(port + kPortFallback);
  if (fallback < port) return fail(Errc::conflict, reason);
  return OpenedSocket{DECNET_TRY(net::listen_tcp({ip, fallback})), fallback, reason};
}

Result<UniqueFd> LoopbackDriver::listen_any(const std::string& decky) {
  const net::IpAddress ip = DECNET_TRY(address_of(decky));
  return net::listen_tcp({ip, 0}, 8);
}

Result<UniqueFd> LoopbackDriver::bound(const std::string& decky, std::uint16_t source_port) {
  const net::IpAddress ip = DECNET_TRY(address_of(decky));
  return bind_socket({ip, source_port});
}

std::optional<UniqueFd> LoopbackDriver::watch() {
  UniqueFd fd(::socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) {
    log::info("scans of closed ports are not seen: a packet socket needs root or CAP_NET_RAW");
    return std::nullopt;
  }
  ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUF, &kWatchBufferBytes, sizeof kWatchBufferBytes);
  if (const auto filtered = attach_filter(fd.get(), network_); !filtered) {
    log::warn("scans of closed ports are not seen: {}", filtered.error().detail);
    return std::nullopt;
  }
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_ALL);
  address.sll_ifindex = static_cast<int>(::if_nametoindex("lo"));
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return std::nullopt;
  return fd;
}

}  // namespace decnet::netd
