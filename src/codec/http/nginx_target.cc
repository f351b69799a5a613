// Paths and host names as nginx understands them.
#include "codec/http/nginx_head.h"

namespace decnet::codec::http {

namespace {

bool is_control(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

}  // namespace

bool nginx_resolve(std::string_view target, Request& into) {
  std::string path;
  std::size_t segment = 0;  // Where in `path` the segment begins: behind a slash.
  const auto end_segment = [&]() -> bool {
    const std::string_view last = std::string_view(path).substr(segment);
    if (last == ".") {
      path.resize(segment);
    } else if (last == "..") {
      if (segment < 2) return false;
      path.resize(path.rfind('/', segment - 2) + 1);
      segment = path.size();
    }
    return true;
  };
  std::size_t at = 0;
  for (; at < target.size(); ++at) {
    char c = target[at];
    bool plain = true;  // False for a byte that an escape hides from the rules of paths.
    if (c == '?' || c == '#') break;
    if (c == '%') {
      if (at + 2 >= target.size() || hex_digit(target[at + 1]) < 0 || hex_digit(target[at + 2]) < 0)
        return false;
      c = static_cast<char>(hex_digit(target[at + 1]) * 16 + hex_digit(target[at + 2]));
      if (c == '\0') return false;
      at += 2;
      plain = c != '%' && c != '#' && c != '?';
    }
    if (c != '/' || !plain) {
      path += c;
      continue;
    }
    if (!path.empty()) {
      if (!end_segment()) return false;
      if (path.ends_with('/')) continue;
    }
    path += '/';
    segment = path.size();
  }
  if (!end_segment()) return false;
  into.path = std::move(path);
  into.has_query = at < target.size() && target[at] == '?';
  const std::string_view rest = into.has_query ? target.substr(at + 1) : std::string_view{};
  into.query = std::string(rest.substr(0, rest.find('#')));
  return true;
}

std::optional<std::string> nginx_host(std::string_view text) {
  std::size_t length = text.size();
  std::size_t last_dot = text.size();
  enum class In : std::uint8_t { name, literal, rest } in = In::name;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '.') {
      if (last_dot + 1 == at) return std::nullopt;
      last_dot = at;
    } else if (c == ':') {
      if (in == In::name) {
        length = at;
        in = In::rest;
      }
    } else if (c == '[') {
      if (at == 0) in = In::literal;
    } else if (c == ']') {
      if (in == In::literal) {
        length = at + 1;
        in = In::rest;
      }
    } else if (c == '/' || c == ' ' || is_control(c)) {
      return std::nullopt;
    }
  }
  if (last_dot + 1 == length) --length;
  if (length == 0) return std::nullopt;
  return to_lower(text.substr(0, length));
}

}  // namespace decnet::codec::http
