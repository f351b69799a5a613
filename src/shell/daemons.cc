#include "shell/daemons.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/random.h"

namespace decnet::shell {
namespace {

struct Daemon {
  std::string_view name;
  std::string_view path;
  std::string_view command;  // Parts separated by a bar.
  std::uint32_t uid;
  std::uint64_t virtual_kib;
  std::uint64_t resident_kib;
  double cpu_share;  // Of the uptime.
  char state = 'S';
  std::uint32_t threads = 1;
  std::string_view terminal = {};
};

constexpr Daemon kDaemons[] = {
    {"systemd-journal", "/usr/lib/systemd/systemd-journald", "/lib/systemd/systemd-journald", 0,
     49'752, 16'204, 2e-5},
    {"systemd-udevd", "/usr/bin/udevadm", "/lib/systemd/systemd-udevd", 0, 26'728, 6'140, 1e-6},
    {"systemd-timesyn", "/usr/lib/systemd/systemd-timesyncd", "/lib/systemd/systemd-timesyncd", 997,
     90'084, 6'632, 3e-6, 'S', 2},
    {"cron", "/usr/sbin/cron", "/usr/sbin/cron|-f", 0, 6'608, 2'664, 2e-6},
    {"dbus-daemon", "/usr/bin/dbus-daemon",
     "/usr/bin/dbus-daemon|--system|--address=systemd:|--nofork|--nopidfile|--systemd-activation|"
     "--syslog-only",
     100, 9'132, 4'896, 3e-6},
    {"rsyslogd", "/usr/sbin/rsyslogd", "/usr/sbin/rsyslogd|-n|-iNONE", 0, 222'268, 5'928, 1e-5, 'S',
     4},
    {"systemd-logind", "/usr/lib/systemd/systemd-logind", "/lib/systemd/systemd-logind", 0, 25'312,
     7'984, 3e-6},
    {"agetty", "/usr/sbin/agetty", "/sbin/agetty|-o|-p -- \\u|--noclear|-|linux", 0, 5'872, 1'020,
     0, 'S', 1, "tty1"},
    {"sshd", "/usr/sbin/sshd", "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups", 0, 15'440,
     9'332, 2e-6},
};

// Kernel threads of 6.1 in the order of their birth; {} is the number of a processor.
constexpr std::string_view kEarly[] = {"rcu_gp", "rcu_par_gp", "slub_flushwq", "netns"};
constexpr std::string_view kThreads[] = {"mm_percpu_wq", "rcu_tasks_kthread",
                                         "rcu_tasks_rude_kthread", "rcu_tasks_trace_kthread"};
constexpr std::string_view kLater[] = {
    "kdevtmpfs",     "inet_frag_wq", "kauditd",         "khungtaskd",
    "oom_reaper",    "writeback",    "kcompactd0",      "ksmd",
    "khugepaged",    "kintegrityd",  "kblockd",         "blkcg_punt_bio",
    "tpm_dev_wq",    "edac-poller",  "devfreq_wq",      "kworker/0:1H-kblockd",
    "kswapd0",       "kthrotld",     "acpi_thermal_pm", "mld",
    "ipv6_addrconf", "kstrp",        "zswap-shrink",    "kworker/u5:0",
    "ata_sff",       "scsi_eh_0",    "scsi_tmf_0",      "scsi_eh_1",
    "scsi_tmf_1",    "jbd2/sda1-8",  "ext4-rsv-conver"};

class Builder {
 public:
  explicit Builder(const MachineFacts& facts)
      : chance_(facts.persona ? facts.persona->seed : 1, "shell.daemons"),
        now_(facts.clock != nullptr ? facts.clock->now() : TimePoint{}),
        booted_(facts.persona ? facts.persona->booted_at : now_ - std::chrono::hours{100}) {}

  std::vector<ProcessRow> build() {
    ProcessRow init{.pid = 1,
                    .group = 1,
                    .session = 1,
                    .name = "systemd",
                    .arguments = {"/sbin/init"},
                    .path = "/usr/lib/systemd/systemd",
                    .virtual_kib = 102'004,
                    .resident_kib = 12'180};
    init.cpu = share(1e-5) + Duration{1'100'000};
    add(std::move(init), 0);
    thread("kthreadd", 2, 0);
    next_ = 3;
    for (const std::string_view name : kEarly) thread(name, next_++);
    next_ = 8;
    thread("kworker/0:0H-events_highpri", next_);
    next_ = 10;
    for (const std::string_view name : kThreads) thread(name, next_++);
    thread("ksoftirqd/0", next_++);
    thread("rcu_preempt", next_++);
    thread("migration/0", next_++);
    next_ += 1;
    thread("cpuhp/0", next_++);
    next_ += 2;
    for (const std::string_view name : kLater) {
      thread(name, next_);
      next_ += 1 + static_cast<int>(chance_.below(name == "ata_sff" ? 60 : 3));
    }
    int pid = next_ + 30 + static_cast<int>(chance_.below(40));
    for (const Daemon& daemon : kDaemons) {
      pid += daemon.name == "systemd-udevd"     ? 20 + static_cast<int>(chance_.below(12))
             : daemon.name == "systemd-timesyn" ? 40 + static_cast<int>(chance_.below(120))
                                                : 1 + static_cast<int>(chance_.below(4));
      add(row(daemon, pid), daemon.name == "agetty" || daemon.name == "sshd" ? 4 : 2);
    }
    int late = 9'000 + static_cast<int>(chance_.below(15'000));
    for (const std::string_view name :
         {"kworker/0:2-events", "kworker/u2:1-events_unbound", "kworker/0:0-cgroup_destroy"}) {
      late += 7 + static_cast<int>(chance_.below(40));
      thread(name, late);
      rows_.back().started = now_ - std::chrono::minutes{3 + chance_.below(50)};
    }
    last_ = late + 5 + static_cast<int>(chance_.below(60));
    return std::move(rows_);
  }
  int last() const { return last_; }

 private:
  Duration share(double of) const {
    const double up = static_cast<double>((now_ - booted_).count());
    return Duration{static_cast<std::int64_t>(std::max(0.0, up) * of)};
  }

  void add(ProcessRow row, int seconds) {
    row.started = booted_ + std::chrono::seconds{seconds};
    rows_.push_back(std::move(row));
  }

  void thread(std::string_view name, int pid, int parent = 2) {
    ProcessRow row{.pid = pid, .parent = parent, .name = std::string(name.substr(0, 15))};
    row.name = std::string(name);
    const bool idle = name.starts_with("rcu") || name.starts_with("kworker") ||
                      name.ends_with("_wq") || name == "netns" || name == "writeback" ||
                      name == "kblockd" || name == "mld";
    row.state = idle ? 'I' : 'S';
    if (name == "rcu_preempt" || name == "ksoftirqd/0" || name.starts_with("jbd2")) {
      row.cpu = share(1.5e-5);
    }
    add(std::move(row), 0);
  }

  ProcessRow row(const Daemon& daemon, int pid) const {
    ProcessRow result{.pid = pid,
                      .parent = 1,
                      .group = pid,
                      .session = pid,
                      .uid = daemon.uid,
                      .gid = daemon.uid,
                      .terminal = std::string(daemon.terminal)};
    result.cpu = share(daemon.cpu_share);
    result.state = daemon.state;
    result.threads = daemon.threads;
    result.name = daemon.name;
    std::string_view rest = daemon.command;
    while (!rest.empty()) {
      const std::size_t bar = std::min(rest.find('|'), rest.size());
      result.arguments.emplace_back(rest.substr(0, bar));
      rest.remove_prefix(std::min(bar + 1, rest.size()));
    }
    result.path = daemon.path;
    result.virtual_kib = daemon.virtual_kib;
    result.resident_kib = daemon.resident_kib;
    return result;
  }

  SeededRandom chance_;
  TimePoint now_;
  TimePoint booted_;
  std::vector<ProcessRow> rows_;
  int next_ = 3;
  int last_ = 9'000;
};

}  // namespace

std::vector<ProcessRow> seeded_daemons(const MachineFacts& facts) {
  Builder builder(facts);
  return builder.build();
}

int last_seeded_pid(const MachineFacts& facts) {
  Builder builder(facts);
  (void)builder.build();
  return builder.last();
}

int sshd_pid(const std::vector<ProcessRow>& daemons) {
  for (const ProcessRow& row : daemons) {
    if (row.name == "sshd") return row.pid;
  }
  return 1;
}

}  // namespace decnet::shell
