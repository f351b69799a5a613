#include "service/redis/lua_format.h"

#include <algorithm>
#include <cstdio>

#include "service/redis/lua_ast.h"

namespace decnet::service::redis::lua {

bool push_text(Interpreter& machine, Values& results, std::string text) {
  results.push_back(machine.string(std::move(text)));
  return machine.check_memory();
}

// The byte code of 5.1 on x86-64. What it does cannot be told from a tree, and the genuine server
// loads no byte code: it is a function of that place that does nothing.
bool string_dump(Interpreter& machine, void*, Values& args, Values& results) {
  if (!argument(args, 1).is_function()) return machine.fail_type(1, "function", args);
  const Function* function = args[0].function()->source;
  if (function == nullptr) return machine.fail("unable to dump given function");
  constexpr std::uint32_t kReturn = 0x0080001e;
  const auto number = [](int value) { return static_cast<std::uint32_t>(value); };
  const std::string name = "@" + *function->chunk_name + std::string(1, '\0');
  std::string out("\x1bLuaQ\0\1\4\10\4\10\0", 12);
  const auto put = [&out](std::uint64_t value, int bytes) {
    for (int n = 0; n < bytes; ++n) out += static_cast<char>(value >> (8 * n) & 0xff);
  };
  put(name.size(), 8);
  out += name;
  put(number(function->line), 4);
  put(number(function->last_line), 4);
  put(0, 1);
  put(function->parameters.size(), 1);
  put(function->is_vararg ? 3 : 0, 1);
  put(std::max<std::size_t>(function->parameters.size() + 1, 2), 1);
  for (const std::uint32_t word : {1U, kReturn, 0U, 0U, 1U, number(function->last_line), 0U, 0U})
    put(word, 4);
  return push_text(machine, results, std::move(out));
}

namespace {

void append_quoted(std::string& out, const std::string& text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\' || c == '\n') {
      out += '\\';
      out += c;
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\0') {
      out += "\\000";
    } else {
      out += c;
    }
  }
  out += '"';
}

bool format_one(Interpreter& machine, const Values& args, std::size_t number,
                const std::string& spec, std::string& out) {
  char buffer[512];
  const char kind = spec.back();
  const auto keep = [&](int size) {
    out.append(buffer, static_cast<std::size_t>(std::clamp(size, 0, 511)));
  };
  const std::string whole = spec.substr(0, spec.size() - 1);
  if (std::string_view("eEfgG").find(kind) != std::string_view::npos) {
    double value = 0;
    if (!take_number(machine, args, number, value)) return false;
    keep(std::snprintf(buffer, sizeof buffer, spec.c_str(), value));
  } else if (std::string_view("dicouxX").find(kind) != std::string_view::npos) {
    std::int64_t value = 0;
    if (!take_integer(machine, args, number, value)) return false;
    if (kind == 'c') {
      out += static_cast<char>(value);
    } else {
      keep(std::snprintf(buffer, sizeof buffer, (whole + "ll" + kind).c_str(),
                         static_cast<long long>(value)));
    }
  } else if (kind == 'q') {
    std::string text;
    if (!take_text(machine, args, number, text)) return false;
    append_quoted(out, text);
  } else if (kind == 's') {
    std::string text;
    if (!take_text(machine, args, number, text)) return false;
    if (spec.find('.') == std::string::npos && text.size() >= 100) {
      out += text;
    } else {
      keep(std::snprintf(buffer, sizeof buffer, spec.c_str(), text.c_str()));
    }
  } else {
    return machine.fail("invalid option '%" + std::string(1, kind) + "' to 'format'");
  }
  return true;
}

}  // namespace

bool string_format(Interpreter& machine, void*, Values& args, Values& results) {
  std::string form, out;
  if (!take_text(machine, args, 1, form)) return false;
  std::size_t number = 1;
  for (std::size_t n = 0; n < form.size(); ++n) {
    if (form[n] != '%') {
      out += form[n];
      continue;
    }
    if (n + 1 < form.size() && form[n + 1] == '%') {
      out += '%';
      ++n;
      continue;
    }
    std::string spec = "%";
    std::size_t digits = 0;
    for (++n; n < form.size() &&
              std::string_view("-+ #0123456789.").find(form[n]) != std::string_view::npos;
         ++n) {
      spec += form[n];
      digits = form[n] >= '0' && form[n] <= '9' ? digits + 1 : 0;
      if (digits > 2) return machine.fail("invalid format (width or precision too long)");
    }
    if (spec.size() > 12) return machine.fail("invalid format (repeated flags)");
    spec += n < form.size() ? form[n] : '\0';
    if (!format_one(machine, args, ++number, spec, out)) return false;
    if (out.size() > kHeapBytesMax / 4) return machine.fail("resulting string too large");
  }
  return push_text(machine, results, std::move(out));
}

}  // namespace decnet::service::redis::lua
