// Any bytes as a query string, a path segment and a Cookie header: what is read survives being
// written and read again.
#include <cstdint>
#include <cstdlib>

#include "api/url.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace decnet::api;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto decoded = percent_decode(text)) {
    if (percent_decode(percent_encode(*decoded)).value_or("") != *decoded) std::abort();
  }
  if (const auto query = Query::parse(text)) {
    const auto again = Query::parse(query->text());
    if (!again || again->parameters() != query->parameters()) std::abort();
  }
  const auto cookie = find_cookie(text, "decnet_session");
  if (cookie.size() > text.size() || cookie.find(';') != cookie.npos) std::abort();
  return 0;
}
