#include <algorithm>
#include <cctype>

#include "shell/sh/escapes.h"
#include "shell/sh/limits.h"
#include "shell/sh/parser_parts.h"

namespace decnet::shell::sh {
namespace {

bool is_name(std::string_view text) {
  if (text.empty() || std::isdigit(static_cast<unsigned char>(text[0])) != 0) return false;
  for (const char byte : text) {
    if (std::isalnum(static_cast<unsigned char>(byte)) == 0 && byte != '_') return false;
  }
  return true;
}

constexpr std::string_view kMeta = " \t\n;&|<>()";

bool reserved(std::string_view word) {
  for (const std::string_view one :
       {"then", "else", "elif", "fi", "do", "done", "esac", "}", "in"}) {
    if (word == one) return true;
  }
  return false;
}

}  // namespace

Parser::Deeper::Deeper(Parser& of) : parser(of) {
  if (++parser.depth_ > kNestingMax) {
    --parser.depth_;
    count(Limit::nesting);
    throw Failure{"memory exhausted"};
  }
}

Parser::Parser(std::string text, ParserOptions options)
    : text_(std::move(text)), options_(std::move(options)), line_(options_.first_line) {
  depth_ = options_.depth;
}

void Parser::skip_blanks() {
  for (;;) {
    if (peek() == '\\' && peek(1) == '\n') {
      at_ += 2;
      ++line_;
      if (at_end() && options_.more_may_come) incomplete(0);
    } else if (peek() == ' ' || peek() == '\t') {
      ++at_;
    } else {
      break;
    }
  }
  if (peek() == '#') {
    while (!at_end() && peek() != '\n') ++at_;
  }
}

void Parser::skip_newlines() {
  for (;;) {
    skip_blanks();
    if (peek() != '\n' || at_end()) return;
    ++at_;
    ++line_;
    read_here_documents();
  }
}

void Parser::incomplete(char missing, int line) {
  throw Failure{.incomplete = true, .missing = missing, .line = line};
}

void Parser::need_word() {
  skip_blanks();
  if (at_end() && bash() && !options_.more_may_come)
    throw Failure{"syntax error near unexpected token `newline'"};
}

bool Parser::rest_is_empty() const {
  return text_.find_first_not_of(" \t\n", at_) == std::string::npos;
}

std::string Parser::peek_word() const {
  std::size_t end = at_;
  while (end < text_.size() && kMeta.find(text_[end]) == std::string_view::npos) {
    if (std::string_view("'\"\\$`").find(text_[end]) != std::string_view::npos) return {};
    ++end;
  }
  return text_.substr(at_, end - at_);
}

std::string Parser::peek_token() const {
  for (const std::string_view token :
       {";;&", ";;", ";&", "&&", "||", "|&", "<<<", "<<-", "<<", ">>", "<&", ">&",
        "<>",  ">|", "&>", ";",  "&",  "|",  "(",   ")",   "<",  ">",  "\n"}) {
    if (looking_at(token)) return token == "\n" ? "newline" : std::string(token);
  }
  std::size_t end = at_;
  while (end < text_.size() && kMeta.find(text_[end]) == std::string_view::npos) ++end;
  return text_.substr(at_, end - at_);
}

void Parser::unexpected() {
  if (at_end()) incomplete(0);
  std::string token = peek_token();
  if (const std::string quoted = shell_quote(token); bash() && quoted.starts_with("$'"))
    token = quoted;
  if (bash()) throw Failure{"syntax error near unexpected token `" + token + "'"};
  const std::string expected =
      wanted_.empty() ? std::string{} : " (expecting \"" + std::string(wanted_) + "\")";
  if (token == "newline") throw Failure{"Syntax error: newline unexpected" + expected};
  const bool is_word = kMeta.find(token[0]) == std::string_view::npos && !reserved(token);
  if (token[0] == '<' || token[0] == '>') throw Failure{"Syntax error: redirection unexpected"};
  throw Failure{
      (is_word ? "Syntax error: word unexpected" : "Syntax error: \"" + token + "\" unexpected") +
      expected};
}

Parsed Parser::next() {
  Parsed result;
  result.line = line_;
  depth_ = options_.depth;
  parentheses_ = 0;
  aliases_ = 0;
  alias_end_ = alias_follows_ = 0;
  expecting_ = wanted_ = {};
  warnings_.clear();
  pending_.clear();
  const std::size_t begin = at_;
  try {
    skip_blanks();
    if (at_end()) {
      result.kind = Parsed::Kind::end;
    } else if (peek() == '\n') {
      ++at_;
      ++line_;
      result.kind = Parsed::Kind::nothing;
    } else {
      result.node = complete_line();
      result.kind = Parsed::Kind::command;
    }
  } catch (const Failure& failure) {
    result.kind = Parsed::Kind::error;
    result.message = failure.message;
    result.missing = failure.missing;
    result.status = failure.status;
    result.near = failure.near;
    result.shows_line = bash() && !failure.incomplete && failure.shows_line;
    if (failure.line > 0) {
      result.line = failure.line;
    } else if (failure.incomplete && bash()) {  // Behind the last line.
      result.line = options_.first_line + (text_.ends_with('\n') ? 0 : 1) +
                    static_cast<int>(std::count(text_.begin(), text_.end(), '\n'));
    } else {
      result.line = line_;
    }
    if (failure.incomplete) {
      if (options_.more_may_come) {
        result.kind = Parsed::Kind::incomplete;
      } else if (failure.missing == 0) {
        result.message = bash()             ? "syntax error: unexpected end of file"
                         : failing_.empty() ? "Syntax error: end of file unexpected"
                                            : "Syntax error: end of file unexpected (expecting \"" +
                                                  std::string(failing_) + "\")";
      } else if (bash()) {
        result.message =
            std::string("unexpected EOF while looking for matching `") + failure.missing + "'";
      } else {
        result.message = failure.missing == ')'
                             ? "Syntax error: end of file unexpected (expecting \")\")"
                         : failure.missing == '}' ? "Syntax error: Missing '}'"
                         : failure.missing == '`' ? "Syntax error: EOF in backquote substitution"
                                                  : "Syntax error: Unterminated quoted string";
      }
    }
    if (result.kind == Parsed::Kind::error && !at_end()) {
      const std::size_t end = text_.find('\n', at_);
      at_ = end == std::string::npos ? text_.size() : end + 1;
    }
  }
  result.warnings = std::move(warnings_);
  result.offset = result.kind == Parsed::Kind::incomplete ? begin : at_;
  return result;
}

NodePtr Parser::complete_line() {
  NodePtr node = list(false);
  skip_blanks();
  if (at_end()) {
    if (!pending_.empty()) {
      if (options_.more_may_come) incomplete('\n');
      read_here_documents();
    }
    return node;
  }
  if (peek() != '\n') unexpected();
  ++at_;
  ++line_;
  read_here_documents();
  return node;
}

NodePtr Parser::list(bool multiline) {
  const Deeper deeper(*this);
  auto node = std::make_shared<Node>();
  node->kind = Node::Kind::list;
  node->line = line_;
  const std::size_t begin = at_;
  for (;;) {
    if (multiline) skip_newlines();
    node->children.push_back(and_or());
    skip_blanks();
    char separator = ';';
    bool more = false;
    if (peek() == '&' && peek(1) != '&') {
      separator = '&';
      ++at_;
      more = true;
    } else if (peek() == ';' && peek(1) != ';' && !(bash() && peek(1) == '&')) {
      ++at_;
      more = true;
    } else if (multiline && peek() == '\n') {
      more = true;
    }
    node->operators.push_back(separator);
    if (!more) break;
    if (multiline) {
      skip_newlines();
    } else {
      skip_blanks();
    }
    if (at_end() || peek() == '\n' || peek() == ')' || peek() == ';') break;
    const std::string ahead = peek_word();
    if (multiline && reserved(ahead) && ahead != "in") break;
  }
  if (node->children.size() == 1 && node->operators == ";") return node->children[0];
  node->source = text_.substr(begin, at_ - begin);
  return node;
}

NodePtr Parser::and_or() {
  auto node = std::make_shared<Node>();
  node->kind = Node::Kind::and_or;
  node->line = line_;
  const std::size_t begin = at_;
  node->children.push_back(pipeline());
  for (;;) {
    skip_blanks();
    if (!looking_at("&&") && !looking_at("||")) break;
    node->operators.push_back(peek());
    at_ += 2;
    skip_newlines();
    const Expecting nothing(*this, "");
    node->children.push_back(pipeline());
  }
  if (node->children.size() == 1) return node->children[0];
  node->source = text_.substr(begin, at_ - begin);
  return node;
}

NodePtr Parser::pipeline() {
  auto node = std::make_shared<Node>();
  node->kind = Node::Kind::pipeline;
  skip_blanks();
  node->line = line_;
  const std::size_t begin = at_;
  for (;;) {
    const std::string ahead = peek_word();
    if (ahead == "!") {
      node->negated = !node->negated;
      ++at_;
      skip_blanks();
      if (bash() && (at_end() || peek() == '\n' || peek() == ';')) return node;
    } else if (ahead == "time" && bash() && !node->timed) {
      node->timed = true;
      at_ += 4;
      skip_blanks();
      if (peek_word() == "-p") {
        node->timed_posix = true;
        at_ += 2;
      }
      skip_blanks();
      if (at_end() || peek() == '\n' || peek() == ';') return node;
    } else {
      break;
    }
    skip_blanks();
  }
  const Expecting kept(*this, expecting_);
  for (;;) {
    node->children.push_back(command());
    skip_blanks();
    if (peek() != '|' || peek(1) == '|') break;
    const bool both = bash() && peek(1) == '&';
    node->error_too.push_back(both);
    at_ += both ? 2 : 1;
    skip_newlines();
    expecting_ = {};
  }
  if (node->children.size() == 1 && !node->negated && !node->timed) return node->children[0];
  node->source = text_.substr(begin, at_ - begin);
  while (node->source.ends_with(' ')) node->source.pop_back();
  return node;
}

bool Parser::function_ahead() const {
  const std::string name = peek_word();
  std::size_t at = at_ + name.size();
  if (name.empty() || name.find('=') != std::string::npos) return false;
  while (at < text_.size() && (text_[at] == ' ' || text_[at] == '\t')) ++at;
  if (at >= text_.size() || text_[at] != '(') return false;
  ++at;
  while (at < text_.size() && (text_[at] == ' ' || text_[at] == '\t')) ++at;
  return at < text_.size() && text_[at] == ')' && (bash() || is_name(name));
}

NodePtr Parser::command() {
  const Deeper deeper(*this);
  skip_blanks();
  failing_ = expecting_;
  if (at_end()) incomplete(0);
  expand_alias();
  skip_blanks();
  if (at_end()) incomplete(0);
  failing_ = {};
  const std::size_t begin = at_;
  NodePtr node;
  if (peek() == '(') {
    node = parenthesis();
  } else {
    const std::string ahead = peek_word();
    if (reserved(ahead) && ahead != "in") unexpected();
    if (!ahead.empty()) node = compound(ahead);
    if (!node && function_ahead()) {
      at_ += ahead.size();
      skip_blanks();
      ++at_;
      skip_blanks();
      ++at_;
      node = function(ahead);
    }
  }
  if (!node) return simple();
  auto copy = std::make_shared<Node>(*node);
  redirects_after(*copy);
  copy->source = text_.substr(begin, at_ - begin);
  return copy;
}

void Parser::redirects_after(Node& node) {
  if (node.kind == Node::Kind::function) return;
  for (;;) {
    skip_blanks();
    if (!redirect(node)) break;
  }
  skip_blanks();
  if (!at_end() && kMeta.find(peek()) == std::string_view::npos) unexpected();
}

NodePtr Parser::function(std::string name) {
  auto node = std::make_shared<Node>();
  node->kind = Node::Kind::function;
  node->line = line_;
  node->name = std::move(name);
  skip_newlines();
  if (at_end()) incomplete(0);
  const std::size_t begin = at_;
  node->children.push_back(command());
  if (node->children[0]->kind == Node::Kind::simple && bash()) {
    at_ = begin;
    unexpected();
  }
  return node;
}

}  // namespace decnet::shell::sh
