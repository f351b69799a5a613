// Full-screen programs: less, more, vi and nano read their options, then run.
#pragma once

#include "shell/cmd/io.h"

namespace decnet::shell::cmd {

// `Program(process, io)` has read_options(), false where they end it, and run().
template <typename Program>
Task<int> run_full_screen(Process& process) {
  Io io(process);
  Program program(process, io);
  const bool going = program.read_options();
  if (!going) {
    co_await io.flush();
    co_return io.status;
  }
  const int status = co_await program.run();
  co_return status;
}

}  // namespace decnet::shell::cmd
