// The sender protocol: how event lines and captured files reach the collector, over a connected
// byte stream.
//
//   sender → collector   HELLO origin role · LINE seq line · BLOB sha256 content
//   collector → sender   RESUME seq · ACK seq
//
// A frame is one byte (its kind), the body's length (u32, big endian), the body. The collector
// answers HELLO with the last seq of that origin that it holds (0 if none), and acknowledges
// cumulatively what is durable. A sender keeps what is not acknowledged and sends it again, under
// the same names, to the next collector. A BLOB goes before the LINE that names it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "event/event.h"

namespace decnet::ingest {

inline constexpr std::size_t kBlobBytesMax = 16U << 20;
inline constexpr std::size_t kFrameBytesMax = kBlobBytesMax + 64;

enum class FrameKind : std::uint8_t { hello = 1, line = 2, blob = 3, resume = 4, ack = 5 };

struct Frame {
  FrameKind kind = FrameKind::hello;
  std::uint64_t number = 0;  // origin (hello) or seq
  std::string_view sha256;   // blob: 32 bytes
  std::string_view bytes;    // hello: the role; line: the line; blob: the content
};

void append_hello(std::string& out, std::uint64_t origin, std::string_view role);
void append_line_frame(std::string& out, std::uint64_t seq, std::string_view line);
void append_blob(std::string& out, std::string_view sha256, std::string_view content);
void append_resume(std::string& out, std::uint64_t seq);
void append_ack(std::string& out, std::uint64_t seq);

// Takes the first whole frame off the front of `buffer` into `frame`, whose views point into it.
// Returns the frame's size, 0 if it is not whole yet. Errors: invalid_argument (unknown kind, short
// body), limit.
Result<std::size_t> parse_frame(std::string_view buffer, Frame& frame);

}  // namespace decnet::ingest
