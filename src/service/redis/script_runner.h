// Runs a script or a function for a client: what Lua sees as `redis`, and how values cross the
// border.
#pragma once

#include "service/redis/call.h"

namespace decnet::service::redis {

// "#!lua flags=no-writes,allow-oom name=lib" in a script's first line. `error` is what is wrong
// with it.
struct Shebang {
  ScriptFlags flags;
  std::string name;  // Of a library.
  std::string engine;
  std::size_t body_begin =
      0;  // The script without that line's text; its LF stays, so that lines count right.
  std::string error;
  bool is_present = false;
};
enum class ShebangOf : std::uint8_t { script, library };
Shebang parse_shebang(std::string_view source, ShebangOf what);
std::optional<std::string> add_flag(ScriptFlags& flags,
                                    std::string_view flag);  // Its error, if there is no such flag.

// Runs the script for the request under way and answers it. `first_key` is the argument behind
// numkeys.
struct ScriptCall {
  const lua::Chunk* chunk = nullptr;
  std::string sha;  // What errors name; of a function its name.
  ScriptFlags flags;
  bool read_only = false;  // EVAL_RO
  std::size_t first_key = 3, keys = 0;
  std::string function;  // Of a library: which; empty for a script.
};
void run_script(Call& call, const ScriptCall& script);

// Runs a library's source so that it registers its functions. The error, if there was one.
std::optional<std::string> register_functions(Server& server, const lua::Chunk& chunk,
                                              Library& library);

}  // namespace decnet::service::redis
