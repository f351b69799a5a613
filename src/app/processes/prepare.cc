#include <filesystem>

#include "api/first_admin.h"
#include "app/exit_codes.h"
#include "app/process.h"
#include "app/processes/child.h"
#include "base/log.h"
#include "base/random.h"
#include "fleet/demo.h"
#include "store/store.h"

namespace decnet::app {
namespace {

constexpr std::string_view kDemoMade = "fleet.demo_made";

// An empty store gets the demo fleet, once: whoever removes it does not get it back.
Result<void> make_demo_fleet(store::Store& store, const Config& config) {
  if (config.fleet.demo_deckies == 0 || store.maintenance().setting(kDemoMade)) return {};
  const TimePoint now = Clock::system().now();
  if (DECNET_TRY(store.deckies().list(now)).empty()) {
    auto deckies = DECNET_TRY(fleet::demo_fleet(random_u64() >> 1, now, config.fleet.network));
    deckies.resize(std::min<std::size_t>(deckies.size(), config.fleet.demo_deckies));
    DECNET_TRY(store.deckies().set_desired(deckies, now));
  }
  return store.maintenance().put_setting(kDemoMade, "yes");
}

Result<void> prepare(const Config& config) {
  std::error_code error;
  std::filesystem::create_directories(config.run_folder(), error);
  if (error) return fail_errno(error.value(), "create " + config.run_folder());
  std::filesystem::create_directories(config.artifacts_folder(), error);
  const auto store = DECNET_TRY(store::open_store(
      {.url = config.store_url(), .backup_folder = config.data_dir + "/backups"}));
  DECNET_TRY(api::ensure_first_admin(*store, config.data_dir));
  return make_demo_fleet(*store, config);
}

}  // namespace

int run_prepare(const Config& config) {
  begin_process("prepare", config);
  const auto done = prepare(config);
  if (done) return kExitOk;
  log::error("{}", done.error().detail);
  return exit_code(done.error().code);
}

}  // namespace decnet::app
