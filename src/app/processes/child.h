// What every process of a running decnet begins and ends with.
#pragma once

#include <functional>
#include <string_view>

#include "base/config.h"
#include "control/links.h"
#include "net/loop.h"

namespace decnet::app {

// Starts the log, raises the descriptor limit, switches core dumps off, initialises OpenSSL.
void begin_process(std::string_view name, const Config& config);

// For a process that is small: what only its start needed (pages of the program and of libraries,
// which the kernel brings in again where they are used, and free memory of the heap) is given back.
void give_back_startup_memory();

// Runs `work` until it ends or SIGTERM comes; then `stop` (which may take its time). SIGINT is the
// supervisor's matter. `reload` is called at SIGHUP. Returns the exit code.
int run_until_stopped(net::Loop& loop, net::Task<void> work, std::function<net::Task<void>()> stop,
                      std::function<void()> reload = {});

}  // namespace decnet::app
