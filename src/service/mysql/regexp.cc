// REGEXP and the functions that stand on it.
#include <algorithm>

#include "service/mysql/functions.h"
#include "service/mysql/limits.h"
#include "service/mysql/regex.h"

namespace decnet::service::mysql {

namespace {

using Arguments = std::vector<Value>;

// MySQL's words for what is wrong with an expression, by PCRE2's; both have one for each kind.
// Source: https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html, 3685 to 3700.
struct MysqlWords {
  std::string_view theirs;
  std::uint16_t code;
  std::string_view text;
};
constexpr MysqlWords kMysqlWords[] = {
    {"missing closing parenthesis", 3691, "Mismatched parenthesis in regular expression."},
    {"unmatched closing parenthesis", 3691, "Mismatched parenthesis in regular expression."},
    {"missing terminating ]", 3696,
     "The regular expression contains an unclosed bracket expression."},
    {"range out of order", 3697,
     "The regular expression contains an [x-y] character range where x comes after y."},
    {"numbers out of order", 3693, "The maximum is less than the minimum in a {min,max} interval."},
    {"number too big", 3692, "Incorrect description of a {min,max} interval."},
    {"reference to non-existent", 3694, "Invalid back-reference in regular expression."},
    {"lookbehind", 3695, "The look-behind assertion exceeds the limit in regular expression."},
    {"\\ at end", 3689, "Unrecognized escape sequence in regular expression."},
    {"unrecognized character follows", 3689, "Unrecognized escape sequence in regular expression."},
    {"regular expression is too", 3700,
     "The regular expression pattern exceeds limits on size or complexity."},
    {"parentheses are too deeply", 3700,
     "The regular expression pattern exceeds limits on size or complexity."},
};

SqlError pattern_error(const Engine& engine, const std::string& text) {
  if (engine.dialect().mariadb) return sql_error(1139, "Regex error '" + text + "'");
  for (const MysqlWords& one : kMysqlWords) {
    if (text.starts_with(one.theirs)) return sql_error(one.code, std::string(one.text));
  }
  return sql_error(3685, "Illegal argument to a regular expression.");
}

// One search; a search that is given up finds nothing, and a warning says so.
bool found(Engine& engine, const std::string& text, const Regex& regex, std::size_t from,
           std::vector<std::size_t>& groups) {
  std::uint64_t steps = 0;
  const Regex::Found out = regex.search(text, from, groups, steps);
  engine.spend(1 + steps / 8);
  if (out == Regex::Found::gave_up) {
    if (!engine.dialect().mariadb)
      throw sql_error(3699, "Timeout exceeded in regular expression match.");
    engine.warn(1139, "Regex error 'match limit exceeded'");
  }
  return out == Regex::Found::yes;
}

bool is_binary_call(const Expr& expr) {
  return is_binary_text(*expr.args[0]) || is_binary_text(*expr.args[1]);
}

Value substring(Engine& engine, const Expr& expr, Arguments& arguments) {
  const std::string text = to_text(arguments[0]);
  std::vector<std::size_t> groups;
  const Regex& regex = engine.pattern(to_text(arguments[1]), is_binary_call(expr));
  if (!found(engine, text, regex, 0, groups))
    return engine.dialect().mariadb ? Value(std::string()) : Value();
  return groups[1] < groups[0] ? std::string() : text.substr(groups[0], groups[1] - groups[0]);
}

Value position(Engine& engine, const Expr& expr, Arguments& arguments) {
  const std::string text = to_text(arguments[0]);
  std::vector<std::size_t> groups;
  const Regex& regex = engine.pattern(to_text(arguments[1]), is_binary_call(expr));
  if (!found(engine, text, regex, 0, groups)) return std::int64_t{0};
  return static_cast<std::int64_t>(characters(text.substr(0, groups[0])) + 1);
}

// "\1" of what stands in for a match, or MySQL's "$1".
void put_replacement(std::string& out, const std::string& text, const std::string& with,
                     const std::vector<std::size_t>& groups, char mark) {
  for (std::size_t n = 0; n < with.size(); ++n) {
    if (with[n] != mark || n + 1 >= with.size()) {
      out += with[n];
      continue;
    }
    const char next = with[++n];
    if (next < '0' || next > '9') {
      out += next;
      continue;
    }
    const auto group = static_cast<std::size_t>(next - '0');
    if (group * 2 + 1 >= groups.size() || groups[group * 2] == kRegexNone) continue;
    out += text.substr(groups[group * 2], groups[group * 2 + 1] - groups[group * 2]);
  }
}

Value replaced(Engine& engine, const Expr& expr, Arguments& arguments) {
  const std::string text = to_text(arguments[0]);
  const std::string with = to_text(arguments[2]);
  const Regex& regex = engine.pattern(to_text(arguments[1]), is_binary_call(expr));
  std::string out;
  std::size_t from = 0;
  std::size_t done = 0;
  std::vector<std::size_t> groups;
  // A match of nothing ends it, as in the genuine server.
  while (from <= text.size() && out.size() < kTextBytesMax &&
         found(engine, text, regex, from, groups) && groups[1] > groups[0]) {
    out += text.substr(done, groups[0] - done);
    put_replacement(out, text, with, groups, engine.dialect().mariadb ? '\\' : '$');
    done = groups[1];
    from = groups[1];
  }
  return out + text.substr(std::min(done, text.size()));
}

constexpr Function kFunctions[] = {
    {"REGEXP_SUBSTR", 2, 2, substring, Rule::text_first, 0, false, true},
    {"REGEXP_INSTR", 2, 2, position, Rule::integer, 11, false, true},
    {"REGEXP_REPLACE", 3, 3, replaced, Rule::text_first, 0, false, true},
};

}  // namespace

std::span<const Function> regexp_functions() {
  return kFunctions;
}

const Regex& Engine::pattern(const std::string& text, bool binary) {
  if (pattern_ == nullptr || pattern_->text != text || pattern_->binary != binary) {
    auto regex = Regex::compile(text, {.fold = !binary});
    if (!regex) throw pattern_error(*this, regex.error());
    spend(1 + regex->size() / 8);
    pattern_ = std::make_unique<CompiledPattern>(CompiledPattern{text, binary, std::move(*regex)});
  }
  return pattern_->regex;
}

bool matches(Engine& engine, const std::string& text, const std::string& pattern, bool binary) {
  if (pattern.empty() && !engine.dialect().mariadb)
    throw sql_error(3685, "Illegal argument to a regular expression.");
  std::vector<std::size_t> groups;
  return found(engine, text, engine.pattern(pattern, binary), 0, groups);
}

}  // namespace decnet::service::mysql
