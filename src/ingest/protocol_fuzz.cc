// Any bytes, as frames and as records: no crash, and views that stay inside the input.
#include <cstdint>
#include <cstdlib>

#include "ingest/protocol.h"
#include "ingest/segments.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace decnet::ingest;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  Record record;
  const auto parsed = parse_record(rest, record);
  if (parsed.state == RecordState::whole && parsed.bytes > rest.size()) std::abort();
  for (;;) {
    Frame frame;
    const auto taken = parse_frame(rest, frame);
    if (!taken || *taken == 0) return 0;
    if (*taken > rest.size() || frame.bytes.size() > *taken) std::abort();
    rest.remove_prefix(*taken);
  }
}
