// The functions that every script sees.
#include <cmath>
#include <limits>

#include "service/redis/lua_interpreter.h"

namespace decnet::service::redis::lua {

bool Interpreter::to_text(const Value& value, std::string& out) {
  const Value handler = metamethod(value, "__tostring");
  if (!handler.is_nil()) {
    Values results;
    const Values args{value};
    if (!call(handler, args, results)) return false;
    if (results.empty() || !results[0].is_string())
      return fail("'tostring' must return a string to 'print'");
    out = results[0].text();
    return true;
  }
  switch (value.type()) {
    case Type::nil:
      out = "nil";
      break;
    case Type::boolean:
      out = value.truth() ? "true" : "false";
      break;
    case Type::number:
      out = format_number(value.number());
      break;
    case Type::string:
      out = value.text();
      break;
    default: {
      char buffer[64];
      const std::string type(lua::to_string(value.type()));
      std::snprintf(buffer, sizeof buffer, "%s: %p", type.c_str(), value.address());
      out = buffer;
    }
  }
  return true;
}

namespace {

bool base_assert(Interpreter& machine, void*, Values& args, Values& results) {
  if (args.empty()) return machine.fail_argument(1, "value expected");
  if (args[0].truthy()) {
    results = args;
    return true;
  }
  std::string message = "assertion failed!";
  if (args.size() > 1 && !args[1].is_nil() && !take_text(machine, args, 2, message)) return false;
  return machine.fail(message);
}

bool base_error(Interpreter& machine, void*, Values& args, Values&) {
  std::int64_t level = 1;
  if (!take_integer_or(machine, args, 2, 1, level)) return false;
  const Value error = argument(args, 1);
  if (!error.is_string() || level <= 0) return machine.fail_value(error);
  return machine.fail_value(machine.string(
      machine.where(static_cast<int>(std::min<std::int64_t>(level, 200))) + error.text()));
}

bool protected_call(Interpreter& machine, const Value& function, Values args, const Value* handler,
                    Values& results) {
  Values inner;
  if (machine.call(function, std::move(args), inner)) {
    results.emplace_back(true);
    results.insert(results.end(), inner.begin(), inner.end());
    return true;
  }
  if (machine.is_endless() || machine.heap.is_full()) return false;
  Value error = machine.take_error();
  if (handler != nullptr) {
    Values handled;
    const Values given{error};
    if (!machine.call(*handler, given, handled)) return false;
    error = handled.empty() ? Value() : handled[0];
  }
  results = {Value(false), error};
  return true;
}

bool base_pcall(Interpreter& machine, void*, Values& args, Values& results) {
  if (args.empty()) return machine.fail_argument(1, "value expected");
  const Value function = args[0];
  args.erase(args.begin());
  return protected_call(machine, function, std::move(args), nullptr, results);
}

bool base_xpcall(Interpreter& machine, void*, Values& args, Values& results) {
  if (args.size() < 2) return machine.fail_argument(2, "value expected");
  const Value handler = args[1];
  return protected_call(machine, args[0], {}, &handler, results);
}

bool base_select(Interpreter& machine, void*, Values& args, Values& results) {
  if (argument(args, 1).is_string() && args[0].text() == "#") {
    results.emplace_back(static_cast<double>(args.size() - 1));
    return true;
  }
  std::int64_t index = 0;
  if (!take_integer(machine, args, 1, index)) return false;
  const auto count = static_cast<std::int64_t>(args.size());
  if (index < 0) {
    index = count + index;
  } else if (index > count) {
    index = count;
  }
  if (index < 1) return machine.fail_argument(1, "index out of range");
  results.assign(args.begin() + index, args.end());
  return true;
}

bool base_type(Interpreter& machine, void*, Values& args, Values& results) {
  if (args.empty()) return machine.fail_argument(1, "value expected");
  results.push_back(machine.string(std::string(to_string(args[0].type()))));
  return true;
}

bool base_tostring(Interpreter& machine, void*, Values& args, Values& results) {
  if (args.empty()) return machine.fail_argument(1, "value expected");
  std::string text;
  if (!machine.to_text(args[0], text)) return false;
  results.push_back(machine.string(std::move(text)));
  return true;
}

bool base_tonumber(Interpreter& machine, void*, Values& args, Values& results) {
  if (args.empty()) return machine.fail_argument(1, "value expected");
  std::int64_t base = 10;
  if (!take_integer_or(machine, args, 2, 10, base)) return false;
  double number = 0;
  if (base == 10) {
    results.push_back(as_number(args[0], number) ? Value(number) : Value());
    return true;
  }
  std::string text;
  if (!take_text(machine, args, 1, text)) return false;
  if (base < 2 || base > 36) return machine.fail_argument(2, "base out of range");
  const std::size_t first = text.find_first_not_of(" \t\n\v\f\r");
  const std::size_t last = text.find_last_not_of(" \t\n\v\f\r");
  bool valid = first != std::string::npos;
  for (std::size_t n = first; valid && n <= last; ++n) {
    const char c = text[n];
    const int digit = c >= '0' && c <= '9'                     ? c - '0'
                      : (c | 0x20) >= 'a' && (c | 0x20) <= 'z' ? (c | 0x20) - 'a' + 10
                                                               : 99;
    valid = digit < base;
    number = number * static_cast<double>(base) + digit;
  }
  results.push_back(valid ? Value(number) : Value());
  return true;
}

bool next_entry(Interpreter& machine, void*, Values& args, Values& results) {
  Table* table = nullptr;
  if (!take_table(machine, args, 1, table)) return false;
  Value key, value;
  if (!table->next(argument(args, 2), key, value)) return machine.fail("invalid key to 'next'");
  results.push_back(key);
  if (!key.is_nil()) results.push_back(value);
  return true;
}

bool base_pairs(Interpreter& machine, void*, Values& args, Values& results) {
  Table* table = nullptr;
  if (!take_table(machine, args, 1, table)) return false;
  results = {machine.globals->get("next"), args[0], Value()};
  return true;
}

bool next_index(Interpreter& machine, void*, Values& args, Values& results) {
  Table* table = nullptr;
  if (!take_table(machine, args, 1, table)) return false;
  const double index = argument(args, 2).is_number() ? args[1].number() + 1 : 1;
  const Value value = table->get(Value(index));
  if (value.is_nil()) {
    results.emplace_back();
  } else {
    results = {Value(index), value};
  }
  return true;
}

bool base_ipairs(Interpreter& machine, void*, Values& args, Values& results) {
  Table* table = nullptr;
  if (!take_table(machine, args, 1, table)) return false;
  results = {machine.native("ipairs_iterator", next_index), args[0], Value(0.0)};
  return true;
}

bool base_unpack(Interpreter& machine, void*, Values& args, Values& results) {
  constexpr std::int64_t kResultsMax = 7999;
  Table* table = nullptr;
  std::int64_t first = 1, last = 0;
  if (!take_table(machine, args, 1, table) || !take_integer_or(machine, args, 2, 1, first))
    return false;
  if (!take_integer_or(machine, args, 3, static_cast<std::int64_t>(table->length()), last))
    return false;
  if (first > last) return true;
  if (last - first >= kResultsMax || last - first < 0)
    return machine.fail("too many results to unpack");
  for (std::int64_t n = first; n <= last; ++n)
    results.push_back(table->get(Value(static_cast<double>(n))));
  return machine.step(static_cast<std::uint64_t>(last - first));
}

bool base_rawget(Interpreter& machine, void*, Values& args, Values& results) {
  Table* table = nullptr;
  if (!take_table(machine, args, 1, table)) return false;
  results.push_back(table->get(argument(args, 2)));
  return true;
}

bool base_rawset(Interpreter& machine, void*, Values& args, Values& results) {
  Table* table = nullptr;
  if (!take_table(machine, args, 1, table)) return false;
  if (table->read_only) return machine.fail("Attempt to modify a readonly table");
  const Value key = argument(args, 2);
  if (key.is_nil()) return machine.fail("table index is nil");
  if (key.is_number() && std::isnan(key.number())) return machine.fail("table index is NaN");
  table->set(key, argument(args, 3));
  machine.heap.grow(96);
  results.push_back(args[0]);
  return machine.check_memory();
}

bool base_rawequal(Interpreter&, void*, Values& args, Values& results) {
  results.emplace_back(argument(args, 1).raw_equal(argument(args, 2)));
  return true;
}

bool base_setmetatable(Interpreter& machine, void*, Values& args, Values& results) {
  Table* table = nullptr;
  if (!take_table(machine, args, 1, table)) return false;
  const Value meta = argument(args, 2);
  if (!meta.is_nil() && !meta.is_table()) return machine.fail_argument(2, "nil or table expected");
  if (table->read_only)
    return machine.fail_value(machine.string("Attempt to modify a readonly table"));
  if (!machine.metamethod(args[0], "__metatable").is_nil())
    return machine.fail("cannot change a protected metatable");
  table->metatable = meta.is_table() ? meta.table() : nullptr;
  results.push_back(args[0]);
  return true;
}

bool base_getmetatable(Interpreter& machine, void*, Values& args, Values& results) {
  const Value value = argument(args, 1);
  if (value.is_string()) {
    Table* meta = machine.heap.table();
    meta->set("__index", Value(machine.string_library));
    meta->read_only = true;
    results.emplace_back(meta);
    return true;
  }
  const Value guard = machine.metamethod(value, "__metatable");
  const bool has = value.is_table() && value.table()->metatable != nullptr;
  results.push_back(!guard.is_nil() ? guard : has ? Value(value.table()->metatable) : Value());
  return true;
}

bool base_loadstring(Interpreter& machine, void*, Values& args, Values& results) {
  std::string source, name;
  if (!take_text(machine, args, 1, source)) return false;
  name = argument(args, 2).is_string() ? args[1].text() : source;
  if (!machine.step(source.size())) return false;
  const std::size_t line_end = name.find('\n');
  const bool is_path = !name.empty() && (name[0] == '=' || name[0] == '@');
  std::string shown =
      is_path ? name.substr(1)
              : "[string \"" + name.substr(0, std::min<std::size_t>(line_end, 40)) +
                    (line_end != std::string::npos || name.size() > 40 ? "...\"]" : "\"]");
  Compiled compiled = compile(source, shown);
  machine.heap.grow(source.size() * 16);
  if (compiled.chunk == nullptr) {
    results = {Value(), machine.string(std::move(compiled.error))};
    return machine.check_memory();
  }
  machine.loaded.push_back(compiled.chunk);
  Callable* main = machine.heap.callable();
  main->source = &compiled.chunk->body();
  results.emplace_back(main);
  return machine.check_memory();
}

bool base_load(Interpreter& machine, void*, Values& args, Values& results) {
  if (!argument(args, 1).is_function()) return machine.fail_type(1, "function", args);
  std::string source;
  while (true) {
    Values piece;
    if (!machine.call(args[0], {}, piece)) return false;
    if (piece.empty() || piece[0].is_nil() || (piece[0].is_string() && piece[0].text().empty()))
      break;
    if (!piece[0].is_string()) return machine.fail("reader function must return a string");
    source += piece[0].text();
    machine.heap.grow(piece[0].text().size());
    if (!machine.step()) return false;
  }
  Values given{machine.string(std::move(source)), machine.string("=(load)")};
  return base_loadstring(machine, nullptr, given, results);
}

bool base_collectgarbage(Interpreter& machine, void*, Values& args, Values& results) {
  const bool counts = argument(args, 1).is_string() && args[0].text() == "count";
  results.emplace_back(counts ? 40.0 + static_cast<double>(machine.heap.bytes()) / 1024 : 0.0);
  return true;
}

bool base_gcinfo(Interpreter& machine, void*, Values&, Values& results) {
  results.emplace_back(std::floor(40 + static_cast<double>(machine.heap.bytes()) / 1024));
  return true;
}

bool absent_global(Interpreter& machine, void*, Values& args, Values&) {
  std::string name;
  if (!machine.to_text(argument(args, 2), name)) return false;
  return machine.fail("Script attempted to access nonexistent global variable '" + name + "'");
}

constexpr Entry kBase[] = {
    {"assert", base_assert},
    {"collectgarbage", base_collectgarbage},
    {"error", base_error},
    {"gcinfo", base_gcinfo},
    {"getmetatable", base_getmetatable},
    {"ipairs", base_ipairs},
    {"load", base_load},
    {"loadstring", base_loadstring},
    {"next", next_entry},
    {"pairs", base_pairs},
    {"pcall", base_pcall},
    {"rawequal", base_rawequal},
    {"rawget", base_rawget},
    {"rawset", base_rawset},
    {"select", base_select},
    {"setmetatable", base_setmetatable},
    {"tonumber", base_tonumber},
    {"tostring", base_tostring},
    {"type", base_type},
    {"unpack", base_unpack},
    {"xpcall", base_xpcall},
};

}  // namespace

void open_base(Interpreter& machine) {
  make_library(machine, "", kBase, std::size(kBase));
  machine.globals->set("_G", Value(machine.globals));
  machine.globals->set("_VERSION", machine.string("Lua 5.1"));
  Table* meta = machine.heap.table();
  meta->set("__index", machine.native("__index", absent_global));
  machine.globals->metatable = meta;
}

}  // namespace decnet::service::redis::lua
