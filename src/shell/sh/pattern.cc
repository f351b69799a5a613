#include "shell/sh/pattern.h"

#include <cctype>
#include <utility>
#include <vector>

#include "shell/sh/limits.h"

namespace decnet::shell::sh {
namespace {

constexpr int kPatternDepthMax = 64;

char fold(char byte, bool ignore) {
  return ignore ? static_cast<char>(std::tolower(static_cast<unsigned char>(byte))) : byte;
}

bool in_class(std::string_view name, char byte) {
  const auto code = static_cast<unsigned char>(byte);
  if (name == "alpha") return std::isalpha(code) != 0;
  if (name == "digit") return std::isdigit(code) != 0;
  if (name == "alnum") return std::isalnum(code) != 0;
  if (name == "upper") return std::isupper(code) != 0;
  if (name == "lower") return std::islower(code) != 0;
  if (name == "space") return std::isspace(code) != 0;
  if (name == "blank") return byte == ' ' || byte == '\t';
  if (name == "punct") return std::ispunct(code) != 0;
  if (name == "cntrl") return std::iscntrl(code) != 0;
  if (name == "xdigit") return std::isxdigit(code) != 0;
  if (name == "print") return std::isprint(code) != 0;
  if (name == "graph") return std::isgraph(code) != 0;
  return false;
}

// The length of the character at the begin of text, as UTF-8 has it.
std::size_t character(std::string_view text) {
  std::size_t size = 1;
  if ((static_cast<unsigned char>(text[0]) & 0xc0) == 0xc0) {
    while (size < text.size() && size < 4 &&
           (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) {
      ++size;
    }
  }
  return size;
}

// Behind '['; the length of the bracket expression or 0 if it is none.
std::size_t bracket(std::string_view pattern, char byte, bool ignore, bool& hit) {
  std::size_t at = 0;
  bool negated = false;
  if (at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^')) {
    negated = true;
    ++at;
  }
  hit = false;
  bool first = true;
  byte = fold(byte, ignore);
  for (; at < pattern.size(); first = false) {
    if (pattern[at] == ']' && !first) {
      hit = hit != negated;
      return at + 1;
    }
    if (pattern.substr(at, 2) == "[:") {
      const std::size_t end = pattern.find(":]", at + 2);
      if (end != std::string_view::npos) {
        if (in_class(pattern.substr(at + 2, end - at - 2), byte)) hit = true;
        at = end + 2;
        continue;
      }
    }
    if (pattern[at] == '\\' && at + 1 < pattern.size()) ++at;
    const char low = fold(pattern[at++], ignore);
    char high = low;
    if (at + 1 < pattern.size() && pattern[at] == '-' && pattern[at + 1] != ']') {
      ++at;
      if (pattern[at] == '\\' && at + 1 < pattern.size()) ++at;
      high = fold(pattern[at++], ignore);
    }
    if (static_cast<unsigned char>(low) <= static_cast<unsigned char>(byte) &&
        static_cast<unsigned char>(byte) <= static_cast<unsigned char>(high)) {
      hit = true;
    }
  }
  return 0;
}

class Matcher {
 public:
  explicit Matcher(PatternOptions options) : options_(options) {}
  std::size_t steps() const { return steps_; }

  bool match(std::string_view pattern, std::string_view text, int depth = 0) {
    if (depth > kPatternDepthMax) return false;
    std::size_t star_pattern = std::string_view::npos;
    std::size_t star_text = 0;
    std::size_t p = 0;
    std::size_t t = 0;
    for (;;) {
      if (++steps_ > kPatternStepsMax) return beyond();
      if (options_.extended && p + 1 < pattern.size() && pattern[p + 1] == '(' &&
          std::string_view("?*+@!").find(pattern[p]) != std::string_view::npos) {
        if (group(pattern.substr(p), text.substr(t), depth)) return true;
      } else if (p < pattern.size() && pattern[p] == '*') {
        star_pattern = ++p;
        star_text = t;
        continue;
      } else if (t < text.size() && p < pattern.size() && one(pattern, p, text, t)) {
        continue;
      } else if (p >= pattern.size() && t >= text.size()) {
        return true;
      }
      if (star_pattern == std::string_view::npos || star_text >= text.size()) return false;
      star_text += character(text.substr(star_text));
      t = star_text;
      p = star_pattern;
    }
  }

 private:
  bool beyond() {
    if (!std::exchange(told_, true)) count(Limit::pattern_steps);
    return false;
  }
  bool one(std::string_view pattern, std::size_t& p, std::string_view text, std::size_t& t) const {
    const char wanted = pattern[p];
    if (wanted == '?') {
      ++p;
      t += character(text.substr(t));
      return true;
    }
    if (wanted == '[') {
      bool hit = false;
      const std::size_t size = bracket(pattern.substr(p + 1), text[t], options_.ignore_case, hit);
      if (size != 0) {
        if (!hit) return false;
        p += size + 1;
        t += character(text.substr(t));
        return true;
      }
    }
    std::size_t at = p;
    if (wanted == '\\' && at + 1 < pattern.size()) ++at;
    if (fold(pattern[at], options_.ignore_case) != fold(text[t], options_.ignore_case))
      return false;
    p = at + 1;
    ++t;
    return true;
  }

  // "@(a|b)rest" against all of text.
  bool group(std::string_view pattern, std::string_view text, int depth) {
    const char kind = pattern[0];
    std::vector<std::string_view> choices;
    int open = 0;
    std::size_t begin = 2;
    std::size_t at = 2;
    for (; at < pattern.size(); ++at) {
      if (pattern[at] == '\\') {
        ++at;
      } else if (pattern[at] == '(') {
        ++open;
      } else if (pattern[at] == ')' && open-- == 0) {
        break;
      } else if (pattern[at] == '|' && open == 0) {
        choices.push_back(pattern.substr(begin, at - begin));
        begin = at + 1;
      }
    }
    if (at >= pattern.size()) return false;
    choices.push_back(pattern.substr(begin, at - begin));
    const std::string_view rest = pattern.substr(at + 1);
    if ((kind == '?' || kind == '*') && match(rest, text, depth + 1)) return true;
    for (std::size_t size = kind == '!' ? 0 : 1; size <= text.size() || size == 0; ++size) {
      steps_ += 1 + pattern.size() / 16;
      if (steps_ > kPatternStepsMax) return beyond();
      bool hit = false;
      for (const std::string_view choice : choices) {
        hit = hit || match(choice, text.substr(0, size), depth + 1);
      }
      if (hit == (kind == '!')) continue;
      if (match(rest, text.substr(size), depth + 1)) return true;
      if ((kind == '*' || kind == '+') && size > 0 &&
          group(std::string("*").append(pattern.substr(1)), text.substr(size), depth + 1)) {
        return true;
      }
    }
    return kind != '!' && text.empty() && match(choices[0], "", depth + 1) &&
           match(rest, "", depth + 1);
  }

  PatternOptions options_;
  std::size_t steps_ = 0;
  bool told_ = false;
};

std::uint64_t& steps_of_thread() noexcept {
  thread_local std::uint64_t steps = 0;
  return steps;
}

}  // namespace

std::uint64_t pattern_steps() noexcept {
  return steps_of_thread();
}

bool matches(std::string_view pattern, std::string_view text, PatternOptions options) {
  if (options.period && text.starts_with('.') && !pattern.starts_with('.') &&
      !pattern.starts_with("\\.")) {
    return false;
  }
  Matcher matcher(options);
  const bool hit = matcher.match(pattern, text);
  steps_of_thread() += 1 + matcher.steps();
  return hit;
}

bool has_pattern(std::string_view pattern, bool extended) {
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\') {
      ++i;
    } else if (pattern[i] == '*' || pattern[i] == '?') {
      return true;
    } else if (pattern[i] == '[' && pattern.find(']', i) != std::string_view::npos) {
      return true;
    } else if (extended && i + 1 < pattern.size() && pattern[i + 1] == '(' &&
               std::string_view("+@!").find(pattern[i]) != std::string_view::npos) {
      return true;
    }
  }
  return false;
}

std::string escape_pattern(std::string_view text) {
  std::string out;
  for (const char byte : text) {
    if (std::string_view("*?[]\\()|!+@-^&").find(byte) != std::string_view::npos)
      out.push_back('\\');
    out.push_back(byte);
  }
  return out;
}

std::string unescape_pattern(std::string_view pattern) {
  std::string out;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\' && i + 1 < pattern.size()) ++i;
    out.push_back(pattern[i]);
  }
  return out;
}

}  // namespace decnet::shell::sh
