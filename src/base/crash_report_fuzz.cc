// Any bytes: a report is bounded, printable, and read the same way again; names go in without harm.
#include <cstdint>
#include <cstdlib>

#include "base/crash_report.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace decnet;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto name = [](std::uint64_t) { return std::string("decnet::worker::x::f()"); };
  (void)parse_crash(with_symbols(text, name));
  const auto report = parse_crash(text);
  if (!report) return 0;
  if (report->id.find('/') != std::string::npos || report->id.empty()) std::abort();
  for (const auto& line : report->trace) {
    if (line.find_first_of(std::string("\n\r\x1b\0", 4)) != std::string::npos) std::abort();
  }
  return 0;
}
