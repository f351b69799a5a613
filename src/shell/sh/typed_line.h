// What goes with a line that somebody typed: its event, the history, the prompt.
#pragma once

#include <string>

#include "shell/sh/interpreter.h"

namespace decnet::shell::sh {

// Emits one `command` event: at finish(), or where it is destroyed before that.
class TypedLine {
 public:
  TypedLine(Interpreter& shell, std::string text);
  ~TypedLine();
  TypedLine(const TypedLine&) = delete;
  TypedLine& operator=(const TypedLine&) = delete;
  void finish(int status);

 private:
  void emit(const int* status);
  Process& process_;
  std::string text_;
  std::uint64_t written_before_ = 0;
};

Task<int> run_lines(Interpreter& shell);
void begin_interactive(Interpreter& shell);
void remember(Interpreter& shell, const std::string& typed);
void load_history(Interpreter& shell);
void save_history(Interpreter& shell);
Task<void> tell_syntax(Interpreter& shell, const Parsed& parsed, const std::string& text,
                       int first_line = 1);

}  // namespace decnet::shell::sh
