// The host's own daemons and kernel threads (fs/system_model.h) as rows of the process table, so
// that ps, /proc and the pid files under /run tell of the same ones.
#pragma once

#include <vector>

#include "shell/process_table.h"
#include "shell/system_view.h"

namespace decnet::shell {

std::vector<ProcessRow> host_processes(const SystemView& host, TimePoint at);
int sshd_pid(const std::vector<ProcessRow>& rows);  // 1 where there is none.

}  // namespace decnet::shell
