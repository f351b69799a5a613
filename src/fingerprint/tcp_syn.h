// The first packet of a TCP connection tells which system sent it: TTL, window, options and their
// order. Written in the form of p0f 3, so that its signatures can be compared:
//
//   4:64+0:0:1460:mss*44,7:mss,sok,ts,nop,ws:df,id+:0
//   version : TTL : length of IP options : MSS : window,scale : options : quirks : payload
//
// Source: the documentation of p0f 3 (https://lcamtuf.coredump.cx/p0f3/README), RFC 791, 8200,
// 9293. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace decnet::fingerprint {

struct TcpOption {
  std::uint8_t kind = 0;
  std::string value;
};

// What IP and TCP headers of a SYN or SYN-ACK say.
struct TcpSyn {
  std::uint8_t ip_version = 4;
  std::uint8_t ttl = 0;  // As it arrived; IPv6: the hop limit.
  std::uint8_t ip_option_bytes = 0;
  std::uint8_t ecn = 0;  // The two bits of the IP header.
  bool dont_fragment = false;
  bool reserved_bit = false;     // The IP flag that must be zero.
  std::uint16_t ip_id = 0;       // IPv4
  std::uint32_t flow_label = 0;  // IPv6

  std::uint16_t source_port = 0, destination_port = 0;
  std::uint32_t sequence = 0, acknowledgement = 0;
  std::uint8_t flags = 0;  // CWR ECE URG ACK PSH RST SYN FIN, from the highest bit
  std::uint8_t reserved_flags = 0;
  std::uint16_t window = 0, urgent = 0;
  std::vector<TcpOption> options;
  bool options_are_bad = false;     // They do not add up.
  std::size_t bytes_after_eol = 0;  // Of the options.
  bool nonzero_after_eol = false;
  std::size_t payload_bytes = 0;
  std::string source_ip, destination_ip;  // 4 or 16 bytes
};

// `packet` begins with the IP header; IPv6 without extension headers. A packet cut off within its
// payload is taken. Errors: invalid_argument (no IP, no TCP, a fragment, headers cut off).
Result<TcpSyn> parse_tcp_packet(std::string_view packet);

// The signature, with the TTL as a guess at where it began ("64+3").
std::string tcp_syn_signature(const TcpSyn& syn);

// "S", "SA", "FPU" …: the flags as letters, lowest bit first; "none" for none.
std::string tcp_flags_text(std::uint8_t flags);

}  // namespace decnet::fingerprint
