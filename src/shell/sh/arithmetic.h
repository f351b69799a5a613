// $(( )): 64-bit whole numbers as bash and dash compute them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace decnet::shell::sh {

inline constexpr int kArithmeticDepthMax = 100;  // Parentheses, and variables that name variables.

struct ArithmeticNames {
  // name, subscript ("" without one). The value as text; empty is 0, nothing: it is not set.
  std::function<std::optional<std::string>(std::string_view, std::string_view)> get;
  std::function<bool(std::string_view, std::string_view, std::int64_t)> set;
  bool unset_is_error = false;  // set -u
  bool bash = true;             // ++ -- ** , and 16#ff
};

// The value, or what bash says behind "bash: " ("1/0: division by 0 (error token is \"0\")").
tl::expected<std::int64_t, std::string> evaluate(std::string_view text,
                                                 const ArithmeticNames& names, int depth = 0);

}  // namespace decnet::shell::sh
