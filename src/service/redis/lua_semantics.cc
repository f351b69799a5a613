// What operators and indexing do to values, with metatables.
#include <cmath>

#include "service/redis/lua_interpreter.h"

namespace decnet::service::redis::lua {

namespace {

std::string_view event_of(Operator op) {
  constexpr std::string_view kEvents[] = {"__add", "__sub", "__mul", "__div", "__mod", "__pow"};
  return kEvents[static_cast<std::size_t>(op)];
}

double compute(Operator op, double a, double b) {
  switch (op) {
    case Operator::add:
      return a + b;
    case Operator::subtract:
      return a - b;
    case Operator::multiply:
      return a * b;
    case Operator::divide:
      return a / b;
    case Operator::modulo:
      return a - std::floor(a / b) * b;
    default:
      return std::pow(a, b);
  }
}

// "local 'x'", "field 'b'": how errors name what an expression stands for.
std::string name_of(const Expression* named) {
  if (named == nullptr) return {};
  switch (named->kind) {
    case ExpressionKind::local:
      return "local '" + named->text + "'";
    case ExpressionKind::upvalue:
      return "upvalue '" + named->text + "'";
    case ExpressionKind::global:
      return "global '" + named->text + "'";
    case ExpressionKind::index:
      return named->right->kind == ExpressionKind::string ? "field '" + named->right->text + "'"
                                                          : std::string("field '?'");
    case ExpressionKind::method_call:
      return "method '" + named->text + "'";
    default:
      return {};
  }
}

}  // namespace

bool as_number(const Value& value, double& out) {
  if (value.is_number()) {
    out = value.number();
    return true;
  }
  return value.is_string() && read_number(value.text(), out);
}

bool Interpreter::fail_operand(std::string_view what, const Value& value, const Expression* named) {
  const std::string name = name_of(named);
  const std::string type(to_string(value.type()));
  if (name.empty()) return fail("attempt to " + std::string(what) + " a " + type + " value");
  return fail("attempt to " + std::string(what) + " " + name + " (a " + type + " value)");
}

Value Interpreter::metamethod(const Value& value, std::string_view name) const {
  if (!value.is_table() || value.table()->metatable == nullptr) return {};
  return value.table()->metatable->get(name);
}

bool Interpreter::index(const Value& object, const Value& key, Value& out,
                        const Expression* named) {
  constexpr int kChainMax = 100;
  Value at = object;
  for (int n = 0; n < kChainMax; ++n) {
    if (!step()) return false;
    Value handler;
    if (at.is_table()) {
      out = at.table()->get(key);
      if (!out.is_nil()) return true;
      handler = metamethod(at, "__index");
      if (handler.is_nil()) return true;
    } else if (at.is_string()) {
      handler = Value(string_library);
    } else {
      return fail_operand("index", at, named);
    }
    if (handler.is_function()) {
      Values results;
      const Values args{at, key};
      if (!call(handler, args, results)) return false;
      out = results.empty() ? Value() : results[0];
      return true;
    }
    at = handler;
    named = nullptr;
  }
  return fail("loop in gettable");
}

bool Interpreter::set_raw(Table& table, const Value& key, const Value& value) {
  constexpr std::size_t kEntryBytes = 96;
  if (table.read_only) return fail("Attempt to modify a readonly table");
  if (key.is_nil()) return fail("table index is nil");
  if (key.is_number() && std::isnan(key.number())) return fail("table index is NaN");
  const std::size_t before = table.entries();
  table.set(key, value);
  if (table.entries() > before) heap.grow(kEntryBytes + (key.is_string() ? key.text().size() : 0));
  return check_memory();
}

bool Interpreter::set_index(const Value& object, const Value& key, const Value& value,
                            const Expression* named) {
  constexpr int kChainMax = 100;
  Value at = object;
  for (int n = 0; n < kChainMax; ++n) {
    if (!step()) return false;
    if (!at.is_table()) return fail_operand("index", at, named);
    Table& table = *at.table();
    const Value handler = metamethod(at, "__newindex");
    if (handler.is_nil() || !table.get(key).is_nil()) return set_raw(table, key, value);
    if (handler.is_function()) {
      Values ignored;
      const Values args{at, key, value};
      return call(handler, args, ignored);
    }
    at = handler;
    named = nullptr;
  }
  return fail("loop in settable");
}

bool Interpreter::arithmetic(Operator op, const Value& a, const Value& b, Value& out,
                             const Expression& at) {
  double x = 0;
  double y = 0;
  const bool first = as_number(a, x);
  if (first && as_number(b, y)) {
    out = Value(compute(op, x, y));
    return true;
  }
  Value handler = metamethod(a, event_of(op));
  if (handler.is_nil()) handler = metamethod(b, event_of(op));
  if (!handler.is_nil()) {
    Values results;
    const Values args{a, b};
    if (!call(handler, args, results)) return false;
    out = results.empty() ? Value() : results[0];
    return true;
  }
  line_ = at.line;
  return first ? fail_operand("perform arithmetic on", b, at.right.get())
               : fail_operand("perform arithmetic on", a, at.left.get());
}

bool Interpreter::concat(const Value& a, const Value& b, Value& out, const Expression* left,
                         const Expression* right) {
  const auto joins = [](const Value& value) { return value.is_string() || value.is_number(); };
  if (joins(a) && joins(b)) {
    const auto text = [](const Value& value) {
      return value.is_string() ? value.text() : format_number(value.number());
    };
    out = string(text(a) + text(b));
    return check_memory();
  }
  Value handler = metamethod(a, "__concat");
  if (handler.is_nil()) handler = metamethod(b, "__concat");
  if (!handler.is_nil()) {
    Values results;
    const Values args{a, b};
    if (!call(handler, args, results)) return false;
    out = results.empty() ? Value() : results[0];
    return true;
  }
  return joins(a) ? fail_operand("concatenate", b, right) : fail_operand("concatenate", a, left);
}

bool Interpreter::equals(const Value& a, const Value& b, bool& out) {
  out = a.raw_equal(b);
  if (out || !a.is_table() || !b.is_table()) return true;
  const Value handler = metamethod(a, "__eq");
  if (handler.is_nil() || !handler.raw_equal(metamethod(b, "__eq"))) return true;
  Values results;
  const Values args{a, b};
  if (!call(handler, args, results)) return false;
  out = !results.empty() && results[0].truthy();
  return true;
}

bool Interpreter::less(const Value& a, const Value& b, bool& out) {
  if (a.is_number() && b.is_number()) {
    out = a.number() < b.number();
    return true;
  }
  if (a.is_string() && b.is_string()) {
    out = a.text() < b.text();
    return true;
  }
  const Value handler = metamethod(a, "__lt");
  if (!handler.is_nil()) {
    Values results;
    const Values args{a, b};
    if (!call(handler, args, results)) return false;
    out = !results.empty() && results[0].truthy();
    return true;
  }
  const std::string first(to_string(a.type()));
  const std::string second(to_string(b.type()));
  if (first == second) return fail("attempt to compare two " + first + " values");
  return fail("attempt to compare " + first + " with " + second);
}

bool Interpreter::compare(Operator op, const Value& a, const Value& b, Value& out) {
  bool truth = false;
  if (op == Operator::equal || op == Operator::not_equal) {
    if (!equals(a, b, truth)) return false;
    out = Value(truth == (op == Operator::equal));
    return true;
  }
  const bool swaps = op == Operator::greater || op == Operator::greater_equal;
  const Value& x = swaps ? b : a;
  const Value& y = swaps ? a : b;
  if (op == Operator::less || op == Operator::greater) {
    if (!less(x, y, truth)) return false;
    out = Value(truth);
    return true;
  }
  if (x.is_number() && y.is_number()) {
    out = Value(x.number() <= y.number());
    return true;
  }
  if (!less(y, x, truth)) return false;
  out = Value(!truth);
  return true;
}

}  // namespace decnet::service::redis::lua
