// How ProFTPD reads its control connection: telnet codes, line ends, and words.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace decnet::service::ftp {

inline constexpr std::size_t kProftpdLineMax =
    4'102;  // CommandBufferSize's default, less the end of the string
inline constexpr int kProftpdLongLinesMax = 3;  // One more in one go ends the session.

// Takes bytes as they come and gives lines: only CR LF ends one. Telnet negotiation is answered,
// and is no part of a line.
class TelnetLine {
 public:
  enum class Event : std::uint8_t {
    more,      // All bytes are taken; the line goes on.
    line,      // `line()` holds one, without its line end.
    too_long,  // A piece of a line that is too long has been thrown away, or its end.
  };
  // Takes bytes off the front of `bytes` until something happens. Answers for the peer are appended
  // to `replies`.
  Event feed(std::string_view& bytes, std::string& replies);
  const std::string& line() const noexcept { return done_; }
  // Whether the line held telnet codes.
  bool had_telnet() const noexcept { return done_telnet_; }

 private:
  bool take(char byte, std::string& replies);

  std::string line_;
  std::string done_;
  unsigned char telnet_ = 0;  // The telnet code that waits for its next byte, or 0.
  char last_ = 0;             // The byte before, as it came.
  bool overlong_ = false;     // The line's beginning has been thrown away.
  bool telnet_seen_ = false;
  bool done_telnet_ = false;
};

struct ProftpdCommand {
  std::string verb;  // In capitals; empty: no command at all ("try being more creative").
  std::vector<std::string>
      words;  // The verb first. Words are cut at blanks; one in double quotes may hold some.
  std::string argument;  // All that follows the verb, as it came.
};

ProftpdCommand parse_proftpd_command(std::string_view line);

// The protocol whose command this is ("HTTP", "SSH2", "SMTP"), or nothing: such clients are
// disconnected without a word.
std::string_view foreign_protocol(const ProftpdCommand& command) noexcept;

}  // namespace decnet::service::ftp
