// The processes of a running decnet, and how each begins. `decnet up` starts them by `decnet
// process NAME`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/config.h"

namespace decnet::app {

// Each returns the process's exit code. The supervisor's line is descriptor 3
// (control::kSupervisorFd).
int run_prepare(const Config& config);  // Migrates the store, makes the first admin and the demo
                                        // fleet; then ends.
int run_netd(const Config& config);
int run_engine(const Config& config, std::uint32_t index);
enum class Terminal : std::uint8_t { supervised, foreground };  // Whose matter Ctrl-C is.
int run_bus(const Config& config, Terminal terminal = Terminal::supervised);
int run_core(const Config& config);                           // All workers …
int run_worker(const Config& config, std::string_view name);  // … or one: "collector".
int run_api(const Config& config);

// "engine.1" → run_engine(config, 1). Exit code 2 for a name that is none.
int run_process(std::string_view name, const Config& config);

// Where the assets made by tools/make-assets are: as configured, else beside the program.
std::string assets_path(const Config& config);

}  // namespace decnet::app
