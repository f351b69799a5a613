// Any bytes as the texts of the genuine server: what is found is whole, and stays so in RESP2.
#include <cstdint>
#include <cstdlib>

#include "service/redis/texts.h"
using namespace decnet::service::redis;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  Texts texts(bytes);
  for (const std::string_view name : {"", "a", "denied", "config help", "docs get", "note set 0"}) {
    const auto text = texts.find(name);
    if (!text) continue;
    if (resp_end(*text, 0) != text->size()) std::abort();
    const std::string told = as_resp2(*text);
    if (resp_end(told, 0) != told.size()) std::abort();
  }
  as_resp2(bytes);
  return 0;
}
