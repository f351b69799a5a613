#include "service/redis/lua_pattern.h"

#include <cctype>

namespace decnet::service::redis::lua {

namespace {

constexpr std::ptrdiff_t kUnfinished = -1;
constexpr std::ptrdiff_t kPosition = -2;

bool class_match(char c, char kind) {
  const auto byte = static_cast<unsigned char>(c);
  bool matches = false;
  switch (std::tolower(static_cast<unsigned char>(kind))) {
    case 'a':
      matches = std::isalpha(byte) != 0;
      break;
    case 'c':
      matches = std::iscntrl(byte) != 0;
      break;
    case 'd':
      matches = std::isdigit(byte) != 0;
      break;
    case 'l':
      matches = std::islower(byte) != 0;
      break;
    case 'p':
      matches = std::ispunct(byte) != 0;
      break;
    case 's':
      matches = std::isspace(byte) != 0;
      break;
    case 'u':
      matches = std::isupper(byte) != 0;
      break;
    case 'w':
      matches = std::isalnum(byte) != 0;
      break;
    case 'x':
      matches = std::isxdigit(byte) != 0;
      break;
    case 'z':
      matches = byte == 0;
      break;
    default:
      return kind == c;
  }
  return std::isupper(static_cast<unsigned char>(kind)) != 0 ? !matches : matches;
}

}  // namespace

std::size_t Pattern::fail(std::string message) {
  if (error_.empty()) error_ = std::move(message);
  return kNone;
}

bool Pattern::find(std::size_t from, PatternMatch& out) {
  const bool anchored = !pattern_.empty() && pattern_[0] == '^';
  for (std::size_t at = from; at <= subject_.size(); ++at) {
    captures_.clear();
    const std::size_t end = match(at, anchored ? 1 : 0);
    if (!error_.empty()) return false;
    if (end != kNone) {
      out = {at, end, captures_};
      for (const auto& capture : captures_) {
        if (capture.length == kUnfinished) {
          fail("unfinished capture");
          return false;
        }
      }
      return true;
    }
    if (anchored) return false;
  }
  return false;
}

std::size_t Pattern::class_end(std::size_t pattern) {
  const char c = pattern_[pattern++];
  if (c == '%') {
    if (pattern >= pattern_.size()) return fail("malformed pattern (ends with '%')");
    return pattern + 1;
  }
  if (c != '[') return pattern;
  if (pattern < pattern_.size() && pattern_[pattern] == '^') ++pattern;
  do {
    if (pattern >= pattern_.size()) return fail("malformed pattern (missing ']')");
    const char one = pattern_[pattern++];
    if (one == '%' && pattern < pattern_.size()) ++pattern;
  } while (pattern >= pattern_.size() || pattern_[pattern] != ']');
  return pattern + 1;
}

bool Pattern::set_match(char c, std::size_t pattern, std::size_t end) {
  // [ … ] without its brackets is pattern+1 … end-1.
  bool wanted = true;
  std::size_t at = pattern + 1;
  if (pattern_[at] == '^') {
    wanted = false;
    ++at;
  }
  for (; at < end; ++at) {
    if (pattern_[at] == '%' && at + 1 < end) {
      ++at;
      if (class_match(c, pattern_[at])) return wanted;
    } else if (at + 2 < end && pattern_[at + 1] == '-') {
      if (static_cast<unsigned char>(pattern_[at]) <= static_cast<unsigned char>(c) &&
          static_cast<unsigned char>(c) <= static_cast<unsigned char>(pattern_[at + 2])) {
        return wanted;
      }
      at += 2;
    } else if (pattern_[at] == c) {
      return wanted;
    }
  }
  return !wanted;
}

bool Pattern::single_match(std::size_t at, std::size_t pattern, std::size_t end) {
  if (steps_ > 0) --steps_;
  if (steps_ == 0) {
    fail("pattern too complex");
    return false;
  }
  const char c = subject_[at];
  switch (pattern_[pattern]) {
    case '.':
      return true;
    case '%':
      return class_match(c, pattern_[pattern + 1]);
    case '[':
      return set_match(c, pattern, end - 1);
    default:
      return pattern_[pattern] == c;
  }
}

std::size_t Pattern::match(std::size_t at, std::size_t pattern) {
  if (!error_.empty()) return kNone;
  if (++depth_ > kDepthMax) {
    --depth_;
    return fail("pattern too complex");
  }
  std::size_t out = at;
  if (pattern < pattern_.size()) {
    const char c = pattern_[pattern];
    const char next = pattern + 1 < pattern_.size() ? pattern_[pattern + 1] : '\0';
    if (c == '(') {
      out = next == ')' ? start_capture(at, pattern + 2, kPosition)
                        : start_capture(at, pattern + 1, kUnfinished);
    } else if (c == ')') {
      out = end_capture(at, pattern + 1);
    } else if (c == '$' && pattern + 1 == pattern_.size()) {
      out = at == subject_.size() ? at : kNone;
    } else if (c == '%' && next == 'b') {
      out = match_balance(at, pattern + 2);
      if (out != kNone) out = match(out, pattern + 4);
    } else if (c == '%' && next == 'f') {
      out = match_frontier(at, pattern + 2);
    } else if (c == '%' && next >= '0' && next <= '9') {
      out = match_capture(at, next);
      if (out != kNone) out = match(out, pattern + 2);
    } else {
      out = match_default(at, pattern);
    }
  }
  --depth_;
  return out;
}

std::size_t Pattern::match_default(std::size_t at, std::size_t pattern) {
  // A run of plain items needs no recursion.
  while (pattern < pattern_.size()) {
    const std::size_t end = class_end(pattern);
    if (end == kNone) return kNone;
    const bool matches = at < subject_.size() && single_match(at, pattern, end);
    if (!error_.empty()) return kNone;
    const char repeat = end < pattern_.size() ? pattern_[end] : '\0';
    if (repeat == '?') {
      if (matches) {
        const std::size_t out = match(at + 1, end + 1);
        if (out != kNone) return out;
      }
      return match(at, end + 1);
    }
    if (repeat == '*') return expand_max(at, pattern, end);
    if (repeat == '+') return matches ? expand_max(at + 1, pattern, end) : kNone;
    if (repeat == '-') return expand_min(at, pattern, end);
    if (!matches) return kNone;
    ++at;
    pattern = end;
    if (pattern < pattern_.size() &&
        std::string_view("()%$").find(pattern_[pattern]) != std::string_view::npos) {
      return match(at, pattern);
    }
  }
  return at;
}

std::size_t Pattern::expand_max(std::size_t at, std::size_t pattern, std::size_t end) {
  std::size_t count = 0;
  while (at + count < subject_.size() && single_match(at + count, pattern, end)) ++count;
  for (std::size_t n = count + 1; n-- > 0 && error_.empty();) {
    const std::size_t out = match(at + n, end + 1);
    if (out != kNone) return out;
    if (steps_ > 0) --steps_;
  }
  return kNone;
}

std::size_t Pattern::expand_min(std::size_t at, std::size_t pattern, std::size_t end) {
  while (error_.empty()) {
    const std::size_t out = match(at, end + 1);
    if (out != kNone) return out;
    if (at >= subject_.size() || !single_match(at, pattern, end)) return kNone;
    ++at;
  }
  return kNone;
}

std::size_t Pattern::start_capture(std::size_t at, std::size_t pattern, std::ptrdiff_t what) {
  if (captures_.size() >= kCapturesMax) return fail("too many captures");
  captures_.push_back({at, what});
  const std::size_t out = match(at, pattern);
  if (out == kNone) captures_.pop_back();
  return out;
}

std::size_t Pattern::end_capture(std::size_t at, std::size_t pattern) {
  for (std::size_t n = captures_.size(); n-- > 0;) {
    if (captures_[n].length != kUnfinished) continue;
    captures_[n].length = static_cast<std::ptrdiff_t>(at - captures_[n].begin);
    const std::size_t out = match(at, pattern);
    if (out == kNone) captures_[n].length = kUnfinished;
    return out;
  }
  return fail("invalid pattern capture");
}

std::size_t Pattern::match_balance(std::size_t at, std::size_t pattern) {
  if (pattern + 1 >= pattern_.size()) return fail("unbalanced pattern");
  if (at >= subject_.size() || subject_[at] != pattern_[pattern]) return kNone;
  int open = 1;
  for (std::size_t n = at + 1; n < subject_.size(); ++n) {
    if (steps_ > 0) --steps_;
    if (subject_[n] == pattern_[pattern + 1]) {
      if (--open == 0) return n + 1;
    } else if (subject_[n] == pattern_[pattern]) {
      ++open;
    }
  }
  return kNone;
}

std::size_t Pattern::match_frontier(std::size_t at, std::size_t pattern) {
  if (pattern >= pattern_.size() || pattern_[pattern] != '[')
    return fail("missing '[' after '%f' in pattern");
  const std::size_t end = class_end(pattern);
  if (end == kNone) return kNone;
  const char before = at == 0 ? '\0' : subject_[at - 1];
  const char here = at < subject_.size() ? subject_[at] : '\0';
  if (set_match(before, pattern, end - 1) || !set_match(here, pattern, end - 1)) return kNone;
  return match(at, end);
}

std::size_t Pattern::match_capture(std::size_t at, char digit) {
  const auto index = static_cast<std::size_t>(digit - '1');
  if (digit == '0' || index >= captures_.size() || captures_[index].length < 0)
    return fail("invalid capture index");
  const auto length = static_cast<std::size_t>(captures_[index].length);
  if (subject_.size() - at < length ||
      subject_.substr(captures_[index].begin, length) != subject_.substr(at, length)) {
    return kNone;
  }
  return at + length;
}

}  // namespace decnet::service::redis::lua
