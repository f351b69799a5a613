// What the parser gives for one complete command.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "shell/sh/syntax.h"

namespace decnet::shell::sh {

struct Parsed {
  enum class Kind : std::uint8_t { command, nothing, end, incomplete, error };
  Kind kind = Kind::end;
  NodePtr node;
  std::string message;  // Of an error: "syntax error near unexpected token `)'"
  int line = 1;
  std::size_t offset = 0;             // Where what comes next begins.
  char missing = 0;                   // Of an incomplete one: the quote that is open.
  bool shows_line = false;            // Of an error: the line it stands in is told, too.
  int status = 2;                     // Of an error: what $? becomes.
  std::string near;                   // Of an error in [[ ]]: what a prompt tells besides.
  std::vector<std::string> warnings;  // Here-documents that nothing ended.
};

}  // namespace decnet::shell::sh
