// Terminal: a pty and its line discipline, as Linux has it (n_tty).
//
// Bytes of the peer come in by input(): they are echoed, erased, turned into signals and gathered
// to lines while the mode is canonical, or handed on as they are. What processes write comes out of
// take_output() with "\n" as "\r\n". A command that asks for a password:
//
//   TerminalMode quiet = terminal->mode();
//   quiet.echo = false;
//   ModeGuard guard(*terminal, quiet);
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include "shell/wait_queue.h"

namespace decnet::shell {

inline constexpr std::size_t kTerminalLineBytesMax = 4095;  // As n_tty: more of a line is dropped.
inline constexpr std::size_t kTerminalInputMax = 64 * 1024;
inline constexpr std::size_t kTerminalOutputMax = 256 * 1024;  // Then who writes waits.

struct TerminalMode {
  bool canonical = true;        // icanon
  bool echo = true;             // echo
  bool signals = true;          // isig
  bool cr_to_newline = true;    // icrnl
  bool newline_to_crlf = true;  // opost onlcr
  bool echo_control = true;     // echoctl
  char interrupt = 0x03, quit = 0x1c, erase = 0x7f, kill = 0x15, end = 0x04, suspend = 0x1a;
  char word_erase = 0x17, literal_next = 0x16, reprint = 0x12;
  bool operator==(const TerminalMode&) const = default;
};

class Terminal {
 public:
  // `signal` sends to the foreground group.
  Terminal(std::string path, std::function<void(int)> signal)
      : path_(std::move(path)), signal_(std::move(signal)) {}

  const std::string& path() const noexcept { return path_; }  // "/dev/pts/0"
  std::string_view name() const noexcept { return std::string_view(path_).substr(5); }  // "pts/0"
  const TerminalMode& mode() const noexcept { return mode_; }
  void set_mode(const TerminalMode& mode);
  std::uint16_t columns = 80;
  std::uint16_t rows = 24;

  // The peer's side.
  void input(std::string_view bytes);
  bool accepts_input() const noexcept { return ready_.size() + line_.size() < kTerminalInputMax; }
  void hang_up();
  std::string take_output(std::size_t count);
  bool has_output() const noexcept { return !output_.empty(); }
  std::uint64_t written() const noexcept { return written_; }  // By processes, in all.

  // The processes' side, for the kernel.
  bool readable() const noexcept;
  std::string read(std::size_t count);  // "" at the end of input.
  std::string read_until(char delimiter, std::size_t count);
  bool writable() const noexcept { return output_.size() < kTerminalOutputMax; }
  void write(std::string_view bytes);  // After post-processing; never refused.
  bool hung_up() const noexcept { return hung_up_; }
  void flush_input();
  int foreground = 0;  // The process group that reads and gets ^C.
  int session = 0;
  WaitQueue readers;
  WaitQueue writers;

 private:
  void canonical_input(char byte);
  bool signal_input(char byte);
  void finish_line(std::string_view end);
  void erase_one();
  void echo(char byte);
  void put(std::string_view bytes);

  std::string path_;
  std::function<void(int)> signal_;
  TerminalMode mode_;
  std::string line_;               // Of the canonical mode, unfinished.
  std::string ready_;              // What can be read …
  std::deque<std::size_t> lines_;  // … in canonical mode: the lengths of its lines; 0 is ^D.
  bool literal_ = false;
  bool hung_up_ = false;
  std::size_t column_ = 0;
  std::string output_;
  std::uint64_t written_ = 0;
};

// Restores the mode at the end of its scope, also when the process is killed.
class ModeGuard {
 public:
  ModeGuard(Terminal& terminal, const TerminalMode& mode)
      : terminal_(terminal), before_(terminal.mode()) {
    terminal_.set_mode(mode);
  }
  ~ModeGuard() { terminal_.set_mode(before_); }
  ModeGuard(const ModeGuard&) = delete;
  ModeGuard& operator=(const ModeGuard&) = delete;

 private:
  Terminal& terminal_;
  TerminalMode before_;
};

}  // namespace decnet::shell
