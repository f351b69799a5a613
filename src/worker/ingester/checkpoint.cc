#include "worker/ingester/checkpoint.h"

#include <cstdio>
#include <fstream>

namespace decnet::worker::ingester {

Result<void> checkpoint_and_prune(store::Store& store, const Config& config, TimePoint now) {
  store::Retention retention;
  if (config.store.retention_age.count() > 0) retention.age_max = config.store.retention_age;
  if (config.store.retention_bytes > 0) retention.bytes_max = config.store.retention_bytes;
  for (int n = 0; n < kPruneStepsMax; ++n) {
    if (!DECNET_TRY(store.maintenance().prune(retention, now))) break;
  }
  const std::uint64_t position = DECNET_TRY(store.ingest().log_position());
  DECNET_TRY(store.maintenance().checkpoint());
  const std::string path = config.ingest_folder() + "/checkpoint";
  const std::string unfinished = path + ".part";
  std::ofstream(unfinished, std::ios::trunc) << position << "\n";
  if (std::rename(unfinished.c_str(), path.c_str()) != 0) return fail_errno(errno, "write " + path);
  return {};
}

net::Task<std::uint64_t> stored_position(Context& context) {
  auto where = [&context] { return context.store.ingest().log_position(); };
  const auto position = co_await net::run_blocking(context.pool, where);
  co_return position ? *position : 0;
}

}  // namespace decnet::worker::ingester
