#include <cstdlib>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "fingerprint/pcap_testing.h"

namespace decnet::fingerprint {
namespace {

constexpr std::uint32_t kEthernet = 1, kRawIp = 101;

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Segment {
  Flow flow;
  std::uint32_t sequence = 0;
  bool is_first = false;  // SYN
  std::string_view payload;
};

// False if the packet is neither TCP nor UDP.
bool parse(std::string_view ip, Segment& segment) {
  ByteReader reader(ip);
  const unsigned first = reader.u8();
  std::uint8_t protocol = 0;
  std::string_view rest;
  if (first >> 4 == 4) {
    reader.skip(1);
    const std::size_t total = reader.u16();
    reader.skip(5);
    protocol = reader.u8();
    reader.skip(2);
    segment.flow.source = reader.take(4);
    segment.flow.destination = reader.take(4);
    rest = ip.substr(0, total).substr(std::min<std::size_t>((first & 15) * 4, total));
  } else {
    reader.skip(5);
    protocol = reader.u8();
    reader.skip(1);
    segment.flow.source = reader.take(16);
    segment.flow.destination = reader.take(16);
    rest = reader.rest();
  }
  ByteReader transport(rest);
  segment.flow.is_udp = protocol == 17;
  segment.flow.source_port = transport.u16();
  segment.flow.destination_port = transport.u16();
  if (protocol == 17) {
    transport.skip(4);
    segment.payload = transport.rest();
    return transport.ok();
  }
  segment.sequence = transport.u32();
  transport.skip(4);
  const std::uint16_t flags = transport.u16();
  segment.is_first = (flags & 2) != 0;
  const std::size_t header = static_cast<std::size_t>(flags >> 12) * 4;
  if (protocol != 6 || !transport.ok() || header > rest.size()) return false;
  segment.payload = rest.substr(header);
  return true;
}

// One direction: what comes early waits.
struct Stream {
  std::uint32_t next = 0;
  bool is_open = false;
  std::map<std::uint32_t, std::string> early;

  // What can be delivered now.
  std::string take(const Segment& segment) {
    if (segment.is_first) {
      next = segment.sequence + 1;
      is_open = true;
      return {};
    }
    if (!is_open) {
      next = segment.sequence;
      is_open = true;
    }
    std::string& held = early[segment.sequence];
    if (held.size() < segment.payload.size()) held = segment.payload;
    std::string ready;
    for (bool moved = true; moved;) {
      moved = false;
      for (auto at = early.begin(); at != early.end();) {
        const auto behind = static_cast<std::int32_t>(next - at->first);
        if (behind < 0) {
          ++at;
          continue;
        }
        const auto skip = static_cast<std::size_t>(behind);
        if (skip < at->second.size()) {
          ready += at->second.substr(skip);
          next = at->first + static_cast<std::uint32_t>(at->second.size());
          moved = true;
        }
        at = early.erase(at);
      }
    }
    return ready;
  }
};

}  // namespace

void for_each_packet(const std::string& path, const std::function<void(std::string_view)>& each) {
  const std::string file = read_file(path);
  ByteReader reader(file);
  if (reader.u32_le() != 0xa1b2c3d4) {
    std::fprintf(stderr, "%s is no capture file\n", path.c_str());
    std::abort();
  }
  reader.skip(16);
  const std::uint32_t link = reader.u32_le();
  while (!reader.empty()) {
    reader.skip(8);
    const std::size_t length = reader.u32_le();
    reader.skip(4);
    std::string_view packet = reader.take(length);
    if (link == kEthernet) {
      ByteReader frame(packet);
      frame.skip(12);
      const std::uint16_t type = frame.u16();
      if (type != 0x0800 && type != 0x86dd) continue;
      packet = frame.rest();
    } else if (link != kRawIp) {
      std::abort();
    }
    if (!packet.empty()) each(packet);
  }
}

void for_each_payload(const std::string& path,
                      const std::function<void(const Flow&, std::string_view)>& each) {
  std::map<Flow, Stream> streams;
  for_each_packet(path, [&](std::string_view packet) {
    Segment segment;
    if (!parse(packet, segment)) return;
    if (segment.flow.is_udp) {
      each(segment.flow, segment.payload);
      return;
    }
    const std::string ready = streams[segment.flow].take(segment);
    if (!ready.empty()) each(segment.flow, ready);
  });
}

namespace {

TEST(Pcap, PutsSegmentsInOrder) {
  Stream stream;
  EXPECT_EQ(stream.take({.flow = {}, .sequence = 99, .is_first = true, .payload = ""}), "");
  EXPECT_EQ(stream.take({.flow = {}, .sequence = 100, .is_first = false, .payload = "abc"}), "abc");
  EXPECT_EQ(stream.take({.flow = {}, .sequence = 106, .is_first = false, .payload = "ghi"}), "");
  EXPECT_EQ(stream.take({.flow = {}, .sequence = 100, .is_first = false, .payload = "abcd"}), "d");
  EXPECT_EQ(stream.take({.flow = {}, .sequence = 104, .is_first = false, .payload = "ef"}),
            "efghi");
  EXPECT_EQ(stream.take({.flow = {}, .sequence = 106, .is_first = false, .payload = "ghi"}), "");
}

}  // namespace
}  // namespace decnet::fingerprint
