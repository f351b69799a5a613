// Supervisor: starts the processes, hands each its lines to the others, starts again what has died,
// stops them in order.
//
// Workers live in one process, in one each, or in units of systemd that come to
// <run>/supervisor.sock for their lines (workers.host); the API asks here for a worker to be
// started, and what a crash has left is stored.
//
// What must outlive a child lives here: netd's listening sockets are kept, so that a netd that was
// killed finds them again and no port is ever closed.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/config.h"
#include "control/channel.h"
#include "net/listener.h"
#include "net/loop.h"
#include "net/task_group.h"
#include "net/wakeup.h"

namespace decnet::app {

inline constexpr Duration kRestartFirst = std::chrono::milliseconds{100};
// Also one that dies again and again is back so soon that everybody is whole within 5 s of a death:
// a client of the bus may wait as long once more.
inline constexpr Duration kRestartLast = std::chrono::seconds{2};
inline constexpr Duration kDrainTime = std::chrono::seconds{30};
inline constexpr Duration kWellAfter = std::chrono::seconds{30};
inline constexpr std::size_t kAttachedMax = 64;  // Connections to supervisor.sock at a time.

class Supervisor {
 public:
  Supervisor(net::Loop& loop, const Config& config, std::string config_file);
  ~Supervisor();

  // Starts everything, calls `when_ready` once the API answers, and runs until SIGTERM or SIGINT.
  // Errors: conflict (another decnet has this data folder), io, unavailable (a process cannot be
  // started).
  net::Task<Result<void>> run(std::function<void()> when_ready);

 private:
  struct Child {
    std::string name;
    int pid = 0;                // 0: it does not run, or is not ours.
    bool attached = false;      // A unit of systemd that has come by itself.
    bool told_to_stop = false;  // It is not started again before somebody asks for it.
    std::shared_ptr<control::Channel> channel;
    std::chrono::nanoseconds started_at{0};
    Duration pause = kRestartFirst;
    std::uint64_t restarts = 0;
    UniqueFd crash;  // Where its report would come.
    bool is_there() const noexcept { return pid > 0 || attached; }
  };

  std::vector<std::string> process_names() const;
  std::string host_of(std::string_view role) const;
  Result<void> start(const std::string& name);
  void hear(const std::string& name, control::Received received);
  void start_worker(const control::StartWorker& asked);
  void answer(control::StartOutcome outcome);
  net::Task<void> take_units(std::shared_ptr<net::Listener> listener);
  net::Task<void> attach(UniqueFd socket);
  void note_end(Child& child, int status);
  void keep_report(Child& child);
  Result<void> prepare();
  void link_with_others(std::string_view role_or_name);
  struct End {
    std::string process, says;  // Whom it is handed to, and how the other end is to be called.
  };
  void link(const End& a, const End& b, std::string_view kind);
  net::Task<void> listen_to(std::string name, std::shared_ptr<control::Channel> channel);
  net::Task<void> watch_signals();
  net::Task<void> restart_later(std::string name, Duration pause);
  net::Task<void> wait_until_ready(std::function<void()> when_ready);
  net::Task<void> stop_all();
  void reap();
  void forward(int signal);
  std::map<std::string, std::string> child_environment() const;

  net::Loop& loop_;
  const Config& config_;
  std::string config_file_;
  UniqueFd lock_;
  std::map<std::string, Child> children_;
  std::map<std::string, UniqueFd> kept_;  // netd's sockets.
  net::TaskGroup tasks_;
  net::Wakeup died_;
  std::size_t attached_ = 0;
  bool stopping_ = false;
  int stop_signals_ = 0;
  net::Wakeup stop_;
};

}  // namespace decnet::app
