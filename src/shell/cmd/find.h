// find's expression, compiled from its arguments.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "shell/cmd/io.h"
#include "shell/cmd/regex.h"
#include "shell/cmd/text.h"
#include "shell/cmd/tree.h"

namespace decnet::shell::cmd {

inline constexpr std::size_t kFindArgumentsMax = 2'000;  // Of one -exec … +.
inline constexpr std::size_t kFindNodesMax = 1'000;      // Of one expression.

struct FindNode {
  enum class Kind : std::uint8_t { test, both, either, inverted, list };
  Kind kind = Kind::test;
  std::size_t left = 0, right = 0;
  std::string name;  // "-name"
  std::string argument;
  char sign = 0;  // Of a number: + or -
  std::uint64_t number = 0;
  TimePoint time{};  // -newer
  std::shared_ptr<Regex> regex;
  std::vector<std::string> arguments;  // -exec
  bool plus = false;
  std::vector<std::string> gathered;
};

struct FindProgram {
  std::vector<std::string> roots;
  std::vector<FindNode> nodes;
  std::size_t root = 0;
  std::size_t least = 0, most = 1'000'000;
  bool depth_first = false, follow = false, one_device = false;
};

bool parse_find(Io& io, FindProgram& program);  // False: said why.
// Every test and action that does not wait.
bool find_test(Io& io, const FindProgram& program, const FindNode& node, const TreeEntry& entry);

}  // namespace decnet::shell::cmd
