// Frames: what goes over the bus's socket.
//
//   <VERB>[ <args>]\n            ASCII, at most kHeaderBytesMax with the LF; a CR before it is
//   tolerated <u32, big endian>            length of the body, always there, at most kBodyBytesMax
//   <body>                       PUB and EVT: a JSON object or nothing; all others: nothing
//
// The JSON of a body is event_body.h's business.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace decnet::bus {

inline constexpr std::size_t kHeaderBytesMax = 4096;
inline constexpr std::size_t kBodyBytesMax = 1'048'576;
inline constexpr std::size_t kLengthBytes = 4;
inline constexpr std::size_t kClientNameBytesMax = 64;  // Of HELLO; more of a name is cut off.
inline constexpr std::size_t kFrameBytesMax = kHeaderBytesMax + kLengthBytes + kBodyBytesMax;

enum class Verb : std::uint8_t { hello, sub, unsub, pub, evt, ping, pong, bye };

struct Frame {
  Verb verb = Verb::bye;
  std::string_view args;  // Without the blank before it; may be empty.
  std::string_view body;
  std::size_t bytes = 0;  // Of the whole frame.
};

enum class FrameState : std::uint8_t {
  complete,   // `frame` is at the front of the bytes; its views point into them.
  partial,    // More is needed: `wanted` bytes in all, 0 while the header is not complete.
  malformed,  // A protocol error: `reason`. Nothing after it can be read.
};

struct ParsedFrame {
  FrameState state = FrameState::partial;
  Frame frame;
  std::size_t wanted = 0;
  std::string_view reason;  // A constant text.
};

// Looks at the front of `bytes`. Says malformed as early as that is certain: a body that is too
// long is refused by its length.
ParsedFrame parse_frame(std::string_view bytes) noexcept;

// Appends a frame. The caller keeps the limits and the rules of the arguments.
void append_frame(std::string& out, Verb verb, std::string_view args, std::string_view body = {});
std::size_t frame_bytes(Verb verb, std::string_view args, std::string_view body) noexcept;

// A stream of frames that arrives in pieces of any size.
class FrameBuffer {
 public:
  void push(std::string_view bytes);

  // The next frame, or nothing until more is pushed. Its views live until the next call of push().
  // Errors: invalid_argument (a protocol error); the same again at every later call.
  Result<std::optional<Frame>> next();

  bool inside_frame() const noexcept { return at_ < bytes_.size(); }  // An end here is an error.
  std::size_t held() const noexcept { return bytes_.capacity(); }

 private:
  std::string bytes_;
  std::size_t at_ = 0;
};

}  // namespace decnet::bus
