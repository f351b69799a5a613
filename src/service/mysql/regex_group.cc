// Parentheses: groups, flags, and looking around.
#include <fmt/format.h>

#include "service/mysql/regex_compile.h"

namespace decnet::service::mysql {

void RegexCompiler::close() {
  if (!accept(")")) fail("missing closing parenthesis");
}

RegexCompiler::Width RegexCompiler::group() {
  const std::size_t opened = at_++;
  if (++depth_ > kRegexDepthMax) fail("parentheses are too deeply nested");
  if (peek() == '*' && peek(1) >= 'A' && peek(1) <= 'Z') {
    ++at_;
    while (peek() >= 'A' && peek() <= 'Z') ++at_;
    fail("(*VERB) not recognized or malformed");
  }
  const Width width = accept("?") ? group_question(opened) : captured({});
  --depth_;
  return width;
}

RegexCompiler::Width RegexCompiler::captured(std::string_view group_name) {
  const std::uint32_t number = out_.groups_++;
  if (!group_name.empty()) names_.emplace(group_name, number);
  put(Op::save, std::size_t{number} * 2);
  const Width width = alternatives(false);
  put(Op::save, std::size_t{number} * 2 + 1);
  close();
  return width;
}

std::string_view RegexCompiler::name(char until) {
  const std::size_t from = at_;
  while (!at_end() && static_cast<unsigned char>(peek()) < 0x80 &&
         is_word_character(static_cast<unsigned char>(peek())))
    ++at_;
  if (at_ == from) fail("subpattern name expected");
  if (peek(0) != until || at_end()) fail("syntax error in subpattern name (missing terminator?)");
  const std::string_view out = pattern_.substr(from, at_ - from);
  if (out[0] >= '0' && out[0] <= '9') fail("subpattern name must start with a non-digit", from);
  if (out.size() > 32) fail("subpattern name is too long (maximum 32 code units)", from + 33);
  ++at_;
  return out;
}

// (?= …), (?<! …) and their like.
RegexCompiler::Width RegexCompiler::around(bool behind, bool negated, std::size_t opened) {
  const std::uint32_t slots = new_slots(2);
  const std::size_t enter = put(negated ? Op::enter_not : Op::enter, slots);
  alternatives(behind, opened);
  put(negated ? Op::leave_not : Op::leave_at_begin, slots);
  if (negated) out_.program_[enter].y = static_cast<std::uint32_t>(here());
  close();
  return 0;
}

// (?> …)
RegexCompiler::Width RegexCompiler::apart() {
  const std::uint32_t slots = new_slots(2);
  put(Op::enter, slots);
  const Width width = alternatives(false);
  put(Op::leave, slots);
  close();
  return width;
}

// "i-m" of (?i-m); whether it ends in a colon.
bool RegexCompiler::flag_letters(Flags& flags) {
  bool on = true;
  while (true) {
    const char c = peek();
    if (at_end()) fail("missing closing parenthesis");
    ++at_;
    if (c == ')' || c == ':') return c == ':';
    if (c == '^') flags = {};
    if (c == '-') on = false;
    if (c == 'i') flags.fold = on;
    if (c == 'm') flags.multiline = on;
    if (c == 's') flags.dots_all = on;
    if (c == 'x') flags.extended = on;
    if (c == 'U') flags.lazy = on;
    if (std::string_view("^-imsxUJn").find(c) == std::string_view::npos)
      fail("unrecognized character after (? or (?-", at_ - 1);
  }
}

RegexCompiler::Width RegexCompiler::group_question(std::size_t opened) {
  if (at_end()) fail("missing closing parenthesis");
  if (accept("#")) {
    at_ = pattern_.find(')', at_);
    if (at_ == std::string_view::npos) {
      at_ = pattern_.size();
      fail("missing ) after (?# comment");
    }
    ++at_;
    return 0;
  }
  if (accept(":")) {
    const Width width = alternatives(false);
    close();
    return width;
  }
  if (accept(">")) return apart();
  if (accept("=")) return around(false, false, opened);
  if (accept("!")) return around(false, true, opened);
  if (accept("<=")) return around(true, false, opened);
  if (accept("<!")) return around(true, true, opened);
  if (accept("P=")) {
    const std::size_t from = at_;
    const auto known = names_.find(name(')'));
    if (known == names_.end()) fail("reference to non-existent subpattern", from);
    back_reference(known->second, from);
    return {};
  }
  if (accept("P<") || accept("<")) return captured(name('>'));
  if (accept("'")) return captured(name('\''));
  // Calls of groups, conditions: they have no place here.
  if (peek() == 'R' || peek() == '(' || peek() == '&' || peek() == '|' || peek() == 'P' ||
      (peek() >= '0' && peek() <= '9') ||
      ((peek() == '-' || peek() == '+') && peek(1) >= '0' && peek(1) <= '9'))
    fail("regular expression is too complicated");
  Flags flags = flags_;
  if (!flag_letters(flags)) {
    flags_ = flags;  // Until the group around it ends.
    return 0;
  }
  const Flags before = std::exchange(flags_, flags);
  const Width width = alternatives(false);
  flags_ = before;
  close();
  return width;
}

}  // namespace decnet::service::mysql
