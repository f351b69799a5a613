// Starting this program again as a child process.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace decnet::app {

struct SpawnOptions {
  std::vector<std::string> arguments;              // Behind the program's name.
  std::map<std::string, std::string> environment;  // Added to this process's own.
  bool with_channel = false;  // Gives the child a line on descriptor 3, and a pipe for its crash
                              // report on kCrashFd (base/crash_handler.h).
  bool keeps_capabilities = false;  // Ambient ones (of a unit); else they go, and none come back.
};

struct Spawned {
  int pid = 0;
  UniqueFd channel;  // This side of the line …
  UniqueFd crash;    // … and of the pipe.
};

// The child dies with its parent (PR_SET_PDEATHSIG) and inherits no descriptor but 0, 1, 2 and its
// line. Errors: limit, io.
Result<Spawned> spawn(const SpawnOptions& options);

}  // namespace decnet::app
