// The wire form of an event: one RFC 5424 line.
//
//   <134>1 2026-11-23T14:01:02.000345Z web-01 http 0192… request [decnet@32473 origin="00f3…"
//   seq="7" method="GET"]
//
// Loss-free for every byte string: a value that is not UTF-8 or has control characters (so that a
// line is one line) is carried as `<name>_b64`, in base64. The few fields that are base64 by
// declaration (kBase64Fields) are never unwrapped. The reader also takes what other senders emit:
// several structured-data elements, none, a byte order mark, RFC 3164.
//
// Sources: RFC 5424, RFC 3164. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "event/event.h"

namespace decnet::event {

inline constexpr std::uint32_t kEnterpriseNumberDefault =
    32473;                            // Reserved for documentation (RFC 5612).
inline constexpr int kFacility = 16;  // local0
inline constexpr std::size_t kFieldNameBytesMax = 32;
// Of a line that is read: each field that was cut has its `<name>_bytes` beside it.
inline constexpr std::size_t kParsedFieldsMax = 2 * kEventFieldsMax;
inline constexpr std::string_view kTypeRfc3164 = "syslog.rfc3164";

// Appends the line, without a line end. Header parts lose what RFC 5424 does not allow in them ('_'
// stands instead, '-' for nothing); a field whose name is not [a-z0-9_]{1,32} is left out; values
// beyond kFieldValueBytesMax are cut.
void append_line(std::string& out, const Event& event,
                 std::uint32_t enterprise = kEnterpriseNumberDefault);
std::string to_line(const Event& event, std::uint32_t enterprise = kEnterpriseNumberDefault);

// Reads a line into `out`, reusing its memory. `received_at` gives the year of an RFC 3164 line and
// the time of a line that has none. A parameter that is malformed is skipped, the rest of the line
// is kept. Errors: invalid_argument (no priority, no header: nothing can be made of it), limit
// (over kLineBytesMax).
Result<void> parse_line(std::string_view line, TimePoint received_at, Event& out);

// Cuts a byte stream into lines, by octet counting or by LF, whichever each begins with (RFC 6587).
//
//   Framer framer;
//   framer.feed(bytes);
//   for (std::string_view line; framer.next(line);) …      // the view lives until the next feed()
class Framer {
 public:
  void feed(std::string_view bytes);
  // A line, or nothing yet. Lines beyond kLineBytesMax are skipped and counted by skipped().
  bool next(std::string_view& line);
  std::uint64_t skipped() const noexcept { return skipped_; }

 private:
  std::string buffer_;
  std::size_t at_ = 0;
  std::size_t skip_ = 0;  // Bytes of a counted line that is too long, still to come.
  bool skip_to_lf_ = false;
  std::uint64_t skipped_ = 0;
};

}  // namespace decnet::event
