#include "shell/machine.h"

#include <algorithm>
#include <new>

#include "shell/fs/proc.h"
#include "shell/fs/seed_layer.h"
#include "shell/fs/system_model.h"
#include "shell/host_processes.h"
#include "shell/machine_state.h"
#include "shell/machine_view.h"
#include "shell/passwords.h"
#include "shell/saved_state.h"

namespace decnet::shell {
namespace {

std::uint64_t seed_of(const MachineFacts& facts) {
  return facts.persona ? facts.persona->seed : 1;
}

}  // namespace

const Refusals& refusals() {
  static const Refusals all{
      counter("shell_processes_refused_total", "Processes that a machine had no room for (EAGAIN)"),
      counter("shell_memory_refused_total", "Memory that a machine did not have (ENOMEM)"),
      counter("shell_descriptors_refused_total", "Descriptors beyond those of a process (EMFILE)"),
      counter("shell_throttled_total", "Times that a machine had used up its share of the CPU")};
  return all;
}

Machine::State::State(Machine& of, MachineFacts given)
    : machine(of), facts(std::move(given)), chance(seed_of(facts), "shell.kernel") {
  if (facts.clock == nullptr) facts.clock = &Clock::system();
  files = facts.layer ? std::make_unique<FileSystem>(facts.layer, *facts.clock)
                      : std::make_unique<FileSystem>(facts.image, *facts.clock);
  files->watch(&evidence);
  if (facts.persona) {
    view = std::make_unique<MachineView>(*this);
    mount_system(*files, *view);
    last_pid = model_next_pid(*facts.persona, now());
    sessions = facts.layer ? facts.layer->facts().sessions : 0;
  }
  next_inode = 20'000 + chance.below(9'000);
  last_fork = began_ = now();
}

const std::vector<ProcessRow>& Machine::State::daemons() {
  if (view && daemons_.empty()) daemons_ = host_processes(*view, began_);
  return daemons_;
}

Machine::State::~State() {
  sleepers.clear();
  ready.clear();
  for (auto& [pid, process] : processes) graveyard.push_back(std::move(process));
  processes.clear();
  graveyard.clear();
}

KernelProcess* Machine::State::find(int pid) {
  const auto found = processes.find(pid);
  return found == processes.end() ? nullptr : found->second.get();
}

void Machine::State::make_ready(KernelProcess& process) {
  if (process.queued_ || process.life != KernelProcess::Life::alive) return;
  process.queued_ = true;
  ready.push_back(process.pid);
}

void Machine::State::reap_graveyard() {
  const auto dead = std::move(graveyard);
  graveyard.clear();
}

void Machine::State::charge_cpu(std::int64_t nanos) {
  const std::int64_t now = now_nanos();
  const auto earned = static_cast<std::int64_t>(static_cast<double>(now - debt_at_) * kCpuShare);
  debt_at_ = now;
  debt_nanos_ = std::max<std::int64_t>(0, debt_nanos_ - earned) + nanos;
  const std::int64_t burst = std::chrono::nanoseconds(kCpuBurst).count();
  if (debt_nanos_ <= burst) return;
  refusals().throttled.add();
  debt_nanos_ = burst;
  held_until_ = now + static_cast<std::int64_t>(static_cast<double>(nanos) / kCpuShare);
}

void Machine::State::resume(KernelProcess& process) {
  const std::int64_t before = now_nanos();
  current = &process;
  process.units_ = 0;
  process.since_yield_ = 0;
  const std::coroutine_handle<> here = process.resume_;
  process.resume_ = nullptr;
  if (here) here.resume();
  current = nullptr;
  const std::int64_t used =
      std::max(now_nanos() - before, static_cast<std::int64_t>(process.units_ * kWorkUnitNanos));
  process.cpu_ += std::chrono::nanoseconds(used);
  if (process.fatal_ != 0) {
    finish(process, 128 + process.fatal_, process.fatal_);
  } else if (process.body_.done()) {
    int status = 0;
    try {
      status = process.body_.take();
    } catch (const std::bad_alloc&) {
      refusals().memory.add();
      status = 2;
    } catch (const std::exception&) {
      status = 134;
    }
    finish(process, status & 0xff, 0);
  }
}

bool Machine::State::run() {
  const std::int64_t begin = now_nanos();
  if (begin < held_until_) return false;
  const std::int64_t end = begin + std::chrono::nanoseconds(kRunSlice).count();
  std::uint64_t work = 0;
  for (std::size_t i = 0; i < kResumptionsMax; ++i) {
    while (!sleepers.empty() && sleepers.begin()->first <= now_nanos()) {
      KernelProcess* sleeper = find(sleepers.begin()->second);
      if (sleeper != nullptr) {
        sleeper->woken();
      } else {
        sleepers.erase(sleepers.begin());
      }
    }
    if (ready.empty()) break;
    KernelProcess* process = find(ready.front());
    ready.pop_front();
    if (process == nullptr || process->life != KernelProcess::Life::alive) continue;
    process->queued_ = false;
    if (process->stopped_) {
      process->woken_while_stopped_ = true;
      continue;
    }
    resume(*process);
    work += process->units_;
    reap_graveyard();
    if (now_nanos() >= end || work * kWorkUnitNanos > static_cast<std::uint64_t>(end - begin)) {
      break;
    }
  }
  evidence.settle();
  charge_cpu(std::max(now_nanos() - begin, static_cast<std::int64_t>(work * kWorkUnitNanos)));
  return !ready.empty() && now_nanos() >= held_until_;
}

std::optional<TimePoint> Machine::State::wakes_at() const {
  const std::int64_t now_at = now_nanos();
  std::optional<std::int64_t> at;
  if (!sleepers.empty()) at = std::max(sleepers.begin()->first, held_until_);
  if (!ready.empty()) at = std::max(now_at, held_until_);
  if (!at) return std::nullopt;
  return now() + std::chrono::ceil<Duration>(
                     std::chrono::nanoseconds(std::max<std::int64_t>(0, *at - now_at)));
}

Machine::Machine(MachineFacts facts) : state_(std::make_unique<State>(*this, std::move(facts))) {}
Machine::~Machine() = default;

bool Machine::run() {
  return state_->run();
}
std::optional<TimePoint> Machine::wakes_at() const {
  return state_->wakes_at();
}
FileSystem& Machine::files() {
  return *state_->files;
}
const MachineFacts& Machine::facts() const {
  return state_->facts;
}
const SystemView& Machine::system() const {
  return *state_->view;
}

const Clock& Machine::clock() const {
  return *state_->facts.clock;
}

bool Machine::has_terminal(int number) const {
  return state_->has_terminal(number);
}

std::optional<bool> Machine::password_works(std::string_view user,
                                            std::string_view password) const {
  // Where the account files were written here, they count: usermod -p, chpasswd -e, sed, echo >>.
  const TimePoint boot =
      state_->facts.persona ? state_->facts.persona->booted_at : TimePoint::max();
  const auto written = [&](const char* path) {
    const Sys<Stat> stat = state_->files->stat(path, Credentials{});
    return stat && stat->modified > boot;
  };
  if (written("/etc/shadow") || written("/etc/passwd")) {
    const FileSystem before = state_->facts.layer
                                  ? FileSystem(state_->facts.layer, *state_->facts.clock)
                                  : FileSystem(state_->facts.image, *state_->facts.clock);
    const std::optional<std::string> hash = hash_of(*state_->files, user);
    if (hash != hash_of(before, user)) return hash && password_fits(password, *hash);
  }
  const auto found = state_->passwords.find(user);
  if (found == state_->passwords.end()) return std::nullopt;
  return found->second == password;
}

void Machine::set_password(std::string_view user, std::string_view password) {
  state_->passwords.insert_or_assign(std::string(user), std::string(password));
}

bool Machine::key_works(std::string_view user, std::string_view key_type,
                        std::string_view key_base64) const {
  return authorized_key(*state_->files, user, key_type, key_base64);
}

std::string Machine::save() const {
  return save_state(*state_);
}

void Machine::restore(std::string_view saved) {
  restore_state(*state_, saved);
}

}  // namespace decnet::shell
