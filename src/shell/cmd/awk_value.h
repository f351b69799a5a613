// What a running awk program holds: its values, and what it reads from and writes to.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace decnet::shell::cmd {

struct AwkValue {
  std::string text;
  double number = 0;
  bool is_number = false;
  bool looks_numeric = false;  // Input that reads as a number.
};

using AwkArray = std::map<std::string, AwkValue, std::less<>>;

enum class AwkFlow : std::uint8_t { on, next, exit, breaks, continues, returns };

// Something that lines are read from: the main input, a file, a command.
struct AwkReader {
  int descriptor = -1;
  int child = 0;  // 0: a file.
  std::string held;
  std::size_t at = 0;
  bool over = false;
};

struct AwkWriter {
  int descriptor = -1;
  int child = 0;
  std::string held;
};

}  // namespace decnet::shell::cmd
