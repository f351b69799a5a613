// What an HTTP/1.x request says, as both server dialects (nginx_head.h, apache_head.h) understand
// it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace decnet::codec::http {

struct Header {
  std::string name;   // as it came: its spelling is a fingerprint
  std::string value;  // without the blanks around it
  bool operator==(const Header&) const = default;
};

// The header fields of a message, in order of arrival. Names compare without regard to case.
class Headers {
 public:
  void add(std::string_view name, std::string_view value) {
    list_.push_back({std::string(name), std::string(value)});
  }
  // The first of that name, or nothing.
  const std::string* find(std::string_view name) const noexcept;
  std::string_view get(std::string_view name) const noexcept;  // Empty if absent.
  bool has(std::string_view name) const noexcept { return find(name) != nullptr; }
  // All values of that name with ", " between them: what they mean together (RFC 9110 section 5.3).
  std::optional<std::string> joined(std::string_view name) const;
  void remove(std::string_view name);

  const std::vector<Header>& list() const noexcept { return list_; }
  bool empty() const noexcept { return list_.empty(); }

 private:
  std::vector<Header> list_;
};

struct Request {
  std::string line;  // The request line as it came, without its end.
  std::string method;
  std::string target;  // As it came.
  std::string path;   // Decoded and with dots and slashes resolved, as far as the server does that.
  std::string query;  // Behind the '?', not decoded.
  bool has_query = false;
  int major = 1;  // HTTP/0.9 is {0, 9}
  int minor = 0;
  std::string host;  // The virtual host that is meant, in lower case; empty if none was named.
  std::optional<std::uint16_t> port;  // Named with it.
  Headers headers;

  bool is_09() const noexcept { return major == 0; }
  bool at_least(int want_major, int want_minor) const noexcept {
    return major != want_major ? major > want_major : minor >= want_minor;
  }
  bool is(std::string_view name) const noexcept { return method == name; }
};

// How the body of a request is delimited.
struct BodyLength {
  bool chunked = false;
  std::uint64_t bytes = 0;  // where it is not chunked
  bool none() const noexcept { return !chunked && bytes == 0; }
};

bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept;
// Where `needle` begins in `text` without regard to case; npos if nowhere.
std::size_t find_ignoring_case(std::string_view text, std::string_view needle) noexcept;
std::string to_lower(std::string_view text);
std::string_view trim(std::string_view text) noexcept;  // blanks and tabs at both ends
constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
constexpr bool is_alpha(char c) noexcept {
  return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}
// The value of a hexadecimal digit, or -1.
constexpr int hex_digit(char c) noexcept {
  if (is_digit(c)) return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// "%41+" → "A+" ; with `plus_is_blank` as in forms → "A ". What is no escape stays as it is.
enum class Plus : std::uint8_t { stays, is_blank };
std::string percent_decode(std::string_view text, Plus plus);

// & < > and " for markup.
std::string escape_html(std::string_view text);

}  // namespace decnet::codec::http
