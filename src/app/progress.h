// A progress bar on stderr, where that is a terminal; nothing elsewhere.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace decnet::app {

class Progress {
 public:
  Progress(std::string title, std::uint64_t total);
  ~Progress() { finish(); }
  void show(std::uint64_t done);  // Draws at most ten times a second.
  void finish();                  // Takes the bar away.

 private:
  std::string title_;
  std::uint64_t total_;
  bool terminal_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point drawn_at_{};
};

}  // namespace decnet::app
