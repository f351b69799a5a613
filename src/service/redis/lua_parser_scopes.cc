// What the parser's parts share: tokens that must come, names, and where variables are found.
#include "service/redis/lua.h"
#include "service/redis/lua_parser.h"

namespace decnet::service::redis::lua {

Parser::Level::Level(Parser& parser) : parser_(parser) {
  if (++parser_.levels_ > kSyntaxLevelsMax) parser_.lexer_.fail("chunk has too many syntax levels");
}

bool Parser::accept(char c) {
  if (!lexer_.is(c)) return false;
  lexer_.next();
  return true;
}

bool Parser::accept(Token token) {
  if (!is(token) || failed()) return false;
  lexer_.next();
  return true;
}

bool Parser::expect(char c) {
  if (accept(c)) return true;
  lexer_.fail_expected(std::string(1, c));
  return false;
}

bool Parser::expect(Token token) {
  if (accept(token)) return true;
  lexer_.fail_expected(Lexer::describe(token));
  return false;
}

void Parser::expect_match(Token what, Token opened, int line) {
  if (accept(what)) return;
  if (line == lexer_.line()) return lexer_.fail_expected(Lexer::describe(what));
  lexer_.fail("'" + Lexer::describe(what) + "' expected (to close '" + Lexer::describe(opened) +
              "' at line " + std::to_string(line) + ")");
}

void Parser::expect_match(char what, char opened, int line) {
  if (accept(what)) return;
  if (line == lexer_.line()) return lexer_.fail_expected(std::string(1, what));
  lexer_.fail("'" + std::string(1, what) + "' expected (to close '" + opened + "' at line " +
              std::to_string(line) + ")");
}

std::string Parser::name() {
  if (!is(Token::name)) {
    lexer_.fail_expected("<name>");
    return {};
  }
  std::string out = lexer_.text();
  lexer_.next();
  return out;
}

Local* Parser::new_local(const std::string& name) {
  constexpr std::size_t kLocalsMax = 200;
  if (scope_->visible.size() >= kLocalsMax)
    lexer_.fail("function has more than 200 local variables");
  auto local = std::make_unique<Local>();
  local->name = name;
  local->slot = scope_->function->slots++;
  scope_->function->locals.push_back(std::move(local));
  return scope_->function->locals.back().get();
}

Local* Parser::declare(const std::string& name) {
  Local* local = new_local(name);
  scope_->visible.push_back(local);
  return local;
}

bool Parser::find_upvalue(Scope& scope, const std::string& name, std::size_t& index) {
  for (std::size_t n = 0; n < scope.function->upvalues.size(); ++n) {
    if (scope.function->upvalues[n].name != name) continue;
    index = n;
    return true;
  }
  if (scope.outer == nullptr) return false;
  Upvalue found{name, false, 0};
  for (auto at = scope.outer->visible.rbegin();
       at != scope.outer->visible.rend() && !found.from_local; ++at) {
    if ((*at)->name != name) continue;
    (*at)->captured = true;
    found.from_local = true;
    found.index = (*at)->slot;
  }
  if (!found.from_local && !find_upvalue(*scope.outer, name, found.index)) return false;
  constexpr std::size_t kUpvaluesMax = 60;
  if (scope.function->upvalues.size() >= kUpvaluesMax)
    lexer_.fail("function has more than 60 upvalues");
  index = scope.function->upvalues.size();
  scope.function->upvalues.push_back(found);
  return true;
}

}  // namespace decnet::service::redis::lua
