// "!": earlier lines in the line that was typed.
#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "shell/sh/editor.h"

namespace decnet::shell::sh {
namespace {

constexpr std::size_t kExpandedMax = 1U << 20;  // Bytes of the line that comes of it.
constexpr int kModifiersMax = 100;              // Of one "!…".

std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < line.size();) {
    if (std::isspace(static_cast<unsigned char>(line[at])) != 0) {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    if (std::string_view("|&;<>()").find(line[at]) != std::string_view::npos) {
      const char first = line[at++];
      if (at < line.size() && line[at] == first && first != '(' && first != ')') ++at;
    } else {
      char quote = '\0';
      for (; at < line.size(); ++at) {
        const char byte = line[at];
        if (quote != '\0') {
          if (byte == quote) quote = '\0';
        } else if (byte == '\'' || byte == '"' || byte == '`') {
          quote = byte;
        } else if (byte == '\\' && at + 1 < line.size()) {
          ++at;
        } else if (std::string_view(" \t\n|&;<>()").find(byte) != std::string_view::npos) {
          break;
        }
      }
    }
    words.push_back(line.substr(begin, at - begin));
  }
  return words;
}

struct Problem {
  std::string text;
};

class Expansion {
 public:
  Expansion(const History& history, const std::string& line) : history_(history), in_(line) {}

  std::string all() {
    if (in_.starts_with('^')) return quick();
    std::string out;
    char quote = '\0';
    while (at_ < in_.size()) {
      const char byte = in_[at_];
      if (byte == '\\' && at_ + 1 < in_.size() && quote != '\'') {
        out += in_.substr(at_, 2);
        at_ += 2;
      } else if (byte == '!' && quote != '\'' && designates(quote)) {
        out += one();
        changed = true;
      } else {
        if (quote == '\0' && (byte == '\'' || byte == '"'))
          quote = byte;
        else if (byte == quote)
          quote = '\0';
        out += byte;
        ++at_;
      }
      if (out.size() > kExpandedMax) throw Problem{"history expansion: line too long"};
    }
    return out;
  }
  bool changed = false;
  bool show_only = false;

 private:
  bool designates(char quote) const {
    const char next = at_ + 1 < in_.size() ? in_[at_ + 1] : '\0';
    if (next == '\0' || std::string_view(" \t\n\r=(").find(next) != std::string_view::npos)
      return false;
    if (next == '"' && quote == '"') return false;
    return !is_syntax();
  }

  // "[!a]", "${!name}" and "$!", as bash looks for them; "$!" not at the very beginning.
  bool is_syntax() const {
    const char before = at_ > 0 ? in_[at_ - 1] : '\0';
    if (before == '[') return in_.find(']', at_ + 1) != std::string::npos;
    if (at_ < 2) return false;
    if (before == '{' && in_[at_ - 2] == '$') return in_.find('}', at_ + 1) != std::string::npos;
    return before == '$';
  }

  // ^old^new^
  std::string quick() {
    if (history_.lines.empty()) throw Problem{in_ + ": event not found"};
    const std::size_t middle = in_.find('^', 1);
    const std::string from = in_.substr(1, middle == std::string::npos ? middle : middle - 1);
    std::string to, rest;
    if (middle != std::string::npos) {
      const std::size_t end = in_.find('^', middle + 1);
      to = in_.substr(middle + 1, end == std::string::npos ? end : end - middle - 1);
      if (end != std::string::npos) rest = in_.substr(end + 1);
    }
    std::string line = history_.lines.back();
    const std::size_t found = line.find(from);
    if (from.empty() || found == std::string::npos)
      throw Problem{":s" + in_ + ": substitution failed"};
    line.replace(found, from.size(), to);
    changed = true;
    return line + rest;
  }

  std::string one() {
    const std::size_t begin = at_++;
    const std::string event = find_event(begin);
    std::vector<std::string> words = words_of(event);
    std::string text = event;
    if (at_ < in_.size() && std::string_view("^$*:%-").find(in_[at_]) != std::string_view::npos)
      text = choose(event, words, begin);
    return modify(std::move(text), begin);
  }

  std::string written(std::size_t begin) const { return in_.substr(begin, at_ - begin); }

  std::string find_event(std::size_t begin) {
    const auto& lines = history_.lines;
    const char byte = in_[at_];
    const auto missing = [&]() -> Problem { return {written(begin) + ": event not found"}; };
    if (byte == '!') {
      ++at_;
      if (lines.empty()) throw missing();
      return lines.back();
    }
    if (std::string_view("^$*:").find(byte) != std::string_view::npos) {
      if (lines.empty()) throw missing();
      return lines.back();
    }
    if (std::isdigit(static_cast<unsigned char>(byte)) != 0 ||
        (byte == '-' && at_ + 1 < in_.size() &&
         std::isdigit(static_cast<unsigned char>(in_[at_ + 1])) != 0)) {
      const bool back = byte == '-';
      if (back) ++at_;
      std::size_t number = 0;
      while (at_ < in_.size() && std::isdigit(static_cast<unsigned char>(in_[at_])) != 0)
        number = std::min<std::size_t>(number * 10 + static_cast<std::size_t>(in_[at_++] - '0'),
                                       1'000'000);
      const std::size_t index =
          back ? lines.size() - number : number - history_.first;  // Wraps where there is none.
      if (index >= lines.size() || (back && number == 0)) throw missing();
      return lines[index];
    }
    const bool anywhere = byte == '?';
    if (anywhere) ++at_;
    const std::size_t from = at_;
    while (at_ < in_.size() && (anywhere ? in_[at_] != '?' && in_[at_] != '\n'
                                         : std::string_view(" \t\n:;&()|<>\"'").find(in_[at_]) ==
                                               std::string_view::npos))
      ++at_;
    const std::string wanted = in_.substr(from, at_ - from);
    if (wanted.empty() && !anywhere) throw missing();
    if (anywhere && at_ < in_.size()) ++at_;
    for (std::size_t i = lines.size(); i-- > 0;) {
      if (anywhere ? lines[i].find(wanted) != std::string::npos : lines[i].starts_with(wanted))
        return lines[i];
    }
    throw missing();
  }

  std::string choose(const std::string& event, const std::vector<std::string>& words,
                     std::size_t begin) {
    std::size_t at = at_;
    if (in_[at] == ':') {
      ++at;
      if (at >= in_.size() ||
          std::string_view("0123456789^$*-%").find(in_[at]) == std::string_view::npos)
        return event;
    } else if (in_[at] == '-' || in_[at] == '%') {
      return event;
    }
    at_ = at;
    const std::size_t last = words.empty() ? 0 : words.size() - 1;
    const auto number = [&]() -> std::size_t {
      if (at_ < in_.size() && (in_[at_] == '^' || in_[at_] == '$'))
        return in_[at_++] == '^' ? 1 : last;
      std::size_t value = 0;
      while (at_ < in_.size() && std::isdigit(static_cast<unsigned char>(in_[at_])) != 0)
        value =
            std::min<std::size_t>(value * 10 + static_cast<std::size_t>(in_[at_++] - '0'), 9999);
      return value;
    };
    std::size_t from = 0, to = 0;
    if (in_[at_] == '*') {
      ++at_;
      from = 1;
      to = last;
      if (from > to) return "";
    } else {
      from = in_[at_] == '-' ? 0 : number();
      to = from;
      if (at_ < in_.size() && in_[at_] == '-') {
        ++at_;
        const bool given = at_ < in_.size() && std::string_view("0123456789^$").find(in_[at_]) !=
                                                   std::string_view::npos;
        to = given ? number() : last - (last > 0 ? 1 : 0);
      } else if (at_ < in_.size() && in_[at_] == '*') {
        ++at_;
        to = last;
        if (from > to) return "";
      }
    }
    if (from >= words.size() || to >= words.size() || from > to)
      throw Problem{in_.substr(begin, at_ - begin) + ": bad word specifier"};
    std::string out;
    for (std::size_t i = from; i <= to; ++i) out += (i > from ? " " : "") + words[i];
    return out;
  }

  std::string modify(std::string text, std::size_t begin) {
    for (int count = 0; at_ + 1 < in_.size() && in_[at_] == ':' && count < kModifiersMax; ++count) {
      bool global = false;
      std::size_t at = at_ + 1;
      if (in_[at] == 'g' || in_[at] == 'a') {
        global = true;
        ++at;
      }
      const char kind = at < in_.size() ? in_[at] : '\0';
      if (std::string_view("hrtepqxs").find(kind) == std::string_view::npos || kind == '\0')
        throw Problem{in_.substr(begin, at + 1 - begin) + ": unrecognized history modifier"};
      at_ = at + 1;
      const std::size_t slash = text.rfind('/');
      const std::size_t dot = text.rfind('.');
      if (kind == 'p') {
        show_only = true;
      } else if (kind == 'h') {
        if (slash != std::string::npos) text.resize(slash);
      } else if (kind == 't') {
        if (slash != std::string::npos) text.erase(0, slash + 1);
      } else if (kind == 'r') {
        if (dot != std::string::npos) text.resize(dot);
      } else if (kind == 'e') {
        if (dot != std::string::npos) text.erase(0, dot);
      } else if (kind == 'q' || kind == 'x') {
        text = "'" + text + "'";
      } else {
        substitute(text, global);
      }
    }
    return text;
  }

  void substitute(std::string& text, bool global) {
    if (at_ >= in_.size()) return;
    const char mark = in_[at_];
    const std::size_t begin = at_;
    const auto field = [&] {
      std::string out;
      while (at_ < in_.size() && in_[at_] != mark && in_[at_] != '\n') {
        if (in_[at_] == '\\' && at_ + 1 < in_.size() && in_[at_ + 1] == mark) ++at_;
        out += in_[at_++];
      }
      if (at_ < in_.size() && in_[at_] == mark) ++at_;
      return out;
    };
    ++at_;
    const std::string from = field();
    const std::string to = field();
    std::size_t found = from.empty() ? std::string::npos : text.find(from);
    if (found == std::string::npos)
      throw Problem{":s" + in_.substr(begin, at_ - begin) + ": substitution failed"};
    while (found != std::string::npos && text.size() < kExpandedMax) {
      text.replace(found, from.size(), to);
      found = global ? text.find(from, found + to.size()) : std::string::npos;
    }
  }

  const History& history_;
  const std::string& in_;
  std::size_t at_ = 0;
};

}  // namespace

tl::expected<std::string, std::string> expand_history(const History& history,
                                                      const std::string& line, bool& changed,
                                                      bool& show_only) {
  changed = show_only = false;
  if (line.find_first_of("!^") == std::string::npos) return line;
  try {
    Expansion expansion(history, line);
    std::string out = expansion.all();
    changed = expansion.changed;
    show_only = expansion.show_only;
    return out;
  } catch (const Problem& problem) {
    return tl::unexpected(problem.text);
  }
}

}  // namespace decnet::shell::sh
