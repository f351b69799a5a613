// Who of the administration logs in, and what sshd writes of a login. Private to the shell.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "shell/fs/seed_parts.h"

namespace decnet::shell::fs {

struct Login {
  TimePoint time;
  Duration length;
  std::string user;
  std::string from;
  std::uint16_t port;
};

// Those that began at `from` or later and had ended by `to`.
std::vector<Login> logins_between(const SeedContext& context, TimePoint from, TimePoint to);

TimePoint rotated_at(TimePoint now);  // When the logs of the day were begun: on a Sunday.
TimePoint last_written(const SeedContext& context);

void seed_logins(SeedLayer& layer, const Context& context);  // wtmp, lastlog, utmp

}  // namespace decnet::shell::fs
