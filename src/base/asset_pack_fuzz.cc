// Any bytes as an asset pack: what it says it holds lies within it.
#include <cstdint>
#include <cstdlib>

#include "base/asset_pack.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto pack = decnet::AssetPack::read(bytes);
  if (!pack) return 0;
  for (const auto& asset : (*pack)->assets()) {
    if (asset.content.data() < bytes.data() ||
        asset.content.data() + asset.content.size() > bytes.data() + bytes.size()) {
      std::abort();
    }
    if ((*pack)->find(asset.path) != asset.content) std::abort();
  }
  return 0;
}
