// Prose of the genuine server that is not ours to keep: help texts, the documentation of commands,
// the reports of its doctors. It comes with Debian's package and is handed in as an asset
// ("redis/texts.resp", see README.md); without it short ones of our own are given, and facts
// without prose.
//
// The asset: a sequence of  <words of the request>\n<length>\n<that many bytes of RESP3>\n
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "service/redis/reply.h"

namespace decnet::service::redis {

inline constexpr std::string_view kTextsAsset = "redis/texts.resp";

class Texts {
 public:
  // `asset` must live as long as this; a malformed one counts up to its mistake.
  explicit Texts(std::string_view asset);

  // What the genuine server answers to this request ("config help"), in RESP3.
  std::optional<std::string_view> find(std::string_view request) const;

  // One entry of COMMAND DOCS' answer: what stands behind the command's name.
  std::optional<std::string_view> docs(std::string_view command) const;

 private:
  std::map<std::string, std::string_view, std::less<>> replies_;
  std::map<std::string, std::string_view, std::less<>> docs_;
};

// The index behind one whole RESP3 value that begins at `at`; npos if it is not whole.
std::size_t resp_end(std::string_view text, std::size_t at);

// The same value in RESP2: maps and sets as arrays, verbatim strings as bulk strings.
std::string as_resp2(std::string_view resp3);

// Says it in the protocol of `out`.
void say_text(Reply& out, std::string_view resp3);

}  // namespace decnet::service::redis
