#include "bench/measure.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include <sys/resource.h>
#include <unistd.h>

namespace decnet::bench {

double seconds_since(SteadyClock::time_point start) {
  return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto of = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

double pss_mib() {
  std::ifstream in("/proc/self/smaps_rollup");
  std::string name;
  double kib = 0;
  while (in >> name) {
    if (name != "Pss:") continue;
    in >> kib;
    return kib / 1024;
  }
  return 0;
}

std::string text_option(const std::vector<std::string>& arguments, std::string_view name,
                        std::string_view otherwise) {
  const auto at = std::find(arguments.begin(), arguments.end(), name);
  if (at == arguments.end() || at + 1 == arguments.end()) return std::string(otherwise);
  return *(at + 1);
}

double number_option(const std::vector<std::string>& arguments, std::string_view name,
                     double otherwise) {
  const std::string text = text_option(arguments, name, "");
  if (text.empty()) return otherwise;
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  if (*end == '\0' && number >= 0) return number;
  std::fprintf(stderr, "%s takes a number, not \"%s\"\n", std::string(name).c_str(), text.c_str());
  std::exit(2);
}

bool has_option(const std::vector<std::string>& arguments, std::string_view name) {
  return std::find(arguments.begin(), arguments.end(), name) != arguments.end();
}

std::vector<std::string> split(std::string_view text, char by) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto end = std::min(text.find(by), text.size());
    if (end > 0) out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

ScratchFolder::ScratchFolder()
    : path((std::filesystem::temp_directory_path() / ("decnet-bench-" + std::to_string(::getpid())))
               .string()) {
  std::filesystem::create_directories(path);
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path, ignored);
}

double Latencies::at(double share) {
  if (millis_.empty()) return 0;
  if (!is_sorted_) std::sort(millis_.begin(), millis_.end());
  is_sorted_ = true;
  const double rank = std::ceil(share * static_cast<double>(millis_.size()));
  return millis_[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
}

}  // namespace decnet::bench
