// Any bytes as what RESTORE is given: what is taken can be dumped and taken again.
#include <cstdint>
#include <cstdlib>

#include "service/redis/rdb.h"

using namespace decnet::service::redis;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const EncodingLimits limits;
  std::string payload(reinterpret_cast<const char*>(data), size);
  payload += {10, 0};
  const std::uint64_t sum = crc64(payload);
  for (int n = 0; n < 64; n += 8) payload += static_cast<char>(sum >> n);
  const auto restored = restore_object(payload, {1, 2}, limits);
  if (!restored.object) return 0;
  const std::string dumped = dump_object(*restored.object);
  const auto again = restore_object(dumped, {1, 2}, limits);
  if (!again.object || again.object->type != restored.object->type) std::abort();
  return 0;
}
