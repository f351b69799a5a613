#include "codec/http/authorization.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/bytes.h"
#include "codec/http/message.h"

namespace decnet::codec::http {

namespace {

using Parameters = std::map<std::string, std::string, std::less<>>;

// name="value", name=value, …
Parameters parse_parameters(std::string_view text) {
  Parameters found;
  while (!text.empty()) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t,"), text.size()));
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) break;
    const std::string name = to_lower(trim(text.substr(0, equals)));
    text.remove_prefix(equals + 1);
    std::string value;
    if (text.starts_with('"')) {
      std::size_t at = 1;
      for (; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] == '\\' && at + 1 < text.size()) ++at;
        value += text[at];
      }
      text.remove_prefix(std::min(at + 1, text.size()));
    } else {
      const auto end = std::min(text.find(','), text.size());
      value = std::string(trim(text.substr(0, end)));
      text.remove_prefix(end);
    }
    found.emplace(name, std::move(value));
  }
  return found;
}

// john's format "hdaa": $response$HASH$user$realm$method$uri$nonce, and $nc$cnonce$qop where there
// is a qop.
std::string digest_crack_line(const Parameters& digest, std::string_view method) {
  const auto get = [&](std::string_view name) {
    const auto found = digest.find(name);
    return found == digest.end() ? std::string_view{} : std::string_view(found->second);
  };
  const std::string_view algorithm = get("algorithm");
  const bool md5 = algorithm.empty() || equals_ignoring_case(algorithm, "MD5");
  const std::string_view response = get("response");
  const bool hex =
      std::all_of(response.begin(), response.end(), [](char c) { return hex_digit(c) >= 0; });
  if (!md5 || !hex || response.size() != 32 || get("username").empty() || get("nonce").empty())
    return {};
  // The parts are parted by '$', so one inside a value would shift the others.
  for (const auto& [name, value] : digest) {
    if (value.find('$') != std::string::npos) return {};
  }
  std::string line = fmt::format("$response${}${}${}${}${}${}", to_lower(response), get("username"),
                                 get("realm"), method, get("uri"), get("nonce"));
  if (!get("qop").empty()) line += fmt::format("${}${}${}", get("nc"), get("cnonce"), get("qop"));
  return line;
}

}  // namespace

std::optional<Authorization> parse_authorization(std::string_view field, std::string_view method) {
  field = trim(field);
  const auto blank = field.find(' ');
  Authorization found;
  found.scheme_name = std::string(field.substr(0, blank));
  if (found.scheme_name.empty()) return std::nullopt;
  const std::string_view rest =
      blank == std::string_view::npos ? std::string_view{} : trim(field.substr(blank));
  if (equals_ignoring_case(found.scheme_name, "Basic")) {
    found.scheme = Authorization::Scheme::basic;
    const auto decoded = from_base64(rest);
    const std::string pair = decoded ? *decoded : std::string(rest);
    const auto colon = pair.find(':');
    found.user = pair.substr(0, colon);
    if (colon != std::string::npos) found.secret = pair.substr(colon + 1);
  } else if (equals_ignoring_case(found.scheme_name, "Digest")) {
    found.scheme = Authorization::Scheme::digest;
    const Parameters digest = parse_parameters(rest);
    if (const auto user = digest.find("username"); user != digest.end()) found.user = user->second;
    if (const auto response = digest.find("response"); response != digest.end())
      found.secret = response->second;
    found.crack_line = digest_crack_line(digest, method);
  } else {
    if (equals_ignoring_case(found.scheme_name, "Bearer"))
      found.scheme = Authorization::Scheme::bearer;
    found.secret = std::string(rest);
  }
  return found;
}

}  // namespace decnet::codec::http
