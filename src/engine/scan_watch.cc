#include "engine/scan_watch.h"

#include <algorithm>
#include <array>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <linux/if_packet.h>
#include <sys/socket.h>

#include "base/bytes.h"
#include "base/counters.h"
#include "engine/syn_fingerprint.h"
#include "net/cancel.h"
#include "net/task_group.h"

namespace decnet::engine {
namespace {

constexpr std::uint8_t kFin = 1, kSyn = 2, kRst = 4, kAck = 16;
constexpr std::uint8_t kIcmp = 1, kTcp = 6, kUdp = 17, kIcmp6 = 58;
constexpr std::size_t kPacketBytesMax = 256;  // Headers are all that is looked at.
constexpr int kPacketsATurn = 512;

Result<Touch> parse_transport(Touch touch, std::uint8_t protocol, std::string_view payload) {
  ByteReader reader(payload);
  if (protocol == kIcmp || protocol == kIcmp6) {
    touch.proto = "icmp";
    touch.to.port = reader.u8();  // The ICMP type, for want of a port.
  } else {
    if (protocol != kTcp && protocol != kUdp)
      return fail(Errc::invalid_argument, "another protocol");
    touch.proto = protocol == kTcp ? "tcp" : "udp";
    touch.from.port = reader.u16();
    touch.to.port = reader.u16();
    if (protocol == kTcp) {
      reader.skip(9);
      touch.tcp_flags = reader.u8();
    }
  }
  if (!reader.ok()) return fail(Errc::invalid_argument, "the packet is cut short");
  return touch;
}

}  // namespace

Result<Touch> parse_touch(std::string_view packet) {
  ByteReader reader(packet);
  const std::uint8_t first = reader.u8();
  Touch touch{.packet = packet};
  if (first >> 4 == 4) {
    const std::size_t header = (first & 15U) * 4;
    reader.skip(5);
    const std::uint16_t fragment = reader.u16();
    reader.skip(1);
    const std::uint8_t protocol = reader.u8();
    reader.skip(2);
    touch.from.ip = net::IpAddress::v4(reader.u32());
    touch.to.ip = net::IpAddress::v4(reader.u32());
    if (!reader.ok() || header < 20 || packet.size() < header)
      return fail(Errc::invalid_argument, "the packet is cut short");
    if ((fragment & 0x1fff) != 0) return fail(Errc::invalid_argument, "a later fragment");
    return parse_transport(touch, protocol, packet.substr(header));
  }
  if (first >> 4 == 6) {
    reader.skip(5);
    const std::uint8_t protocol = reader.u8();
    reader.skip(1);
    std::array<std::uint8_t, 16> from{}, to{};
    const auto from_bytes = reader.take(16);
    const auto to_bytes = reader.take(16);
    if (!reader.ok()) return fail(Errc::invalid_argument, "the packet is cut short");
    std::copy(from_bytes.begin(), from_bytes.end(), from.begin());
    std::copy(to_bytes.begin(), to_bytes.end(), to.begin());
    touch.from.ip = net::IpAddress::v6(from);
    touch.to.ip = net::IpAddress::v6(to);
    return parse_transport(touch, protocol, reader.rest());
  }
  return fail(Errc::invalid_argument, "not an IP packet");
}

std::string flags_text(std::uint8_t tcp_flags) {
  constexpr std::string_view kLetters = "FSRPAUEC";
  std::string out;
  for (std::size_t n = 0; n < kLetters.size(); ++n) {
    if ((tcp_flags >> n & 1) != 0) out.push_back(kLetters[n]);
  }
  return out.empty() ? "none" : out;
}

void ScanWatch::put_decky(const std::string& name, const std::string& ip) {
  remove_decky(name);
  if (const auto address = net::IpAddress::parse(ip)) deckies_[*address] = name;
}

void ScanWatch::remove_decky(const std::string& name) {
  std::erase_if(deckies_, [&](const auto& entry) { return entry.second == name; });
  open_ports_.erase(name);
}

void ScanWatch::open_port(const std::string& decky, std::uint16_t port) {
  open_ports_[decky].insert(port);
}
void ScanWatch::close_port(const std::string& decky, std::uint16_t port) {
  open_ports_[decky].erase(port);
}
void ScanWatch::session_began(const net::Endpoint& peer) {
  half_opens_.begin(peer, clock_.monotonic());
}

net::Task<void> ScanWatch::run(UniqueFd packet_socket) {
  const std::uint64_t mine = ++runs_;
  const int fd = packet_socket.get();
  // Shared with the timer's handler, which may stand in the queue when this returns.
  const auto descriptor =
      std::make_shared<boost::asio::posix::stream_descriptor>(executor_, packet_socket.release());
  boost::asio::steady_timer timer(executor_);
  std::array<char, kPacketBytesMax> buffer{};
  while (!co_await net::is_cancelled()) {
    if (mine != runs_) co_return;
    for (int n = 0; n < kPacketsATurn; ++n) {
      sockaddr_ll from{};
      socklen_t length = sizeof from;
      const auto got = ::recvfrom(fd, buffer.data(), buffer.size(), MSG_DONTWAIT,
                                  reinterpret_cast<sockaddr*>(&from), &length);
      if (got < 0) break;
      if (from.sll_pkttype == PACKET_OUTGOING) continue;  // On lo every packet passes twice.
      on_packet({buffer.data(), static_cast<std::size_t>(got)});
    }
    expire();
    // With half-open ones on the books the watch also looks up from time to time when nothing
    // comes.
    if (!half_opens_.empty()) {
      timer.expires_after(std::chrono::seconds{1});
      timer.async_wait([weak = std::weak_ptr(descriptor)](boost::system::error_code error) {
        const auto waiting = weak.lock();
        if (!error && waiting) waiting->cancel();
      });
    }
    const auto [error] = co_await descriptor->async_wait(
        boost::asio::posix::descriptor_base::wait_read, net::as_result);
    timer.cancel();
    if (error && error != boost::asio::error::operation_aborted) co_return;
  }
}

void ScanWatch::on_packet(std::string_view packet) {
  const auto touch = parse_touch(packet);
  if (!touch) return;
  const auto decky = deckies_.find(touch->to.ip);
  if (decky == deckies_.end()) return;
  if (touch->proto != "tcp") {
    emit(decky->second, touch->from, touch->to, touch->proto, {}, "probe", {});
    return;
  }
  const std::uint8_t flags = touch->tcp_flags;
  const bool plain_syn = (flags & (kSyn | kAck | kRst | kFin)) == kSyn;
  const auto ports = open_ports_.find(decky->second);
  const bool open = ports != open_ports_.end() && ports->second.contains(touch->to.port);
  if (plain_syn && open) {
    if (half_opens_.has_begun(touch->from)) return;
    half_opens_.add({touch->from, touch->to, decky->second, syn_fingerprint(packet)},
                    clock_.monotonic());
  } else if (plain_syn && data_ports_.expects(touch->to, touch->from.ip, clock_.monotonic())) {
    return;
  } else if (plain_syn) {
    emit(decky->second, touch->from, touch->to, "tcp", flags_text(flags), "closed",
         syn_fingerprint(packet));
  } else if ((flags & (kAck | kRst)) == 0) {
    emit(decky->second, touch->from, touch->to, "tcp", flags_text(flags), open ? "open" : "closed",
         {});
  }
}

void ScanWatch::expire() {
  for (const HalfOpen& one : half_opens_.expired(clock_.monotonic())) {
    emit(one.decky, one.from, one.to, "tcp", "S", "half_open", one.fingerprint);
  }
}

bool ScanWatch::admit(const net::IpAddress& address, std::uint64_t& suppressed) {
  static Counter& refused =
      counter("scan_limit_events_total", "Scan events refused by a source's rate");
  const auto now = clock_.monotonic();
  auto found = sources_.find(address);
  if (found == sources_.end()) {
    if (sources_.size() >= kScanSourcesMax) {
      const auto older = [](const auto& a, const auto& b) {
        return a.second.filled_at < b.second.filled_at;
      };
      sources_.erase(std::min_element(sources_.begin(), sources_.end(), older));
    }
    found = sources_.emplace(address, Source{.filled_at = now}).first;
  }
  Source& source = found->second;
  const double seconds = std::chrono::duration<double>(now - source.filled_at).count();
  source.tokens = std::min(kScansPerSecondMax * 10.0, source.tokens + seconds * kScansPerSecondMax);
  source.filled_at = now;
  if (source.tokens < 1) {
    ++source.suppressed;
    refused.add();
    return false;
  }
  source.tokens -= 1;
  suppressed = std::exchange(source.suppressed, 0);
  return true;
}

void ScanWatch::emit(const std::string& decky, const net::Endpoint& from, const net::Endpoint& to,
                     std::string_view proto, std::string_view flags, std::string_view state,
                     std::string_view syn) {
  std::uint64_t suppressed = 0;
  if (!admit(from.ip, suppressed)) return;
  event::Event event{
      .time = clock_.now(), .decky = decky, .service = "scan", .type = std::string(event::kScan)};
  event.add("src_ip", from.ip.text())
      .add("src_port", from.port)
      .add("dst_ip", to.ip.text())
      .add("dst_port", to.port);
  event.add("proto", proto).add("port", to.port).add("state", state);
  if (!flags.empty()) event.add("flags", flags);
  if (!syn.empty()) event.add("tcp_syn", syn);
  if (suppressed > 0) event.add("suppressed", suppressed);
  sender_.submit(std::move(event));
}

}  // namespace decnet::engine
