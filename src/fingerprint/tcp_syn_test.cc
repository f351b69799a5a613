#include "fingerprint/tcp_syn.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "fingerprint/pcap_testing.h"

namespace decnet::fingerprint {
namespace {

using namespace std::string_literals;

struct Crafted {
  std::uint8_t ttl = 64;
  std::uint16_t fragment = 0x4000, id = 0, window = 64240;
  std::uint8_t flags = 2, tos = 0;
  std::uint32_t sequence = 1, acknowledgement = 0;
  std::uint16_t urgent = 0;
  std::string options, payload, ip_options;
};

std::string packet(const Crafted& c) {
  std::string tcp;
  ByteWriter(tcp).u16(40000).u16(80).u32(c.sequence).u32(c.acknowledgement);
  ByteWriter(tcp).u8(static_cast<std::uint8_t>((20 + c.options.size()) / 4 << 4)).u8(c.flags);
  ByteWriter(tcp).u16(c.window).u16(0).u16(c.urgent).bytes(c.options).bytes(c.payload);
  std::string ip;
  ByteWriter(ip).u8(static_cast<std::uint8_t>(0x40 + (20 + c.ip_options.size()) / 4)).u8(c.tos);
  ByteWriter(ip).u16(static_cast<std::uint16_t>(20 + c.ip_options.size() + tcp.size())).u16(c.id);
  ByteWriter(ip).u16(c.fragment).u8(c.ttl).u8(6).u16(0).u32(0xc0000207).u32(0xc6336401);
  return ip + c.ip_options + tcp;
}

std::string signature(const Crafted& crafted) {
  const auto syn = parse_tcp_packet(packet(crafted));
  return syn ? tcp_syn_signature(*syn) : syn.error().detail;
}

const std::string kMss1460 = "\x02\x04\x05\xb4"s;
const std::string kLinux = kMss1460 + "\x04\x02\x08\x0a\0\0\0\1\0\0\0\0\1\3\3\7"s;

TEST(TcpSyn, OfLinux) {
  EXPECT_EQ(signature({.ttl = 61, .id = 7, .options = kLinux}),
            "4:64+3:0:1460:mss*44,7:mss,sok,ts,nop,ws:df,id+:0");
}

// The signatures that p0f must see from the personalities (SYN-ACK).
TEST(TcpSyn, OfThePersonalities) {
  EXPECT_EQ(signature({.ttl = 128,
                       .id = 9,
                       .window = 65535,
                       .flags = 0x12,
                       .acknowledgement = 5,
                       .options = kMss1460 + "\1\3\3\10\1\1\4\2"s}),
            "4:128+0:0:1460:65535,8:mss,nop,ws,nop,nop,sok:df,id+:0");
  EXPECT_EQ(signature({.window = 65160,
                       .flags = 0x12,
                       .acknowledgement = 5,
                       .options = kMss1460 + "\x04\x02\x08\x0a\0\0\0\1\0\0\0\1\1\3\3\7"s}),
            "4:64+0:0:1460:mss*45,7:mss,sok,ts,nop,ws:df:0");
  EXPECT_EQ(signature({.window = 65535,
                       .flags = 0x12,
                       .acknowledgement = 5,
                       .options = kMss1460 + "\1\3\3\6\1\1\x08\x0a\0\0\0\1\0\0\0\1\4\2\0\0"s}),
            "4:64+0:0:1460:65535,6:mss,nop,ws,nop,nop,ts,sok,eol+1:df:0");
}

TEST(TcpSyn, GuessesWhereTheTtlBegan) {
  EXPECT_EQ(signature({.ttl = 32, .options = kMss1460}).substr(0, 7), "4:32+0:");
  EXPECT_EQ(signature({.ttl = 33, .options = kMss1460}).substr(0, 7), "4:64+31");
  EXPECT_EQ(signature({.ttl = 250, .options = kMss1460}).substr(0, 8), "4:255+5:");
  EXPECT_EQ(signature({.ttl = 150, .options = kMss1460}).substr(0, 8), "4:150+?:");
}

TEST(TcpSyn, WindowsThatAreMultiples) {
  const auto window = [](std::uint16_t size, const std::string& options) {
    const std::string text = signature({.window = size, .options = options});
    const std::size_t begin = text.find(":1460:") + 6;
    return text.substr(begin, text.find(',', begin) - begin);
  };
  EXPECT_EQ(window(14600, kMss1460), "mss*10");
  EXPECT_EQ(window(5792, kLinux), "mss*4");  // 1448: the MSS without the timestamps' 12 bytes
  EXPECT_EQ(window(6000, kMss1460), "mtu*4");
  EXPECT_EQ(window(1024, kMss1460), "1024");
  EXPECT_EQ(window(0, kMss1460), "0");
}

TEST(TcpSyn, Quirks) {
  const auto quirks = [](const Crafted& crafted) {
    std::string text = signature(crafted);
    text.erase(text.rfind(':'));
    return text.substr(text.rfind(':') + 1);
  };
  EXPECT_EQ(quirks({.fragment = 0, .options = kMss1460}), "id-");
  EXPECT_EQ(quirks({.fragment = 0x8000, .id = 1, .options = kMss1460}), "0+");
  EXPECT_EQ(quirks({.flags = 0xc2, .options = kMss1460}), "df,ecn");
  EXPECT_EQ(
      quirks({.tos = 2, .sequence = 0, .acknowledgement = 9, .urgent = 1, .options = kMss1460}),
      "df,ecn,seq-,ack+,uptr+");
  EXPECT_EQ(quirks({.flags = 0x2a, .options = kMss1460}), "df,urgf+,pushf+");
  EXPECT_EQ(quirks({.flags = 0x12, .options = kMss1460}), "df,ack-");
  EXPECT_EQ(quirks({.options = "\1\1\x08\x0a\0\0\0\0\0\0\0\1"s}), "df,ts1-,ts2+");
  EXPECT_EQ(quirks({.options = "\3\3\x0f\0\0\0\0\1"s}), "df,opt+,exws");
  EXPECT_EQ(quirks({.options = "\1\1\2\7"s}), "df,bad");
  EXPECT_EQ(quirks({.options = "\1\1\1\2"s}), "df,bad");
}

TEST(TcpSyn, OtherParts) {
  EXPECT_EQ(signature({.options = "\x22\4ab"s, .payload = "x", .ip_options = "\1\1\1\1"}),
            "4:64+0:4:0:64240,0:?34:df:+");
  const auto syn = parse_tcp_packet(packet({.options = kLinux})).value();
  EXPECT_EQ(syn.source_port, 40000);
  EXPECT_EQ(to_hex(syn.source_ip), "c0000207");
  EXPECT_EQ(syn.payload_bytes, 0U);
}

TEST(TcpSyn, OverIpv6) {
  std::string ip6 = "\x60\0\0\1\0\x18\6\x40"s + std::string(32, 'a');
  const std::string v4 = packet({.options = kMss1460});
  const auto syn = parse_tcp_packet(ip6 + v4.substr(20));
  ASSERT_TRUE(syn);
  EXPECT_EQ(tcp_syn_signature(*syn), "6:64+0:0:1460:mss*44,0:mss:flow:0");
  EXPECT_FALSE(parse_tcp_packet(ip6 + v4.substr(20, 19)));
}

TEST(TcpSyn, RefusesWhatIsNone) {
  const std::string good = packet({.options = kLinux});
  for (std::size_t n = 0; n < good.size(); ++n)
    EXPECT_FALSE(parse_tcp_packet(good.substr(0, n))) << n;
  EXPECT_FALSE(parse_tcp_packet("\x50" + good.substr(1)));
  std::string udp = good;
  udp[9] = 17;
  EXPECT_FALSE(parse_tcp_packet(udp));
  EXPECT_FALSE(parse_tcp_packet(packet({.fragment = 0x2000, .options = kMss1460})));
  EXPECT_FALSE(parse_tcp_packet(packet({.fragment = 1, .options = kMss1460})));
}

// Every first packet of the captures has a signature without a parse error.
TEST(TcpSyn, OfTheCaptures) {
  int seen = 0;
  for (const char* file : {"test2.pcap", "ssh.pcap", "ja4-rules.pcap"}) {
    for_each_packet("testdata/" + std::string(file), [&](std::string_view ip) {
      const auto syn = parse_tcp_packet(ip);
      if (!syn || (syn->flags & 0x12) != 2) return;
      ++seen;
      EXPECT_FALSE(syn->options_are_bad);
      EXPECT_EQ(tcp_syn_signature(*syn).find("bad"), std::string::npos);
    });
  }
  EXPECT_GT(seen, 40);
}

TEST(TcpFlags, AreLetters) {
  EXPECT_EQ(tcp_flags_text(0x02), "S");
  EXPECT_EQ(tcp_flags_text(0x12), "SA");
  EXPECT_EQ(tcp_flags_text(0x29), "FPU");
  EXPECT_EQ(tcp_flags_text(0xc2), "SEC");
  EXPECT_EQ(tcp_flags_text(0), "none");
}

}  // namespace
}  // namespace decnet::fingerprint
