// if, for, while, case, ( ), { }, (( )), [[ ]].
#include "shell/sh/parser_parts.h"
#include "shell/sh/variables.h"

namespace decnet::shell::sh {

NodePtr Parser::compound(const std::string& word) {
  if (word == "{") return brace_group();
  if (word == "if") return if_command();
  if (word == "for") return for_command(false);
  if (word == "select" && bash()) return for_command(true);
  if (word == "while" || word == "until") return while_command(word == "until");
  if (word == "case") return case_command();
  if (word == "[[" && bash()) return conditional();
  if (word == "function" && bash()) {
    at_ += word.size();
    skip_blanks();
    need_word();
    std::string name = peek_word();
    if (name.empty()) unexpected();
    at_ += name.size();
    skip_blanks();
    if (peek() == '(') {
      ++at_;
      skip_blanks();
      if (peek() != ')') unexpected();
      ++at_;
    }
    return function(std::move(name));
  }
  return nullptr;
}

void Parser::expect(std::string_view word) {
  skip_newlines();
  failing_ = word;
  if (at_end()) incomplete(0);
  wanted_ = word;
  if (peek_word() != word) unexpected();
  failing_ = wanted_ = {};
  at_ += word.size();
}

NodePtr Parser::body_until(std::initializer_list<std::string_view> ends) {
  const Expecting expecting(*this, ends.size() > 0 ? *ends.begin() : std::string_view(")"));
  skip_newlines();
  failing_ = expecting_;
  if (at_end()) incomplete(0);
  const std::string ahead = peek_word();
  for (const std::string_view end : ends) {
    if (ahead == end) unexpected();
  }
  return list(true);
}

NodePtr Parser::if_command() {
  auto node = std::make_shared<Node>();
  node->kind = Node::Kind::choice;
  node->line = line_;
  at_ += 2;
  for (;;) {
    node->children.push_back(body_until({"then"}));
    expect("then");
    node->children.push_back(body_until({"fi", "else", "elif"}));
    skip_newlines();
    const std::string ahead = peek_word();
    if (ahead == "elif") {
      at_ += 4;
      continue;
    }
    if (ahead == "else") {
      at_ += 4;
      node->children.push_back(body_until({"fi"}));
    }
    expect("fi");
    return node;
  }
}

bool Parser::arithmetic_text(std::string& out) {
  // Behind "((": up to the fitting "))".
  int open = 0;
  std::size_t at = at_;
  int lines = 0;
  for (; at < text_.size(); ++at) {
    const char byte = text_[at];
    if (byte == '\\' && at + 1 < text_.size()) {
      ++at;
    } else if (byte == '\'' || byte == '"') {
      const std::size_t end = text_.find(byte, at + 1);
      if (end == std::string::npos) return false;
      at = end;
    } else if (byte == '\n') {
      ++lines;
    } else if (byte == '(') {
      ++open;
    } else if (byte == ')') {
      if (open == 0) {
        if (at + 1 >= text_.size() || text_[at + 1] != ')') return false;
        out = text_.substr(at_, at - at_);
        at_ = at + 2;
        line_ += lines;
        return true;
      }
      --open;
    }
  }
  if (options_.more_may_come) incomplete(')');
  return false;
}

NodePtr Parser::for_command(bool select) {
  auto node = std::make_shared<Node>();
  node->kind = select ? Node::Kind::choose : Node::Kind::loop;
  node->line = line_;
  at_ += select ? 6 : 3;
  skip_blanks();
  if (bash() && !select && looking_at("((")) {
    at_ += 2;
    std::string header;
    if (!arithmetic_text(header)) unexpected();
    node->kind = Node::Kind::counting;
    for (int i = 0; i < 3; ++i) {
      const std::size_t end = std::min(header.find(';'), header.size());
      std::string part = header.substr(0, end);
      part.erase(0, std::min(part.find_first_not_of(" \t"), part.size()));
      if (i < 2 && end == header.size())
        throw Failure{"syntax error: arithmetic expression required"};
      node->words.push_back(arithmetic_word(std::move(part), inside()));
      header.erase(0, std::min(end + 1, header.size()));
    }
    skip_blanks();
    if (peek() == ';') ++at_;
  } else {
    need_word();
    node->name = peek_word();
    if (!bash() && !is_name(node->name)) throw Failure{"Syntax error: Bad for loop variable"};
    if (at_end()) incomplete(0);
    if (node->name.empty()) unexpected();
    at_ += node->name.size();
    skip_blanks();
    if (peek() == ';') ++at_;
    skip_newlines();
    if (peek_word() == "in") {
      at_ += 2;
      node->has_in = true;
      for (;;) {
        skip_blanks();
        if (at_end() || peek() == '\n' || peek() == ';') break;
        if (std::string_view("&|<>()").find(peek()) != std::string_view::npos) unexpected();
        node->words.push_back(word());
      }
      if (at_end()) incomplete(0);
      if (peek() == ';') ++at_;
    }
  }
  skip_newlines();
  if (at_end()) incomplete(0);
  const bool braces_body = bash() && peek_word() == "{";
  expect(braces_body ? "{" : "do");
  node->children.push_back(body_until({"done"}));
  expect(braces_body ? "}" : "done");
  return node;
}

NodePtr Parser::while_command(bool until) {
  auto node = std::make_shared<Node>();
  node->kind = Node::Kind::repetition;
  node->line = line_;
  node->negated = until;
  at_ += 5;
  node->children.push_back(body_until({"do"}));
  expect("do");
  node->children.push_back(body_until({"done"}));
  expect("done");
  return node;
}

NodePtr Parser::case_command() {
  auto node = std::make_shared<Node>();
  node->kind = Node::Kind::selection;
  node->line = line_;
  at_ += 4;
  skip_blanks();
  if (at_end()) incomplete(0);
  if (peek() == '\n') unexpected();
  node->words.push_back(word());
  expect("in");
  for (;;) {
    skip_newlines();
    failing_ = ")";
    if (at_end()) incomplete(0);
    if (peek_word() == "esac") break;
    CaseItem item;
    if (peek() == '(') ++at_;
    for (;;) {
      skip_blanks();
      if (at_end()) incomplete(0);
      if (std::string_view("\n;&<>()|").find(peek()) != std::string_view::npos) unexpected();
      item.patterns.push_back(word());
      skip_blanks();
      if (peek() != '|') break;
      ++at_;
    }
    if (peek() != ')') unexpected();
    ++at_;
    skip_newlines();
    if (!looking_at(";;") && peek_word() != "esac" && !(bash() && looking_at(";&"))) {
      failing_ = ";;";
      if (at_end()) incomplete(0);
      const Expecting expecting(*this, ";;");
      item.body = list(true);
    }
    skip_newlines();
    failing_ = ";;";
    if (at_end()) incomplete(0);
    if (bash() && looking_at(";;&")) {
      item.end = CaseItem::End::go_on;
      at_ += 3;
    } else if (looking_at(";;")) {
      at_ += 2;
    } else if (bash() && looking_at(";&")) {
      item.end = CaseItem::End::fall_through;
      at_ += 2;
    } else if (peek_word() != "esac") {
      unexpected();
    }
    node->items.push_back(std::move(item));
  }
  at_ += 4;
  return node;
}

NodePtr Parser::parenthesis() {
  auto node = std::make_shared<Node>();
  node->line = line_;
  if (bash() && looking_at("((")) {
    const std::size_t before = at_;
    const int line_before = line_;
    at_ += 2;
    std::string text;
    if (arithmetic_text(text)) {
      node->kind = Node::Kind::arithmetic;
      node->words.push_back(arithmetic_word(std::move(text), inside()));
      return node;
    }
    at_ = before;
    line_ = line_before;
    if (text_.find("))", at_) == std::string::npos) {  // Neither arithmetic nor two subshells.
      const std::size_t close = text_.find(')', at_);
      if (close == std::string::npos) incomplete(')', line_);
    }
  }
  ++at_;
  node->kind = Node::Kind::subshell;
  node->children.push_back(body_until({}));
  skip_newlines();
  failing_ = ")";
  if (at_end()) incomplete(0);
  if (peek() != ')') unexpected();
  ++at_;
  return node;
}

NodePtr Parser::brace_group() {
  auto node = std::make_shared<Node>();
  node->kind = Node::Kind::group;
  node->line = line_;
  ++at_;
  node->children.push_back(body_until({"}"}));
  expect("}");
  return node;
}

NodePtr Parser::conditional() {
  auto node = std::make_shared<Node>();
  node->kind = Node::Kind::conditional;
  node->line = line_;
  at_ += 2;
  bool pattern = false;
  conditional_line_ = line_;
  const bool extended = std::exchange(options_.extended_patterns, true);
  std::vector<bool> behind_newline;
  for (;;) {
    const int line = line_;
    skip_newlines();
    if (at_end() && !options_.more_may_come && node->words.size() == 1)
      throw Failure{"unexpected token `newline', conditional binary operator expected",
                    false,
                    0,
                    0,
                    2,
                    false};
    if (at_end()) incomplete(0);
    behind_newline.push_back(line != line_);
    if (peek_word() == "]]") break;
    Word next;
    for (const std::string_view token : {"&&", "||", "(", ")", "<", ">"}) {
      if (!pattern && looking_at(token)) {
        literal(next, token, false);
        next.source = "\x01" + std::string(token);  // Marks an operator.
        at_ += token.size();
        break;
      }
    }
    if (next.parts.empty()) {
      if (pattern) {
        const std::size_t begin = at_;
        word_part(next, false, " \t\n");
        next.source = text_.substr(begin, at_ - begin);
        if (next.parts.empty()) unexpected();
      } else {
        if (std::string_view(";&|").find(peek()) != std::string_view::npos) unexpected();
        next = word();
      }
    }
    const std::string* text = next.plain();
    pattern = text != nullptr && !next.source.starts_with('\x01') && *text == "=~";
    node->words.push_back(std::move(next));
  }
  at_ += 2;
  options_.extended_patterns = extended;
  if (bash()) check_conditional(node->words, behind_newline);
  return node;
}

}  // namespace decnet::shell::sh
