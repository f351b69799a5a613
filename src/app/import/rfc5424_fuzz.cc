// Any bytes as the lines of a file: no crash, every row is counted, every event has a type.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "app/import/import.h"
#include "event/codec.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace decnet::app;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  Import import(*find_import_kind("rfc5424"), {.source = "fuzz", .reference_time = {}});
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    for (const auto& event : import.add(line)) {
      if (event.origin == 0 || event.fields.size() > decnet::event::kParsedFieldsMax) std::abort();
    }
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
  }
  const ImportSummary& summary = import.summary();
  if (summary.rows != summary.mapped + summary.rejected_total()) std::abort();
  return 0;
}
