#include "engine/engine.h"

#include "app/process.h"
#include "app/processes/child.h"
#include "base/asset_pack.h"
#include "base/log.h"
#include "ingest/protocol.h"

namespace decnet::app {
namespace {

constexpr Duration kDrain = std::chrono::seconds{25};  // The supervisor gives 30 s.

// The pack, or nothing where it was not made: services then show what they have of their own.
class PackedAssets final : public session::Assets {
 public:
  explicit PackedAssets(const std::string& path) {
    auto opened = AssetPack::open(path);
    if (opened)
      pack_ = *std::move(opened);
    else
      log::warn("the pages of Debian's packages are absent ({}); tools/make-assets makes them",
                opened.error().detail);
  }
  std::string_view find(std::string_view path) const override {
    return pack_ ? pack_->find(path) : std::string_view{};
  }

 private:
  std::shared_ptr<const AssetPack> pack_;
};

session::Limits limits_of(const Config& config) {
  session::Limits limits;
  limits.duration_max = config.engine.session_duration;
  limits.idle_max = config.engine.session_idle;
  limits.bytes_in_max = limits.bytes_out_max = config.engine.session_bytes;
  limits.sessions_max = static_cast<std::uint32_t>(config.engine.sessions);
  limits.source_rate_per_s = static_cast<std::uint32_t>(config.engine.source_rate);
  limits.source_sessions_max = static_cast<std::uint32_t>(config.engine.source_sessions);
  limits.capture_bytes_max =
      std::min<std::uint64_t>(config.engine.capture_bytes, ingest::kBlobBytesMax);
  return limits;
}

}  // namespace

int run_engine(const Config& config, std::uint32_t index) {
  begin_process("engine." + std::to_string(index), config);
  const PackedAssets assets(assets_path(config));
  net::Loop loop;
  engine::EngineOptions options{.index = index, .limits = limits_of(config)};
  options.enterprise = static_cast<std::uint32_t>(config.ingest.enterprise_number);
  options.assets = &assets;
  engine::Engine engine(loop.executor(), Clock::system(), std::move(options));
  control::Channel supervisor(loop.executor(), UniqueFd(control::kSupervisorFd));
  const auto stop = [&engine] { return engine.drain(kDrain); };
  return run_until_stopped(loop, engine.run(supervisor), stop);
}

}  // namespace decnet::app
