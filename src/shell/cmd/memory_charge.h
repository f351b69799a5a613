// MemoryCharge: what a program holds beyond the usual, such as an editor's text, counted by the
// machine as memory of its process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "shell/process.h"

namespace decnet::shell::cmd {

class MemoryCharge {
 public:
  explicit MemoryCharge(Process& process) : process_(process) {}
  // So much in all from now on. False: the machine has no more, and what was counted stays.
  bool set(std::size_t bytes) {
    const auto wanted = static_cast<std::int64_t>(bytes);
    if (!process_.charge(wanted - charged_)) return false;
    charged_ = wanted;
    return true;
  }

 private:
  Process& process_;
  std::int64_t charged_ = 0;
};

// What lines of a text with so many bytes take.
inline std::size_t memory_of_lines(const std::vector<std::string>& lines, std::size_t bytes) {
  return bytes + lines.size() * sizeof(std::string);
}

}  // namespace decnet::shell::cmd
