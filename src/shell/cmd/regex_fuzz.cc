#include <cstddef>
#include <cstdint>
#include <string_view>

#include "shell/cmd/regex.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace decnet::shell::cmd;
  const std::string_view all(reinterpret_cast<const char*>(data), size < 4096 ? size : 4096);
  const std::size_t end = all.find('\n');
  if (end == std::string_view::npos || end > 200) return 0;
  RegexOptions options;
  options.extended = (end & 1U) != 0;
  const auto regex = Regex::compile(all.substr(0, end), options);
  if (regex) static_cast<void>(regex->matches(all.substr(end + 1, 400)));
  return 0;
}
