// Lines and header fields as Apache 2.4 reads them (HttpProtocolOptions Strict, the default
// limits).
//
// It looks at whole lines only, each of which must end with CR LF, joins folded ones, and refuses
// at the line that is bad: always with 400, in two cases with a reason that its error page shows.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "codec/http/message.h"

namespace decnet::codec::http {

inline constexpr std::size_t kApacheLineBytesMax =
    8190;                                              // LimitRequestLine and LimitRequestFieldSize
inline constexpr std::size_t kApacheFieldsMax = 100;   // LimitRequestFields
inline constexpr std::size_t kApacheReadBytes = 8000;  // What its buckets hold of one read.

// Gathers one line. A line is too long when it is over the limit and its LF, or much more of it,
// has come; it is bad without a CR before the LF and with a NUL in it.
class ApacheLine {
 public:
  enum class State : std::uint8_t { more, whole, too_long, bad };
  struct Fed {
    std::size_t taken = 0;
    State state = State::more;
  };
  Fed feed(std::string_view bytes);
  // The line without its end, once whole. The next feed() begins a new one.
  std::string take() { return std::exchange(text_, {}); }
  bool empty() const noexcept { return text_.empty(); }

 private:
  std::string text_;
};

class ApacheFields {
 public:
  enum class State : std::uint8_t { reading, complete, refused };
  enum class Reason : std::uint8_t { unsaid, field_too_long, too_many };

  std::size_t feed(std::string_view bytes);  // Takes up to the empty line that ends the fields.

  State state() const noexcept { return state_; }
  Reason reason() const noexcept { return reason_; }
  const Headers& fields() const noexcept { return fields_; }
  Headers take() { return std::move(fields_); }

 private:
  void line(std::string text);
  void fold(std::string_view text);
  bool finish_field();
  void refuse(Reason reason = Reason::unsaid) noexcept;

  State state_ = State::reading;
  Reason reason_ = Reason::unsaid;
  ApacheLine line_;
  std::optional<std::string> last_;  // The field whose folded lines may still come.
  std::size_t count_ = 0;
  Headers fields_;
};

bool is_token_byte(char c) noexcept;    // RFC 9110 section 5.6.2
bool is_control_byte(char c) noexcept;  // below blank, and DEL

}  // namespace decnet::codec::http
