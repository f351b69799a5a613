// [[ ]] and (( )).
#include <algorithm>

#include <fmt/format.h>

#include "shell/cmd/regex.h"
#include "shell/sh/escapes.h"
#include "shell/sh/expander.h"
#include "shell/sh/interpreter.h"
#include "shell/sh/limits.h"
#include "shell/sh/pattern.h"
#include "shell/sh/test_builtin.h"

namespace decnet::shell::sh {

namespace {

// [[ =~ ]]: 0 a match, 1 none, 2 no regular expression. Work is linear in the subject; a pattern
// that needs more than the engine's limits is none.
int expression(Interpreter& shell, const std::string& subject, const std::string& pattern) {
  const bool fold = shell.shopts.contains("nocasematch") && shell.shopts.at("nocasematch");
  const auto compiled = cmd::Regex::compile(pattern, {.extended = true, .fold = fold});
  if (!compiled) {
    if (compiled.error().find("too big") != std::string::npos) count(Limit::expression);
    return 2;
  }
  std::vector<cmd::Span> groups;
  const std::uint64_t before = cmd::Regex::steps();
  const bool hit = compiled->search(subject, 0, groups);
  shell.owed_units += static_cast<std::uint32_t>((cmd::Regex::steps() - before) / 64);
  Variable& variable = shell.variables.make("BASH_REMATCH");
  variable.is_array = true;
  variable.set = true;
  variable.elements.clear();
  for (std::size_t i = 0; hit && i < groups.size(); ++i) {
    variable.elements[static_cast<std::int64_t>(i)] =
        groups[i].met() ? subject.substr(groups[i].from, groups[i].to - groups[i].from)
                        : std::string{};
  }
  return hit ? 0 : 1;
}

// What of the words from..to stands, as `set -x` shows it.
std::string shown_term(const std::vector<Word>& words, std::size_t from, std::size_t to,
                       const std::string& left, const std::string& right) {
  const auto source = [&](std::size_t i) {
    return words[i].source.starts_with('\x01') ? words[i].source.substr(1) : words[i].source;
  };
  if (to - from == 1) return "[[ -n " + trace_quote(left) + " ]]";
  if (to - from == 2) return "[[ " + source(from) + " " + trace_quote(left) + " ]]";
  return "[[ " + trace_quote(left) + " " + source(from + 1) + " " + right + " ]]";
}

}  // namespace

Task<bool> Interpreter::expand_expression(const Word& word, std::string& out) {
  Expander expander(*this, Split::no);
  expander.expression = true;
  const bool good = co_await expander.word(word);
  out = std::move(expander.current.pattern);
  co_return good;
}

// The words of [[ ]], evaluated from the left; each operand is expanded when it is its turn.
Task<int> Interpreter::run_conditional(const Node& node) {
  std::string text;
  line = node.line;
  if (bash() && trapped(-2)) co_await before_command(command_text(node));
  if (node.kind == Node::Kind::arithmetic) {
    const bool good = co_await expand_text(node.words[0], text);
    if (good && options.xtrace) {
      const std::string shown = "(( " + text + " ))";
      co_await trace(shown);
    }
    const auto value = calculate(text);
    if (!good || !value) {
      if (!value) {
        const bool plain = value.error().ends_with(": readonly variable");
        const std::string said = (plain ? "" : "((: ") + value.error();
        co_await complain(said);
      }
      status = 1;
    } else {
      status = *value != 0 ? 0 : 1;
    }
    co_await check_errors(status);
    co_return status;
  }
  const int result = co_await condition(node.words, 0, node.words.size(), 0);
  status = result;
  co_await check_errors(result);
  co_return result;
}

Task<void> Interpreter::trace_term(std::string text) {
  if (std::exchange(trace_negated, false)) text.insert(3, "! ");
  co_await trace(std::move(text));
}

Task<int> Interpreter::condition(const std::vector<Word>& words, std::size_t from, std::size_t to,
                                 int depth) {
  const auto mark = [&](std::size_t i) {
    return words[i].source.starts_with('\x01') ? words[i].source.substr(1) : std::string{};
  };
  if (from >= to || depth > kTestDepthMax) co_return 2;
  int result = 0;
  for (const std::string_view splitter : {"||", "&&"}) {
    int open = 0;
    for (std::size_t i = from; i < to; ++i) {
      open += mark(i) == "(" ? 1 : mark(i) == ")" ? -1 : 0;
      if (open != 0 || mark(i) != splitter) continue;
      result = co_await condition(words, from, i, depth + 1);
      if ((result == 0) == (splitter == "||") || result == 2) co_return result;
      result = co_await condition(words, i + 1, to, depth + 1);
      co_return result;
    }
  }
  const std::string* first = words[from].plain();
  if (first != nullptr && *first == "!" && to - from > 1) {
    if (options.xtrace) trace_negated = !trace_negated;
    result = co_await condition(words, from + 1, to, depth + 1);
    co_return result == 2 ? 2 : 1 - result;
  }
  if (mark(from) == "(" && mark(to - 1) == ")") {
    result = co_await condition(words, from + 1, to - 1, depth + 1);
    co_return result;
  }
  std::string left, right, pattern;
  if (to - from == 1) {
    const bool good = co_await expand_text(words[from], left);
    const std::string shown = shown_term(words, from, to, left, right);
    if (options.xtrace) co_await trace_term(shown);
    co_return good && !left.empty() ? 0 : 1;
  }
  if (to - from == 2 && first != nullptr && is_unary_test(*first)) {
    const bool good = co_await expand_text(words[from + 1], left);
    const std::string shown = shown_term(words, from, to, left, right);
    if (options.xtrace) co_await trace_term(shown);
    co_return good&& unary_test(*this, *first, left) ? 0 : 1;
  }
  if (to - from != 3) {
    co_await complain("syntax error in conditional expression");
    co_return 2;
  }
  const std::string with = mark(from + 1).empty() ? words[from + 1].source : mark(from + 1);
  bool good = co_await expand_text(words[from], left);
  if (good) good = co_await expand_text(words[from + 2], right);
  if (good) good = co_await expand_pattern(words[from + 2], pattern);
  if (!good) co_return 1;
  if (options.xtrace) {
    const bool matches_pattern = with == "=" || with == "==" || with == "!=" || with == "=~";
    const std::string operand = matches_pattern ? pattern : trace_quote(right);
    const std::string shown = shown_term(words, from, to, left, operand);
    co_await trace_term(shown);
  }
  if (with == "=~") {
    good = co_await expand_expression(words[from + 2], pattern);
    if (!good) co_return 1;
    result = expression(*this, left, pattern);
    co_await process->breathe(1 + std::exchange(owed_units, 0));
    co_return result;
  }
  if (with == "=" || with == "==" || with == "!=") {
    const bool nocase = shopts.contains("nocasematch") && shopts.at("nocasematch");
    const bool hit = matches(pattern, left, {.extended = true, .ignore_case = nocase});
    co_return hit == (with != "!=") ? 0 : 1;
  }
  if (with.size() == 3 && with[0] == '-' && with != "-nt" && with != "-ot" && with != "-ef") {
    const auto a = calculate(left);
    const auto b = calculate(right);
    if (!a || !b) {
      {
        const std::string said = "[[: " + (a ? b.error() : a.error());
        co_await complain(said);
      }
      co_return 1;
    }
    left = std::to_string(*a);
    right = std::to_string(*b);
  }
  if (!is_binary_test(with)) {
    co_await complain("conditional binary operator expected");
    co_return 2;
  }
  co_return binary_test(*this, left, with, right) ? 0 : 1;
}

}  // namespace decnet::shell::sh
