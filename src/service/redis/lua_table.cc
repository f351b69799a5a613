// table.* and math.*
#include <algorithm>
#include <cmath>

#include "base/random.h"
#include "service/redis/lua_interpreter.h"

namespace decnet::service::redis::lua {

namespace {

bool table_concat(Interpreter& machine, void*, Values& args, Values& results) {
  Table* table = nullptr;
  std::string separator;
  std::int64_t first = 1, last = 0;
  if (!take_table(machine, args, 1, table)) return false;
  if (!argument(args, 2).is_nil() && !take_text(machine, args, 2, separator)) return false;
  if (!take_integer_or(machine, args, 3, 1, first)) return false;
  if (!take_integer_or(machine, args, 4, static_cast<std::int64_t>(table->length()), last))
    return false;
  std::string out;
  for (std::int64_t n = first; n <= last; ++n) {
    const Value value = table->get(Value(static_cast<double>(n)));
    if (!value.is_string() && !value.is_number()) {
      return machine.fail("invalid value (" + std::string(to_string(value.type())) + ") at index " +
                          std::to_string(n) + " in table for 'concat'");
    }
    const std::size_t before = out.size();
    out += value.is_string() ? value.text() : format_number(value.number());
    if (n != last) out += separator;
    if (!machine.heap.grow(out.size() - before) || !machine.step())
      return machine.check_memory() && false;
  }
  results.push_back(machine.string(std::move(out)));
  return machine.check_memory();
}

bool table_insert(Interpreter& machine, void*, Values& args, Values&) {
  Table* table = nullptr;
  if (!take_table(machine, args, 1, table)) return false;
  if (table->read_only) return machine.fail("Attempt to modify a readonly table");
  const auto size = static_cast<std::int64_t>(table->length());
  std::int64_t position = size + 1;
  if (args.size() == 3) {
    if (!take_integer(machine, args, 2, position)) return false;
  } else if (args.size() != 2) {
    return machine.fail("wrong number of arguments to 'insert'");
  }
  if (position >= 1 && position <= size &&
      !machine.step(static_cast<std::uint64_t>(size - position)))
    return false;
  for (std::int64_t n = size + 1; n > position && position >= 1; --n) {
    table->set(Value(static_cast<double>(n)), table->get(Value(static_cast<double>(n - 1))));
  }
  table->set(Value(static_cast<double>(position)), args.back());
  machine.heap.grow(96);
  return machine.check_memory();
}

bool table_remove(Interpreter& machine, void*, Values& args, Values& results) {
  Table* table = nullptr;
  std::int64_t position = 0;
  if (!take_table(machine, args, 1, table)) return false;
  if (table->read_only) return machine.fail("Attempt to modify a readonly table");
  const auto size = static_cast<std::int64_t>(table->length());
  if (!take_integer_or(machine, args, 2, size, position)) return false;
  if (position < 1 || position > size) return true;
  results.push_back(table->get(Value(static_cast<double>(position))));
  if (!machine.step(static_cast<std::uint64_t>(size - position))) return false;
  for (std::int64_t n = position; n < size; ++n) {
    table->set(Value(static_cast<double>(n)), table->get(Value(static_cast<double>(n + 1))));
  }
  table->set(Value(static_cast<double>(size)), Value());
  return true;
}

// A merge sort, because the order that a script gives may be none at all.
bool sort_range(Interpreter& machine, Values& items, Values& spare, std::size_t first,
                std::size_t last, const Value& order) {
  if (last - first < 2) return true;
  const std::size_t middle = first + (last - first) / 2;
  if (!sort_range(machine, items, spare, first, middle, order) ||
      !sort_range(machine, items, spare, middle, last, order)) {
    return false;
  }
  std::size_t a = first;
  std::size_t b = middle;
  for (std::size_t n = first; n < last; ++n) {
    bool takes_b = a == middle;
    if (a < middle && b < last) {
      if (order.is_nil()) {
        if (!machine.less(items[b], items[a], takes_b)) return false;
      } else {
        Values results;
        const Values args{items[b], items[a]};
        if (!machine.call(order, args, results)) return false;
        takes_b = !results.empty() && results[0].truthy();
      }
    }
    spare[n] = takes_b ? items[b++] : items[a++];
    if (!machine.step()) return false;
  }
  std::copy(spare.begin() + static_cast<std::ptrdiff_t>(first),
            spare.begin() + static_cast<std::ptrdiff_t>(last),
            items.begin() + static_cast<std::ptrdiff_t>(first));
  return true;
}

bool table_sort(Interpreter& machine, void*, Values& args, Values&) {
  Table* table = nullptr;
  if (!take_table(machine, args, 1, table)) return false;
  if (table->read_only) return machine.fail("Attempt to modify a readonly table");
  const Value order = argument(args, 2);
  if (!order.is_nil() && !order.is_function()) return machine.fail_type(2, "function", args);
  Values items;
  for (std::size_t n = 1; n <= table->length(); ++n) items.push_back(table->at(n));
  if (!machine.heap.grow(items.size() * sizeof(Value) * 2)) return machine.check_memory();
  Values spare(items.size());
  if (!sort_range(machine, items, spare, 0, items.size(), order)) return false;
  for (std::size_t n = 0; n < items.size(); ++n)
    table->set(Value(static_cast<double>(n + 1)), items[n]);
  return true;
}

bool table_maxn(Interpreter& machine, void*, Values& args, Values& results) {
  Table* table = nullptr;
  if (!take_table(machine, args, 1, table)) return false;
  results.emplace_back(static_cast<double>(table->length()));
  return true;
}

bool table_getn(Interpreter& machine, void* context, Values& args, Values& results) {
  return table_maxn(machine, context, args, results);
}

bool table_foreach(Interpreter& machine, void*, Values& args, Values& results) {
  Table* table = nullptr;
  if (!take_table(machine, args, 1, table)) return false;
  if (!argument(args, 2).is_function()) return machine.fail_type(2, "function", args);
  Value key, value;
  while (table->next(key, key, value) && !key.is_nil()) {
    Values inner;
    const Values given{key, value};
    if (!machine.call(args[1], given, inner)) return false;
    if (!inner.empty() && !inner[0].is_nil()) {
      results = {inner[0]};
      return true;
    }
  }
  return true;
}

// --- math ---

using Unary = double (*)(double);

template <Unary kFunction>
bool unary(Interpreter& machine, void*, Values& args, Values& results) {
  double number = 0;
  if (!take_number(machine, args, 1, number)) return false;
  results.emplace_back(kFunction(number));
  return true;
}

double degrees(double radians) {
  return radians / (3.14159265358979323846 / 180.0);
}
double radians(double degrees) {
  return degrees * (3.14159265358979323846 / 180.0);
}

template <double (*kFunction)(double, double)>
bool binary(Interpreter& machine, void*, Values& args, Values& results) {
  double a = 0, b = 0;
  if (!take_number(machine, args, 1, a) || !take_number(machine, args, 2, b)) return false;
  results.emplace_back(kFunction(a, b));
  return true;
}

template <bool kGreatest>
bool extreme(Interpreter& machine, void*, Values& args, Values& results) {
  double best = 0;
  if (!take_number(machine, args, 1, best)) return false;
  for (std::size_t n = 2; n <= args.size(); ++n) {
    double number = 0;
    if (!take_number(machine, args, n, number)) return false;
    best = kGreatest ? std::max(best, number) : std::min(best, number);
  }
  results.emplace_back(best);
  return true;
}

bool math_modf(Interpreter& machine, void*, Values& args, Values& results) {
  double number = 0, whole = 0;
  if (!take_number(machine, args, 1, number)) return false;
  const double fraction = std::modf(number, &whole);
  results = {Value(whole), Value(fraction)};
  return true;
}

bool math_frexp(Interpreter& machine, void*, Values& args, Values& results) {
  double number = 0;
  int exponent = 0;
  if (!take_number(machine, args, 1, number)) return false;
  const double fraction = std::frexp(number, &exponent);
  results = {Value(fraction), Value(static_cast<double>(exponent))};
  return true;
}

bool math_ldexp(Interpreter& machine, void*, Values& args, Values& results) {
  double number = 0;
  std::int64_t exponent = 0;
  if (!take_number(machine, args, 1, number) || !take_integer(machine, args, 2, exponent))
    return false;
  results.emplace_back(
      std::ldexp(number, static_cast<int>(std::clamp<std::int64_t>(exponent, -5000, 5000))));
  return true;
}

bool math_random(Interpreter& machine, void*, Values& args, Values& results) {
  std::int64_t low = 1, high = 0;
  if (args.empty()) {
    results.emplace_back(static_cast<double>(random_below(1ULL << 31)) /
                         static_cast<double>(1ULL << 31));
    return true;
  }
  if (args.size() > 2) return machine.fail("wrong number of arguments");
  if (args.size() == 2 && !take_integer(machine, args, 1, low)) return false;
  if (!take_integer(machine, args, args.size(), high)) return false;
  if (low > high) return machine.fail_argument(args.size(), "interval is empty");
  const std::uint64_t span = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) + 1;
  results.emplace_back(static_cast<double>(low) +
                       static_cast<double>(span == 0 ? random_u64() : random_below(span)));
  return true;
}

bool math_randomseed(Interpreter& machine, void*, Values& args, Values&) {
  double ignored = 0;
  return take_number(machine, args, 1, ignored);
}

constexpr Entry kTable[] = {{"concat", table_concat}, {"foreach", table_foreach},
                            {"getn", table_getn},     {"insert", table_insert},
                            {"maxn", table_maxn},     {"remove", table_remove},
                            {"sort", table_sort}};

constexpr Entry kMath[] = {
    {"abs", unary<std::fabs>},    {"acos", unary<std::acos>},      {"asin", unary<std::asin>},
    {"atan", unary<std::atan>},   {"atan2", binary<std::atan2>},   {"ceil", unary<std::ceil>},
    {"cos", unary<std::cos>},     {"cosh", unary<std::cosh>},      {"deg", unary<degrees>},
    {"exp", unary<std::exp>},     {"floor", unary<std::floor>},    {"fmod", binary<std::fmod>},
    {"frexp", math_frexp},        {"ldexp", math_ldexp},           {"log", unary<std::log>},
    {"log10", unary<std::log10>}, {"max", extreme<true>},          {"min", extreme<false>},
    {"modf", math_modf},          {"pow", binary<std::pow>},       {"rad", unary<radians>},
    {"random", math_random},      {"randomseed", math_randomseed}, {"sin", unary<std::sin>},
    {"sinh", unary<std::sinh>},   {"sqrt", unary<std::sqrt>},      {"tan", unary<std::tan>},
    {"tanh", unary<std::tanh>},
};

}  // namespace

void open_table(Interpreter& machine) {
  make_library(machine, "table", kTable, std::size(kTable));
  Table* math = make_library(machine, "math", kMath, std::size(kMath));
  math->read_only = false;
  math->set("pi", Value(3.14159265358979323846));
  math->set("huge", Value(HUGE_VAL));
  math->read_only = true;
}

}  // namespace decnet::service::redis::lua
