// Lines are patterns; each is also tried as a topic. The trie must agree with pattern by pattern.
#include <algorithm>
#include <cstdlib>

#include "bus/matcher.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace decnet::bus;
  std::string_view rest(reinterpret_cast<const char*>(data), std::min<std::size_t>(size, 4096));
  Matcher matcher;
  std::vector<Pattern> patterns;
  while (!rest.empty()) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (auto pattern = Pattern::parse(line); pattern && patterns.size() < 64) {
      matcher.add(*pattern, static_cast<Matcher::Id>(patterns.size()));
      patterns.push_back(*pattern);
    }
    std::vector<Matcher::Id> wanted;
    for (std::size_t n = 0; n < patterns.size(); ++n)
      if (patterns[n].matches(line)) wanted.push_back(static_cast<Matcher::Id>(n));
    const auto found = matcher.match(line);
    if (!std::equal(found.begin(), found.end(), wanted.begin(), wanted.end())) std::abort();
  }
  return 0;
}
