// awk as mawk 1.3.4 has it, the part that one-liners and scripts use. Parsed to a tree, run with a
// step limit; what waits (commands, reading, loops) is marked in the tree and runs as coroutines.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "shell/cmd/regex.h"

namespace decnet::shell::cmd {

inline constexpr std::uint64_t kAwkStepsMax = 20'000'000;  // Of one program; then it ends.
inline constexpr std::size_t kAwkDepthMax = 200;           // Of nested expressions and calls.
inline constexpr std::size_t kAwkChainMax = 1'000;  // Of operators side by side; then: too deep.
inline constexpr std::size_t kAwkStreamsMax = 64;   // Files and commands open at a time.
inline constexpr std::size_t kAwkStringBytesMax = 1U << 20;  // Of one value; then cut.
inline constexpr std::size_t kAwkCellsMax = 200'000;  // Of all arrays; further ones are lost.

struct AwkNode;
using AwkTree = std::unique_ptr<AwkNode>;

struct AwkNode {
  enum class Kind : std::uint8_t {
    number,
    string,
    regex,
    variable,
    field,
    element,
    assign,
    binary,
    unary,
    post,
    both,
    either,
    ternary,
    match,
    in,
    concat,
    call,
    group,
    getline,
    print,
    block,
    if_else,
    loop,
    for_in,
    next,
    exit,
    breaks,
    continues,
    remove,
    returns,
    nothing
  };
  Kind kind = Kind::nothing;
  std::string text;  // A name, an operator, a string.
  double number = 0;
  std::shared_ptr<Regex> regex;
  std::vector<AwkTree> parts;
  std::uint32_t depth = 0;  // Of the tree below it.
  bool waits = false;       // It, or what is below it, may wait.
};

struct AwkRule {
  enum class When : std::uint8_t { begin, end, record };
  When when = When::record;
  AwkTree pattern, until, action;
  bool inside = false;
};

struct AwkFunction {
  std::vector<std::string> parameters;
  AwkTree body;
};

struct AwkProgram {
  std::vector<AwkRule> rules;
  std::map<std::string, AwkFunction, std::less<>> functions;
};

// The error is what follows "awk: line 1: ".
tl::expected<AwkProgram, std::string> parse_awk(std::string_view text);

}  // namespace decnet::shell::cmd
