// Prose of the genuine server: help texts, the documentation of commands, the reports of its
// doctors. It comes from Debian's package by way of the asset pack (tools/redis_texts.py, which
// also lists the names), where it is one map in RESP3: names to whole answers.
//
//   Texts texts(place.assets->find("redis/texts"));
//   texts.say(out, "config help", [&] { out.array(0); });
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "service/redis/reply.h"

namespace decnet::service::redis {

class Texts {
 public:
  // None: every text is absent.
  Texts() = default;
  // `bytes` outlive this. They are read when they are first asked for; what is no such map, or
  // longer than kTextsBytesMax, is none.
  explicit Texts(std::string_view bytes) : bytes_(bytes) {}

  // What the genuine server says, in RESP3: one whole value.
  std::optional<std::string_view> find(std::string_view name);

  // Says it in the protocol of `out`, or what `otherwise` says.
  template <class Otherwise>
  void say(Reply& out, std::string_view name, const Otherwise& otherwise);

 private:
  void read();

  std::string_view bytes_;                                            // Not yet read.
  std::vector<std::pair<std::string_view, std::string_view>> texts_;  // Sorted.
};

// The index behind one whole value of RESP2 or RESP3 that begins at `at`; npos if it is not whole.
std::size_t resp_end(std::string_view text, std::size_t at);

// A whole value in RESP2: maps and sets as arrays, verbatim strings as bulk strings.
std::string as_resp2(std::string_view resp3);

template <class Otherwise>
void Texts::say(Reply& out, std::string_view name, const Otherwise& otherwise) {
  const auto text = find(name);
  if (!text) return otherwise();
  out.is_resp3() ? out.raw(*text) : out.raw(as_resp2(*text));
}

}  // namespace decnet::service::redis
