// A scripted peer of a web server, for the tests of this folder.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "session/testing.h"
#include "site/site.h"

namespace decnet::site {

struct Talk {
  std::vector<std::string> says;
  std::string server = "nginx";
  std::string site = "default";
  net::ScriptEnd end = net::ScriptEnd::closes;
};

inline std::unique_ptr<session::ScriptedSession> talk(Talk talk) {
  static const session::Descriptor kHttp{
      "http", [](const session::Place& place) { return make_service(place, Transport::plain); }};
  session::Script script;
  script.service = "http";
  script.port = 80;
  script.options = {{"server", talk.server}, {"site", talk.site}};
  script.script = std::move(talk.says);
  script.end = talk.end;
  return session::run_service(kHttp, std::move(script));
}

inline std::string get(std::string_view target, std::string_view fields = {}) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: blog.test\r\n" + std::string(fields) +
         "\r\n";
}

inline std::string post(std::string_view target, std::string_view body,
                        std::string_view fields = {}) {
  return "POST " + std::string(target) +
         " HTTP/1.1\r\nHost: blog.test\r\nContent-Type: application/x-www-form-urlencoded\r\n"
         "Content-Length: " +
         std::to_string(body.size()) + "\r\n" + std::string(fields) + "\r\n" + std::string(body);
}

// What stands between two marks, or nothing.
inline std::string between(std::string_view text, std::string_view before, std::string_view after) {
  const auto begin = text.find(before);
  if (begin == std::string_view::npos) return {};
  const auto rest = text.substr(begin + before.size());
  return std::string(rest.substr(0, rest.find(after)));
}

// The head of an answer, without the fields that differ each time.
inline std::string head_of(std::string_view answer) {
  std::string out;
  while (true) {
    const auto end = answer.find("\r\n");
    if (end == std::string_view::npos || end == 0) return out;
    const std::string_view line = answer.substr(0, end);
    if (!line.starts_with("Date: ") && !line.starts_with("Content-Length: "))
      out += std::string(line) + "\n";
    answer.remove_prefix(end + 2);
  }
}

}  // namespace decnet::site
