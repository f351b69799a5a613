#include "shell/cmd/mention.h"

#include "shell/cmd/text.h"

namespace decnet::shell::cmd {

std::string quoted_behind(std::string_view code, std::string_view after) {
  const std::size_t found = code.find(after);
  if (found == std::string_view::npos) return {};
  const std::size_t open = code.find_first_of("\"'", found + after.size());
  if (open == std::string_view::npos) return {};
  const std::size_t close = code.find(code[open], open + 1);
  return close == std::string_view::npos ? std::string()
                                         : std::string(code.substr(open + 1, close - open - 1));
}

std::string number_behind(std::string_view code, std::string_view after) {
  std::size_t at = code.find(after);
  if (at == std::string_view::npos) return {};
  at = code.find_first_of("0123456789", at + after.size());
  if (at == std::string_view::npos) return {};
  return std::string(code.substr(at, code.find_first_not_of("0123456789", at) - at));
}

bool connects(const std::string& code, std::string& host, std::string& port) {
  if (code.find("ocket") == std::string::npos && code.find("Socket::INET") == std::string::npos)
    return false;
  for (const char* mark : {"connect((", "connect_ex((", "create_connection((", "PeerAddr",
                           "$i=", "$ip=", "$host=", "RHOST="}) {
    host = quoted_behind(code, mark);
    if (host.empty()) continue;
    port = number_behind(code, host);
    if (port.empty()) port = number_behind(code, "$p");
    const std::size_t colon = host.find(':');
    if (colon != std::string::npos && number_of(host.substr(colon + 1))) {
      port = host.substr(colon + 1);
      host.resize(colon);
    }
    if (port.empty()) port = number_behind(code, host);
    return true;
  }
  return false;
}

std::vector<std::string_view> listed(std::string_view text) {
  std::vector<std::string_view> parts;
  std::size_t from = 0;
  int depth = 0;
  char quote = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char letter = text[at];
    if (quote != 0) {
      if (letter == quote) quote = 0;
    } else if (letter == '"' || letter == '\'') {
      quote = letter;
    } else if (letter == '(' || letter == ')') {
      depth += letter == '(' ? 1 : -1;
    } else if (letter == ',' && depth == 0) {
      parts.push_back(text.substr(from, at - from));
      from = at + 1;
    }
  }
  parts.push_back(text.substr(from));
  return parts;
}

}  // namespace decnet::shell::cmd
