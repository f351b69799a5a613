// Any changes of a tree: its sums hold, and what is saved comes back.
#include <cstdint>
#include <cstdlib>

#include "shell/fs/random_changes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace decnet::shell;
  static const decnet::FakeClock clock;
  const auto layer = std::make_shared<SeedLayer>(nullptr);
  layer->file("/a/b/c", "seed", {});
  FileSystem files(layer, clock);
  fs::change_randomly(files, {reinterpret_cast<const char*>(data), size});
  FileSystem other(layer, clock);
  other.load(files.save());
  if (other.overlay_bytes() != files.overlay_bytes()) std::abort();
  if (other.overlay_nodes() != files.overlay_nodes()) std::abort();
  if (other.save() != files.save()) std::abort();
  return 0;
}
