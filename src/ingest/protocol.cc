#include "ingest/protocol.h"

#include "base/bytes.h"

namespace decnet::ingest {
namespace {

constexpr std::size_t kHeaderBytes = 5;
constexpr std::size_t kShaBytes = 32;

ByteWriter begin(std::string& out, FrameKind kind, std::size_t body_bytes) {
  ByteWriter writer(out);
  writer.u8(static_cast<std::uint8_t>(kind)).u32(static_cast<std::uint32_t>(body_bytes));
  return writer;
}

}  // namespace

void append_hello(std::string& out, std::uint64_t origin, std::string_view role) {
  begin(out, FrameKind::hello, 8 + role.size()).u64(origin).bytes(role);
}
void append_line_frame(std::string& out, std::uint64_t seq, std::string_view line) {
  begin(out, FrameKind::line, 8 + line.size()).u64(seq).bytes(line);
}
void append_blob(std::string& out, std::string_view sha256, std::string_view content) {
  begin(out, FrameKind::blob, kShaBytes + content.size()).bytes(sha256).bytes(content);
}
void append_resume(std::string& out, std::uint64_t seq) {
  begin(out, FrameKind::resume, 8).u64(seq);
}
void append_ack(std::string& out, std::uint64_t seq) {
  begin(out, FrameKind::ack, 8).u64(seq);
}

Result<std::size_t> parse_frame(std::string_view buffer, Frame& frame) {
  if (buffer.empty()) return std::size_t{0};
  ByteReader reader(buffer);
  const std::uint8_t kind = reader.u8();
  if (kind < static_cast<std::uint8_t>(FrameKind::hello) ||
      kind > static_cast<std::uint8_t>(FrameKind::ack)) {
    return fail(Errc::invalid_argument, "a frame of an unknown kind");
  }
  if (buffer.size() < kHeaderBytes) return std::size_t{0};
  const std::size_t length = reader.u32();
  if (length > kFrameBytesMax) return fail(Errc::limit, "a frame is too long");
  if (buffer.size() < kHeaderBytes + length) return std::size_t{0};
  ByteReader body(reader.take(length));
  frame = Frame{.kind = static_cast<FrameKind>(kind)};
  if (frame.kind == FrameKind::blob)
    frame.sha256 = body.take(kShaBytes);
  else
    frame.number = body.u64();
  frame.bytes = body.rest();
  const bool may_have_bytes = frame.kind != FrameKind::resume && frame.kind != FrameKind::ack;
  if (!body.ok() || (!may_have_bytes && !frame.bytes.empty())) {
    return fail(Errc::invalid_argument, "a frame's body has the wrong length");
  }
  if (frame.kind == FrameKind::line && frame.bytes.size() > event::kLineBytesMax) {
    return fail(Errc::limit, "a line is too long");
  }
  return kHeaderBytes + length;
}

}  // namespace decnet::ingest
