#include "shell/sh/escapes.h"

#include <cctype>

#include <fmt/format.h>

namespace decnet::shell::sh {
namespace {

int digit_value(char byte) {
  if (byte >= '0' && byte <= '9') return byte - '0';
  if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
  if (byte >= 'A' && byte <= 'F') return byte - 'A' + 10;
  return 99;
}

std::uint32_t take_number(std::string_view text, std::size_t& at, int base, int most, int& count) {
  std::uint32_t value = 0;
  count = 0;
  while (count < most && at < text.size() && digit_value(text[at]) < base) {
    value = value * static_cast<std::uint32_t>(base) +
            static_cast<std::uint32_t>(digit_value(text[at++]));
    ++count;
  }
  return value;
}

}  // namespace

void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out.push_back(static_cast<char>(code));
  } else if (code < 0x800) {
    out.push_back(static_cast<char>(0xc0 | code >> 6));
    out.push_back(static_cast<char>(0x80 | (code & 0x3f)));
  } else if (code < 0x10000) {
    out.push_back(static_cast<char>(0xe0 | code >> 12));
    out.push_back(static_cast<char>(0x80 | (code >> 6 & 0x3f)));
    out.push_back(static_cast<char>(0x80 | (code & 0x3f)));
  } else if (code < 0x110000) {
    out.push_back(static_cast<char>(0xf0 | code >> 18));
    out.push_back(static_cast<char>(0x80 | (code >> 12 & 0x3f)));
    out.push_back(static_cast<char>(0x80 | (code >> 6 & 0x3f)));
    out.push_back(static_cast<char>(0x80 | (code & 0x3f)));
  }
}

bool append_escape(std::string& out, std::string_view text, std::size_t& at, Escapes kind) {
  const std::size_t begin = at++;
  if (at >= text.size()) {
    out.push_back('\\');
    return true;
  }
  const char byte = text[at++];
  const bool of_dash = kind == Escapes::dash || kind == Escapes::dash_format;
  const bool stops = kind == Escapes::echo || kind == Escapes::argument || kind == Escapes::dash;
  constexpr std::string_view kNames = "abefnrtvE\\";
  constexpr std::string_view kValues = "\a\b\x1b\f\n\r\t\v\x1b\\";
  if (const std::size_t found = kNames.find(byte);
      found != std::string_view::npos && !(of_dash && byte == 'E')) {
    out.push_back(kValues[found]);
    return true;
  }
  int count = 0;
  if (byte == 'x' && !of_dash) {
    const std::uint32_t value = take_number(text, at, 16, 2, count);
    if (count == 0) {
      out.append("\\x");
    } else {
      out.push_back(static_cast<char>(value));
    }
  } else if ((byte == 'u' || byte == 'U') && !of_dash) {
    const std::uint32_t value = take_number(text, at, 16, byte == 'u' ? 4 : 8, count);
    if (count == 0) {
      out.append(text.substr(begin, 2));
    } else {
      append_utf8(out, value);
    }
  } else if (kind == Escapes::ansi && (byte == '\'' || byte == '"' || byte == '?')) {
    out.push_back(byte);
  } else if ((kind == Escapes::printf || kind == Escapes::argument) &&
             (byte == '"' || byte == '\'')) {
    out.push_back(byte);
  } else if (kind == Escapes::ansi && byte == 'c' && at < text.size()) {
    out.push_back(static_cast<char>(text[at++] & 0x1f));
  } else if (stops && byte == 'c') {
    return false;
  } else if (byte == '0' && stops) {
    out.push_back(static_cast<char>(take_number(text, at, 8, 3, count)));
  } else if (byte >= '0' && byte <= '7' && kind != Escapes::echo) {
    --at;
    out.push_back(static_cast<char>(take_number(text, at, 8, 3, count)));
  } else {
    out.push_back('\\');
    out.push_back(byte);
  }
  return true;
}

std::string ansi_unescape(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '\\') {
      append_escape(out, text, at, Escapes::ansi);
    } else {
      out.push_back(text[at++]);
    }
  }
  return out.substr(0, out.find('\0'));
}

std::string always_quote(std::string_view text) {
  std::string out = "'";
  for (const char byte : text) {
    if (byte == '\'') {
      out += "'\\''";
    } else {
      out.push_back(byte);
    }
  }
  return out + "'";
}

std::string shell_quote(std::string_view text) {
  if (text.empty()) return "''";
  bool plain = true;
  bool control = false;
  for (const char byte : text) {
    const auto code = static_cast<unsigned char>(byte);
    if (code < 0x20 || code == 0x7f) control = true;
    if (std::isalnum(code) == 0 &&
        std::string_view("%+,-./:=@_~").find(byte) == std::string_view::npos && code < 0x80) {
      plain = false;
    }
  }
  if (text.front() == '~') plain = false;
  if (plain) return std::string(text);
  if (!control) return always_quote(text);
  std::string out = "$'";
  for (const char byte : text) {
    constexpr std::string_view kValues = "\a\b\x1b\f\n\r\t\v";
    constexpr std::string_view kNames = "abEfnrtv";
    if (const std::size_t at = kValues.find(byte); at != std::string_view::npos) {
      out.push_back('\\');
      out.push_back(kNames[at]);
    } else if (byte == '\'' || byte == '\\') {
      out.push_back('\\');
      out.push_back(byte);
    } else if (static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f) {
      out += fmt::format("\\{:03o}", static_cast<unsigned char>(byte));
    } else {
      out.push_back(byte);
    }
  }
  return out + "'";
}

std::string backslash_quote(std::string_view text) {
  if (std::string quoted = shell_quote(text); text.empty() || quoted.starts_with("$'"))
    return quoted;
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto code = static_cast<unsigned char>(text[i]);
    const std::string_view plain = i == 0 ? "%+-./:=@_" : "%+-./:=@_~#";
    if (std::isalnum(code) == 0 && code < 0x80 && plain.find(text[i]) == std::string_view::npos)
      out.push_back('\\');
    out.push_back(text[i]);
  }
  return out;
}

std::string trace_quote(std::string_view text) {
  if (text.empty()) return "''";
  bool control = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char byte = text[i];
    const bool home = byte == '~' && (i == 0 || text[i - 1] == '=' || text[i - 1] == ':');
    if (home || (byte == '#' && i == 0) ||
        std::string_view(" \t\n'\"\\|&;()<>!{}*[?]^$`").find(byte) != std::string_view::npos)
      return always_quote(text);
    control = control || static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f;
  }
  return control ? shell_quote(text) : std::string(text);
}

std::string printable(std::string_view name) {
  std::string quoted = shell_quote(name);
  return quoted.starts_with("$'") ? quoted : std::string(name);
}

}  // namespace decnet::shell::sh
