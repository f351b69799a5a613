// The arguments of native functions, and the tables that hold those.
#include <limits>

#include "service/redis/lua_interpreter.h"

namespace decnet::service::redis::lua {

Value argument(const Values& args, std::size_t number) {
  return number <= args.size() ? args[number - 1] : Value();
}

bool take_number(Interpreter& machine, const Values& args, std::size_t number, double& out) {
  return (number <= args.size() && as_number(args[number - 1], out)) ||
         machine.fail_type(number, "number", args);
}

bool take_integer(Interpreter& machine, const Values& args, std::size_t number, std::int64_t& out) {
  double value = 0;
  if (!take_number(machine, args, number, value)) return false;
  constexpr double kLimit = 9.2e18;
  out = value > -kLimit && value < kLimit ? static_cast<std::int64_t>(value)
                                          : std::numeric_limits<std::int64_t>::min();
  return true;
}

bool take_integer_or(Interpreter& machine, const Values& args, std::size_t number,
                     std::int64_t otherwise, std::int64_t& out) {
  out = otherwise;
  return argument(args, number).is_nil() || take_integer(machine, args, number, out);
}

bool take_text(Interpreter& machine, const Values& args, std::size_t number, std::string& out) {
  const Value value = argument(args, number);
  if (value.is_string()) {
    out = value.text();
  } else if (value.is_number()) {
    out = format_number(value.number());
  } else {
    return machine.fail_type(number, "string", args);
  }
  return machine.step(out.size() / 256);
}

bool take_table(Interpreter& machine, const Values& args, std::size_t number, Table*& out) {
  const Value value = argument(args, number);
  if (!value.is_table()) return machine.fail_type(number, "table", args);
  out = value.table();
  return true;
}

Table* make_library(Interpreter& machine, std::string_view name, const Entry* entries,
                    std::size_t count) {
  Table* library = name.empty() ? machine.globals : machine.heap.table();
  for (std::size_t n = 0; n < count; ++n) {
    library->set(entries[n].name, machine.native(entries[n].name, entries[n].function));
  }
  if (!name.empty()) {
    library->read_only = true;
    machine.globals->set(name, Value(library));
  }
  return library;
}

}  // namespace decnet::service::redis::lua
