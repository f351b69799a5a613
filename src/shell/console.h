// Console: one login on a Machine. Bytes of the peer go in, bytes for the peer come out.
//
// With a terminal it is a pty and its line discipline: echo, erase, ^C, ^D, ^Z, ^U, cooked and raw
// mode,
// "\n" → "\r\n"; the shell on it edits lines and keeps a history. Without one (exec) it is three
// pipes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "shell/machine.h"

namespace decnet::shell {

struct ConsoleRequest {
  std::string user = "root";
  std::string peer_ip;  // For who, last, ss and $SSH_CLIENT.
  std::uint16_t peer_port = 0;
  std::uint16_t local_port = 22;
  std::string terminal_type = "xterm";  // $TERM
  bool terminal = true;
  std::uint16_t columns = 80;
  std::uint16_t rows = 24;
  std::optional<std::string> command;  // exec: `sh -c`; none: a login shell.
  Environment environment;             // What the peer set (SSH env, accepted ones only).
  bool by_ssh = true;                  // SSH_CLIENT, SSH_CONNECTION, SSH_TTY.
  Observer* observer = nullptr;        // Outlives the Console. Gets what its processes did.
};

inline constexpr std::size_t kConsoleOutputMax = 256 * 1024;  // Then what writes to it waits.
inline constexpr std::size_t kConsoleInputMax = 64 * 1024;    // Then accepts_input() is false.

class Console {
 public:
  Console(Machine& machine, ConsoleRequest request);
  ~Console();  // Hang-up: SIGHUP to what runs on it; background jobs under nohup go on until the
               // Machine ends.
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  void input(std::string_view bytes);
  void input_end();  // The peer sends no more.
  bool accepts_input() const;
  void resize(std::uint16_t columns, std::uint16_t rows);
  void send_signal(int signal);  // To the foreground group (SSH "signal").

  std::string take_output(std::size_t count = 32 * 1024);
  std::string take_error(std::size_t count = 32 *
                                             1024);  // Standard error, where there is no terminal.
  bool has_output() const;
  // Whether what is typed now is a secret: a terminal in cooked mode that does not echo.
  bool hides_input() const;

  // The shell or command has ended and all output was taken.
  bool ended() const;
  int exit_status() const;
  int exit_signal() const;  // 0: it exited.

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace decnet::shell
