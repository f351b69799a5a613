// Process: what a running command has of its system. The interpreter and every command are
// coroutines over it.
//
//   Task<int> cat(Process& process) {
//     for (;;) {
//       Sys<std::string> bytes = co_await process.read(0, kPipeBytes);
//       if (!bytes || bytes->empty()) co_return bytes ? 0 : 1;
//       if (!co_await process.write(1, *bytes)) co_return 1;
//     }
//   }
//
// A wait is a read, a write, a sleep, a wait for a child, or breathe(). What is killed is destroyed
// where it waits: locals clean up. Everything happens on the engine's one thread, inside
// Machine::run().
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shell/filesystem.h"
#include "shell/task.h"

namespace decnet::shell {

class Machine;
class Observer;  // observer.h
class Process;
class Terminal;  // terminal.h

using Main = Task<int> (*)(Process& process);
using Environment = std::map<std::string, std::string, std::less<>>;  // Exported variables.

inline constexpr std::size_t kPipeBytes = 64 * 1024;  // As Linux has it.
inline constexpr std::size_t kDescriptorsMax = 256;   // Of one process; beyond: EMFILE.
inline constexpr std::size_t kArgumentBytesMax =
    2U << 20;  // Arguments and environment; beyond: E2BIG.

struct ChildRequest {
  std::vector<std::string> arguments;  // argv; [0] is the name it is called by.
  std::string path;                    // What is executed, as found: "/usr/bin/ls".
  Environment environment;
  std::map<int, int> descriptors;  // The child's → the parent's; others are closed.
  bool new_group = false;          // A process group of its own (job control).
  bool foreground = false;         // Its group gets the terminal.
  std::optional<std::string> directory;
  std::optional<Credentials> user;
};

struct Ended {
  int pid = 0;
  int status = 0;  // As in $?: 128 + signal where it was killed.
  int signal = 0;
  bool stopped = false;  // ^Z: not ended at all.
};

class Process {
 public:
  virtual ~Process() = default;

  int pid = 0;
  int parent = 0;
  int group = 0;
  int session = 0;
  std::vector<std::string> arguments;
  std::string path;
  Environment environment;
  Credentials user;
  std::string directory = "/";
  std::uint32_t umask = 022;

  std::string_view name() const;  // Last part of arguments[0]: what messages begin with.
  virtual Machine& machine() = 0;
  FileSystem& files();
  const Clock& clock();
  std::string variable(std::string_view name) const;  // Of the environment; empty if absent.
  std::string absolute(std::string_view file) const { return absolute_path(directory, file); }

  // Descriptors. Reads give at least one byte, or "" at the end; writes take all. A write to a pipe
  // without a reader kills with SIGPIPE (EPIPE where that is ignored).
  virtual Task<Sys<std::string>> read(int descriptor, std::size_t count) = 0;
  virtual Task<Sys<void>> write(int descriptor, std::string_view bytes) = 0;
  virtual Sys<int> open(std::string_view path, int flags,
                        std::uint32_t mode = 0666) = 0;  // O_* of <fcntl.h>
  virtual Sys<void> close(int descriptor) = 0;
  virtual Sys<int> duplicate(int from, int to) = 0;  // dup2; `to` -1: the lowest free one.
  virtual Sys<std::pair<int, int>> pipe() = 0;       // {read, write}
  virtual Sys<std::uint64_t> seek(int descriptor, std::uint64_t offset) = 0;
  virtual bool is_terminal(int descriptor) const = 0;
  virtual Terminal* terminal() = 0;  // The controlling one; null without.

  virtual Task<void> sleep(Duration how_long) = 0;
  // Lets others run, and charges `units` of work (about a microsecond of the host each) to the
  // budget. Loops over outside input call it once a round or once in 4 KiB.
  virtual Task<void> breathe(std::uint32_t units = 1) = 0;

  // A child with its own coroutine. ENOENT, EACCES, ENOEXEC, EAGAIN (too many processes), E2BIG.
  virtual Sys<int> spawn(ChildRequest request) = 0;
  // A child that runs `main` on a copy of this process, as fork() does (subshells).
  virtual Sys<int> fork(std::function<Task<int>(Process&)> main,
                        std::map<int, int> descriptors) = 0;
  // -1: any child. ECHILD.
  virtual Task<Sys<Ended>> wait(int pid) = 0;
  virtual Sys<void> kill(int pid, int signal) = 0;    // Negative: a group. ESRCH, EPERM.
  virtual void ignore(int signal, bool ignored) = 0;  // Its children do, too.
  // Itself, and not its children: what an interactive shell does.
  virtual void shield(int signal) { ignore(signal, true); }
  virtual int take_signal() = 0;              // A caught signal that came, or 0.
  virtual void catch_signal(int signal) = 0;  // It interrupts a wait with EINTR.

  // Reads through `delimiter` and no further, up to `count` bytes or the deadline (ETIMEDOUT).
  virtual Task<Sys<std::string>> read_until(int descriptor, char delimiter, std::size_t count,
                                            std::optional<TimePoint> deadline);
  virtual Sys<Stat> status(int descriptor) const;                // fstat
  virtual std::string descriptor_path(int descriptor) const;     // "/tmp/x", "pipe:[4711]"
  virtual std::map<int, int> descriptors() const { return {}; }  // All open ones, each to itself.
  virtual Task<Sys<int>> execute(ChildRequest request);          // exec: its status, when it ended.
  virtual std::optional<Ended> poll_child(int) { return {}; }    // wait with WNOHANG.
  virtual void report_stops(bool) {}  // Whether wait() tells of stopped children, too.
  virtual void set_group(int /*pid*/, int /*group*/) {}
  virtual void set_foreground(int /*group*/) {}
  virtual bool charge(std::int64_t) { return true; }  // Memory; false: ENOMEM. Freed at the end.
  virtual Observer* observer() { return nullptr; }    // Of the login that this belongs to; may go.
  virtual Duration cpu_time() const { return {}; }    // Of itself and of ended children.

  // For commands: to descriptors 1 and 2, gathered and written in pieces; flush() is called at the
  // end.
  Task<Sys<void>> print(std::string_view text);
  Task<Sys<void>> print_error(std::string_view text);  // As given, no name before it.
  // "ls: cannot access 'x': No such file or directory\n" from {"cannot access 'x'", ENOENT}
  Task<Sys<void>> complain(std::string_view what, int error_number = 0);
};

}  // namespace decnet::shell
