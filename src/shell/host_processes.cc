#include "shell/host_processes.h"

#include "shell/fs/system_model.h"

namespace decnet::shell {
namespace {

constexpr int kConsoleMajor = 4;  // tty1 …

ProcessRow row_of(const ProcessView& view) {
  ProcessRow row;
  row.pid = view.pid;
  row.parent = view.parent;
  row.group = view.group;
  row.session = view.session;
  row.uid = view.uid;
  row.gid = view.gid;
  if (view.terminal >> 8 == kConsoleMajor)
    row.terminal = "tty" + std::to_string(view.terminal & 0xff);
  row.started = view.started;
  row.cpu = view.user_time + view.system_time;
  row.state = view.state;
  row.foreground = view.terminal != 0 && view.foreground_group == view.group;
  row.nice = view.nice;
  row.threads = static_cast<std::uint32_t>(view.threads);
  row.name = view.name;
  row.arguments = view.arguments;
  row.path = view.path;
  row.directory = view.directory;
  row.virtual_kib = view.virtual_kib;
  row.resident_kib = view.resident_kib;
  return row;
}

}  // namespace

std::vector<ProcessRow> host_processes(const SystemView& host, TimePoint at) {
  const std::vector<ProcessView> views = model_processes(host.persona(), host.hardware(), at);
  std::vector<ProcessRow> rows;
  rows.reserve(views.size());
  for (const ProcessView& view : views) rows.push_back(row_of(view));
  return rows;
}

int sshd_pid(const std::vector<ProcessRow>& rows) {
  for (const ProcessRow& row : rows) {
    if (row.name == "sshd") return row.pid;
  }
  return 1;
}

}  // namespace decnet::shell
