// Walks the tree. Nothing throws: what can fail gives false, and the error waits in error().
#pragma once

#include <array>

#include "service/redis/lua.h"
#include "service/redis/lua_ast.h"

namespace decnet::service::redis::lua {

using Values = std::vector<Value>;

class Interpreter {
 public:
  Interpreter();

  Heap heap;
  Table* globals = nullptr;
  Table* string_library = nullptr;  // What ("x"):upper() looks in.

  Value string(std::string text);  // Its bytes are counted; the heap may be full after it.
  Value native(std::string_view name, Native function, void* context = nullptr);

  bool call(const Value& function, Values args, Values& results);
  bool run(const Chunk& chunk, const Values& args, Values& results);

  // --- Errors ---
  // With the place of the code under way before it ("user_script:1: "). Always false.
  bool fail(std::string_view message);
  bool fail_value(const Value& error);
  // "bad argument #1 to 'rep' (string expected, got nil)"; `function` is the name it was called by.
  bool fail_argument(std::size_t number, std::string_view why);
  bool fail_type(std::size_t number, std::string_view expected, const Values& args);
  const Value& error() const noexcept { return error_; }
  Value take_error();
  bool is_endless() const noexcept { return endless_; }
  int line() const noexcept { return line_; }
  int error_line() const noexcept { return error_line_; }
  std::string where(
      int level) const;  // "user_script:1: " of the caller that many levels up; empty: unknown.

  // Counts steps; false when there were too many.
  bool step(std::uint64_t count = 1);
  std::uint64_t steps() const noexcept { return steps_; }
  bool check_memory();  // False: "not enough memory" was said.

  // --- Semantics that libraries need ---
  bool index(const Value& object, const Value& key, Value& out, const Expression* named = nullptr);
  bool set_index(const Value& object, const Value& key, const Value& value,
                 const Expression* named = nullptr);
  bool less(const Value& a, const Value& b, bool& out);
  bool equals(const Value& a, const Value& b, bool& out);
  bool concat(const Value& a, const Value& b, Value& out, const Expression* left,
              const Expression* right);
  bool to_text(const Value& value, std::string& out);  // tostring()
  Value metamethod(const Value& value, std::string_view name) const;

  std::string called_name;                           // Of the native function under way.
  std::vector<std::shared_ptr<const Chunk>> loaded;  // By loadstring(); values refer to them.

 private:
  enum class Flow : std::uint8_t { next, broke, returned, failed };
  struct Slot {
    Value value;
    Cell* cell = nullptr;
  };
  struct Frame {
    const Function* function = nullptr;
    const Callable* closure = nullptr;
    std::vector<Slot> slots;
    Values varargs, results;
  };
  class Depth;

  bool call_source(const Callable& callable, Values& args, Values& results);
  Flow block(Frame& frame, const Block& statements);
  Flow statement(Frame& frame, const Statement& one);
  Flow if_then(Frame& frame, const Statement& one);
  Flow loop(Frame& frame, const Statement& one);
  Flow numeric_for(Frame& frame, const Statement& one);
  Flow generic_for(Frame& frame, const Statement& one);
  bool assign(Frame& frame, const Statement& one);
  bool assign_one(Frame& frame, const Expression& target, const Value& value);
  void declare(Frame& frame, const Local& local, const Value& value);
  Value read(const Frame& frame, const Local& local) const;
  void write(Frame& frame, const Local& local, const Value& value);

  static Value constant(const Frame& frame, const Expression& one);
  bool evaluate(Frame& frame, const Expression& one, Value& out);
  bool evaluate_all(Frame& frame, const std::vector<ExpressionPtr>& list, Values& out);
  bool evaluate_call(Frame& frame, const Expression& one, Values& results);
  bool evaluate_binary(Frame& frame, const Expression& one, Value& out);
  bool evaluate_unary(Frame& frame, const Expression& one, Value& out);
  bool evaluate_table(Frame& frame, const Expression& one, Value& out);
  Value make_closure(Frame& frame, const Function& function);
  bool arithmetic(Operator op, const Value& a, const Value& b, Value& out, const Expression& at);
  bool compare(Operator op, const Value& a, const Value& b, Value& out);
  bool fail_operand(std::string_view what, const Value& value, const Expression* named);
  bool set_raw(Table& table, const Value& key, const Value& value);

  Value error_;
  bool endless_ = false;
  int line_ = 0, error_line_ = 0;
  std::uint64_t steps_ = 0;
  int depth_ = 0;
  std::vector<std::pair<const Function*, int>>
      callers_;  // Each with the line that it is calling from.
  const Function* current_ = nullptr;
};

// A value as a number, strings that read as one too.
bool as_number(const Value& value, double& out);

// --- Arguments of native functions. False: bad, which was said. ---
bool take_number(Interpreter& machine, const Values& args, std::size_t number, double& out);
bool take_integer(Interpreter& machine, const Values& args, std::size_t number, std::int64_t& out);
bool take_integer_or(Interpreter& machine, const Values& args, std::size_t number,
                     std::int64_t otherwise, std::int64_t& out);
bool take_text(Interpreter& machine, const Values& args, std::size_t number,
               std::string& out);  // Numbers too.
bool take_table(Interpreter& machine, const Values& args, std::size_t number, Table*& out);
Value argument(const Values& args, std::size_t number);  // Nil beyond the end.

// Fills a library's table, which nobody may write to then.
struct Entry {
  std::string_view name;
  Native function;
};
Table* make_library(Interpreter& machine, std::string_view name, const Entry* entries,
                    std::size_t count);

void open_base(Interpreter& machine);       // lua_base.cc
void open_table(Interpreter& machine);      // lua_table.cc: table and math
void open_string(Interpreter& machine);     // lua_string.cc
void open_coroutine(Interpreter& machine);  // lua_coroutine.cc
void open_packing(Interpreter& machine);    // lua_packing.cc: cmsgpack, struct, bit
void open_json(Interpreter& machine);       // lua_json.cc: cjson

}  // namespace decnet::service::redis::lua
