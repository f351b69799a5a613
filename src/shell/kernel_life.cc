// How processes begin and end: fork, spawn, exec, signals, wait.
#include <algorithm>
#include <cerrno>
#include <csignal>

#include "shell/machine_state.h"
#include "shell/program.h"

namespace decnet::shell {
namespace {

constexpr Duration kLoaderTime{400};

constexpr std::uint64_t bit(int signal) {
  return std::uint64_t{1} << signal;
}

bool ignored_by_default(int signal) {
  return signal == SIGCHLD || signal == SIGURG || signal == SIGWINCH || signal == SIGCONT;
}

bool stops(int signal) {
  return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

}  // namespace

int Machine::State::new_pid() {
  // Whatever else the host does needs pids, too: cron, timers, other people's logins.
  const double seconds = std::chrono::duration<double>(now() - last_fork).count();
  last_fork = now();
  last_pid += 1 + static_cast<int>(std::min(seconds / 40.0 * (0.5 + chance.unit()), 500.0));
  if (last_pid >= kPidMax) last_pid = 300;
  while (processes.contains(last_pid)) ++last_pid;
  return last_pid;
}

KernelProcess* Machine::State::make_process() {
  if (processes.size() >= kProcessesMax) {
    refusals().processes.add();
    return nullptr;
  }
  auto process = std::make_unique<KernelProcess>(*this);
  process->pid = new_pid();
  process->started = now();
  KernelProcess* result = process.get();
  processes[process->pid] = std::move(process);
  return result;
}

KernelProcess* KernelProcess::make_child() {
  KernelProcess* child = system_.make_process();
  if (child == nullptr) return nullptr;
  child->parent = pid;
  child->group = group;
  child->session = session;
  child->arguments = arguments;
  child->path = path;
  child->environment = environment;
  child->user = user;
  child->directory = directory;
  child->umask = umask;
  child->login = login;
  child->ignored_ = ignored_;
  return child;
}

Sys<void> KernelProcess::give_descriptors(KernelProcess& child,
                                          const std::map<int, int>& wanted) const {
  for (const auto& [theirs, ours] : wanted) {
    const std::shared_ptr<OpenFile> open = file(ours);
    if (open) child.files_[theirs] = open;
  }
  return {};
}

Task<int> KernelProcess::run_entry() {
  const int status = co_await entry_(*this);
  co_return status;
}

void KernelProcess::start(std::function<Task<int>(Process&)> main) {
  entry_ = std::move(main);
  body_ = run_entry();
  resume_ = body_.handle();
  system_.make_ready(*this);
}

Sys<int> KernelProcess::fork(std::function<Task<int>(Process&)> main,
                             std::map<int, int> descriptors) {
  KernelProcess* child = make_child();
  if (child == nullptr) return sys_fail(EAGAIN);
  (void)give_descriptors(*child, descriptors);
  units_ += 40;
  child->start(std::move(main));
  return child->pid;
}

Sys<int> KernelProcess::spawn(ChildRequest request) {
  std::size_t size = 0;
  for (const std::string& argument : request.arguments) size += argument.size() + 9;
  for (const auto& [name, value] : request.environment) size += name.size() + value.size() + 10;
  if (size > kArgumentBytesMax) return sys_fail(E2BIG);
  request.path = absolute(request.path);
  Sys<Program> found = system_.program(request, request.user.value_or(user));
  if (!found) return sys_fail(found.error());
  KernelProcess* child = make_child();
  if (child == nullptr) return sys_fail(EAGAIN);
  child->arguments = std::move(found->arguments);
  child->path = std::move(found->path);
  child->environment = std::move(request.environment);
  if (request.directory) child->directory = *request.directory;
  if (request.user) child->user = *request.user;
  if (request.new_group) child->group = child->pid;
  if (request.foreground) child->set_foreground(child->group);
  (void)give_descriptors(*child, request.descriptors);
  units_ += 100;
  child->start(std::move(found->main));
  return child->pid;
}

Task<Sys<int>> KernelProcess::execute(ChildRequest request) {
  request.path = absolute(request.path);
  Sys<Program> found = system_.program(request, user);
  if (!found) co_return sys_fail(found.error());
  arguments = std::move(found->arguments);
  path = std::move(found->path);
  environment = std::move(request.environment);
  std::map<int, std::shared_ptr<OpenFile>> kept;
  for (const auto& [theirs, ours] : request.descriptors) {
    if (const std::shared_ptr<OpenFile> open = file(ours)) kept[theirs] = open;
  }
  files_ = std::move(kept);
  caught_ = 0;
  caught_pending_ = 0;
  shielded_ = 0;
  report_stops_ = false;
  const std::function<Task<int>(Process&)> main = std::move(found->main);
  // The loader takes its time, in which the other parts of a pipeline come to their programs, too:
  // `ps` among them sees no shell where a program is about to be.
  co_await sleep(kLoaderTime);
  const int status = co_await main(*this);
  co_return status;
}

void KernelProcess::set_group(int of, int to) {
  KernelProcess* process = of == 0 ? this : system_.find(of);
  if (process != nullptr) process->group = to == 0 ? process->pid : to;
}

void KernelProcess::set_foreground(int to) {
  if (Terminal* mine = terminal()) {
    mine->foreground = to;
    mine->readers.wake();
  }
}

bool KernelProcess::charge(std::int64_t count) {
  if (count > 0 && system_.bytes + count > static_cast<std::int64_t>(kMachineBytesMax)) {
    refusals().memory.add();
    return false;
  }
  charged_ += count;
  system_.bytes += count;
  return true;
}

void KernelProcess::ignore(int signal, bool ignored) {
  ignored_ = ignored ? ignored_ | bit(signal) : ignored_ & ~bit(signal);
  caught_ &= ~bit(signal);
}

void KernelProcess::shield(int signal) {
  shielded_ |= bit(signal);
}

void KernelProcess::catch_signal(int signal) {
  caught_ |= bit(signal);
  ignored_ &= ~bit(signal);
}

int KernelProcess::take_signal() {
  if (caught_pending_ == 0) return 0;
  int signal = 1;
  while ((caught_pending_ & bit(signal)) == 0) ++signal;
  caught_pending_ &= ~bit(signal);
  return signal;
}

void KernelProcess::die(int signal) {
  fatal_ = signal;
  if (system_.current != this) system_.finish(*this, 128 + signal, signal);
}

void KernelProcess::stop(int signal) {
  stopped_ = true;
  stop_signal_ = signal;
  stop_unreported_ = true;
  KernelProcess* above = system_.find(parent);
  if (above != nullptr) above->child_queue_.wake();
}

void KernelProcess::deliver(int signal) {
  if (life != Life::alive || fatal_ != 0) return;
  if (signal == SIGKILL) return die(signal);
  if (signal == SIGCONT && stopped_) {
    stopped_ = false;
    stop_unreported_ = false;
    if (woken_while_stopped_) system_.make_ready(*this);
    woken_while_stopped_ = false;
  }
  if (signal != SIGSTOP) {
    if ((ignored_ & bit(signal)) != 0) return;
    if ((caught_ & bit(signal)) != 0) {
      caught_pending_ |= bit(signal);
      if (blocked_) woken();
      return;
    }
    if ((shielded_ & bit(signal)) != 0) return;
  }
  if (ignored_by_default(signal)) return;
  if (stops(signal)) return stop(signal);
  die(signal);
}

void Machine::State::signal_group(int group, int signal) {
  std::vector<int> members;
  for (const auto& [pid, process] : processes) {
    if (process->group == group) members.push_back(pid);
  }
  for (const int pid : members) {
    if (KernelProcess* process = find(pid)) process->deliver(signal);
  }
}

Sys<void> KernelProcess::kill(int target, int signal) {
  if (signal < 0 || signal > 64) return sys_fail(EINVAL);
  const auto may = [&](const KernelProcess& other) {
    return user.is_root() || other.user.uid == user.uid;
  };
  if (target > 0) {
    KernelProcess* process = system_.find(target);
    if (process != nullptr) {
      if (!may(*process)) return sys_fail(EPERM);
      if (signal != 0) process->deliver(signal);
      return {};
    }
    for (const ProcessRow& row : process_table(system_.machine)) {
      if (row.pid == target) return user.is_root() ? Sys<void>{} : sys_fail(EPERM);
    }
    return sys_fail(ESRCH);
  }
  const int wanted = target == 0 ? group : -target;
  std::vector<int> members;
  for (const auto& [number, process] : system_.processes) {
    const bool hit = target == -1 ? number != pid : process->group == wanted;
    if (hit && may(*process)) members.push_back(number);
  }
  if (members.empty()) return sys_fail(ESRCH);
  for (const int member : members) {
    KernelProcess* process = system_.find(member);
    if (process != nullptr && signal != 0) process->deliver(signal);
  }
  return {};
}

std::optional<Ended> KernelProcess::collect(int wanted, bool& any) {
  for (auto& [number, child] : system_.processes) {
    if (child->parent != pid || (wanted > 0 && number != wanted)) continue;
    if (wanted < -1 && child->group != -wanted) continue;
    any = true;
    if (child->life == Life::zombie) {
      const Ended result = child->ended;
      children_cpu_ += child->cpu_ + child->children_cpu_;
      system_.bury(number);
      return result;
    }
    if (report_stops_ && child->stopped_ && child->stop_unreported_) {
      child->stop_unreported_ = false;
      return Ended{.pid = number,
                   .status = 128 + child->stop_signal_,
                   .signal = child->stop_signal_,
                   .stopped = true};
    }
  }
  return std::nullopt;
}

std::optional<Ended> KernelProcess::poll_child(int wanted) {
  bool any = false;
  return collect(wanted, any);
}

Task<Sys<Ended>> KernelProcess::wait(int wanted) {
  if (must_yield(1)) co_await yield();
  for (;;) {
    bool any = false;
    const std::optional<Ended> found = collect(wanted, any);
    if (found) co_return *found;
    if (!any) co_return sys_fail(ECHILD);
    if (interrupted()) co_return sys_fail(EINTR);
    co_await block(&child_queue_);
  }
}

void Machine::State::bury(int pid) {
  const auto found = processes.find(pid);
  if (found == processes.end()) return;
  graveyard.push_back(std::move(found->second));
  processes.erase(found);
}

void Machine::State::finish(KernelProcess& process, int status, int signal) {
  if (process.life != KernelProcess::Life::alive) return;
  process.life = KernelProcess::Life::zombie;
  process.ended = {.pid = process.pid, .status = status, .signal = signal};
  process.unblock();
  process.stopped_ = false;
  process.resume_ = nullptr;
  process.body_ = {};
  process.entry_ = nullptr;
  process.files_.clear();
  bytes -= process.charged_;
  process.charged_ = 0;
  std::vector<int> orphans;
  for (auto& [pid, other] : processes) {
    if (other->parent != process.pid) continue;
    other->parent = 1;
    if (other->life == KernelProcess::Life::zombie) orphans.push_back(pid);
  }
  for (const int pid : orphans) bury(pid);
  if (process.session == process.pid && process.login && process.login->terminal) {
    const int front = process.login->terminal->foreground;
    process.login->terminal->foreground = 0;
    if (front != process.group) signal_group(front, SIGHUP);
  }
  KernelProcess* above = find(process.parent);
  if (above == nullptr || above->life != KernelProcess::Life::alive) {
    if (process.session != process.pid) bury(process.pid);  // A Console looks at its own.
    return;
  }
  if ((above->caught_ & bit(SIGCHLD)) != 0) above->deliver(SIGCHLD);
  above->child_queue_.wake();
}

}  // namespace decnet::shell
