// What goes back: RESP2, or RESP3 once HELLO 3 was said. One call, one value; the caller keeps
// counts right.
//
//   out.map(1);
//   out.bulk("proto");
//   out.integer(3);
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace decnet::service::redis {

class Reply {
 public:
  // Appends to `text`, which outlives this. `bytes_max` is where it overflows.
  Reply(std::string& text, int protocol, std::size_t bytes_max)
      : text_(text), protocol_(protocol), bytes_max_(bytes_max) {}

  void simple(std::string_view status) { line('+', status); }
  void ok() { simple("OK"); }
  // "ERR no such key"; a text without a code gets none. CR and LF become blanks, as in the genuine
  // server.
  void error(std::string_view text);
  void integer(std::int64_t value) { number(':', value); }
  void bulk(std::string_view bytes);
  void bulk_integer(std::int64_t value) { bulk(std::to_string(value)); }
  void verbatim(std::string_view text);  // RESP2: a bulk string
  void null();                           // RESP2: $-1
  void null_array();                     // RESP2: *-1
  void real(double value);               // RESP2: a bulk string
  void human_real(long double value);    // The same, formatted for people (GEOPOS).
  void boolean(bool value);              // RESP2: an integer
  void array(std::size_t count) { number('*', static_cast<std::int64_t>(count)); }
  void map(std::size_t pairs);  // RESP2: an array of twice as many
  void set(std::size_t count);
  void push(std::size_t count);
  void raw(std::string_view resp);

  int protocol() const noexcept { return protocol_; }
  bool is_resp3() const noexcept { return protocol_ == 3; }
  void set_protocol(int protocol) { protocol_ = protocol; }
  std::size_t size() const noexcept { return text_.size(); }
  std::string& text() noexcept { return text_; }

  // More than was allowed was written; what came after is not in the text. The connection must end.
  bool overflowed() const noexcept { return overflowed_; }

  // How many errors there were, and their codes ("WRONGTYPE") since the last call of take_errors().
  std::uint64_t errors() const noexcept { return errors_; }
  std::vector<std::string> take_errors() { return std::exchange(codes_, {}); }

 private:
  void line(char kind, std::string_view text);
  void number(char kind, std::int64_t value);
  bool fits(std::size_t bytes);

  std::string& text_;
  int protocol_;
  std::size_t bytes_max_;
  bool overflowed_ = false;
  std::uint64_t errors_ = 0;
  std::vector<std::string> codes_;
};

}  // namespace decnet::service::redis
