// The parts of a URL that a request carries: percent-encoding, query strings, and cookies, which
// look alike. Pure; any thread. Sources: RFC 3986, the URL standard's
// application/x-www-form-urlencoded, RFC 6265.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace decnet::api {

inline constexpr std::size_t kParametersMax = 64;

enum class Plus : std::uint8_t { is_plus, is_blank };

// Errors: invalid_argument (a '%' without two hex digits; the result has a NUL or is not UTF-8).
Result<std::string> percent_decode(std::string_view text, Plus plus = Plus::is_plus);

// Everything but unreserved characters (RFC 3986 section 2.3) is encoded.
std::string percent_encode(std::string_view text);

struct Parameter {
  std::string name;
  std::string value;
  auto operator<=>(const Parameter&) const = default;
};

// "type=command&type=request&q=a%20b". Parameters keep their order; a name may come again.
class Query {
 public:
  Query() = default;
  // Errors: invalid_argument (as percent_decode), limit (kParametersMax).
  static Result<Query> parse(std::string_view text);

  const std::string* find(std::string_view name) const noexcept;  // The first; null if absent.
  std::vector<std::string> all(std::string_view name) const;
  const std::vector<Parameter>& parameters() const noexcept { return parameters_; }
  void add(std::string_view name, std::string_view value);
  void set(std::string_view name, std::string_view value);  // Replaces all of that name.
  std::string text() const;                                 // Encoded again.

 private:
  std::vector<Parameter> parameters_;
};

// The value of a cookie in a Cookie header, without quotes around it; empty if absent. The first of
// that name counts.
std::string_view find_cookie(std::string_view header, std::string_view name) noexcept;

}  // namespace decnet::api
