// A parsed source: functions, statements, expressions.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "service/redis/lua_value.h"

namespace decnet::service::redis::lua {

struct Expression;
struct Statement;
using ExpressionPtr = std::unique_ptr<Expression>;
using Block = std::vector<std::unique_ptr<Statement>>;

// A local variable of a function. One that an inner function uses lives in a Cell.
struct Local {
  std::string name;
  std::size_t slot = 0;
  bool captured = false;
};

// Where a function finds a variable of an outer one when it is made: among the locals of the one
// around it, or among that one's own upvalues.
struct Upvalue {
  std::string name;
  bool from_local = false;
  std::size_t index = 0;  // Slot, or index of the upvalue.
};

struct Function {
  std::vector<Local*> parameters;
  bool is_vararg = false;
  std::vector<std::unique_ptr<Local>> locals;
  std::vector<Upvalue> upvalues;
  std::size_t slots = 0;
  Block body;
  int line = 0, last_line = 0;
  std::shared_ptr<const std::string> chunk_name;
};

enum class ExpressionKind : std::uint8_t {
  nil,
  truth,
  falsehood,
  number,
  string,
  vararg,
  function,
  local,
  upvalue,
  global,
  index,
  call,
  method_call,
  binary,
  logical_and,
  logical_or,
  negate,
  logical_not,
  length,
  table,
  parenthesis,
};

enum class Operator : std::uint8_t {
  add,
  subtract,
  multiply,
  divide,
  modulo,
  power,
  concat,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
};

struct Expression {
  ExpressionKind kind = ExpressionKind::nil;
  int line = 0;
  double number = 0;
  std::string text;  // string, global, the method's name
  Local* local = nullptr;
  std::size_t index = 0;  // of an upvalue
  Operator op = Operator::add;
  ExpressionPtr left, right;        // operands; object and key; function of a call
  std::vector<ExpressionPtr> list;  // arguments; positional fields of a table
  std::vector<std::pair<ExpressionPtr, ExpressionPtr>> fields;
  std::vector<std::size_t> field_order;  // Of a table: positional ones before each keyed one.
  std::unique_ptr<Function> function;
};

enum class StatementKind : std::uint8_t {
  call,
  local,
  assign,
  if_then,
  while_do,
  repeat_until,
  numeric_for,
  generic_for,
  do_block,
  local_function,
  return_values,
  break_loop,
};

struct Statement {
  StatementKind kind = StatementKind::call;
  int line = 0;
  std::vector<ExpressionPtr> targets;  // assign
  std::vector<Local*> locals;
  std::vector<ExpressionPtr> values;      // call, local, assign, for, return
  std::vector<ExpressionPtr> conditions;  // if, elseif …; while; repeat
  std::vector<Block> blocks;              // One a condition; a last one for else.
};

}  // namespace decnet::service::redis::lua
