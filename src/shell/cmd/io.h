// Io: what a program of the emulated shell has in its hands while it works without waiting: its
// arguments, the files, and what it has printed so far. The coroutine around it (plain(), filter.h)
// writes the output and lets others run.
//
//   int nproc(Io& io) { io.out("2\n"); return 0; }
//   const Command kRows[] = {{"nproc", &plain<nproc>}};
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "shell/command.h"
#include "shell/filesystem.h"
#include "shell/process.h"

namespace decnet::shell::cmd {

inline constexpr std::size_t kGatheredBytesMax = 16U << 20;  // That one program holds of its input.

class Io {
 public:
  explicit Io(Process& of);

  Process& process;
  FileSystem& files;
  const Credentials& who;
  int status = 0;  // What it will exit with.

  std::size_t argc() const { return process.arguments.size(); }
  const std::string& arg(std::size_t at) const { return process.arguments[at]; }
  std::string_view name() const { return name_; }
  // Run as an applet ("busybox rm x"): messages are worded as busybox words them.
  bool by_busybox() const;
  void rename(std::string_view name) { name_ = name; }  // What messages begin with.

  void out(std::string_view text);
  void out(char byte) { out(std::string_view(&byte, 1)); }
  void err(std::string_view text);
  // "name: what: No such file or directory\n"; sets the status.
  void fail(std::string_view what, int error_number = 0, int with = 1);
  // Then "Try 'name --help' for more information.\n". Returns `with`, for `return io.misused(…)`.
  int misused(std::string_view what, int with = 1);

  std::string absolute(std::string_view path) const { return process.absolute(path); }
  Sys<Stat> stat(std::string_view path, Follow follow = Follow::yes) const;
  Sys<std::string> slurp(std::string_view path) const;  // EISDIR where it is a directory.
  std::string slurp_or_empty(std::string_view path) const;
  std::string variable(std::string_view name) const;
  TimePoint now() const;
  // 'x', or with the quotation marks of a UTF-8 locale: for messages that are translated so.
  std::string in_quotes(std::string_view name) const;
  bool on_terminal() const { return process.is_terminal(1); }
  int columns() const;  // $COLUMNS, or the terminal's, or 80.

  std::size_t pending() const { return pending_; }
  // Writes what was printed, in its order. EPIPE where nobody reads.
  Task<Sys<void>> flush();

 private:
  struct Piece {
    int descriptor;
    std::string text;
  };
  void put(int descriptor, std::string_view text);
  std::string name_;
  std::vector<Piece> pieces_;
  std::size_t pending_ = 0;
};

// The whole of a program that waits for nothing.
using Plain = int (*)(Io& io);
Task<int> run_plain(Process& process, Plain work);
template <Plain Work>
Task<int> plain(Process& process) {
  return run_plain(process, Work);
}

// "$PATH" looked up as execvp does; nothing: ENOENT or EACCES.
Sys<std::string> find_program(Process& process, std::string_view name);
// Runs a program and waits for it. 127 and 126 as a shell says, without a message.
Task<Sys<int>> run_program(Process& process, std::vector<std::string> arguments);

// getopt_long with its messages. An option that is a flag has id = its letter; long names without a
// letter have ids from 256.
struct Long {
  std::string_view name;
  int id;
  char argument = 0;  // 0, ':' required, '?' optional.
};
inline constexpr int kNoMore = -1;
inline constexpr int kStop = -2;  // Misuse, --help or --version: return io.status.

class Options {
 public:
  // `letters` as for getopt: "ab:c::"; a leading '+' stops at the first operand. `usage` is what
  // --help prints after "Usage: name "; misuse exits with `failure`.
  Options(Io& io, std::string_view letters, std::span<const Long> longs,
          std::string_view usage = {}, int failure = 1);

  int next();
  std::string value;                  // Of the last option.
  bool has_value = false;             // Of an optional argument.
  std::vector<std::string> operands;  // Complete once next() gave kNoMore.

 private:
  int next_long(std::string_view text);
  int next_short();
  int stop(std::string_view message);

  Io& io_;
  std::string_view letters_;
  std::span<const Long> longs_;
  std::string_view usage_;
  int failure_;
  bool posix_ = false;
  std::size_t at_ = 1;
  std::size_t in_word_ = 0;  // Position in a cluster of letters; 0: none.
};

// How busybox words what a GNU program says: "cannot remove 'x'" is "can't remove 'x'"
// (busybox.cc).
std::string busybox_words(std::string_view tool, std::string_view what);
inline constexpr std::string_view kBusyboxBanner =
    "BusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1+b1) multi-call binary.\n";

// What `name --help` prints, and so a wrong option; empty where it is made of `usage`.
std::string usage_text(std::string_view name);
// What `name --version` prints; empty where it has none.
std::string version_text(const Io& io, std::string_view name);

}  // namespace decnet::shell::cmd
