// cjson.encode and cjson.decode.
#include <cmath>
#include <cstdio>

#include "service/redis/lua_interpreter.h"

namespace decnet::service::redis::lua {

namespace {

constexpr int kNestingMax = 100;

// Stands for JSON's null: a value that is nothing else.
bool null_function(Interpreter&, void*, Values&, Values&) {
  return true;
}

bool is_null(const Value& value) {
  return value.is_function() && value.function()->native == null_function;
}

void append_string(std::string& out, const std::string& text) {
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '/':
        out += "\\/";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
          char buffer[8];
          std::snprintf(buffer, sizeof buffer, "\\u%04x",
                        static_cast<unsigned>(static_cast<unsigned char>(c)));
          out += buffer;
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

bool encode(Interpreter& machine, const Value& value, std::string& out, int depth) {
  if (!machine.step() || !machine.heap.grow(1)) return machine.check_memory() && false;
  if (depth > kNestingMax)
    return machine.fail("Cannot serialise, excessive depth (" + std::to_string(depth) + ")");
  switch (value.type()) {
    case Type::nil:
      out += "null";
      return true;
    case Type::boolean:
      out += value.truth() ? "true" : "false";
      return true;
    case Type::number:
      if (!std::isfinite(value.number()))
        return machine.fail("Cannot serialise number: must not be NaN or Inf");
      out += format_number(value.number());
      return true;
    case Type::string:
      machine.heap.grow(value.text().size());
      append_string(out, value.text());
      return machine.check_memory();
    case Type::function:
      if (!is_null(value)) return machine.fail("Cannot serialise function: type not supported");
      out += "null";
      return true;
    case Type::thread:
      return machine.fail("Cannot serialise thread: type not supported");
    case Type::table:
      break;
  }
  const Table& table = *value.table();
  const std::size_t length = table.length();
  if (length > 0) {
    for (std::size_t n = 1; n <= length; ++n) {
      out += n == 1 ? '[' : ',';
      if (!encode(machine, table.at(n), out, depth + 1)) return false;
    }
    out += ']';
    return true;
  }
  Value key, item;
  bool first = true;
  while (table.next(key, key, item) && !key.is_nil()) {
    out += first ? '{' : ',';
    first = false;
    if (!key.is_string() && !key.is_number()) {
      return machine.fail("Cannot serialise table: table key must be a number or string");
    }
    append_string(out, key.is_string() ? key.text() : format_number(key.number()));
    out += ':';
    if (!encode(machine, item, out, depth + 1)) return false;
  }
  out += first ? "{}" : "}";
  return true;
}

class Decoder {
 public:
  Decoder(Interpreter& machine, const std::string& text) : machine_(machine), text_(text) {}

  bool decode(Value& out) {
    if (!value(out, 1)) return false;
    skip();
    return at_ == text_.size() || expected("the end");
  }

 private:
  char here() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip() {
    while (at_ < text_.size() &&
           std::string_view(" \t\n\r").find(text_[at_]) != std::string_view::npos)
      ++at_;
  }

  std::string found() const {
    if (at_ >= text_.size()) return "T_END";
    switch (here()) {
      case '{':
        return "T_OBJ_BEGIN";
      case '}':
        return "T_OBJ_END";
      case '[':
        return "T_ARR_BEGIN";
      case ']':
        return "T_ARR_END";
      case ',':
        return "T_COMMA";
      case ':':
        return "T_COLON";
      case '"':
        return "T_STRING";
      default:
        return "invalid token";
    }
  }
  bool expected(std::string_view what) {
    return machine_.fail("Expected " + std::string(what) + " but found " + found() +
                         " at character " + std::to_string(at_ + 1));
  }

  bool literal(std::string_view word, const Value& means, Value& out) {
    if (text_.compare(at_, word.size(), word) != 0) return expected("value");
    at_ += word.size();
    out = means;
    return true;
  }

  bool value(Value& out, int depth) {
    if (!machine_.step()) return false;
    if (depth > kNestingMax) {
      return machine_.fail("Found too many nested data structures (" + std::to_string(depth) + ")");
    }
    skip();
    switch (here()) {
      case '{':
        return object(out, depth);
      case '[':
        return array(out, depth);
      case '"':
        return string(out);
      case 't':
        return literal("true", Value(true), out);
      case 'f':
        return literal("false", Value(false), out);
      case 'n':
        return literal("null", machine_.globals->get("cjson").table()->get("null"), out);
      default:
        return number(out);
    }
  }

  bool number(Value& out) {
    std::size_t end = at_;
    while (end < text_.size() && std::string_view("+-.0123456789eExXaAbBcCdDfF").find(text_[end]) !=
                                     std::string_view::npos)
      ++end;
    double number = 0;
    if (end == at_ || !read_number(std::string_view(text_).substr(at_, end - at_), number))
      return expected("value");
    at_ = end;
    out = Value(number);
    return true;
  }

  static int hex(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c = static_cast<char>(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  }

  // The four digits behind \u; -1: they are none.
  int code_unit() {
    int code = 0;
    for (int n = 0; n < 4; ++n, ++at_) {
      const int digit = hex(here());
      if (digit < 0) return -1;
      code = code * 16 + digit;
    }
    return code;
  }

  static void append_utf8(std::string& out, std::uint32_t code) {
    if (code < 0x80) {
      out += static_cast<char>(code);
    } else if (code < 0x800) {
      out += {static_cast<char>(0xc0 | code >> 6), static_cast<char>(0x80 | (code & 0x3f))};
    } else if (code < 0x10000) {
      out += {static_cast<char>(0xe0 | code >> 12), static_cast<char>(0x80 | (code >> 6 & 0x3f)),
              static_cast<char>(0x80 | (code & 0x3f))};
    } else {
      out +=
          {static_cast<char>(0xf0 | code >> 18), static_cast<char>(0x80 | (code >> 12 & 0x3f)),
           static_cast<char>(0x80 | (code >> 6 & 0x3f)), static_cast<char>(0x80 | (code & 0x3f))};
    }
  }

  bool escape(std::string& text) {
    const char c = here();
    ++at_;
    constexpr std::string_view kFrom = "\"\\/bfnrt";
    constexpr std::string_view kTo = "\"\\/\b\f\n\r\t";
    const std::size_t known = kFrom.find(c);
    if (known != std::string_view::npos && c != '\0') {
      text += kTo[known];
      return true;
    }
    int code = c == 'u' ? code_unit() : -1;
    if (code >= 0xd800 && code < 0xdc00 && text_.compare(at_, 2, "\\u") == 0) {
      at_ += 2;
      const int low = code_unit();
      code =
          low >= 0xdc00 && low < 0xe000 ? 0x10000 + (code - 0xd800) * 0x400 + (low - 0xdc00) : -1;
    }
    if (code < 0)
      return machine_.fail("Expected value but found invalid escape code at character " +
                           std::to_string(at_));
    append_utf8(text, static_cast<std::uint32_t>(code));
    return true;
  }

  bool string(Value& out) {
    ++at_;
    std::string text;
    while (at_ < text_.size() && here() != '"') {
      if (here() == '\\') {
        ++at_;
        if (!escape(text)) return false;
      } else {
        text += here();
        ++at_;
      }
    }
    if (at_ >= text_.size())
      return machine_.fail("Expected value but found unexpected end of string at character " +
                           std::to_string(at_ + 1));
    ++at_;
    out = machine_.string(std::move(text));
    return machine_.check_memory();
  }

  bool array(Value& out, int depth) {
    ++at_;
    Table* table = machine_.heap.table();
    out = Value(table);
    skip();
    if (here() == ']') {
      ++at_;
      return true;
    }
    for (double n = 1;; n += 1) {
      Value item;
      if (!value(item, depth + 1)) return false;
      table->set(Value(n), item);
      if (!machine_.heap.grow(32)) return machine_.check_memory();
      skip();
      if (here() == ']') {
        ++at_;
        return true;
      }
      if (here() != ',') return expected("comma or array end");
      ++at_;
    }
  }

  bool object(Value& out, int depth) {
    ++at_;
    Table* table = machine_.heap.table();
    out = Value(table);
    skip();
    if (here() == '}') {
      ++at_;
      return true;
    }
    while (true) {
      skip();
      if (here() != '"') return expected("object key string");
      Value key, item;
      if (!string(key)) return false;
      skip();
      if (here() != ':') return expected("colon");
      ++at_;
      if (!value(item, depth + 1)) return false;
      table->set(key, item);
      if (!machine_.heap.grow(96)) return machine_.check_memory();
      skip();
      if (here() == '}') {
        ++at_;
        return true;
      }
      if (here() != ',') return expected("comma or object end");
      ++at_;
    }
  }

  Interpreter& machine_;
  const std::string& text_;
  std::size_t at_ = 0;
};

bool json_encode(Interpreter& machine, void*, Values& args, Values& results) {
  if (args.size() != 1) return machine.fail_argument(1, "expected 1 argument");
  std::string out;
  if (!encode(machine, args[0], out, 1)) return false;
  results.push_back(machine.string(std::move(out)));
  return machine.check_memory();
}

bool json_decode(Interpreter& machine, void*, Values& args, Values& results) {
  std::string text;
  if (args.size() != 1) return machine.fail_argument(1, "expected 1 argument");
  if (!take_text(machine, args, 1, text)) return false;
  Value out;
  Decoder decoder(machine, text);
  if (!decoder.decode(out)) return false;
  results.push_back(out);
  return true;
}

constexpr Entry kJson[] = {{"decode", json_decode}, {"encode", json_encode}};

}  // namespace

void open_json(Interpreter& machine) {
  Table* library = make_library(machine, "cjson", kJson, std::size(kJson));
  library->read_only = false;
  library->set("null", machine.native("null", null_function));
  library->set("_NAME", machine.string("cjson"));
  library->set("_VERSION", machine.string("2.1.0"));
  library->read_only = true;
}

}  // namespace decnet::service::redis::lua
