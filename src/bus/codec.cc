#include "bus/codec.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/bytes.h"

namespace decnet::bus {
namespace {

constexpr std::array<std::string_view, 8> kVerbs = {"HELLO", "SUB",  "UNSUB", "PUB",
                                                    "EVT",   "PING", "PONG",  "BYE"};
constexpr std::size_t kKeptBytes = 64 * 1024;  // More is given back when the buffer is empty.

bool is_header_byte(char c) noexcept {
  return c >= 0x20 && c < 0x7f;
}

ParsedFrame malformed(std::string_view reason) noexcept {
  ParsedFrame out;
  out.state = FrameState::malformed;
  out.reason = reason;
  return out;
}

bool has_body(Verb verb) noexcept {
  return verb == Verb::pub || verb == Verb::evt;
}

}  // namespace

ParsedFrame parse_frame(std::string_view bytes) noexcept {
  const auto line_end = bytes.substr(0, kHeaderBytesMax).find('\n');
  if (line_end == bytes.npos) {
    if (bytes.size() >= kHeaderBytesMax) return malformed("a header is over its limit");
    return {};
  }
  auto header = bytes.substr(0, line_end);
  if (!header.empty() && header.back() == '\r') header.remove_suffix(1);
  if (!std::all_of(header.begin(), header.end(), [](char c) { return is_header_byte(c); }))
    return malformed("a header has a byte that is not printable ASCII");

  ParsedFrame out;
  const auto blank = header.find(' ');
  const auto verb = std::find(kVerbs.begin(), kVerbs.end(), header.substr(0, blank));
  if (verb == kVerbs.end()) return malformed("an unknown verb");
  out.frame.verb = static_cast<Verb>(verb - kVerbs.begin());
  if (blank != header.npos) out.frame.args = header.substr(blank + 1);

  ByteReader reader(bytes.substr(line_end + 1));
  const std::size_t length = reader.u32();
  if (!reader.ok()) return {};
  if (length > kBodyBytesMax) return malformed("a body is over its limit");
  if (length > 0 && !has_body(out.frame.verb)) return malformed("a body where there is none");
  out.wanted = line_end + 1 + kLengthBytes + length;
  if (bytes.size() < out.wanted) return out;
  out.state = FrameState::complete;
  out.frame.body = reader.take(length);
  out.frame.bytes = out.wanted;
  return out;
}

std::size_t frame_bytes(Verb verb, std::string_view args, std::string_view body) noexcept {
  return kVerbs[static_cast<std::size_t>(verb)].size() + (args.empty() ? 0 : 1 + args.size()) + 1 +
         kLengthBytes + body.size();
}

void append_frame(std::string& out, Verb verb, std::string_view args, std::string_view body) {
  out += kVerbs[static_cast<std::size_t>(verb)];
  if (!args.empty()) {
    out += ' ';
    out += args;
  }
  out += '\n';
  ByteWriter(out).u32(static_cast<std::uint32_t>(body.size())).bytes(body);
}

void FrameBuffer::push(std::string_view bytes) {
  bytes_.erase(0, at_);
  at_ = 0;
  if (bytes_.empty() && bytes_.capacity() > kKeptBytes) std::string().swap(bytes_);
  bytes_.append(bytes);
}

Result<std::optional<Frame>> FrameBuffer::next() {
  const auto parsed = parse_frame(std::string_view(bytes_).substr(at_));
  if (parsed.state == FrameState::malformed)
    return fail(Errc::invalid_argument, std::string(parsed.reason));
  if (parsed.state == FrameState::partial) return std::optional<Frame>{};
  at_ += parsed.frame.bytes;
  return std::optional(parsed.frame);
}

}  // namespace decnet::bus
