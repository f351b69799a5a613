// Any bytes as a payload and as a stream: no crash, and an offer has fingerprints.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "fingerprint/hassh.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace decnet::fingerprint;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto offer = parse_kexinit(bytes)) {
    if (hassh(*offer).size() != 32 || hassh_server(*offer).size() != 32) std::abort();
  }
  SshReader whole, cut;
  whole.feed(bytes);
  for (std::size_t at = 0; at < size; at += 7) cut.feed(bytes.substr(at, 7));
  if (size < kSshPreambleBytesMax && whole.banner() != cut.banner()) std::abort();
  if (size < kSshPreambleBytesMax && !whole.kexinit() != !cut.kexinit()) std::abort();
  return 0;
}
