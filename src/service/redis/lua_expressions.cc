#include <cmath>

#include "service/redis/lua_interpreter.h"

namespace decnet::service::redis::lua {

bool Interpreter::evaluate_binary(Frame& frame, const Expression& one, Value& out) {
  Value a, b;
  if (!evaluate(frame, *one.left, a) || !evaluate(frame, *one.right, b)) return false;
  line_ = one.line;
  if (one.op <= Operator::power) return arithmetic(one.op, a, b, out, one);
  if (one.op == Operator::concat) return concat(a, b, out, one.left.get(), one.right.get());
  return compare(one.op, a, b, out);
}

bool Interpreter::evaluate_unary(Frame& frame, const Expression& one, Value& out) {
  Value operand;
  if (!evaluate(frame, *one.left, operand)) return false;
  line_ = one.line;
  if (one.kind == ExpressionKind::logical_not) {
    out = Value(!operand.truthy());
    return true;
  }
  if (one.kind == ExpressionKind::length) {
    if (operand.is_string()) {
      out = Value(static_cast<double>(operand.text().size()));
    } else if (operand.is_table()) {
      out = Value(static_cast<double>(operand.table()->length()));
    } else {
      return fail_operand("get length of", operand, one.left.get());
    }
    return true;
  }
  double number = 0;
  if (as_number(operand, number)) {
    out = Value(-number);
    return true;
  }
  const Value handler = metamethod(operand, "__unm");
  if (handler.is_nil()) return fail_operand("perform arithmetic on", operand, one.left.get());
  Values results;
  const Values args{operand, operand};
  if (!call(handler, args, results)) return false;
  out = results.empty() ? Value() : results[0];
  return true;
}

Value Interpreter::make_closure(Frame& frame, const Function& function) {
  Callable* closure = heap.callable();
  closure->source = &function;
  for (const Upvalue& upvalue : function.upvalues) {
    if (!upvalue.from_local) {
      closure->upvalues.push_back(frame.closure->upvalues[upvalue.index]);
      continue;
    }
    Slot& slot = frame.slots[upvalue.index];
    if (slot.cell == nullptr) slot.cell = heap.cell();
    closure->upvalues.push_back(slot.cell);
  }
  heap.grow(function.upvalues.size() * sizeof(void*));
  return Value(closure);
}

bool Interpreter::evaluate_table(Frame& frame, const Expression& one, Value& out) {
  Table* table = heap.table();
  out = Value(table);
  std::size_t keyed = 0;
  double position = 0;
  for (std::size_t n = 0; n <= one.list.size(); ++n) {
    for (; keyed < one.fields.size() && one.field_order[keyed] == n; ++keyed) {
      Value key, value;
      if (!evaluate(frame, *one.fields[keyed].first, key) ||
          !evaluate(frame, *one.fields[keyed].second, value))
        return false;
      if (!set_raw(*table, key, value)) return false;
    }
    if (n == one.list.size()) break;
    const ExpressionKind kind = one.list[n]->kind;
    const bool is_open = kind == ExpressionKind::call || kind == ExpressionKind::method_call ||
                         kind == ExpressionKind::vararg;
    Values values(1);
    if (is_open && n + 1 == one.list.size()) {
      values.clear();
      if (kind == ExpressionKind::vararg) {
        values = frame.varargs;
      } else if (!evaluate_call(frame, *one.list[n], values)) {
        return false;
      }
    } else if (!evaluate(frame, *one.list[n], values[0])) {
      return false;
    }
    for (const Value& value : values) {
      position += 1;
      if (value.is_nil()) continue;
      if (!set_raw(*table, Value(position), value)) return false;
    }
  }
  return check_memory();
}

bool Interpreter::evaluate_call(Frame& frame, const Expression& one, Values& results) {
  Values args;
  Value function;
  if (one.kind == ExpressionKind::method_call) {
    Value object;
    if (!evaluate(frame, *one.left, object)) return false;
    line_ = one.line;
    if (!index(object, string(one.text), function, one.left.get())) return false;
    args.push_back(object);
  } else if (!evaluate(frame, *one.left, function)) {
    return false;
  }
  if (!evaluate_all(frame, one.list, args)) return false;
  line_ = one.line;
  if (!function.is_function() && metamethod(function, "__call").is_nil()) {
    return fail_operand("call", function,
                        one.kind == ExpressionKind::method_call ? &one : one.left.get());
  }
  if (!call(function, std::move(args), results)) return false;
  line_ = one.line;
  return true;
}

// A list of expressions of which the last may give any number of values.
bool Interpreter::evaluate_all(Frame& frame, const std::vector<ExpressionPtr>& list, Values& out) {
  for (std::size_t n = 0; n < list.size(); ++n) {
    const ExpressionKind kind = list[n]->kind;
    if (n + 1 == list.size() && kind == ExpressionKind::vararg) {
      out.insert(out.end(), frame.varargs.begin(), frame.varargs.end());
      if (!step(frame.varargs.size())) return false;
      continue;
    }
    if (n + 1 == list.size() &&
        (kind == ExpressionKind::call || kind == ExpressionKind::method_call)) {
      Values more;
      if (!evaluate_call(frame, *list[n], more)) return false;
      out.insert(out.end(), more.begin(), more.end());
      if (!step(more.size())) return false;
      continue;
    }
    Value value;
    if (!evaluate(frame, *list[n], value)) return false;
    out.push_back(value);
  }
  return true;
}

Value Interpreter::constant(const Frame& frame, const Expression& one) {
  switch (one.kind) {
    case ExpressionKind::truth:
      return Value(true);
    case ExpressionKind::falsehood:
      return Value(false);
    case ExpressionKind::number:
      return Value(one.number);
    case ExpressionKind::string:
      return Value(&one.text);
    case ExpressionKind::vararg:
      return frame.varargs.empty() ? Value() : frame.varargs[0];
    default:
      return {};
  }
}

bool Interpreter::evaluate(Frame& frame, const Expression& one, Value& out) {
  if (!step()) return false;
  if (depth_ >= kDepthMax) return fail("stack overflow");
  ++depth_;
  bool worked = true;
  switch (one.kind) {
    case ExpressionKind::nil:
    case ExpressionKind::truth:
    case ExpressionKind::falsehood:
    case ExpressionKind::number:
    case ExpressionKind::string:
    case ExpressionKind::vararg:
      out = constant(frame, one);
      break;
    case ExpressionKind::function:
      out = make_closure(frame, *one.function);
      break;
    case ExpressionKind::local:
      out = read(frame, *one.local);
      break;
    case ExpressionKind::upvalue:
      out = frame.closure->upvalues[one.index]->value;
      break;
    case ExpressionKind::global:
      line_ = one.line;
      worked = index(Value(globals), Value(&one.text), out);
      break;
    case ExpressionKind::index: {
      Value object, key;
      worked = evaluate(frame, *one.left, object) && evaluate(frame, *one.right, key);
      line_ = worked ? one.line : line_;
      worked = worked && index(object, key, out, one.left.get());
      break;
    }
    case ExpressionKind::call:
    case ExpressionKind::method_call: {
      Values results;
      worked = evaluate_call(frame, one, results);
      out = results.empty() ? Value() : results[0];
      break;
    }
    case ExpressionKind::binary:
      worked = evaluate_binary(frame, one, out);
      break;
    case ExpressionKind::logical_and:
      worked =
          evaluate(frame, *one.left, out) && (!out.truthy() || evaluate(frame, *one.right, out));
      break;
    case ExpressionKind::logical_or:
      worked =
          evaluate(frame, *one.left, out) && (out.truthy() || evaluate(frame, *one.right, out));
      break;
    case ExpressionKind::negate:
    case ExpressionKind::logical_not:
    case ExpressionKind::length:
      worked = evaluate_unary(frame, one, out);
      break;
    case ExpressionKind::table:
      worked = evaluate_table(frame, one, out);
      break;
    case ExpressionKind::parenthesis:
      worked = evaluate(frame, *one.left, out);
      break;
  }
  --depth_;
  return worked;
}

}  // namespace decnet::service::redis::lua
