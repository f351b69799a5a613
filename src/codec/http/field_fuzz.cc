// Any bytes as the value of the fields that servers look into.
#include <cstdint>
#include <cstdlib>

#include "codec/http/authorization.h"
#include "codec/http/date.h"
#include "codec/http/gzip.h"
#include "codec/http/range.h"

using namespace decnet::codec::http;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const auto dialect : {DateDialect::nginx, DateDialect::apache}) parse_date(bytes, dialect);
  for (const auto& answer : {nginx_ranges(bytes, 615), apache_ranges(bytes, 615)}) {
    for (const ByteRange& range : answer.ranges) {
      if (range.first > range.last || range.last >= 615) std::abort();
    }
  }
  parse_authorization(bytes, "GET");
  return (nginx_accepts_gzip(bytes) && apache_accepts_gzip(bytes)) ? 0 : 0;
}
