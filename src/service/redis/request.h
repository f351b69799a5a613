// Requests off the wire: RESP arrays of bulk strings, and the inline form that people type into nc.
// Every refusal, and every input that is no request, is what redis 7.0.15 makes of it
// (networking.c's behaviour, recorded in testdata/).
//
//   RequestParser parser;
//   parser.feed("*1\r\n$4\r\nPING\r\n");
//   std::vector<std::string> argv;
//   while (parser.next(authenticated, argv) == RequestParser::Outcome::request) …
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace decnet::service::redis {

// Splits a line as an inline request is split: blanks; "…" with \n \r \t \b \a \xHH and \ before
// anything; '…' with \'. False: unbalanced quotes, or text right after a closing one. The line ends
// at its first NUL.
bool split_words(std::string_view line, std::vector<std::string>& words);

// An argument in double quotes, as MONITOR and the slow log show it; split_words takes it back.
void append_quoted(std::string& out, std::string_view bytes);

class RequestParser {
 public:
  enum class Outcome : std::uint8_t {
    more,       // Not whole yet.
    request,    // argv is a request.
    oversized,  // The same, but some arguments were too many or too long to keep: argv holds what
                // there was room for.
    error,      // error() is due to the peer, then the end.
  };

  void feed(std::string_view bytes);

  // The next request. Empty ones (a blank line, *0, *-1) are passed over.
  // `authenticated`: what the smaller limits of an unknown peer depend on; `bulk_bytes_max`:
  // proto-max-bulk-len.
  Outcome next(bool authenticated, std::int64_t bulk_bytes_max, std::vector<std::string>& argv);

  std::string_view error() const noexcept {
    return error_;
  }  // "Protocol error: invalid bulk length"
  std::size_t buffered() const noexcept { return buffer_.size() - at_; }
  std::size_t held_bytes() const noexcept { return buffer_.capacity() + kept_bytes_; }
  void clear();

 private:
  enum class Kind : std::uint8_t { none, inline_line, array };

  Outcome next_inline(std::vector<std::string>& argv);
  Outcome next_array(bool authenticated, std::int64_t bulk_bytes_max);
  Outcome read_count(bool authenticated);
  Outcome read_bulk_size(bool authenticated, std::int64_t bulk_bytes_max);
  bool read_bulk();
  Outcome fail(std::string error);
  std::string_view rest() const noexcept { return std::string_view(buffer_).substr(at_); }

  std::string buffer_;
  std::size_t at_ = 0;
  Kind kind_ = Kind::none;
  std::int64_t args_left_ = 0;
  std::int64_t bulk_left_ =
      -1;                   // Bytes of the argument under way with its CR LF; -1: its size is due.
  bool bulk_kept_ = false;  // It is kept, not dropped.
  bool oversized_ = false;
  std::size_t kept_bytes_ = 0;
  std::vector<std::string> args_;
  std::string error_;
};

}  // namespace decnet::service::redis
