// The lines that were typed, and their file.
#pragma once

#include <deque>
#include <string>

#include "shell/sh/limits.h"

namespace decnet::shell::sh {

inline constexpr std::size_t kHistoryLinesMax = 1000;
inline constexpr std::size_t kHistoryBytesMax = 256 * 1024;

struct History {
  std::deque<std::string> lines;
  std::size_t first = 1;  // The number of the oldest line.
  std::size_t bytes = 0;
  std::size_t added = 0;  // Since the file was read.
  void add(std::string line) {
    bytes += line.size();
    lines.push_back(std::move(line));
    ++added;
    while (lines.size() > kHistoryLinesMax || bytes > kHistoryBytesMax) {
      count(Limit::history);
      bytes -= lines.front().size();
      lines.pop_front();
      ++first;
    }
  }
};

}  // namespace decnet::shell::sh
