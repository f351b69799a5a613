#include "shell/kernel_process.h"

#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <unistd.h>

#include "shell/machine_state.h"

namespace decnet::shell {
namespace {

constexpr std::uint32_t kYieldAfter = 12;  // Kernel calls: bounds the stack of resumptions.

bool terminal_device(const Stat& stat) {
  return stat.kind == Kind::character && (stat.special >> 8 == 136 || stat.special == (5U << 8));
}

}  // namespace

Machine& KernelProcess::machine() {
  return system_.machine;
}

std::shared_ptr<OpenFile> KernelProcess::file(int descriptor) const {
  const auto found = files_.find(descriptor);
  return found == files_.end() ? nullptr : found->second;
}

bool KernelProcess::must_yield(std::uint32_t units) {
  units_ += units;
  if (fatal_ != 0 || stopped_) return true;
  return ++since_yield_ >= kYieldAfter || units_ > 1'000;
}

KernelProcess::Suspend KernelProcess::yield() {
  if (fatal_ == 0) system_.make_ready(*this);
  return Suspend{*this};
}

KernelProcess::Suspend KernelProcess::block(WaitQueue* queue, std::int64_t until_nanos) {
  blocked_ = true;
  waits_on_ = queue;
  if (queue != nullptr) queue->add(this);
  waits_until_ = until_nanos;
  if (until_nanos != 0) system_.sleepers.emplace(until_nanos, pid);
  return Suspend{*this};
}

void KernelProcess::unblock() {
  blocked_ = false;
  if (waits_on_ != nullptr) waits_on_->remove(this);
  waits_on_ = nullptr;
  if (waits_until_ == 0) return;
  const auto [from, to] = system_.sleepers.equal_range(waits_until_);
  for (auto it = from; it != to; ++it) {
    if (it->second != pid) continue;
    system_.sleepers.erase(it);
    break;
  }
  waits_until_ = 0;
}

void KernelProcess::woken() {
  unblock();
  system_.make_ready(*this);
}

bool KernelProcess::in_background() const {
  return login && login->terminal && login->terminal->session == session &&
         login->terminal->foreground != group;
}

Task<Sys<std::string>> KernelProcess::read(int descriptor, std::size_t count) {
  Sys<std::string> bytes = co_await read_until(descriptor, '\0', count | std::size_t{1} << 62, {});
  co_return bytes;
}

// A count with its highest bits set is a plain read.
Task<Sys<std::string>> KernelProcess::read_until(int descriptor, char delimiter, std::size_t count,
                                                 std::optional<TimePoint> deadline) {
  const bool plain = count >> 62 != 0;
  count &= (std::size_t{1} << 62) - 1;
  if (must_yield(1)) co_await yield();
  const std::shared_ptr<OpenFile> from = file(descriptor);
  if (!from) co_return sys_fail(EBADF);
  std::int64_t until = 0;
  if (deadline) {
    until = system_.now_nanos() +
            std::max<std::int64_t>(1, std::chrono::nanoseconds(*deadline - system_.now()).count());
  }
  std::string line;
  for (;;) {
    if (from->terminal() != nullptr && in_background()) {
      if (((ignored_ | shielded_) >> SIGTTIN & 1) != 0) co_return sys_fail(EIO);
      deliver(SIGTTIN);
      co_await yield();
      continue;
    }
    std::optional<Sys<std::string>> got =
        plain ? from->read(count) : from->read_until(delimiter, count - line.size());
    if (got && !*got) co_return std::move(*got);
    if (got) {
      units_ += (*got)->size() / 64;
      line += **got;
      if (plain || (*got)->empty() || line.back() == delimiter || line.size() >= count) break;
      continue;
    }
    if (interrupted()) co_return sys_fail(EINTR);
    if (until != 0 && system_.now_nanos() >= until) {
      if (line.empty()) co_return sys_fail(ETIMEDOUT);
      break;
    }
    co_await block(from->read_queue(), until);
  }
  co_return line;
}

Task<Sys<void>> KernelProcess::write(int descriptor, std::string_view bytes) {
  if (must_yield(1 + static_cast<std::uint32_t>(std::min<std::size_t>(bytes.size() / 64, 4096)))) {
    co_await yield();
  }
  const std::shared_ptr<OpenFile> to = file(descriptor);
  if (!to) co_return sys_fail(EBADF);
  while (!bytes.empty()) {
    const std::optional<Sys<std::size_t>> taken = to->write(bytes);
    if (!taken) {
      if (interrupted()) co_return sys_fail(EINTR);
      co_await block(to->write_queue());
      continue;
    }
    if (!*taken) {
      if (taken->error() == EPIPE) {
        deliver(SIGPIPE);
        if (fatal_ != 0) co_await yield();
      }
      co_return sys_fail(taken->error());
    }
    bytes.remove_prefix(**taken);
  }
  co_return Sys<void>{};
}

Sys<int> KernelProcess::open(std::string_view path_given, int flags, std::uint32_t mode) {
  FileSystem& tree = *system_.files;
  std::string where = absolute(path_given);
  if (where.starts_with("/dev/fd/") || where.starts_with("/proc/self/fd/")) {
    const int number = std::atoi(where.c_str() + where.rfind('/') + 1);
    return file(number) ? duplicate(number, -1) : sys_fail(ENOENT);
  }
  if (where.starts_with("/dev/std")) {
    const int number = where == "/dev/stdin" ? 0 : where == "/dev/stdout" ? 1 : 2;
    return file(number) ? duplicate(number, -1) : sys_fail(ENXIO);
  }
  if (path_given.ends_with('/') && where.size() > 1) where.push_back('/');
  const int access_mode = flags & O_ACCMODE;
  Sys<Stat> stat = tree.stat(where, user);
  if (!stat) {
    if (stat.error() != ENOENT || (flags & O_CREAT) == 0) return sys_fail(stat.error());
    const Sys<void> made = tree.create(where, mode & ~umask, user);
    if (!made) return sys_fail(made.error());
  } else {
    if ((flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL)) return sys_fail(EEXIST);
    const int wanted = access_mode == O_RDONLY   ? R_OK
                       : access_mode == O_WRONLY ? W_OK
                                                 : R_OK | W_OK;
    if (stat->kind == Kind::directory && wanted != R_OK) return sys_fail(EISDIR);
    if (const Sys<void> may = tree.access(where, wanted, user); !may) return sys_fail(may.error());
    if (stat->kind == Kind::socket) return sys_fail(ENXIO);
    if (stat->kind == Kind::regular && (flags & O_TRUNC) != 0 && wanted != R_OK) {
      if (const Sys<void> cut = tree.truncate(where, 0, user); !cut) return sys_fail(cut.error());
    }
  }
  int lowest = 0;
  while (files_.contains(lowest)) ++lowest;
  if (static_cast<std::size_t>(lowest) >= kDescriptorsMax) {
    refusals().descriptors.add();
    return sys_fail(EMFILE);
  }
  if (stat && terminal_device(*stat)) {
    if (!login || !login->terminal) return sys_fail(ENXIO);
    files_[lowest] = std::make_shared<TerminalFile>(login->terminal);
  } else if (stat && stat->kind == Kind::fifo) {
    std::shared_ptr<Pipe> shared = system_.fifos[where].lock();
    if (!shared) {
      shared = std::make_shared<Pipe>();
      shared->inode = stat->inode;
      system_.fifos[where] = shared;
    }
    if (access_mode == O_RDONLY) {
      files_[lowest] = std::make_shared<PipeReader>(shared);
    } else {
      files_[lowest] = std::make_shared<PipeWriter>(shared);
    }
  } else {
    files_[lowest] = std::make_shared<TreeFile>(tree, where, flags, user);
  }
  return lowest;
}

Sys<void> KernelProcess::close(int descriptor) {
  if (files_.erase(descriptor) == 0) return sys_fail(EBADF);
  return {};
}

Sys<int> KernelProcess::duplicate(int from, int to) {
  const std::shared_ptr<OpenFile> given = file(from);
  if (!given) return sys_fail(EBADF);
  if (to < 0) {
    to = to == -1 ? 0 : -to;  // -n: the lowest free one from n on.
    while (files_.contains(to)) ++to;
  }
  if (static_cast<std::size_t>(to) >= kDescriptorsMax) {
    refusals().descriptors.add();
    return sys_fail(EMFILE);
  }
  files_[to] = given;
  return to;
}

Sys<std::pair<int, int>> KernelProcess::pipe() {
  auto shared = std::make_shared<Pipe>();
  shared->inode = ++system_.next_inode;
  std::pair<int, int> ends{0, 0};
  while (files_.contains(ends.first)) ++ends.first;
  ends.second = ends.first + 1;
  while (files_.contains(ends.second)) ++ends.second;
  if (static_cast<std::size_t>(ends.second) >= kDescriptorsMax) {
    refusals().descriptors.add();
    return sys_fail(EMFILE);
  }
  files_[ends.first] = std::make_shared<PipeReader>(shared);
  files_[ends.second] = std::make_shared<PipeWriter>(shared);
  return ends;
}

Sys<std::uint64_t> KernelProcess::seek(int descriptor, std::uint64_t offset) {
  const std::shared_ptr<OpenFile> given = file(descriptor);
  if (!given) return sys_fail(EBADF);
  return given->seek(offset);
}

bool KernelProcess::is_terminal(int descriptor) const {
  const std::shared_ptr<OpenFile> given = file(descriptor);
  return given && given->terminal() != nullptr;
}

Terminal* KernelProcess::terminal() {
  return login && login->terminal && login->terminal->session == session ? login->terminal.get()
                                                                         : nullptr;
}

Task<void> KernelProcess::sleep(Duration how_long) {
  const std::int64_t until =
      system_.now_nanos() + std::max<std::int64_t>(1, std::chrono::nanoseconds(how_long).count());
  while (system_.now_nanos() < until && !interrupted()) co_await block(nullptr, until);
}

Task<void> KernelProcess::breathe(std::uint32_t units) {
  const bool due = must_yield(units);
  if (due) co_await yield();
}

Sys<Stat> KernelProcess::status(int descriptor) const {
  const std::shared_ptr<OpenFile> given = file(descriptor);
  if (!given) return sys_fail(EBADF);
  return given->status();
}

std::string KernelProcess::descriptor_path(int descriptor) const {
  const std::shared_ptr<OpenFile> given = file(descriptor);
  return given ? given->path() : std::string{};
}

std::map<int, int> KernelProcess::descriptors() const {
  std::map<int, int> all;
  for (const auto& [number, open] : files_) all[number] = number;
  return all;
}

}  // namespace decnet::shell
