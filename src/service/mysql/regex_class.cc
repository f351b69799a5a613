// Backslashes, and classes in brackets.
#include <algorithm>

#include "service/mysql/regex_compile.h"

namespace decnet::service::mysql {

namespace {

constexpr std::uint32_t kCharacterMax = 0x10ffff;

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 99;
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

}  // namespace

std::uint32_t RegexCompiler::digits(unsigned base, std::size_t count_max) {
  std::uint32_t out = 0;
  for (std::size_t n = 0; n < count_max && !at_end(); ++n) {
    const int digit = digit_of(peek());
    if (digit >= static_cast<int>(base)) break;
    out = std::min(out * base + static_cast<std::uint32_t>(digit), kCharacterMax + 1);
    ++at_;
  }
  return out;
}

void RegexCompiler::add_range(Regex::Set& set, std::uint32_t low, std::uint32_t high) {
  for (std::uint32_t c = low; c <= high && c < set.ascii.size(); ++c) set.ascii[c] = true;
  if (high >= set.ascii.size()) set.ranges.emplace_back(std::max<std::uint32_t>(low, 0x80), high);
}

void RegexCompiler::add(Regex::Set& set, const Regex::Set& other) {
  set.ascii |= other.negated ? ~other.ascii : other.ascii;
  set.beyond = set.beyond || other.beyond != other.negated;
  set.ranges.insert(set.ranges.end(), other.ranges.begin(), other.ranges.end());
}

Regex::Set RegexCompiler::ascii_set(std::string_view class_name) {
  struct Class {
    std::string_view name;
    bool (*has)(unsigned char);
  };
  static constexpr Class kClasses[] = {
      {"alpha", [](unsigned char c) { return is_letter(static_cast<char>(c)); }},
      {"lower", [](unsigned char c) { return c >= 'a' && c <= 'z'; }},
      {"upper", [](unsigned char c) { return c >= 'A' && c <= 'Z'; }},
      {"alnum",
       [](unsigned char c) { return is_letter(static_cast<char>(c)) || (c >= '0' && c <= '9'); }},
      {"ascii", [](unsigned char) { return true; }},
      {"blank", [](unsigned char c) { return c == ' ' || c == '\t'; }},
      {"cntrl", [](unsigned char c) { return c < 0x20 || c == 0x7f; }},
      {"digit", [](unsigned char c) { return c >= '0' && c <= '9'; }},
      {"graph", [](unsigned char c) { return c > 0x20 && c < 0x7f; }},
      {"print", [](unsigned char c) { return c >= 0x20 && c < 0x7f; }},
      {"punct",
       [](unsigned char c) {
         return c > 0x20 && c < 0x7f && !is_letter(static_cast<char>(c)) && (c < '0' || c > '9');
       }},
      {"space", [](unsigned char c) { return c == ' ' || (c >= 9 && c <= 13); }},
      {"word", [](unsigned char c) { return is_word_character(c); }},
      {"xdigit", [](unsigned char c) { return digit_of(static_cast<char>(c)) < 16; }},
  };
  Regex::Set out;
  for (const Class& one : kClasses) {
    if (one.name != class_name) continue;
    for (unsigned c = 0; c < out.ascii.size(); ++c)
      out.ascii[c] = one.has(static_cast<unsigned char>(c));
    // Letters of other scripts are words, too.
    out.beyond = class_name == "alpha" || class_name == "alnum" || class_name == "word" ||
                 class_name == "graph" || class_name == "print";
  }
  return out;
}

// \d and its like; nothing if the letter is none of them.
std::optional<Regex::Set> RegexCompiler::class_escape(char letter) {
  static constexpr std::pair<char, std::string_view> kClasses[] = {
      {'d', "digit"}, {'w', "word"}, {'s', "space"}, {'h', "blank"}};
  const char low = static_cast<char>(letter | 0x20);
  for (const auto& [known, class_name] : kClasses) {
    if (known != low || !is_letter(letter)) continue;
    Regex::Set set = ascii_set(class_name);
    set.negated = letter != low;
    return set;
  }
  if (is_letter(letter) && low == 'v') {
    Regex::Set set;
    add_range(set, 10, 13);
    set.negated = letter != low;
    return set;
  }
  if (letter == 'N') {
    Regex::Set set;
    set.ascii['\n'] = set.negated = true;
    return set;
  }
  if (is_letter(letter) && low == 'p') {
    Regex::Set set;
    property(set, letter == 'P');
    return set;
  }
  return std::nullopt;
}

// Unicode's properties, as far as ASCII shows them: what is beyond it counts as letters.
void RegexCompiler::property(Regex::Set& set, bool negated) {
  std::string_view wanted = pattern_.substr(at_, 1);
  if (accept("{")) {
    const std::size_t end = pattern_.find('}', at_);
    if (end == std::string_view::npos) {
      at_ = pattern_.size();
      fail("malformed \\P or \\p sequence");
    }
    wanted = pattern_.substr(at_, end - at_);
    at_ = end + 1;
  } else {
    at_ += wanted.size();
  }
  if (wanted.starts_with('^')) {
    negated = !negated;
    wanted.remove_prefix(1);
  }
  static constexpr std::pair<std::string_view, std::string_view> kProperties[] = {
      {"L", "alpha"},   {"Lu", "upper"},  {"Ll", "lower"}, {"N", "digit"},
      {"Nd", "digit"},  {"P", "punct"},   {"S", "punct"},  {"Z", "space"},
      {"Zs", "space"},  {"C", "cntrl"},   {"Cc", "cntrl"}, {"Xan", "alnum"},
      {"Xsp", "space"}, {"Xps", "space"}, {"Xwd", "word"}, {"Any", "print"}};
  for (const auto& [known, class_name] : kProperties) {
    if (known != wanted) continue;
    set = ascii_set(class_name);
    set.negated = negated;
    return;
  }
  fail("unknown property after \\P or \\p");
}

// What a letter after a backslash is as one character.
std::uint32_t RegexCompiler::escaped_character(char letter) {
  switch (letter) {
    case 'a':
      return 7;
    case 'e':
      return 27;
    case 'f':
      return 12;
    case 'n':
      return 10;
    case 'r':
      return 13;
    case 't':
      return 9;
    case 'c': {
      if (at_end()) fail("\\c at end of pattern");
      const char c = peek();
      if (c < ' ' || c == 0x7f)
        fail("\\c must be followed by a printable ASCII character", at_ + 1);
      ++at_;
      return static_cast<unsigned char>(c >= 'a' && c <= 'z' ? c - 32 : c) ^ 0x40U;
    }
    case 'x': {
      if (!accept("{")) return digits(16, 2);
      const std::size_t from = at_;
      const std::uint32_t code = digits(16, 9);
      if (at_ == from || peek() != '}') fail("non-hex character in \\x{} (closing brace missing?)");
      ++at_;
      if (code > kCharacterMax) fail("character code point value in \\x{} or \\o{} is too large");
      return code;
    }
    case 'o': {
      if (!accept("{")) fail("missing opening brace after \\o");
      const std::uint32_t code = digits(8, 11);
      if (!accept("}")) fail("non-octal character in \\o{} (closing brace missing?)");
      return std::min(code, kCharacterMax);
    }
    default:
      if (is_letter(letter)) fail("unrecognized character follows \\", at_ - 1);
      return static_cast<unsigned char>(letter);
  }
}

void RegexCompiler::back_reference(std::uint32_t group, std::size_t at) {
  references_.push_back({group, at});
  put(Op::back, group, flags_.fold ? 1 : 0);
}

// \r\n, or any end of a line.
void RegexCompiler::line_end() {
  const std::size_t split = put(Op::split);
  put(Op::character, '\r');
  put(Op::character, '\n');
  const std::size_t jump = put(Op::jump);
  out_.program_[split].x = static_cast<std::uint32_t>(split + 1);
  out_.program_[split].y = static_cast<std::uint32_t>(here());
  Regex::Set ends;
  add_range(ends, 10, 13);
  put_set(std::move(ends));
  out_.program_[jump].x = static_cast<std::uint32_t>(here());
}

// "{name}", "<name>", "'name'" or a number.
void RegexCompiler::named_reference() {
  const char close_with = pattern_[at_ - 1];
  const std::size_t from = at_;
  const bool relative = accept("-");
  if (peek() >= '0' && peek() <= '9') {
    std::uint32_t group = digits(10, 5);
    if (relative) group = group < out_.groups_ ? out_.groups_ - group : 0;
    if (close_with == '{') accept("}");
    back_reference(group == 0 ? kRegexProgramMax : group, from);
    return;
  }
  const char until = close_with == '<' ? '>' : (close_with == '{' ? '}' : '\'');
  const auto known = names_.find(name(until));
  if (known == names_.end()) fail("reference to non-existent subpattern", from);
  back_reference(known->second, from);
}

RegexCompiler::Width RegexCompiler::escape() {
  const std::size_t slash = at_++;
  if (at_end()) fail("\\ at end of pattern");
  if (accept("E")) return 0;
  if (accept("Q")) {
    std::uint32_t count = 0;
    for (; !at_end() && !looking_at("\\E"); ++count) put_character(character());
    accept("\\E");
    return count;
  }
  static constexpr std::pair<char, Op> kPlaces[] = {
      {'b', Op::edge}, {'B', Op::no_edge}, {'A', Op::begin}, {'Z', Op::end}, {'z', Op::text_end}};
  for (const auto& [letter, op] : kPlaces) {
    if (!accept(std::string_view(&letter, 1))) continue;
    put(op);
    return 0;
  }
  if (accept("K")) {  // The match begins here.
    put(Op::save, 0);
    return 0;
  }
  if (accept("R")) {
    line_end();
    return {};
  }
  if (peek() >= '1' && peek() <= '9') {
    const std::uint32_t group = digits(10, 4);
    if (group < 10 || group < out_.groups_) {
      back_reference(group, at_ - 1);
      return {};
    }
    at_ = slash + 1;
    if (peek() >= '8') {
      put_character(character());
    } else {
      put_character(digits(8, 3));
    }
    return 1;
  }
  if (accept("g{") || accept("k{") || accept("k<") || accept("k'") || accept("g")) {
    named_reference();
    return {};
  }
  if (static_cast<unsigned char>(peek()) >= 0x80) {
    put_character(character());
    return 1;
  }
  const char letter = peek();
  if (letter == '0') {
    put_character(digits(8, 3));
    return 1;
  }
  ++at_;
  if (auto set = class_escape(letter)) {
    put_set(std::move(*set));
    return 1;
  }
  put_character(escaped_character(letter));
  return 1;
}

void RegexCompiler::posix_class(Regex::Set& set) {
  const std::size_t begin = at_;
  const std::size_t end = pattern_.find(":]", at_);
  at_ += 2;
  const bool negated = accept("^");
  const std::string_view class_name = pattern_.substr(at_, end - at_);
  Regex::Set named = ascii_set(class_name);
  if (named.ascii.none()) fail("unknown POSIX class name", begin + 2);
  named.negated = negated;
  add(set, named);
  at_ = end + 2;
}

void RegexCompiler::bracket() {
  if (accept("[[:<:]]")) {
    put(Op::word_begin);
    return;
  }
  if (accept("[[:>:]]")) {
    put(Op::word_end);
    return;
  }
  const std::size_t opened = at_++;
  // The end of a name in colons: only where letters lead to it.
  const auto named_end = [&](std::size_t at, char mark) {
    for (std::size_t n = at; n + 1 < pattern_.size(); ++n) {
      if (pattern_[n] == mark && pattern_[n + 1] == ']') return true;
      if (pattern_[n] == ']' || pattern_[n] == '\\' || pattern_[n] == '[') return false;
    }
    return false;
  };
  if (peek() == ':' && named_end(at_ + 1, ':'))
    fail("POSIX named classes are supported only within a class", opened);
  Regex::Set set;
  set.negated = accept("^");
  bool first = true;
  while (true) {
    if (at_end()) fail("missing terminating ] for character class");
    if (!first && accept("]")) break;
    first = false;
    if (peek() == '[' && (peek(1) == ':' || peek(1) == '.' || peek(1) == '=') &&
        named_end(at_ + 2, peek(1))) {
      if (peek(1) != ':') fail("POSIX collating elements are not supported");
      posix_class(set);
      continue;
    }
    const auto one = [&](bool& is_class) -> std::uint32_t {
      if (peek() != '\\') return character();
      ++at_;
      if (at_end()) fail("\\ at end of pattern");
      const char letter = peek();
      if (static_cast<unsigned char>(letter) >= 0x80) return character();
      if (letter >= '0' && letter <= '7') return digits(8, 3);
      ++at_;
      if (letter == 'b') return 8;
      if (auto inner = class_escape(letter)) {
        add(set, *inner);
        is_class = true;
        return 0;
      }
      return escaped_character(letter);
    };
    bool is_class = false;
    const std::uint32_t low = one(is_class);
    const bool ranges = peek() == '-' && peek(1) != ']' && at_ + 1 < pattern_.size();
    if (is_class) {
      if (ranges) fail("invalid range in character class");
      continue;
    }
    std::uint32_t high = low;
    if (ranges) {
      ++at_;
      high = one(is_class);
      if (is_class) fail("invalid range in character class", at_ - 2);
      if (high < low) fail("range out of order in character class", at_ - 1);
    }
    add_range(set, low, high);
  }
  put_set(std::move(set));
}

}  // namespace decnet::service::mysql
