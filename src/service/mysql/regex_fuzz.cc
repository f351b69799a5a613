// Any pattern on any text, divided by the first newline: an error, or an answer within its steps.
#include <cstdint>
#include <cstdlib>

#include "service/mysql/regex.h"
using namespace decnet::service::mysql;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view all(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t end = std::min(all.find('\n'), all.size());
  const std::string_view text = all.substr(std::min(end + 1, all.size()));
  const auto regex = Regex::compile(all.substr(0, end), {.fold = data[0] % 2 == 1});
  if (!regex) return 0;
  std::vector<std::size_t> groups;
  std::uint64_t steps = 0;
  const auto found = regex->search(text, 0, groups, steps);
  if (steps > kRegexStepsMax + text.size() * kRegexStepsPerByte + 1) std::abort();
  if (found == Regex::Found::yes && (groups[0] > text.size() || groups[1] > text.size()))
    std::abort();
  return 0;
}
