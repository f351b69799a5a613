#include <cstdint>
#include <cstdlib>

#include "api/find_urls.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const std::string& url : decnet::api::find_urls(text)) {
    if (url.size() > decnet::api::kUrlBytesMax || text.find(url) == text.npos) std::abort();
  }
  return 0;
}
