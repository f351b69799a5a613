// The tests that `test` and [[ ]] share.
#pragma once

#include <string>

#include "shell/sh/interpreter.h"

namespace decnet::shell::sh {

inline constexpr int kTestDepthMax = 60;  // Of parentheses and "!" in each other.

struct TestProblem {
  std::string text;
};

bool is_unary_test(const std::string& text);   // "-f"
bool is_binary_test(const std::string& text);  // "-eq", "="
bool unary_test(Interpreter& shell, const std::string& with, const std::string& operand);
// Throws TestProblem where an operand is no number.
bool binary_test(Interpreter& shell, const std::string& left, const std::string& with,
                 const std::string& right);

}  // namespace decnet::shell::sh
