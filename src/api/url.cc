#include "api/url.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/try.h"

namespace decnet::api {
namespace {

int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_unreserved(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

std::string_view trim(std::string_view text) noexcept {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Takes the part up to `separator` off the front.
std::string_view take_part(std::string_view& text, char separator) noexcept {
  const auto end = std::min(text.find(separator), text.size());
  const auto part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

}  // namespace

Result<std::string> percent_decode(std::string_view text, Plus plus) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t n = 0; n < text.size(); ++n) {
    if (text[n] == '+' && plus == Plus::is_blank) {
      out.push_back(' ');
    } else if (text[n] == '%') {
      const int high = n + 2 < text.size() ? hex_value(text[n + 1]) : -1;
      const int low = n + 2 < text.size() ? hex_value(text[n + 2]) : -1;
      if (high < 0 || low < 0) {
        return fail(Errc::invalid_argument, "a '%' is not followed by two hex digits");
      }
      out.push_back(static_cast<char>(high * 16 + low));
      n += 2;
    } else {
      out.push_back(text[n]);
    }
  }
  if (!is_utf8(out) || out.find('\0') != out.npos) {
    return fail(Errc::invalid_argument, "the URL holds text that is not UTF-8, or a NUL");
  }
  return out;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (is_unreserved(c)) {
      out.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.push_back('%');
      out.push_back(kDigits[byte >> 4U]);
      out.push_back(kDigits[byte & 15U]);
    }
  }
  return out;
}

Result<Query> Query::parse(std::string_view text) {
  Query query;
  while (!text.empty()) {
    std::string_view part = take_part(text, '&');
    if (part.empty()) continue;
    if (query.parameters_.size() == kParametersMax) {
      return fail(Errc::limit, "the query has too many parameters");
    }
    const std::string_view name = take_part(part, '=');
    std::string decoded = DECNET_TRY(percent_decode(name, Plus::is_blank));
    std::string value = DECNET_TRY(percent_decode(part, Plus::is_blank));
    query.parameters_.push_back({std::move(decoded), std::move(value)});
  }
  return query;
}

const std::string* Query::find(std::string_view name) const noexcept {
  for (const Parameter& parameter : parameters_) {
    if (parameter.name == name) return &parameter.value;
  }
  return nullptr;
}

std::vector<std::string> Query::all(std::string_view name) const {
  std::vector<std::string> values;
  for (const Parameter& parameter : parameters_) {
    if (parameter.name == name) values.push_back(parameter.value);
  }
  return values;
}

void Query::add(std::string_view name, std::string_view value) {
  parameters_.push_back({std::string(name), std::string(value)});
}

void Query::set(std::string_view name, std::string_view value) {
  std::erase_if(parameters_, [name](const Parameter& parameter) { return parameter.name == name; });
  add(name, value);
}

std::string Query::text() const {
  std::string out;
  for (const Parameter& parameter : parameters_) {
    if (!out.empty()) out.push_back('&');
    out.append(percent_encode(parameter.name)).append("=").append(percent_encode(parameter.value));
  }
  return out;
}

std::string_view find_cookie(std::string_view header, std::string_view name) noexcept {
  while (!header.empty()) {
    std::string_view part = take_part(header, ';');
    if (trim(take_part(part, '=')) != name) continue;
    part = trim(part);
    if (part.size() >= 2 && part.front() == '"' && part.back() == '"') {
      part = part.substr(1, part.size() - 2);
    }
    return part;
  }
  return {};
}

}  // namespace decnet::api
