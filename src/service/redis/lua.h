// A small Lua 5.1 for EVAL: the language and the libraries that redis gives its scripts, with
// errors worded as there, and with bounds on everything: steps, bytes, depth. It reaches nothing
// but its Host.
//
//   auto chunk = lua::compile("return 1 + 1", "user_script");   // or an error: "user_script:1:
//   unexpected symbol near '<eof>'" lua::Machine machine(host); auto results =
//   machine.run(**chunk);
//
// Coroutines run to their end and cannot yield; string.dump gives a function that does nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/redis/lua_value.h"

namespace decnet::service::redis::lua {

inline constexpr std::uint64_t kStepsMax =
    2'000'000;  // Then the script counts as one that never ends.
inline constexpr std::size_t kHeapBytesMax = 16U << 20;  // "not enough memory"
inline constexpr int kDepthMax = 1200;                   // Nested evaluations: "stack overflow"
inline constexpr int kSyntaxLevelsMax = 100;  // Nested expressions and blocks in a source.

struct Function;  // A function's source, parsed (lua_ast.h).

class Chunk {
 public:
  Chunk(std::string source_name, std::unique_ptr<Function> body);
  ~Chunk();
  const std::string& name() const noexcept { return name_; }
  const Function& body() const noexcept { return *body_; }

 private:
  std::string name_;
  std::unique_ptr<Function> body_;
};

struct Compiled {
  std::shared_ptr<const Chunk> chunk;  // Null: it does not compile …
  std::string error;                   // … for this reason.
};
Compiled compile(std::string_view source, std::string_view name);

// What ended a run.
struct Outcome {
  enum class Kind : std::uint8_t { returned, failed, endless } kind = Kind::returned;
  std::vector<Value> values;  // What was returned; or the error, alone.
  int line = 0;               // Where it failed.
};

class Interpreter;

class Machine {
 public:
  Machine();
  ~Machine();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  Heap& heap() noexcept;
  Table& globals() noexcept;  // With the standard libraries; read-only once run() begins.
  Value string(std::string_view text);
  Value function(std::string_view name, Native native, void* context);

  Outcome run(const Chunk& chunk, const std::vector<Value>& args = {});
  Outcome call(Value function, const std::vector<Value>& args);

 private:
  std::unique_ptr<Interpreter> interpreter_;
};

}  // namespace decnet::service::redis::lua
