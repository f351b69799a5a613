// Any records with a right sum as what an attacker changed: taken whole or not at all.
#include <cstdint>
#include <cstdlib>

#include "base/bytes.h"
#include "base/hash.h"
#include "shell/filesystem.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace decnet;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  static const FakeClock clock;
  shell::FileSystem files(std::shared_ptr<const shell::Image>{}, clock);
  files.seed_file("/etc/passwd", "root", 0644, 0, 0, clock.now());
  files.mount_memory("/dev/shm", 23);
  std::string saved = "DNFS1";
  ByteWriter(saved).u32_le(crc32c(body)).bytes(body);
  files.load(saved);
  const std::string again = files.save();
  files.load(again);
  if (files.save() != again || again.size() > shell::kSavedBytesMax) std::abort();
  return 0;
}
