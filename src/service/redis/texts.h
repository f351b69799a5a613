// Prose of the genuine server: help texts, the documentation of commands, the reports of its
// doctors, as test/differential/redis/texts.py got them from it (texts_table.inc).
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "service/redis/reply.h"

namespace decnet::service::redis {

class Texts {
 public:
  static const Texts& genuine();  // The same for all servers; made at the first call.

  // What the genuine server answers to this request ("config help"), in RESP3.
  std::optional<std::string_view> find(std::string_view request) const;

  // One entry of COMMAND DOCS' answer: what stands behind the command's name.
  std::optional<std::string_view> docs(std::string_view command) const;

 private:
  Texts();

  std::map<std::string_view, std::string_view> replies_;
  std::map<std::string_view, std::string_view> docs_;
};

// The index behind one whole RESP3 value that begins at `at`; npos if it is not whole.
std::size_t resp_end(std::string_view text, std::size_t at);

// The same value in RESP2: maps and sets as arrays, verbatim strings as bulk strings.
std::string as_resp2(std::string_view resp3);

// Says it in the protocol of `out`.
void say_text(Reply& out, std::string_view resp3);

}  // namespace decnet::service::redis
