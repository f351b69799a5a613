// What a Machine consists of: the kernel's tables. Private to the kernel and the Console.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/counters.h"
#include "base/random.h"
#include "shell/evidence.h"
#include "shell/kernel_process.h"
#include "shell/login_record.h"
#include "shell/machine.h"
#include "shell/system_view.h"

namespace decnet::shell {

inline constexpr std::size_t kResumptionsMax = 4096;  // Of one run(), whatever the clock says.
inline constexpr std::uint64_t kWorkUnitNanos = 200;  // At least, of what breathe() is told.
inline constexpr int kPidMax = 4'194'304;
inline constexpr int kInterpretersMax = 5;  // "#!" of "#!" …; beyond: ELOOP.

// What a path that shall be executed comes to.
struct Program {
  std::function<Task<int>(Process&)> main;
  std::string path;
  std::vector<std::string> arguments;  // Those of the request, behind an interpreter's.
};

// One connection by ssh that has logged in.
struct SshConnection {
  int monitor_pid = 0;
  int child_pid = 0;  // With the user's rights; the same for root.
  int session = 0;    // As systemd-logind counts.
};

// What machines refuse, and how often: counters of the process.
struct Refusals {
  Counter& processes;
  Counter& memory;
  Counter& descriptors;
  Counter& throttled;
};
const Refusals& refusals();

struct Machine::State {
  State(Machine& of, MachineFacts given);
  ~State();

  // machine.cc
  bool run();
  std::optional<TimePoint> wakes_at() const;
  void make_ready(KernelProcess& process);
  void reap_graveyard();
  // The host's own, as they were when the Machine began. Made at first need: most of those who log
  // in never look.
  const std::vector<ProcessRow>& daemons();
  std::int64_t now_nanos() const { return facts.clock->monotonic().count(); }
  TimePoint now() const { return facts.clock->now(); }
  KernelProcess* find(int pid);

  // kernel_life.cc
  KernelProcess* make_process();  // Null: too many.
  int new_pid();
  void finish(KernelProcess& process, int status, int signal);
  void bury(int pid);
  void signal_group(int group, int signal);
  Sys<Program> program(const ChildRequest& request, const Credentials& who, int depth = 0);
  std::shared_ptr<Terminal> make_terminal(std::optional<int> number);  // console.cc
  bool has_terminal(int number) const;

  Machine& machine;
  MachineFacts facts;
  std::unique_ptr<SystemView> view;  // What the mounts show; null without a persona.
  Evidence evidence{*this};
  std::unique_ptr<FileSystem> files;
  std::map<int, std::unique_ptr<KernelProcess>> processes;
  std::vector<std::unique_ptr<KernelProcess>> graveyard;
  std::deque<int> ready;
  std::multimap<std::int64_t, int> sleepers;
  KernelProcess* current = nullptr;
  std::map<std::string, std::weak_ptr<Pipe>> fifos;
  std::vector<std::weak_ptr<Login>> logins;
  std::map<std::string, SavedLogin, std::less<>> last_logins;  // By user.
  std::map<std::string, std::string, std::less<>> passwords;   // That were changed here.
  std::map<std::uint16_t, SshConnection> connections;          // By the peer's port.
  int sessions = 0;                                            // Of systemd-logind since the start.
  int last_pid = 900;                                          // Of a host without a persona.
  TimePoint last_fork{};
  std::uint64_t next_inode = 0;
  std::int64_t bytes = 0;
  SeededRandom chance;

 private:
  void resume(KernelProcess& process);
  void charge_cpu(std::int64_t nanos);
  TimePoint began_{};
  std::vector<ProcessRow> daemons_;
  std::int64_t debt_nanos_ = 0;  // CPU used beyond the share.
  std::int64_t debt_at_ = 0;
  std::int64_t held_until_ = 0;
};

}  // namespace decnet::shell
