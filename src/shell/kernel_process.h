// KernelProcess: a Process with its coroutine, as the scheduler sees it. Private to the kernel.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "shell/machine.h"
#include "shell/open_file.h"
#include "shell/process.h"
#include "shell/process_table.h"

namespace decnet::shell {

// One login: what its processes share beside the terminal.
struct Login {
  LoginRow row;
  Observer* observer = nullptr;  // Null once its Console has gone.
  std::shared_ptr<Terminal> terminal;
  std::vector<std::string> daemon_title;  // "sshd: root@pts/0"
  int monitor_pid = 0;                    // "sshd: root [priv]"
  int manager_pid = 0;                    // "systemd --user", with the first login of a user.
  int manager_child_pid = 0;              // Its "(sd-pam)".
  std::uint32_t uid = 0;
};

class KernelProcess final : public Process, public Waiter {
 public:
  enum class Life : std::uint8_t { alive, zombie };

  explicit KernelProcess(Machine::State& system) : system_(system) {}
  ~KernelProcess() = default;
  KernelProcess(const KernelProcess&) = delete;
  KernelProcess& operator=(const KernelProcess&) = delete;

  Machine& machine() override;
  Task<Sys<std::string>> read(int descriptor, std::size_t count) override;
  Task<Sys<std::string>> read_until(int descriptor, char delimiter, std::size_t count,
                                    std::optional<TimePoint> deadline) override;
  Task<Sys<void>> write(int descriptor, std::string_view bytes) override;
  Sys<int> open(std::string_view path, int flags, std::uint32_t mode) override;
  Sys<void> close(int descriptor) override;
  Sys<int> duplicate(int from, int to) override;
  Sys<std::pair<int, int>> pipe() override;
  Sys<std::uint64_t> seek(int descriptor, std::uint64_t offset) override;
  bool is_terminal(int descriptor) const override;
  Terminal* terminal() override;
  Task<void> sleep(Duration how_long) override;
  Task<void> breathe(std::uint32_t units) override;
  Sys<int> spawn(ChildRequest request) override;
  Sys<int> fork(std::function<Task<int>(Process&)> main, std::map<int, int> descriptors) override;
  Task<Sys<Ended>> wait(int pid) override;
  Sys<void> kill(int pid, int signal) override;
  void ignore(int signal, bool ignored) override;
  void shield(int signal) override;
  int take_signal() override;
  void catch_signal(int signal) override;
  Sys<Stat> status(int descriptor) const override;
  std::string descriptor_path(int descriptor) const override;
  std::map<int, int> descriptors() const override;
  Task<Sys<int>> execute(ChildRequest request) override;
  std::optional<Ended> poll_child(int pid) override;
  void report_stops(bool wanted) override { report_stops_ = wanted; }
  void set_group(int pid, int group) override;
  void set_foreground(int group) override;
  bool charge(std::int64_t bytes) override;
  Observer* observer() override { return login ? login->observer : nullptr; }
  Duration cpu_time() const override {
    return std::chrono::duration_cast<Duration>(cpu_ + children_cpu_);
  }

  void woken() override;
  ProcessRow row() const;
  void deliver(int signal);
  void start(std::function<Task<int>(Process&)> main);
  std::shared_ptr<OpenFile> file(int descriptor) const;
  void set_file(int descriptor, std::shared_ptr<OpenFile> file) {
    files_[descriptor] = std::move(file);
  }

  std::shared_ptr<Login> login;
  TimePoint started{};
  Life life = Life::alive;
  Ended ended;  // Of a zombie.

 private:
  friend struct Machine::State;
  friend class Scheduler;
  struct Suspend {
    KernelProcess& process;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> here) const noexcept { process.resume_ = here; }
    void await_resume() const noexcept {}
  };
  // Waits for the queue, the time (0: none), or a signal.
  Suspend block(WaitQueue* queue, std::int64_t until_nanos = 0);
  Suspend yield();
  void unblock();
  bool must_yield(std::uint32_t units);
  bool interrupted() const { return caught_pending_ != 0; }
  void die(int signal);
  void stop(int signal);
  std::optional<Ended> collect(int wanted, bool& any);
  Sys<void> give_descriptors(KernelProcess& child, const std::map<int, int>& wanted) const;
  KernelProcess* make_child();
  bool in_background() const;
  Task<int> run_entry();

  Machine::State& system_;
  std::map<int, std::shared_ptr<OpenFile>> files_;
  std::function<Task<int>(Process&)> entry_;
  Task<int> body_;
  std::coroutine_handle<> resume_;
  WaitQueue child_queue_;
  WaitQueue* waits_on_ = nullptr;
  std::int64_t waits_until_ = 0;
  bool queued_ = false;
  bool blocked_ = false;
  bool stopped_ = false;
  bool woken_while_stopped_ = false;
  bool stop_unreported_ = false;
  bool report_stops_ = false;
  int stop_signal_ = 0;
  int fatal_ = 0;
  std::uint64_t ignored_ = 0;
  std::uint64_t shielded_ = 0;  // Ignored by itself only.
  std::uint64_t caught_ = 0;
  std::uint64_t caught_pending_ = 0;
  std::uint32_t since_yield_ = 0;
  std::uint64_t units_ = 0;  // Charged since the last resumption.
  std::int64_t charged_ = 0;
  std::chrono::nanoseconds cpu_{0};
  std::chrono::nanoseconds children_cpu_{0};
};

}  // namespace decnet::shell
