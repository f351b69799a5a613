// What [[ ]] may hold, told where it is read.
#include "shell/sh/parser_parts.h"

namespace decnet::shell::sh {
namespace {

bool is_operator(const Word& word) {
  return word.source.starts_with('\x01');
}

bool is_unary(const std::string& text) {
  return text.size() == 2 && text[0] == '-' &&
         std::string_view("abcdefghknoprstuvwxzLSNGOR").find(text[1]) != std::string_view::npos;
}

bool is_binary(const std::string& text) {
  for (const std::string_view one : {"=", "==", "!=", "=~", "<", ">", "-eq", "-ne", "-lt", "-le",
                                     "-gt", "-ge", "-nt", "-ot", "-ef"}) {
    if (text == one) return true;
  }
  return false;
}

}  // namespace

void Parser::check_conditional(const std::vector<Word>& words,
                               const std::vector<bool>& behind_newline) {
  const std::size_t end = check_terms(words, behind_newline, 0);
  if (end < words.size())
    throw Failure{"syntax error in conditional expression",       false, 0, 0, 2, false,
                  "syntax error near `" + words[end].source + "'"};
}

std::size_t Parser::check_terms(const std::vector<Word>& words,
                                const std::vector<bool>& behind_newline, std::size_t at) {
  const Deeper deeper(*this);
  for (;;) {
    at = check_term(words, behind_newline, at);
    if (at >= words.size() || (words[at].source != "\x01&&" && words[at].source != "\x01||"))
      return at;
    ++at;
  }
}

std::size_t Parser::check_term(const std::vector<Word>& words,
                               const std::vector<bool>& behind_newline, std::size_t at) {
  const auto fail = [&](const std::string& message, std::size_t where) {
    const std::string near = where < words.size() ? words[where].source : std::string("]]");
    throw Failure{message,
                  false,
                  0,
                  conditional_line_,
                  options_.more_may_come ? 2 : 0,
                  false,
                  "syntax error near `" + near + "'"};
  };
  if (at >= words.size()) return at;
  if (words[at].source == "\x01(") {
    at = check_terms(words, behind_newline, at + 1);
    if (at < words.size() && words[at].source == "\x01)") return at + 1;
    fail("expected `)'", at);
  }
  if (is_operator(words[at])) return words.size() + 1;
  if (words[at].source == "!") {
    const Deeper deeper(*this);
    return check_term(words, behind_newline, at + 1);
  }
  const std::size_t next = at + 1;
  if (is_unary(words[at].source) && next < words.size() && !is_operator(words[next])) {
    if (next + 1 >= words.size() || is_operator(words[next + 1]) || !is_binary(words[next].source))
      return next + 1;
  }
  if (next >= words.size()) return next;
  const std::string& with = words[next].source;
  const bool compares = with == "\x01<" || with == "\x01>";
  if (behind_newline[next] && !(is_operator(words[next]) && !compares))
    fail("unexpected token `newline', conditional binary operator expected", next);
  if (is_operator(words[next]) && !compares) return next;
  if (!compares && !is_binary(with)) fail("conditional binary operator expected", next);
  if (next + 1 >= words.size())
    fail("unexpected argument `]]' to conditional binary operator", next + 1);
  return next + 2;
}

}  // namespace decnet::shell::sh
