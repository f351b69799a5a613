// The rules and statements of awk.
#include "shell/cmd/awk_parser.h"

namespace decnet::shell::cmd {

using Kind = AwkNode::Kind;

void AwkParser::rule() {
  if (take("function") || take("func")) {
    const std::string name = token_;
    advance();
    AwkFunction function;
    want("(");
    while (kind_ == 'w') {
      function.parameters.push_back(token_);
      advance();
      if (!take(",")) break;
      skip_lines();
    }
    want(")");
    skip_lines();
    in_function_ = true;
    function.body = block();
    in_function_ = false;
    program_.functions[name] = std::move(function);
    return;
  }
  if (is("}")) {
    const std::string at = "line " + std::to_string(line_);
    return complain("extra '}'\nawk: " + at + ": syntax error at or near end of line");
  }
  AwkRule made;
  if (take("BEGIN"))
    made.when = AwkRule::When::begin;
  else if (take("END"))
    made.when = AwkRule::When::end;
  else if (!is("{")) {
    made.pattern = expression();
    if (take(",")) {
      skip_lines();
      made.until = expression();
    }
  }
  in_rule_ = made.when == AwkRule::When::record;
  if (is("{"))
    made.action = block();
  else if (made.when != AwkRule::When::record)
    fail();
  program_.rules.push_back(std::move(made));
}

AwkTree AwkParser::block() {
  AwkTree made = node(Kind::block);
  want("{");
  skip_ends();
  while (!is("}") && kind_ != 'e') {
    made->parts.push_back(statement());
    skip_ends();
  }
  want("}");
  return made;
}

AwkTree AwkParser::for_loop() {
  want("(");
  if (kind_ == 'w') {
    const std::size_t at = at_;
    const std::size_t begin = begin_;
    const std::string name = token_;
    advance();
    if (take("in") && kind_ == 'w') {
      AwkTree made = node(Kind::for_in, name);
      made->parts.push_back(node(Kind::variable, token_));
      advance();
      if (take(")")) {
        skip_ends();
        made->parts.push_back(loop_body());
        return made;
      }
    }
    at_ = at;
    begin_ = begin;
    kind_ = 'w';
    token_ = name;
  }
  AwkTree made = node(Kind::loop);
  AwkTree first = is(";") ? node(Kind::nothing) : simple();
  want(";");
  AwkTree test = is(";") ? nullptr : expression();
  want(";");
  AwkTree step = is(")") ? node(Kind::nothing) : simple();
  want(")");
  if (!take(";")) skip_lines();
  AwkTree body = is("}") ? node(Kind::nothing) : loop_body();
  AwkTree all = node(Kind::block);
  all->parts.push_back(std::move(first));
  if (test == nullptr) {
    test = node(Kind::number);
    test->number = 1;
  }
  made->parts.push_back(std::move(test));
  made->parts.push_back(std::move(body));
  made->parts.push_back(std::move(step));
  all->parts.push_back(std::move(made));
  return all;
}

AwkTree AwkParser::loop_body() {
  ++loops_;
  AwkTree made = statement();
  --loops_;
  return made;
}

AwkTree AwkParser::statement() {
  if (!deeper()) return node(Kind::nothing);
  AwkTree made;
  if (is("{")) {
    made = block();
  } else if (take("if")) {
    made = node(Kind::if_else);
    want("(");
    made->parts.push_back(expression());
    want(")");
    skip_lines();
    made->parts.push_back(take(";") ? node(Kind::nothing) : statement());
    const std::size_t at = at_;
    const std::size_t begin = begin_;
    const char kind = kind_;
    const std::string token = token_;
    skip_ends();
    if (take("else")) {
      skip_lines();
      made->parts.push_back(statement());
    } else {
      at_ = at;
      begin_ = begin;
      kind_ = kind;
      token_ = token;
    }
  } else if (take("while")) {
    made = node(Kind::loop);
    want("(");
    made->parts.push_back(expression());
    want(")");
    skip_lines();
    made->parts.push_back(take(";") ? node(Kind::nothing) : loop_body());
  } else if (take("do")) {
    skip_ends();
    made = node(Kind::loop, "do");
    AwkTree body = loop_body();
    skip_ends();
    want("while");
    want("(");
    made->parts.push_back(expression());
    made->parts.push_back(std::move(body));
    want(")");
  } else if (take("for")) {
    made = for_loop();
  } else {
    made = simple();
    statement_end();
  }
  --depth_;
  return made;
}

AwkTree AwkParser::print(const std::string& name) {
  AwkTree made = node(Kind::print, name);
  AwkTree list = node(Kind::block);
  if (kind_ != 'l' && kind_ != 'e' && !is(";") && !is("}") && !is(">") && !is(">>") && !is("|")) {
    do {
      skip_lines();
      list->parts.push_back(expression(true));
    } while (take(","));
    if (list->parts.size() == 1 && list->parts[0]->kind == Kind::group &&
        list->parts[0]->parts.size() > 1)
      list = std::move(list->parts[0]);
  }
  made->parts.push_back(std::move(list));
  for (const char* way : {">", ">>", "|"}) {
    if (!take(way)) continue;
    made->parts.push_back(node(Kind::string, way));
    made->parts.push_back(concatenation(true));
    break;
  }
  return made;
}

AwkTree AwkParser::simple() {
  if (is("print") || is("printf")) {
    const std::string name = token_;
    advance();
    return print(name);
  }
  if (is("next") && !in_rule_ && !in_function_) complain("improper use of next");
  if (is("break") && loops_ == 0) complain("break statement outside of loop");
  if (is("continue") && loops_ == 0) complain("continue statement outside of loop");
  if (is("return") && !in_function_) complain("return outside function body");
  if (take("next")) return node(Kind::next);
  if (take("break")) return node(Kind::breaks);
  if (take("continue")) return node(Kind::continues);
  if (is("exit") || is("return")) {
    AwkTree made = node(is("exit") ? Kind::exit : Kind::returns);
    advance();
    if (kind_ != 'l' && kind_ != 'e' && !is(";") && !is("}")) made->parts.push_back(expression());
    return made;
  }
  if (take("delete")) {
    AwkTree made = node(Kind::remove, token_);
    advance();
    if (take("[")) {
      do made->parts.push_back(expression());
      while (take(","));
      want("]");
    }
    return made;
  }
  return expression();
}

// What may wait: commands, reading, writing to a command, and calls of functions that hold any of
// these. Loops wait, too (they let others run), but not in a function that otherwise does not.
bool AwkParser::mark(AwkNode& one, bool loops) {
  bool waits =
      one.kind == Kind::getline || (loops && (one.kind == Kind::loop || one.kind == Kind::for_in));
  if (one.kind == Kind::print && one.parts.size() > 2 && one.parts[1]->text == "|") waits = true;
  if (one.kind == Kind::call) {
    waits = one.text == "system" || one.text == "close" || one.text == "fflush";
    const auto found = program_.functions.find(one.text);
    if (found != program_.functions.end()) waits = found->second.body->waits;
  }
  for (const AwkTree& part : one.parts) {
    if (part != nullptr) waits = mark(*part, loops) || waits;
  }
  one.waits = waits;
  return waits;
}

void AwkParser::mark() {
  for (const auto& [name, line] : called_) {
    if (program_.functions.contains(name)) continue;
    error_ = "line " + std::to_string(line + 1) + ": function " + name + " never defined";
    return;
  }
  constexpr int kRoundsMax = 16;  // Of functions that call functions that wait.
  bool changed = true;
  for (int round = 0; changed && round < kRoundsMax; ++round) {
    changed = false;
    for (auto& [name, function] : program_.functions) {
      const bool before = function.body->waits;
      const bool waits = mark(*function.body, before) || before;
      function.body->waits = waits;
      changed = changed || waits != before;
    }
  }
  if (changed) error_ = "function call nesting too deep";
  for (AwkRule& rule : program_.rules) {
    for (const AwkTree* tree : {&rule.pattern, &rule.until, &rule.action}) {
      if (*tree != nullptr) mark(**tree, true);
    }
  }
}

tl::expected<AwkProgram, std::string> parse_awk(std::string_view text) {
  return AwkParser(text).run();
}

}  // namespace decnet::shell::cmd
