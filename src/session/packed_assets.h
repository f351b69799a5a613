// The Assets of a running engine: an asset pack.
#pragma once

#include <memory>

#include "base/asset_pack.h"
#include "session/service.h"

namespace decnet::session {

class PackedAssets final : public Assets {
 public:
  explicit PackedAssets(std::shared_ptr<const AssetPack> pack) : pack_(std::move(pack)) {}

  std::string_view find(std::string_view path) const override { return pack_->find(path); }
  TimePoint modified(std::string_view path) const override {
    const AssetPack::Asset* asset = pack_->asset(path);
    return asset != nullptr ? asset->modified : TimePoint{};
  }

 private:
  std::shared_ptr<const AssetPack> pack_;
};

}  // namespace decnet::session
