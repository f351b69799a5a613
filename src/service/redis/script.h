// Scripts that were loaded (EVAL, SCRIPT LOAD) and libraries of functions (FUNCTION LOAD). They run
// in lua.h's interpreter.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "service/redis/lua.h"

namespace decnet::service::redis {

struct ScriptFlags {
  bool no_writes = false, allow_oom = false, allow_stale = false, no_cluster = false;
  bool has_shebang = false;
};

struct Script {
  std::string body;
  ScriptFlags flags;
  std::shared_ptr<const lua::Chunk> chunk;
};

struct Library {
  struct Function {
    std::string name, description;
    ScriptFlags flags;
    bool has_description = false;
  };
  std::string name, code;
  std::map<std::string, Function> functions;
  std::shared_ptr<const lua::Chunk> chunk;
};

class Scripts {
 public:
  const Script* find(const std::string& sha) const;
  void add(const std::string& sha, Script script);  // Beyond kScriptsMax the oldest goes.
  void clear();
  std::size_t size() const noexcept { return scripts_.size(); }
  std::size_t bytes() const noexcept { return bytes_; }

  std::map<std::string, Library> libraries;
  std::map<std::string, std::string> library_of;  // Function → library.

 private:
  std::map<std::string, Script> scripts_;
  std::deque<std::string> order_;
  std::size_t bytes_ = 0;
};

// SHA-1 in hexadecimal: a script's name.
std::string script_sha(std::string_view body);

}  // namespace decnet::service::redis
