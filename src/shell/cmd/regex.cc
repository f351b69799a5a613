// The compiler of regular expressions: a tree is never built, the program grows while it is parsed.
#include "shell/cmd/regex.h"

#include <cctype>
#include <optional>

namespace decnet::shell::cmd {

using Op = Regex::Op;
using Instruction = Regex::Instruction;
using Code = std::vector<Instruction>;  // Targets are relative to its begin.

class RegexParser {
 public:
  RegexParser(Regex& regex, std::string_view pattern, const RegexOptions& options)
      : regex_(regex), pattern_(pattern), options_(options) {}

  // Empty: it went well.
  std::string run() {
    if (pattern_.size() > kRegexPatternMax) return kTooBig;
    Code code = alternatives(0);
    if (error_.empty() && at_ < pattern_.size()) error_ = kUnmatchedClose;
    if (!error_.empty()) return error_;
    Code all;
    all.push_back({Op::save, 0, 0, 0});
    append(all, code);
    all.push_back({Op::save, 0, 1, 0});
    all.push_back({Op::match, 0, 0, 0});
    regex_.program_ = std::move(all);
    regex_.groups_ = groups_;
    return error_;
  }

 private:
  static constexpr const char* kTooBig = "Regular expression too big";
  static constexpr const char* kUnmatchedClose = "Unmatched ) or \\)";

  bool more() const { return at_ < pattern_.size(); }
  bool ahead(std::string_view text) const { return pattern_.substr(at_).starts_with(text); }
  bool take(std::string_view text) {
    if (!ahead(text)) return false;
    at_ += text.size();
    return true;
  }
  void fail(const char* text) {
    if (error_.empty()) error_ = text;
    at_ = pattern_.size();
  }
  void append(Code& to, const Code& what) {
    const auto base = static_cast<std::uint32_t>(to.size());
    if (to.size() + what.size() > kRegexProgramMax) return fail(kTooBig);
    for (Instruction one : what) {
      if (one.op == Op::split || one.op == Op::jump) {
        one.x += base;
        one.y += base;
      }
      to.push_back(one);
    }
  }

  bool at_close() const { return options_.extended ? depth_ > 0 && ahead(")") : ahead("\\)"); }
  bool take_bar() { return take(options_.extended ? "|" : "\\|"); }

  Code alternatives(std::size_t depth) {
    if (depth > kRegexDepthMax) {
      fail(kTooBig);
      return {};
    }
    depth_ = depth;
    Code left = branch(depth);
    while (error_.empty() && take_bar()) {
      Code right = branch(depth);
      Code both;
      const auto size = static_cast<std::uint32_t>(left.size());
      both.push_back({Op::split, 0, 1, size + 2});
      append(both, left);
      both.push_back({Op::jump, 0, static_cast<std::uint32_t>(size + 2 + right.size()), 0});
      append(both, right);
      left = std::move(both);
    }
    return left;
  }

  Code branch(std::size_t depth) {
    Code all;
    bool first = true;
    while (error_.empty() && more() && !at_close() && !ahead(options_.extended ? "|" : "\\|")) {
      Code one = atom(depth, first);
      depth_ = depth;
      const bool anchor = !one.empty() && one.back().op == Op::start;
      if (!(anchor && !options_.extended)) repeat(one);
      append(all, one);
      first = anchor && !options_.extended;
    }
    return all;
  }

  void repeat(Code& one) {
    while (error_.empty() && more()) {
      std::size_t least = 0;
      std::size_t most = kNoEnd;
      if (take("*")) {
      } else if (take(options_.extended ? "+" : "\\+")) {
        least = 1;
      } else if (take(options_.extended ? "?" : "\\?")) {
        most = 1;
      } else if (ahead(options_.extended ? "{" : "\\{")) {
        const auto range = interval();
        if (!range) return;
        least = range->first;
        most = range->second;
      } else {
        return;
      }
      one = repeated(one, least, most);
    }
  }

  // "{2,5}". Nothing: it is plain text (extended), or an error.
  std::optional<std::pair<std::size_t, std::size_t>> interval() {
    const std::size_t before = at_;
    take(options_.extended ? "{" : "\\{");
    const auto low = count();
    std::size_t least = low.value_or(0);
    std::size_t most = least;
    bool range = false;
    if (take(",")) {
      range = true;
      most = count().value_or(kNoEnd);
    }
    const bool closed = take(options_.extended ? "}" : "\\}");
    if (!closed || (!low && !range)) {
      if (options_.extended && (!low || !closed)) {
        at_ = before;
        return {};
      }
      fail(more() || closed ? "Invalid content of \\{\\}" : "Unmatched { or \\{");
      if (options_.extended && !closed) error_ = "Unmatched { or \\{";
      return {};
    }
    if (least > most) fail("Invalid content of \\{\\}");
    if (least > kRegexRepeatMax || (most != kNoEnd && most > kRegexRepeatMax)) fail(kTooBig);
    return std::pair(least, most);
  }
  std::optional<std::size_t> count() {
    std::size_t number = 0;
    bool any = false;
    while (more() && std::isdigit(static_cast<unsigned char>(pattern_[at_])) != 0) {
      number = std::min<std::size_t>(number * 10 + static_cast<std::size_t>(pattern_[at_++] - '0'),
                                     1'000'000);
      any = true;
    }
    return any ? std::optional(number) : std::nullopt;
  }

  Code repeated(const Code& one, std::size_t least, std::size_t most) {
    Code all;
    const auto size = static_cast<std::uint32_t>(one.size());
    for (std::size_t turn = 0; turn < least && error_.empty(); ++turn) append(all, one);
    if (most == kNoEnd) {
      Code loop;
      loop.push_back({Op::split, 0, 1, size + 2});
      append(loop, one);
      loop.push_back({Op::jump, 0, 0, 0});
      append(all, loop);
      return all;
    }
    for (std::size_t turn = least; turn < most && error_.empty(); ++turn) {
      const auto rest = static_cast<std::uint32_t>(most - turn) * (size + 1);
      Code maybe;
      maybe.push_back({Op::split, 0, 1, rest});
      append(maybe, one);
      const auto base = static_cast<std::uint32_t>(all.size());
      for (Instruction& each : maybe) {
        if (&each == &maybe.front()) continue;
        if (each.op == Op::split || each.op == Op::jump) {
          each.x += base;
          each.y += base;
        }
      }
      maybe.front().x = base + 1;
      maybe.front().y = base + rest;
      if (all.size() + maybe.size() > kRegexProgramMax) fail(kTooBig);
      all.insert(all.end(), maybe.begin(), maybe.end());
    }
    return all;
  }

  Code byte(char letter) {
    const auto code = static_cast<unsigned char>(letter);
    if (options_.fold && std::isalpha(code) != 0) {
      Regex::Bytes set;
      set.set(static_cast<std::size_t>(std::tolower(code)));
      set.set(static_cast<std::size_t>(std::toupper(code)));
      return one_of(set);
    }
    return {{Op::byte, code, 0, 0}};
  }
  Code one_of(const Regex::Bytes& set) {
    regex_.sets_.push_back(set);
    if (regex_.sets_.size() > kRegexProgramMax) fail(kTooBig);
    return {{Op::set, 0, static_cast<std::uint32_t>(regex_.sets_.size() - 1), 0}};
  }

  Code group(std::size_t depth) {
    const auto number = static_cast<std::uint32_t>(++groups_);
    Code all;
    all.push_back({Op::save, 0, number * 2, 0});
    append(all, alternatives(depth + 1));
    all.push_back({Op::save, 0, number * 2 + 1, 0});
    if (error_.empty() && !take(options_.extended ? ")" : "\\)")) fail("Unmatched ( or \\(");
    return all;
  }

  Code atom(std::size_t depth, bool first) {
    const char letter = pattern_[at_++];
    const bool extended = options_.extended;
    if (letter == '\\') return escape(depth);
    if (letter == '[') return one_of(bracket());
    if (letter == '.') return {{Op::any, 0, 0, 0}};
    if (letter == '^' && (extended || first)) return {{Op::start, 0, 0, 0}};
    if (letter == '$' && (extended || !more() || at_close() || ahead("\\|"))) {
      return {{Op::stop, 0, 0, 0}};
    }
    if (extended && letter == '(') return group(depth);
    if (extended && (letter == '*' || letter == '+' || letter == '?') && first) {
      if (letter == '*' || options_.awk) return more() || letter == '*' ? Code{} : byte(letter);
      return {};
    }
    return byte(letter);
  }

  Code escape(std::size_t depth) {
    if (!more()) {
      if (options_.awk) return byte('\\');
      fail("Trailing backslash");
      return {};
    }
    const char letter = pattern_[at_++];
    if (!options_.extended && letter == '(') return group(depth);
    if (!options_.extended && letter == '{') {
      fail("Invalid preceding regular expression");
      return {};
    }
    if (options_.awk) return awk_escape(letter);
    switch (letter) {
      case 'w':
      case 'W': {
        Regex::Bytes set = word();
        return one_of(letter == 'w' ? set : ~set);
      }
      case 's':
      case 'S': {
        Regex::Bytes set;
        for (const char space : std::string_view(" \t\n\v\f\r")) {
          set.set(static_cast<unsigned char>(space));
        }
        return one_of(letter == 's' ? set : ~set);
      }
      case 'b':
        return {{Op::border, 0, 0, 0}};
      case 'B':
        return {{Op::no_border, 0, 0, 0}};
      case '<':
        return {{Op::word_start, 0, 0, 0}};
      case '>':
        return {{Op::word_end, 0, 0, 0}};
      case '`':
        return {{Op::start, 1, 0, 0}};
      case '\'':
        return {{Op::stop, 1, 0, 0}};
      default:
        break;
    }
    if (letter >= '1' && letter <= '9') {
      const auto number = static_cast<std::uint32_t>(letter - '0');
      if (number > groups_) fail("Invalid back reference");
      regex_.back_references_ = true;
      return {{Op::back, 0, number, 0}};
    }
    return byte(letter);
  }

  Code awk_escape(char letter) {
    constexpr std::string_view kLetters = "abtnvfr";
    if (const auto at = kLetters.find(letter); at != std::string_view::npos) {
      return byte(static_cast<char>(7 + at));
    }
    if (letter >= '0' && letter <= '7') {
      int code = letter - '0';
      for (int turn = 0; turn < 2 && more() && pattern_[at_] >= '0' && pattern_[at_] <= '7';
           ++turn) {
        code = code * 8 + (pattern_[at_++] - '0');
      }
      return byte(static_cast<char>(code));
    }
    return byte(letter);
  }

  static Regex::Bytes word() {
    Regex::Bytes set;
    for (std::size_t code = 0; code < 128; ++code) {
      set.set(code, std::isalnum(static_cast<int>(code)) != 0 || code == '_');
    }
    return set;
  }

  Regex::Bytes bracket();
  void named_class(std::string_view name, Regex::Bytes& set);

  static constexpr std::size_t kNoEnd = static_cast<std::size_t>(-1);
  Regex& regex_;
  std::string_view pattern_;
  const RegexOptions& options_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  std::size_t groups_ = 0;
  std::string error_;
};

void RegexParser::named_class(std::string_view name, Regex::Bytes& set) {
  if (!Regex::add_class(name, set)) fail("Invalid character class name");
}

Regex::Bytes RegexParser::bracket() {
  Regex::Bytes set;
  const bool inverted = take("^");
  bool closed = false;
  for (bool first = true; more(); first = false) {
    if (ahead("]") && !first) {
      ++at_;
      closed = true;
      break;
    }
    if (take("[:")) {
      const std::size_t end = pattern_.find(":]", at_);
      if (end == std::string_view::npos) break;
      named_class(pattern_.substr(at_, end - at_), set);
      if (!error_.empty()) return set;
      at_ = end + 2;
      continue;
    }
    if ((ahead("[=") || ahead("[.")) && at_ + 4 < pattern_.size()) at_ += 2;
    auto low = static_cast<unsigned char>(pattern_[at_++]);
    if (low == '\\' && options_.awk && more()) {
      const Code one = awk_escape(pattern_[at_++]);
      if (one.front().op == Op::byte) low = one.front().byte;
    }
    if (ahead("=]") || ahead(".]")) at_ += 2;
    auto high = low;
    if (ahead("-") && at_ + 1 < pattern_.size() && pattern_[at_ + 1] != ']') {
      ++at_;
      if ((ahead("[.") || ahead("[=")) && at_ + 4 < pattern_.size()) at_ += 2;
      high = static_cast<unsigned char>(pattern_[at_++]);
      if (ahead("=]") || ahead(".]")) at_ += 2;
      if (high < low) fail("Invalid range end");
    }
    for (unsigned code = low; code <= high; ++code) set.set(code);
  }
  if (!closed && error_.empty()) fail("Unmatched [, [^, [:, [., or [=");
  if (options_.fold) {
    for (unsigned code = 0; code < 128; ++code) {
      if (set.test(code) && std::isalpha(static_cast<int>(code)) != 0) set.set(code ^ 32U);
    }
  }
  return inverted ? ~set : set;
}

tl::expected<Regex, std::string> Regex::compile(std::string_view pattern,
                                                const RegexOptions& options) {
  Regex regex;
  regex.fold_ = options.fold;
  regex.multiline_ = options.multiline;
  RegexParser parser(regex, pattern, options);
  std::string error = parser.run();
  if (!error.empty()) return tl::unexpected<std::string>(std::move(error));
  regex.is_literal_ = !options.fold;
  for (std::size_t at = 1; at + 2 < regex.program_.size(); ++at) {
    regex.is_literal_ = regex.is_literal_ && regex.program_[at].op == Op::byte;
    regex.literal_ += static_cast<char>(regex.program_[at].byte);
  }
  if (regex.program_.size() > 1) {
    const Instruction& head = regex.program_[1];
    regex.any_first_ = head.op != Op::byte && head.op != Op::set;
    if (head.op == Op::byte) regex.first_.set(head.byte);
    if (head.op == Op::set) regex.first_ = regex.sets_[head.x];
  }
  return regex;
}

}  // namespace decnet::shell::cmd
