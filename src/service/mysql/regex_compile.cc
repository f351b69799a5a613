// From a pattern to a program.
#include "service/mysql/regex_compile.h"

#include <algorithm>

#include <fmt/format.h>

namespace decnet::service::mysql {

void RegexCompiler::fail(std::string_view text, std::size_t at) const {
  throw RegexTrouble{fmt::format("{} at offset {}", text, at)};
}

bool RegexCompiler::accept(std::string_view text) {
  if (!looking_at(text)) return false;
  at_ += text.size();
  return true;
}

std::uint32_t RegexCompiler::character() {
  std::size_t bytes = 1;
  const std::uint32_t out = regex_character(pattern_, at_, bytes);
  at_ += bytes;
  return out;
}

// What was put once and is thrown away by {0} has been work, too.
void RegexCompiler::spend(std::size_t instructions) {
  spent_ += instructions;
  if (here() + instructions > kRegexProgramMax || spent_ > kRegexCompileMax)
    fail("regular expression is too large", pattern_.size());
}

std::size_t RegexCompiler::put(Op op, std::size_t x, std::size_t y) {
  spend(1);
  out_.program_.push_back({op, static_cast<std::uint32_t>(x), static_cast<std::uint32_t>(y)});
  return here() - 1;
}

// Makes room before what was put from `at` on, all of whose targets lie behind `at`.
void RegexCompiler::insert(std::size_t at, Regex::Instruction one) {
  auto& program = out_.program_;
  spend(1 + (program.size() - at) / 8);
  for (std::size_t n = at; n < program.size(); ++n) {
    Regex::Instruction& moved = program[n];
    if (moved.op == Op::split || moved.op == Op::jump) ++moved.x;
    if (moved.op == Op::split || moved.op == Op::round || moved.op == Op::enter_not) ++moved.y;
  }
  program.insert(program.begin() + static_cast<std::ptrdiff_t>(at), one);
}

void RegexCompiler::put_character(std::uint32_t code) {
  if (flags_.fold && code >= 'A' && code <= 'Z') code += 32;
  put(flags_.fold ? Op::folded : Op::character, code);
}

void RegexCompiler::put_set(Regex::Set set) {
  if (flags_.fold) {
    for (std::size_t n = 'a'; n <= 'z'; ++n)
      set.ascii[n] = set.ascii[n - 32] = set.ascii[n] || set.ascii[n - 32];
  }
  out_.sets_.push_back(std::move(set));
  put(Op::set, out_.sets_.size() - 1);
}

std::uint32_t RegexCompiler::new_slots(std::uint32_t count) {
  out_.slots_ += count;
  return out_.slots_ - count;
}

Regex RegexCompiler::run() {
  if (pattern_.size() >= kRegexPatternBytesMax)
    fail("regular expression is too large", pattern_.size());
  // The slots of the groups come first: there are no more of them than parentheses.
  out_.slots_ =
      static_cast<std::uint32_t>(2 + 2 * std::count(pattern_.begin(), pattern_.end(), '('));
  alternatives(false);
  if (!at_end()) fail("unmatched closing parenthesis");
  for (const Reference& one : references_) {
    if (one.group >= out_.groups_) fail("reference to non-existent subpattern", one.at);
  }
  put(Op::match);
  return std::move(out_);
}

RegexCompiler::Width RegexCompiler::alternatives(bool behind, std::size_t opened) {
  const Flags before = flags_;
  const std::size_t first = here();
  std::vector<std::size_t> ends;
  Width width;
  for (std::size_t begin = first;; begin = here()) {
    const Width one = sequence();
    if (behind && !one) fail("lookbehind assertion is not fixed length", opened);
    if (behind) insert(begin, {Op::step_back, *one});
    width = begin == first || width == one ? one : Width();
    if (!accept("|")) break;
    insert(begin, {Op::split});
    ends.push_back(put(Op::jump));
    out_.program_[begin].x = static_cast<std::uint32_t>(begin + 1);
    out_.program_[begin].y = static_cast<std::uint32_t>(here());
  }
  for (const std::size_t one : ends) out_.program_[one].x = static_cast<std::uint32_t>(here());
  flags_ = before;
  return width;
}

void RegexCompiler::skip_blanks() {
  while (flags_.extended && !at_end()) {
    if (peek() == '#') {
      at_ = std::min(pattern_.find('\n', at_), pattern_.size());
    } else if (std::string_view(" \t\n\r\f\v").find(peek()) == std::string_view::npos) {
      return;
    } else {
      ++at_;
    }
  }
}

RegexCompiler::Width RegexCompiler::sequence() {
  std::uint32_t total = 0;
  bool fixed = true;
  while (true) {
    skip_blanks();
    if (at_end() || peek() == '|' || peek() == ')') break;
    const std::size_t from = here();
    const std::size_t sets = out_.sets_.size();
    Width width = atom();
    width = repeated(from, width);
    fixed = fixed && width;
    total += width.value_or(0);
    if (out_.sets_.size() - sets > kRegexProgramMax || total > kRegexProgramMax)
      fail("regular expression is too large", pattern_.size());
  }
  return fixed ? Width(total) : Width();
}

RegexCompiler::Width RegexCompiler::atom() {
  const char c = peek();
  if (c == '(') return group();
  if (c == '\\') return escape();
  if (c == '[') {
    bracket();
    return here() > 0 && out_.program_.back().op != Op::set ? 0 : 1;
  }
  unsigned low = 0;
  unsigned high = 0;
  const std::size_t before = at_;
  const bool repeats = c == '*' || c == '+' || c == '?' || (c == '{' && braces(low, high));
  if (repeats) fail("quantifier does not follow a repeatable item", c == '{' ? at_ - 1 : before);
  if (c == '^' || c == '$') {
    ++at_;
    if (c == '^') put(flags_.multiline ? Op::line_begin : Op::begin);
    if (c == '$') put(flags_.multiline ? Op::line_end : Op::end);
    return 0;
  }
  if (c == '.') {
    ++at_;
    put(flags_.dots_all ? Op::all : Op::any);
    return 1;
  }
  put_character(character());
  return 1;
}

// {n}, {n,}, {n,m}; anything else in braces is text.
bool RegexCompiler::braces(unsigned& low, unsigned& high) {
  const std::size_t begin = at_;
  const auto number = [&](unsigned& to) {
    const std::size_t from = at_;
    while (peek() >= '0' && peek() <= '9') {
      to = std::min(to * 10 + static_cast<unsigned>(peek() - '0'), kRegexRepeatMax + 1);
      ++at_;
      if (to > kRegexRepeatMax && pattern_.find('}', at_) != std::string_view::npos)
        fail("number too big in {} quantifier");
    }
    return at_ > from;
  };
  ++at_;
  bool is_one = number(low);
  high = low;
  if (is_one && accept(",")) {
    high = 0;
    if (!number(high)) high = kNoEnd;
  }
  is_one = is_one && accept("}");
  if (!is_one) {
    at_ = begin;
    return false;
  }
  if (low > high) fail("numbers out of order in {} quantifier", at_ - 1);
  return true;
}

RegexCompiler::Width RegexCompiler::repeated(std::size_t from, Width width) {
  skip_blanks();
  unsigned low = 0;
  unsigned high = kNoEnd;
  if (accept("+")) {
    low = 1;
  } else if (accept("?")) {
    high = 1;
  } else if (!accept("*") && (peek() != '{' || !braces(low, high))) {
    return width;
  }
  const bool possessive = accept("+");
  const bool lazy = !possessive && accept("?") != flags_.lazy;
  const bool looks_only = width == 0U && here() > from;
  if (looks_only) {  // Once is as good as often.
    low = std::min(low, 1U);
    high = std::min(high, 1U);
  }
  repeat(from, low, high, lazy);
  if (possessive) {
    const std::uint32_t slots = new_slots(2);
    insert(from, {Op::enter, slots});
    put(Op::leave, slots);
  }
  // More quantifiers have nothing to stand behind.
  if (low != high || !width || std::uint64_t{*width} * low > kRegexProgramMax) return {};
  return *width * low;
}

void RegexCompiler::repeat(std::size_t from, unsigned low, unsigned high, bool lazy) {
  const std::vector<Regex::Instruction> once(
      out_.program_.begin() + static_cast<std::ptrdiff_t>(from), out_.program_.end());
  out_.program_.resize(from);
  const auto copy = [&] {
    spend(once.size());
    const std::size_t shift = here() - from;
    for (Regex::Instruction one : once) {
      if (one.op == Op::split || one.op == Op::jump) one.x += static_cast<std::uint32_t>(shift);
      if (one.op == Op::split || one.op == Op::round || one.op == Op::enter_not)
        one.y += static_cast<std::uint32_t>(shift);
      out_.program_.push_back(one);
    }
  };
  const auto branch = [&](std::size_t at, std::size_t in, std::size_t past) {
    out_.program_[at].x = static_cast<std::uint32_t>(lazy ? past : in);
    out_.program_[at].y = static_cast<std::uint32_t>(lazy ? in : past);
  };
  for (unsigned n = 0; n < low && !once.empty(); ++n) copy();
  if (high == kNoEnd) {
    const std::uint32_t slot = new_slots(1);
    const std::size_t again = put(Op::split);
    put(Op::loop, slot);
    copy();
    const std::size_t round = put(Op::round, slot);
    put(Op::jump, again);
    out_.program_[round].y = static_cast<std::uint32_t>(here());
    branch(again, again + 1, here());
    return;
  }
  std::vector<std::size_t> splits;
  for (unsigned n = low; n < high && !once.empty(); ++n) {
    splits.push_back(put(Op::split));
    copy();
  }
  for (const std::size_t one : splits) branch(one, one + 1, here());
}

tl::expected<Regex, std::string> Regex::compile(std::string_view pattern, Options options) {
  try {
    return RegexCompiler(pattern, options.fold).run();
  } catch (const RegexTrouble& trouble) {
    return tl::unexpected(trouble.text);
  }
}

}  // namespace decnet::service::mysql
