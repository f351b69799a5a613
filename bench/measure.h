// What every benchmark program measures with, and says it in: one JSON object a line on stdout for
// bench/run, progress on stderr for people.
#pragma once

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <type_traits>
#include <vector>

#include "base/result.h"

namespace decnet::bench {

using SteadyClock = std::chrono::steady_clock;

double seconds_since(SteadyClock::time_point start);
double cpu_seconds();  // Of this process, user and system.
double pss_mib();      // Of this process; 0 where the kernel does not tell.

// A number after the name of an option, or its default; the program ends where it is no number.
double number_option(const std::vector<std::string>& arguments, std::string_view name,
                     double otherwise);
std::string text_option(const std::vector<std::string>& arguments, std::string_view name,
                        std::string_view otherwise);
bool has_option(const std::vector<std::string>& arguments, std::string_view name);
std::vector<std::string> split(std::string_view text, char by);

// A folder of its own under the system's temporary one, removed with what is in it.
struct ScratchFolder {
  std::string path;
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
};

// Times of many like things, in milliseconds.
class Latencies {
 public:
  void add(double millis) {
    millis_.push_back(millis);
    is_sorted_ = false;
  }
  std::size_t count() const noexcept { return millis_.size(); }
  // The time that `share` of them do not exceed (nearest rank); 0 of none. Sorts.
  double at(double share);

 private:
  std::vector<double> millis_;
  bool is_sorted_ = false;
};

// The value, or the program's end with the error's words.
template <class T>
T must(Result<T> result) {
  if (!result) {
    std::fprintf(stderr, "%s\n", result.error().detail.c_str());
    std::exit(1);
  }
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

}  // namespace decnet::bench
