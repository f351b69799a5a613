#include "service/redis/glob.h"

#include <utility>

namespace decnet::service::redis {

namespace {

unsigned char fold(char c, Case how) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return how == Case::insensitive && byte >= 'A' && byte <= 'Z'
             ? static_cast<unsigned char>(byte + 32)
             : byte;
}

// Reads a class whose '[' is before `pattern`, up to its ']' or the end; `pattern` is left on the
// last byte of it.
bool class_match(std::string_view& pattern, char c, Case how) noexcept {
  const bool negated = !pattern.empty() && pattern[0] == '^';
  if (negated) pattern.remove_prefix(1);
  bool match = false;
  while (true) {
    if (pattern.size() >= 2 && pattern[0] == '\\') {
      pattern.remove_prefix(1);
      match = match || pattern[0] == c;
    } else if (!pattern.empty() && pattern[0] == ']') {
      break;
    } else if (pattern.empty()) {
      break;
    } else if (pattern.size() >= 3 && pattern[1] == '-') {
      unsigned char low = fold(pattern[0], how);
      unsigned char high = fold(pattern[2], how);
      if (low > high) std::swap(low, high);
      pattern.remove_prefix(2);
      match = match || (fold(c, how) >= low && fold(c, how) <= high);
    } else {
      match = match || fold(pattern[0], how) == fold(c, how);
    }
    pattern.remove_prefix(1);
  }
  return match != negated;
}

constexpr int kNestingMax = 1000;  // The genuine server's: beyond it nothing matches.

bool match(std::string_view pattern, std::string_view text, Case how, bool& skip_longer,
           int nesting) noexcept {
  if (nesting > kNestingMax) return false;
  while (!pattern.empty() && !text.empty()) {
    switch (pattern[0]) {
      case '*':
        while (pattern.size() >= 2 && pattern[1] == '*') pattern.remove_prefix(1);
        if (pattern.size() == 1) return true;
        for (; !text.empty(); text.remove_prefix(1)) {
          if (match(pattern.substr(1), text, how, skip_longer, nesting + 1)) return true;
          if (skip_longer) return false;
        }
        // The rest of the pattern matched nowhere: a '*' before this one need not try later places.
        skip_longer = true;
        return false;
      case '?':
        text.remove_prefix(1);
        break;
      case '[': {
        pattern.remove_prefix(1);
        if (!class_match(pattern, text[0], how)) return false;
        text.remove_prefix(1);
        if (pattern.empty()) return text.empty();
        break;
      }
      case '\\':
        if (pattern.size() >= 2) pattern.remove_prefix(1);
        [[fallthrough]];
      default:
        if (fold(pattern[0], how) != fold(text[0], how)) return false;
        text.remove_prefix(1);
    }
    pattern.remove_prefix(1);
    if (text.empty()) {
      while (!pattern.empty() && pattern[0] == '*') pattern.remove_prefix(1);
      break;
    }
  }
  return pattern.empty() && text.empty();
}

}  // namespace

bool glob_match(std::string_view pattern, std::string_view text, Case how) noexcept {
  bool skip_longer = false;
  return match(pattern, text, how, skip_longer, 0);
}

}  // namespace decnet::service::redis
