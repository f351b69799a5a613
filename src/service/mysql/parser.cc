#include "service/mysql/parser.h"

#include <algorithm>

#include <fmt/format.h>

#include "service/mysql/limits.h"

namespace decnet::service::mysql {

namespace {

constexpr std::size_t kNearBytesMax = 80;

}  // namespace

Parser::Parser(std::string_view text, Dialect dialect)
    : text_(text), dialect_(dialect), tokens_(lex(text, dialect.version, dialect.mariadb)) {}

const Token& Parser::peek(std::size_t ahead) const {
  return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
}

const Token& Parser::take() {
  const Token& token = peek();
  if (at_ + 1 < tokens_.size()) ++at_;
  return token;
}

bool Parser::is(std::string_view word, std::size_t ahead) const {
  const Token& token = peek(ahead);
  return token.kind == Token::Kind::word && equal_case(token.text, word);
}

bool Parser::accept(std::string_view word) {
  if (!is(word)) return false;
  take();
  return true;
}

bool Parser::accept_all(std::string_view words) {
  std::size_t ahead = 0;
  for (std::string_view left = words; !left.empty(); ++ahead) {
    const std::size_t end = std::min(left.find(' '), left.size());
    if (!is(left.substr(0, end), ahead)) return false;
    left.remove_prefix(std::min(end + 1, left.size()));
  }
  for (; ahead > 0; --ahead) take();
  return true;
}

bool Parser::accept_symbol(std::string_view symbol) {
  if (!peek().is_symbol(symbol)) return false;
  take();
  return true;
}

void Parser::expect(std::string_view word) {
  if (!accept(word)) fail_here();
}

void Parser::expect_symbol(std::string_view symbol) {
  if (!accept_symbol(symbol)) fail_here();
}

void Parser::fail_here() const {
  const std::size_t at = std::min(peek().begin, text_.size());
  std::string_view near = text_.substr(at);
  near = near.substr(0, std::min(near.find('\0'), near.size()));
  const auto line =
      1 + std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(at), '\n');
  throw sql_error(1064, fmt::format("You have an error in your SQL syntax; check the manual that "
                                    "corresponds to your {} server version for the right syntax to "
                                    "use near '{}' at line {}",
                                    dialect_.mariadb ? "MariaDB" : "MySQL",
                                    near.substr(0, kNearBytesMax), line));
}

bool Parser::can_be_identifier(const Token& token) const {
  return token.kind == Token::Kind::quoted ||
         (token.kind == Token::Kind::word && !is_reserved(token.text));
}

std::string Parser::identifier() {
  if (!can_be_identifier(peek())) fail_here();
  return take().text;
}

std::string Parser::identifier_or_string() {
  if (peek().kind == Token::Kind::string) return take().text;
  return identifier();
}

std::string Parser::string_literal() {
  if (peek().kind != Token::Kind::string && peek().kind != Token::Kind::hex) fail_here();
  std::string out = take().text;
  while (peek().kind == Token::Kind::string) out += take().text;
  return out;
}

std::string Parser::word_or_symbol() {
  if (peek().kind == Token::Kind::end) fail_here();
  return take().text;
}

void Parser::table_name(std::string& schema, std::string& name) {
  name = identifier();
  if (accept_symbol(".")) {
    schema = std::move(name);
    // After a dot even reserved words are names.
    if (peek().kind != Token::Kind::word && peek().kind != Token::Kind::quoted) fail_here();
    name = take().text;
  }
}

std::pair<std::string, std::string> Parser::user_name() {
  if (accept("CURRENT_USER")) {
    if (accept_symbol("(")) expect_symbol(")");
    return {"", ""};
  }
  std::string user = identifier_or_string();
  std::string host = "%";
  if (peek().kind == Token::Kind::user_variable) host = take().text;
  return {std::move(user), std::move(host)};
}

void Parser::skip_rest() {
  int depth = 0;
  while (peek().kind != Token::Kind::end) {
    if (peek().kind == Token::Kind::bad) fail_here();
    if (peek().is_symbol(";") && depth == 0) return;
    if (peek().is_symbol("(")) ++depth;
    if (peek().is_symbol(")")) --depth;
    take();
  }
}

Statement Parser::statement(bool multi) {
  parameters_ = 0;
  Statement out;
  if (peek().kind == Token::Kind::end) return out;
  if (peek().is_symbol(";")) throw sql_error(1065, "Query was empty");
  out = one();
  out.parameters = parameters_;
  if (accept_symbol(";")) {
    if (!multi && peek().kind != Token::Kind::end) fail_here();
  } else if (peek().kind != Token::Kind::end) {
    fail_here();
  }
  out.end = at_ > 0 ? tokens_[at_ - 1].end : 0;
  return out;
}

Statement Parser::one() {
  if (peek().is_symbol("(") || is("SELECT") || is("WITH") || is("VALUES")) {
    Statement out;
    out.verb = Verb::select;
    out.select = select();
    return out;
  }
  if (is("SHOW")) return show();
  if (is("DESCRIBE") || is("DESC") || is("EXPLAIN")) return describe();
  if (is("SET")) return set();
  if (is("INSERT")) return insert(Verb::insert);
  if (is("REPLACE")) return insert(Verb::replace);
  if (is("UPDATE")) return update();
  if (is("DELETE")) return remove();
  if (is("CREATE")) return create();
  if (is("DROP")) return drop();
  if (is("ALTER")) return alter();
  if (is("RENAME")) return rename();
  if (is("GRANT")) return grant(Verb::grant);
  if (is("REVOKE")) return grant(Verb::revoke);
  if (is("LOAD")) return load_data();
  if (is("PREPARE")) return prepared(Verb::prepare);
  if (is("EXECUTE")) return prepared(Verb::execute);
  if (is("DEALLOCATE")) return prepared(Verb::deallocate);
  if (is("BEGIN") || is("START") || is("COMMIT") || is("ROLLBACK") || is("SAVEPOINT") ||
      is("RELEASE") || is("XA"))
    return transaction();
  return simple();
}

}  // namespace decnet::service::mysql
