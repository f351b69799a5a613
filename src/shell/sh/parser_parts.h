// What the parser throws and holds while it reads. Private to it.
#pragma once

#include <string>
#include <utility>

#include "shell/sh/parser.h"

namespace decnet::shell::sh {

struct Parser::Failure {
  std::string message;
  bool incomplete = false;
  char missing = 0;
  int line = 0;  // 0: where the parser is; of an incomplete one: behind the text.
  int status = 2;
  bool shows_line = true;
  std::string near = {};
};
// What dash names as expected where the text ends.
struct Parser::Expecting {
  Expecting(Parser& of, std::string_view word)
      : parser(of), before(std::exchange(of.expecting_, word)) {}
  ~Expecting() { parser.expecting_ = before; }
  Expecting(const Expecting&) = delete;
  Expecting& operator=(const Expecting&) = delete;
  Parser& parser;
  std::string_view before;
};
struct Parser::Deeper {
  explicit Deeper(Parser& of);
  ~Deeper() { --parser.depth_; }
  Parser& parser;
};

}  // namespace decnet::shell::sh
