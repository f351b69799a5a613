#include <charconv>
#include <filesystem>

#include <unistd.h>

#include "app/exit_codes.h"
#include "app/process.h"
#include "app/worker_places.h"

namespace decnet::app {

int run_process(std::string_view name, const Config& config) {
  if (name == "prepare") return run_prepare(config);
  if (name == "netd") return run_netd(config);
  if (name == "bus") return run_bus(config);
  if (name == "core") return run_core(config);
  if (name == "api") return run_api(config);
  if (is_worker(name)) return run_worker(config, name);
  constexpr std::string_view kEngine = "engine.";
  std::uint32_t index = 0;
  const auto digits = name.starts_with(kEngine) ? name.substr(kEngine.size()) : std::string_view{};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size())
    return kExitUsage;
  return run_engine(config, index);
}

std::string assets_path(const Config& config) {
  if (!config.engine.assets.empty()) return config.engine.assets;
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
  // Beside the program, in the build folder above it, or where a package installs it.
  for (const auto& candidate : {program / "assets.pack", program.parent_path() / "assets.pack",
                                program.parent_path().parent_path() / "assets.pack",
                                program.parent_path() / "share/decnet/assets.pack"}) {
    if (std::filesystem::exists(candidate, error)) return candidate.string();
  }
  return (program / "assets.pack").string();
}

}  // namespace decnet::app
