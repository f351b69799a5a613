#include "fingerprint/tcp_syn.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/bytes.h"

namespace decnet::fingerprint {
namespace {

enum Flag : std::uint8_t {
  kFin = 1,
  kSyn = 2,
  kRst = 4,
  kPush = 8,
  kAck = 16,
  kUrgent = 32,
  kEce = 64,
  kCwr = 128,
};
enum OptionKind : std::uint8_t {
  kEol = 0,
  kNop = 1,
  kMss = 2,
  kScale = 3,
  kSackOk = 4,
  kSack = 5,
  kTimestamp = 8,
};

constexpr std::uint8_t kTcpProtocol = 6;
constexpr std::size_t kIpHeaderBytes = 20, kIp6HeaderBytes = 40, kTcpHeaderBytes = 20;
constexpr std::uint16_t kIpReserved = 0x8000, kIpDontFragment = 0x4000, kIpFragment = 0x3fff;

tl::unexpected<Error> bad(const char* why) {
  return fail(Errc::invalid_argument, why);
}

// Reads the IP header and gives what follows it.
Result<std::string_view> parse_ipv4(std::string_view packet, TcpSyn& syn) {
  ByteReader reader(packet);
  const std::size_t header = (reader.u8() & 0xfU) * 4;
  syn.ecn = reader.u8() & 3;
  const std::size_t total = reader.u16();
  syn.ip_id = reader.u16();
  const std::uint16_t fragment = reader.u16();
  syn.reserved_bit = (fragment & kIpReserved) != 0;
  syn.dont_fragment = (fragment & kIpDontFragment) != 0;
  syn.ttl = reader.u8();
  const std::uint8_t protocol = reader.u8();
  reader.skip(2);
  syn.source_ip = reader.take(4);
  syn.destination_ip = reader.take(4);
  if (!reader.ok() || header < kIpHeaderBytes || header > packet.size() || total < header) {
    return bad("the IP header is cut off");
  }
  if (protocol != kTcpProtocol) return bad("this is not TCP");
  if ((fragment & kIpFragment) != 0) return bad("this is a fragment");
  syn.ip_option_bytes = static_cast<std::uint8_t>(header - kIpHeaderBytes);
  syn.payload_bytes = total - header;  // Still with the TCP header.
  return packet.substr(header);
}

Result<std::string_view> parse_ipv6(std::string_view packet, TcpSyn& syn) {
  ByteReader reader(packet);
  const std::uint32_t first = reader.u32();
  syn.ecn = first >> 20 & 3;
  syn.flow_label = first & 0xfffff;
  syn.payload_bytes = reader.u16();
  const std::uint8_t next = reader.u8();
  syn.ttl = reader.u8();
  syn.source_ip = reader.take(16);
  syn.destination_ip = reader.take(16);
  if (!reader.ok()) return bad("the IP header is cut off");
  if (next != kTcpProtocol) return bad("this is not TCP");
  return packet.substr(kIp6HeaderBytes);
}

void parse_options(std::string_view bytes, TcpSyn& syn) {
  ByteReader reader(bytes);
  while (!reader.empty()) {
    TcpOption option{.kind = reader.u8(), .value = {}};
    if (option.kind == kEol) {
      const std::string_view rest = reader.rest();
      syn.bytes_after_eol = rest.size();
      syn.nonzero_after_eol = rest.find_first_not_of('\0') != rest.npos;
      syn.options.push_back(option);
      return;
    }
    if (option.kind != kNop) {
      const std::size_t length = reader.u8();
      if (!reader.ok() || length < 2 || length - 2 > reader.rest().size()) {
        syn.options_are_bad = true;
        return;
      }
      option.value = reader.take(length - 2);
    }
    syn.options.push_back(std::move(option));
  }
}

const TcpOption* find(const TcpSyn& syn, std::uint8_t kind, std::size_t bytes) {
  for (const TcpOption& option : syn.options) {
    if (option.kind == kind && option.value.size() == bytes) return &option;
  }
  return nullptr;
}

std::uint16_t mss_of(const TcpSyn& syn) {
  const TcpOption* option = find(syn, kMss, 2);
  return option != nullptr ? ByteReader(option->value).u16() : std::uint16_t{0};
}

// Systems begin at 32, 64, 128 or 255; every router takes one.
std::string ttl_text(std::uint8_t ttl) {
  constexpr int kHopsMax = 35;
  int start = 255;
  for (const int guess : {32, 64, 128}) {
    if (ttl <= guess) {
      start = guess;
      break;
    }
  }
  const int hops = start - ttl;
  return hops > kHopsMax ? fmt::format("{}+?", ttl) : fmt::format("{}+{}", start, hops);
}

// Many systems make the window a multiple of the MSS or of the MTU.
std::string window_text(const TcpSyn& syn, std::uint16_t mss) {
  constexpr int kMssMin = 100;
  const int window = syn.window;
  if (window == 0 || mss < kMssMin) return std::to_string(window);
  const int headers = syn.ip_version == 4 ? 40 : 60;
  const bool has_timestamp = find(syn, kTimestamp, 8) != nullptr;
  const auto divides = [&](int unit) { return unit > 0 && window % unit == 0; };
  if (divides(mss)) return fmt::format("mss*{}", window / mss);
  if (has_timestamp && divides(mss - 12)) return fmt::format("mss*{}", window / (mss - 12));
  if (divides(1500 - headers)) return fmt::format("mss*{}", window / (1500 - headers));
  if (divides(1500 - headers - 12)) return fmt::format("mss*{}", window / (1500 - headers - 12));
  if (divides(mss + headers)) return fmt::format("mtu*{}", window / (mss + headers));
  if (divides(1500)) return fmt::format("mtu*{}", window / 1500);
  return std::to_string(window);
}

std::string layout_text(const TcpSyn& syn) {
  std::string out;
  for (const TcpOption& option : syn.options) {
    if (!out.empty()) out += ',';
    switch (option.kind) {
      case kEol:
        out += fmt::format("eol+{}", syn.bytes_after_eol);
        break;
      case kNop:
        out += "nop";
        break;
      case kMss:
        out += "mss";
        break;
      case kScale:
        out += "ws";
        break;
      case kSackOk:
        out += "sok";
        break;
      case kSack:
        out += "sack";
        break;
      case kTimestamp:
        out += "ts";
        break;
      default:
        out += fmt::format("?{}", option.kind);
    }
  }
  return out;
}

std::string quirks_text(const TcpSyn& syn) {
  const TcpOption* timestamp = find(syn, kTimestamp, 8);
  const TcpOption* scale = find(syn, kScale, 1);
  const bool is_syn = (syn.flags & kAck) == 0;
  const bool is_v4 = syn.ip_version == 4;
  const auto set = [&](Flag flag) { return (syn.flags & flag) != 0; };
  std::uint32_t own_time = 1, peer_time = 0;
  if (timestamp != nullptr) {
    ByteReader reader(timestamp->value);
    own_time = reader.u32();
    peer_time = reader.u32();
  }
  std::string out;
  const auto add = [&](bool shown, std::string_view name) {
    if (!shown) return;
    if (!out.empty()) out += ',';
    out += name;
  };
  add(is_v4 && syn.dont_fragment, "df");
  add(is_v4 && syn.dont_fragment && syn.ip_id != 0, "id+");
  add(is_v4 && !syn.dont_fragment && syn.ip_id == 0, "id-");
  add(syn.ecn != 0 || set(kEce) || set(kCwr), "ecn");
  add(is_v4 && syn.reserved_bit, "0+");
  add(!is_v4 && syn.flow_label != 0, "flow");
  add(syn.sequence == 0, "seq-");
  add(is_syn && syn.acknowledgement != 0, "ack+");
  add(!is_syn && syn.acknowledgement == 0, "ack-");
  add(!set(kUrgent) && syn.urgent != 0, "uptr+");
  add(set(kUrgent), "urgf+");
  add(set(kPush), "pushf+");
  add(own_time == 0, "ts1-");
  add(is_syn && peer_time != 0, "ts2+");
  add(syn.nonzero_after_eol, "opt+");
  add(scale != nullptr && ByteReader(scale->value).u8() > 14, "exws");
  add(syn.options_are_bad, "bad");
  return out;
}

}  // namespace

Result<TcpSyn> parse_tcp_packet(std::string_view packet) {
  if (packet.empty()) return bad("there is no packet");
  TcpSyn syn;
  syn.ip_version = static_cast<std::uint8_t>(static_cast<std::uint8_t>(packet.front()) >> 4);
  if (syn.ip_version != 4 && syn.ip_version != 6) return bad("this is not IP");
  auto segment = syn.ip_version == 4 ? parse_ipv4(packet, syn) : parse_ipv6(packet, syn);
  if (!segment) return tl::unexpected(std::move(segment).error());
  ByteReader reader(*segment);
  syn.source_port = reader.u16();
  syn.destination_port = reader.u16();
  syn.sequence = reader.u32();
  syn.acknowledgement = reader.u32();
  const std::uint16_t offset_and_flags = reader.u16();
  const std::size_t header = static_cast<std::size_t>(offset_and_flags >> 12) * 4;
  syn.reserved_flags = offset_and_flags >> 8 & 0xf;
  syn.flags = static_cast<std::uint8_t>(offset_and_flags & 0xff);
  syn.window = reader.u16();
  reader.skip(2);
  syn.urgent = reader.u16();
  if (!reader.ok() || header < kTcpHeaderBytes || header > segment->size() ||
      header > syn.payload_bytes) {
    return bad("the TCP header is cut off");
  }
  parse_options(segment->substr(kTcpHeaderBytes, header - kTcpHeaderBytes), syn);
  syn.payload_bytes -= header;
  return syn;
}

std::string tcp_syn_signature(const TcpSyn& syn) {
  const std::uint16_t mss = mss_of(syn);
  const TcpOption* scale = find(syn, kScale, 1);
  return fmt::format("{}:{}:{}:{}:{},{}:{}:{}:{}", syn.ip_version, ttl_text(syn.ttl),
                     syn.ip_option_bytes, mss, window_text(syn, mss),
                     scale != nullptr ? ByteReader(scale->value).u8() : 0, layout_text(syn),
                     quirks_text(syn), syn.payload_bytes > 0 ? "+" : "0");
}

std::string tcp_flags_text(std::uint8_t flags) {
  constexpr std::string_view kLetters = "FSRPAUEC";
  std::string out;
  for (std::size_t bit = 0; bit < kLetters.size(); ++bit) {
    if ((flags >> bit & 1) != 0) out += kLetters[bit];
  }
  return out.empty() ? "none" : out;
}

}  // namespace decnet::fingerprint
