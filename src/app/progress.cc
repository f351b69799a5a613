#include "app/progress.h"

#include <algorithm>
#include <cstdio>

#include <fmt/core.h>
#include <unistd.h>

namespace decnet::app {

Progress::Progress(std::string title, std::uint64_t total)
    : title_(std::move(title)), total_(total), terminal_(::isatty(STDERR_FILENO) == 1) {}

void Progress::show(std::uint64_t done) {
  const auto now = std::chrono::steady_clock::now();
  if (!terminal_ || total_ == 0 || now - drawn_at_ < std::chrono::milliseconds{100}) return;
  drawn_at_ = now;
  drawn_ = true;
  constexpr std::size_t kWidth = 30;
  const double part = std::min(1.0, static_cast<double>(done) / static_cast<double>(total_));
  const auto full = static_cast<std::size_t>(part * kWidth);
  fmt::print(stderr, "\r\x1b[K{}  [{}{}] {:3.0f} %", title_, std::string(full, '='),
             std::string(kWidth - full, ' '), part * 100);
}

void Progress::finish() {
  if (drawn_) fmt::print(stderr, "\r\x1b[K");
  drawn_ = false;
}

}  // namespace decnet::app
