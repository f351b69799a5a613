// Any bytes as the asset of answers, and as what is packed in it: whatever is accepted can be
// found.
#include <cstdint>
#include <cstdlib>

#include "shell/answers.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace decnet::shell;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  for (const auto& answers : {Answers::read(bytes), Answers::read_text(bytes)}) {
    if (!answers) continue;
    std::size_t at = 0, found = 0;
    for (std::size_t end = bytes.find('\n'); end != bytes.npos; end = bytes.find('\n', at)) {
      const std::string_view line = std::string_view(bytes).substr(at, end - at);
      at = end + 1;
      if (!line.starts_with("$ ")) continue;
      const std::size_t tab = line.find('\t');
      const std::string_view name = line.substr(2, tab == line.npos ? tab : tab - 2);
      const std::string_view arguments = tab == line.npos ? "" : line.substr(tab + 1);
      static_cast<void>((*answers)->knows(name));
      if ((*answers)->find(name, arguments)) ++found;
    }
    if (found > (*answers)->size()) std::abort();
  }
  return 0;
}
