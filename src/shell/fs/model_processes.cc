// The daemons and kernel threads of a Debian 12 host, as ps shows them.
#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "shell/fs/system_model.h"

namespace decnet::shell {

using persona::HardwareFacts;
using persona::Persona;

namespace {

constexpr std::string_view kThreadsFirst[] = {"rcu_gp",
                                              "rcu_par_gp",
                                              "slub_flushwq",
                                              "netns",
                                              "kworker/0:0H-events_highpri",
                                              "mm_percpu_wq",
                                              "rcu_tasks_kthread",
                                              "rcu_tasks_rude_kthread",
                                              "rcu_tasks_trace_kthread",
                                              "ksoftirqd/0",
                                              "rcu_preempt",
                                              "migration/0",
                                              "cpuhp/0"};
constexpr std::string_view kThreadsLater[] = {
    "kdevtmpfs",     "inet_frag_wq", "kauditd",         "khungtaskd",
    "oom_reaper",    "writeback",    "kcompactd0",      "ksmd",
    "khugepaged",    "kintegrityd",  "kblockd",         "blkcg_punt_bio",
    "tpm_dev_wq",    "edac-poller",  "devfreq_wq",      "kworker/0:1H-kblockd",
    "kswapd0",       "kthrotld",     "acpi_thermal_pm", "mld",
    "ipv6_addrconf", "kstrp",        "zswap-shrink",    "ata_sff",
    "scsi_eh_0",     "scsi_tmf_0",   "scsi_eh_1",       "scsi_tmf_1"};

struct Daemon {
  std::string_view name;
  std::string_view command;  // Parts with a blank between; a title that is one argument has "~".
  std::string_view path;
  std::string_view user;  // "" is root.
  std::uint64_t virtual_kib, resident_kib;
  int threads;
  double share;  // Of a processor.
};

constexpr Daemon kBase[] = {
    {"systemd-journal", "/lib/systemd/systemd-journald", "/usr/lib/systemd/systemd-journald", "",
     33'124, 14'208, 1, 2e-5},
    {"systemd-udevd", "/lib/systemd/systemd-udevd", "/usr/bin/udevadm", "", 26'932, 6'344, 1, 1e-6},
    {"systemd-timesyn", "/lib/systemd/systemd-timesyncd", "/usr/lib/systemd/systemd-timesyncd",
     "systemd-timesync", 90'076, 6'724, 2, 4e-6},
    {"cron", "/usr/sbin/cron -f", "/usr/sbin/cron", "", 6'608, 2'676, 1, 8e-6},
    {"dbus-daemon",
     "/usr/bin/dbus-daemon --system --address=systemd: --nofork --nopidfile --systemd-activation "
     "--syslog-only",
     "/usr/bin/dbus-daemon", "messagebus", 9'132, 4'812, 1, 6e-6},
    {"rsyslogd", "/usr/sbin/rsyslogd -n -iNONE", "/usr/sbin/rsyslogd", "", 222'828, 5'104, 4, 2e-5},
    {"systemd-logind", "/lib/systemd/systemd-logind", "/usr/lib/systemd/systemd-logind", "", 49'904,
     7'652, 1, 6e-6},
    {"unattended-upgr",
     "/usr/bin/python3 /usr/share/unattended-upgrades/unattended-upgrade-shutdown "
     "--wait-for-signal",
     "/usr/bin/python3.11", "", 107'352, 21'544, 2, 1e-6},
    {"agetty", "/sbin/agetty -o -p~--~\\u --noclear - linux", "/usr/sbin/agetty", "", 5'872, 1'016,
     1, 0},
    {"sshd", "sshd:~/usr/sbin/sshd~-D~[listener]~0~of~10-100~startups", "/usr/sbin/sshd", "",
     15'436, 9'232, 1, 3e-6},
};

struct Stack {
  std::string_view program;
  Daemon master;
  Daemon worker;  // Empty name: none.
  int workers;    // 0: one a processor
};
constexpr Daemon kNone{"", "", "", "", 0, 0, 1, 0};
constexpr Stack kStacks[] = {
    {"nginx",
     {"nginx", "nginx:~master~process~/usr/sbin/nginx~-g~daemon~on;~master_process~on;",
      "/usr/sbin/nginx", "", 10'344, 1'004, 1, 0},
     {"nginx", "nginx:~worker~process", "/usr/sbin/nginx", "www-data", 12'080, 4'912, 1, 1e-5},
     0},
    {"apache2",
     {"apache2", "/usr/sbin/apache2 -k start", "/usr/sbin/apache2", "", 6'736, 4'612, 1, 2e-5},
     {"apache2", "/usr/sbin/apache2 -k start", "/usr/sbin/apache2", "www-data", 1'998'472, 6'204,
      27, 2e-5},
     2},
    {"php",
     {"php-fpm8.2", "php-fpm:~master~process~(/etc/php/8.2/fpm/php-fpm.conf)",
      "/usr/sbin/php-fpm8.2", "", 204'640, 22'336, 1, 3e-5},
     {"php-fpm8.2", "php-fpm:~pool~www", "/usr/sbin/php-fpm8.2", "www-data", 205'116, 11'204, 1,
      1e-5},
     2},
    {"mariadb",
     {"mariadbd", "/usr/sbin/mariadbd", "/usr/sbin/mariadbd", "mysql", 1'344'416, 96'772, 9, 6e-4},
     kNone,
     1},
    {"postgresql",
     {"postgres",
      "/usr/lib/postgresql/15/bin/postgres -D /var/lib/postgresql/15/main -c "
      "config_file=/etc/postgresql/15/main/postgresql.conf",
      "/usr/lib/postgresql/15/bin/postgres", "postgres", 215'856, 29'732, 1, 3e-5},
     {"postgres", "postgres:~15/main:~autovacuum~launcher~", "/usr/lib/postgresql/15/bin/postgres",
      "postgres", 217'440, 8'628, 1, 4e-5},
     1},
    {"redis",
     {"redis-server", "/usr/bin/redis-server~127.0.0.1:6379", "/usr/bin/redis-check-rdb", "redis",
      66'976, 12'532, 5, 1.2e-3},
     kNone,
     1},
    {"vsftpd",
     {"vsftpd", "/usr/sbin/vsftpd /etc/vsftpd.conf", "/usr/sbin/vsftpd", "", 9'072, 3'448, 1, 0},
     kNone,
     1},
    {"proftpd",
     {"proftpd", "proftpd:~(accepting~connections)", "/usr/sbin/proftpd", "proftpd", 23'140, 4'020,
      1, 1e-5},
     kNone,
     1},
    {"postfix",
     {"master", "/usr/lib/postfix/sbin/master -w", "/usr/lib/postfix/sbin/master", "", 42'940,
      4'712, 1, 1e-5},
     {"qmgr", "qmgr -l -t unix -u", "/usr/lib/postfix/sbin/qmgr", "postfix", 43'040, 6'764, 1,
      1e-5},
     1},
    {"dovecot",
     {"dovecot", "/usr/sbin/dovecot -F", "/usr/sbin/dovecot", "", 9'712, 4'220, 1, 1e-5},
     {"anvil", "dovecot/anvil", "/usr/lib/dovecot/anvil", "dovecot", 4'632, 2'984, 1, 1e-6},
     1},
    {"samba",
     {"smbd", "/usr/sbin/smbd --foreground --no-process-group", "/usr/sbin/smbd", "", 84'212,
      23'644, 1, 2e-5},
     {"smbd-notifyd", "/usr/sbin/smbd --foreground --no-process-group", "/usr/sbin/smbd", "",
      82'016, 10'296, 1, 1e-6},
     1},
};

std::vector<std::string> arguments_of(std::string_view command) {
  std::vector<std::string> arguments;
  while (!command.empty()) {
    const std::size_t end = std::min(command.find(' '), command.size());
    std::string argument(command.substr(0, end));
    std::replace(argument.begin(), argument.end(), '~', ' ');
    arguments.push_back(std::move(argument));
    command.remove_prefix(std::min(end + 1, command.size()));
  }
  return arguments;
}

class Table {
 public:
  Table(const Persona& persona, TimePoint now)
      : persona_(persona), random_(persona.stream("model.processes")), now_(now) {
    users_ = model_service_users(persona);
  }

  void thread(std::string_view name) {
    ProcessView& process = fresh(pid_ == 2 ? 0 : 2);
    process.name = name.substr(0, 15);
    process.group = process.session = 0;
    process.state = name.starts_with("k") && !name.starts_with("kworker") ? 'S' : 'I';
    process.started = persona_.booted_at;
    process.system_time = spent(name == "rcu_preempt" ? 1.2e-4 : 1e-6);
    skip();
  }

  ProcessView& daemon(const Daemon& facts, int parent, Duration after_boot) {
    ProcessView& process = fresh(parent);
    process.name = facts.name;
    process.arguments = arguments_of(facts.command);
    process.path = facts.path;
    for (const ServiceUser& user : users_) {
      if (user.name == facts.user) {
        process.uid = user.uid;
        process.gid = user.gid;
      }
    }
    const double size = 0.96 + 0.08 * random_.unit();
    process.virtual_kib = facts.virtual_kib;
    process.resident_kib =
        static_cast<std::uint64_t>(static_cast<double>(facts.resident_kib) * size);
    process.shared_kib = process.resident_kib * 3 / 4;
    process.threads = facts.threads;
    process.started = persona_.booted_at + after_boot;
    process.user_time = spent(facts.share * 0.6);
    process.system_time = spent(facts.share * 0.4);
    process.environment = {"LANG=en_US.UTF-8",
                           "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"};
    skip();
    return process;
  }

  void jump(int to) { pid_ = std::max(pid_, to + static_cast<int>(random_.below(20))); }
  std::vector<ProcessView> take() { return std::move(all_); }
  int pid() const { return pid_; }

 private:
  ProcessView& fresh(int parent) {
    ProcessView process;
    process.pid = process.group = process.session = pid_;
    process.parent = parent;
    all_.push_back(std::move(process));
    return all_.back();
  }
  void skip() { pid_ += random_.chance(0.85) ? 1 : 2; }
  Duration spent(double share) const {
    return Duration{static_cast<std::int64_t>(
        static_cast<double>((now_ - persona_.booted_at).count()) * share)};
  }

  const Persona& persona_;
  SeededRandom random_;
  TimePoint now_;
  int pid_ = 1;
  std::vector<ServiceUser> users_;
  std::vector<ProcessView> all_;
};

void add_threads(Table& table, const HardwareFacts& hardware) {
  table.thread("kthreadd");
  for (const std::string_view name : kThreadsFirst) table.thread(name);
  for (int cpu = 1; cpu < hardware.threads; ++cpu) {
    for (const char* form :
         {"cpuhp/{}", "migration/{}", "ksoftirqd/{}", "kworker/{}:0H-events_highpri"}) {
      table.thread(fmt::format(fmt::runtime(form), cpu));
    }
  }
  for (const std::string_view name : kThreadsLater) table.thread(name);
  if (const auto* root = hardware.partition("/")) {
    table.jump(190);
    table.thread("jbd2/" + root->name + "-8");
    table.thread("ext4-rsv-conver");
  }
}

}  // namespace

std::vector<ServiceUser> model_service_users(const Persona& persona) {
  std::vector<ServiceUser> users = {
      {"systemd-timesync", 997, 997, "systemd Time Synchronization", "/", "/usr/sbin/nologin"},
      {"messagebus", 100, 107, "", "/nonexistent", "/usr/sbin/nologin"},
      {"www-data", 33, 33, "www-data", "/var/www", "/usr/sbin/nologin"}};
  std::uint32_t uid = 103;
  std::uint32_t gid = 111;
  const auto add = [&](std::string_view program, std::string name, std::string comment,
                       std::string home, std::string shell) {
    if (persona.version(program).empty()) return;
    users.push_back(
        {std::move(name), uid++, gid++, std::move(comment), std::move(home), std::move(shell)});
  };
  add("mariadb", "mysql", "MySQL Server,,,", "/nonexistent", "/bin/false");
  add("postgresql", "postgres", "PostgreSQL administrator,,,", "/var/lib/postgresql", "/bin/bash");
  add("redis", "redis", "", "/var/lib/redis", "/usr/sbin/nologin");
  add("vsftpd", "ftp", "ftp daemon,,,", "/srv/ftp", "/usr/sbin/nologin");
  add("proftpd", "proftpd", "", "/run/proftpd", "/usr/sbin/nologin");
  add("postfix", "postfix", "", "/var/spool/postfix", "/usr/sbin/nologin");
  add("dovecot", "dovecot", "Dovecot mail server,,,", "/usr/lib/dovecot", "/usr/sbin/nologin");
  return users;
}

std::vector<ProcessView> model_processes(const Persona& persona, const HardwareFacts& hardware,
                                         TimePoint now) {
  using std::chrono::milliseconds;
  Table table(persona, now);
  constexpr Daemon kInit{"systemd", "/sbin/init", "/usr/lib/systemd/systemd", "", 168'212, 12'876,
                         1,         1.1e-5};
  table.daemon(kInit, 0, milliseconds{0});
  add_threads(table, hardware);
  Duration after = milliseconds{1'900};
  int jump = 230;
  for (const Daemon& facts : kBase) {
    table.jump(jump);
    jump += facts.name == "systemd-timesyn" ? 190 : 14;
    ProcessView& process = table.daemon(facts, 1, after);
    if (facts.name == "agetty") process.terminal = 4 << 8 | 1;
    after += milliseconds{340};
  }
  for (const Stack& stack : kStacks) {
    if (persona.version(stack.program).empty()) continue;
    const bool has_module = stack.program == "php" && !persona.version("apache2").empty();
    if (has_module) continue;
    table.jump(jump += 30);
    const int master = table.pid();
    table.daemon(stack.master, 1, after += milliseconds{420});
    const int workers = stack.workers == 0 ? hardware.threads : stack.workers;
    for (int n = 0; n < workers && !stack.worker.name.empty(); ++n) {
      ProcessView& worker = table.daemon(stack.worker, master, after += milliseconds{9});
      worker.group = worker.session = master;
    }
  }
  return table.take();
}

}  // namespace decnet::shell
