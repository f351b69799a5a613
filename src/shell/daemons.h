// The processes that any Debian host has: kernel threads and daemons, their pids drawn from the
// persona's seed, started when it booted.
#pragma once

#include <vector>

#include "shell/machine.h"
#include "shell/process_table.h"

namespace decnet::shell {

std::vector<ProcessRow> seeded_daemons(const MachineFacts& facts);
// What the newest process of before the first login had.
int last_seeded_pid(const MachineFacts& facts);
int sshd_pid(const std::vector<ProcessRow>& daemons);  // 1 where there is none.

}  // namespace decnet::shell
