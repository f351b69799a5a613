#include "service/redis/script_values.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "service/redis/number.h"

namespace decnet::service::redis {

namespace {

using lua::Interpreter;
using lua::Table;
using lua::Value;

constexpr int kDepthMax = 100;

class ReplyReader {
 public:
  ReplyReader(Interpreter& machine, std::string_view resp, int protocol)
      : machine_(machine), resp_(resp), protocol_(protocol) {}

  Value read(int depth = 0) {
    const std::size_t end = resp_.find("\r\n", at_);
    if (end == std::string_view::npos || depth > kDepthMax) return {};
    const char kind = resp_[at_];
    const std::string_view line = resp_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 2;
    std::int64_t number = 0;
    std::from_chars(line.data(), line.data() + line.size(), number);
    switch (kind) {
      case ':':
        return Value(static_cast<double>(number));
      case '+':
        return wrapped("ok", machine_.string(std::string(line)));
      case '-':
        return wrapped("err", machine_.string(std::string(line)));
      case '$':
        return number < 0 ? Value(false) : text(static_cast<std::size_t>(number));
      case '_':
        return protocol_ == 3 ? Value() : Value(false);
      case '#':
        return Value(line == "t");
      case ',':
        return wrapped("double", Value(parse_double(line).value_or(0)));
      case '=': {
        const Value whole = text(static_cast<std::size_t>(number));
        Table* inner = machine_.heap.table();
        inner->set("format", machine_.string(whole.text().substr(0, 3)));
        inner->set(
            "string",
            machine_.string(whole.text().substr(std::min<std::size_t>(4, whole.text().size()))));
        return wrapped("verbatim_string", Value(inner));
      }
      case '*':
      case '>':
        return number < 0 ? Value(false) : array(number, depth);
      case '%':
      case '~':
        return keyed(kind == '%', number, depth);
      default:
        return {};
    }
  }

 private:
  Value wrapped(std::string_view name, const Value& value) {
    Table* table = machine_.heap.table();
    table->set(name, value);
    return Value(table);
  }

  Value text(std::size_t size) {
    const Value out = machine_.string(std::string(resp_.substr(std::min(at_, resp_.size()), size)));
    at_ += size + 2;
    return out;
  }

  Value array(std::int64_t count, int depth) {
    Table* table = machine_.heap.table();
    for (std::int64_t n = 1; n <= count && at_ < resp_.size(); ++n) {
      table->set(Value(static_cast<double>(n)), read(depth + 1));
      if (!machine_.heap.grow(32)) break;
    }
    return Value(table);
  }

  Value keyed(bool is_map, std::int64_t count, int depth) {
    Table* table = machine_.heap.table();
    for (std::int64_t n = 0; n < count && at_ < resp_.size(); ++n) {
      const Value key = read(depth + 1);
      const Value value = is_map ? read(depth + 1) : Value(true);
      if (!key.is_nil()) table->set(key, value);
      if (!machine_.heap.grow(96)) break;
    }
    return wrapped(is_map ? "map" : "set", Value(table));
  }

  Interpreter& machine_;
  std::string_view resp_;
  int protocol_;
  std::size_t at_ = 0;
};

std::int64_t truncated(double number) {
  constexpr double kLimit = 9223372036854775808.0;
  if (!(number >= -kLimit && number < kLimit)) return std::numeric_limits<std::int64_t>::min();
  return static_cast<std::int64_t>(number);
}

std::string one_line(const std::string& text) {
  std::string out = text;
  for (char& c : out) {
    if (c == '\r' || c == '\n') c = ' ';
  }
  return out;
}

void say_table(Reply& out, const Table& table, int script_protocol, int depth) {
  const Value error = table.get("err");
  if (error.is_string()) {
    const std::string& text = error.text();
    return out.error(!text.empty() && text[0] == '-' ? std::string_view(text).substr(1)
                                                     : std::string_view(text));
  }
  const Value status = table.get("ok");
  if (status.is_string()) return out.simple(one_line(status.text()));
  const Value real = table.get("double");
  if (real.is_number()) return out.real(real.number());
  const Value map = table.get("map");
  const Value set = table.get("set");
  if (map.is_table() || set.is_table()) {
    const Table& inner = map.is_table() ? *map.table() : *set.table();
    std::size_t count = 0;
    Value key, value;
    while (inner.next(key, key, value) && !key.is_nil()) ++count;
    map.is_table() ? out.map(count) : out.set(count);
    key = Value();
    while (inner.next(key, key, value) && !key.is_nil()) {
      say_value(out, key, script_protocol, depth + 1);
      if (map.is_table()) say_value(out, value, script_protocol, depth + 1);
    }
    return;
  }
  const Value verbatim = table.get("verbatim_string");
  if (verbatim.is_table() && verbatim.table()->get("string").is_string()) {
    return out.verbatim(verbatim.table()->get("string").text());
  }
  std::size_t count = 0;
  while (!table.at(count + 1).is_nil()) ++count;
  out.array(count);
  for (std::size_t n = 1; n <= count && !out.overflowed(); ++n)
    say_value(out, table.at(n), script_protocol, depth + 1);
}

}  // namespace

Value value_of_reply(Interpreter& machine, std::string_view resp, int protocol) {
  return ReplyReader(machine, resp, protocol).read();
}

void say_value(Reply& out, const Value& value, int script_protocol, int depth) {
  if (depth > kDepthMax) return out.error("ERR reached lua stack limit");
  switch (value.type()) {
    case lua::Type::string:
      return out.bulk(value.text());
    case lua::Type::number:
      return out.integer(truncated(value.number()));
    case lua::Type::boolean:
      if (script_protocol == 3) return out.boolean(value.truth());
      return value.truth() ? out.integer(1) : out.null();
    case lua::Type::table:
      return say_table(out, *value.table(), script_protocol, depth);
    default:
      return out.null();
  }
}

}  // namespace decnet::service::redis
