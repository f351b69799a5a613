// Lua's patterns: %a, [set], *, +, -, ?, captures, %b, %f.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace decnet::service::redis::lua {

struct PatternMatch {
  std::size_t begin = 0, end = 0;
  struct Capture {
    std::size_t begin = 0;
    std::ptrdiff_t length = 0;  // -2: a position
  };
  std::vector<Capture> captures;
};

class Pattern {
 public:
  // Takes `steps` away from; at zero the search gives up with an error.
  Pattern(std::string_view pattern, std::string_view subject, std::uint64_t& steps)
      : pattern_(pattern), subject_(subject), steps_(steps) {}

  // The first match at or behind `from`. False: there is none, or error() says what is wrong with
  // the pattern.
  bool find(std::size_t from, PatternMatch& out);
  const std::string& error() const noexcept { return error_; }
  bool out_of_steps() const noexcept { return steps_ == 0; }

 private:
  static constexpr std::size_t kNone = std::string_view::npos;
  static constexpr std::size_t kCapturesMax = 32;
  static constexpr int kDepthMax = 200;

  std::size_t match(std::size_t at, std::size_t pattern);
  std::size_t match_default(std::size_t at, std::size_t pattern);
  std::size_t expand_max(std::size_t at, std::size_t pattern, std::size_t end);
  std::size_t expand_min(std::size_t at, std::size_t pattern, std::size_t end);
  std::size_t start_capture(std::size_t at, std::size_t pattern, std::ptrdiff_t what);
  std::size_t end_capture(std::size_t at, std::size_t pattern);
  std::size_t match_balance(std::size_t at, std::size_t pattern);
  std::size_t match_frontier(std::size_t at, std::size_t pattern);
  std::size_t match_capture(std::size_t at, char digit);
  std::size_t class_end(std::size_t pattern);
  bool single_match(std::size_t at, std::size_t pattern, std::size_t end);
  bool set_match(char c, std::size_t pattern, std::size_t end);
  std::size_t fail(std::string message);

  std::string_view pattern_, subject_;
  std::uint64_t& steps_;
  std::vector<PatternMatch::Capture> captures_;
  std::string error_;
  int depth_ = 0;
};

}  // namespace decnet::service::redis::lua
