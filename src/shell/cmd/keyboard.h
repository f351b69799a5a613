// Keyboard: the keys that a full-screen program reads from its terminal, which is in raw mode as
// long as this lives (or until cooked()).
//
//   Keyboard keys(process);
//   if (!keys.open({.signals = false})) …                // No terminal.
//   const int key = co_await keys.key();
#pragma once

#include <deque>
#include <memory>

#include "shell/process.h"
#include "shell/terminal.h"

namespace decnet::shell::cmd {

inline constexpr std::size_t kEscapeBytesMax = 16;     // Of one sequence; a longer one is dropped.
inline constexpr Duration kEscapePatience{25'000};     // For the byte behind an escape.
inline constexpr std::size_t kKeysHeldMax = 4 * 1024;  // Given back by unread().
inline constexpr std::size_t kScreenRowsMax = 256;     // Of a terminal that says it has more, so
inline constexpr std::size_t kScreenColumnsMax = 512;  // many are used.

// Keys that are no bytes.
enum : int {
  kKeyEnd = -1,          // The terminal is gone.
  kKeyInterrupted = -2,  // ^C, where it is a signal.
  kKeyNone = -3,         // Nothing came in time.
  kKeyUp = 0x100,
  kKeyDown,
  kKeyRight,
  kKeyLeft,
  kKeyHome,
  kKeyLast,  // "End" on the keyboard.
  kKeyPageUp,
  kKeyPageDown,
  kKeyInsert,
  kKeyDelete,
  kKeyPasteBegins,  // Bracketed paste.
  kKeyPasteEnds,
  kKeyUnknown,
  kKeyMeta = 0x200  // Added to a byte that came behind an escape.
};

struct KeyboardModes {
  bool signals = true;            // ^C, ^\ and ^Z are signals.
  bool newline_as_return = true;  // The terminal prints "\n" as "\r\n".
};

class Keyboard {
 public:
  explicit Keyboard(Process& process) : process_(process) {}

  // From standard input where that is a terminal, otherwise from the controlling one.
  bool open(KeyboardModes modes);
  Terminal& terminal() { return *process_.terminal(); }
  std::size_t rows();
  std::size_t columns();
  void cooked();  // For a child …
  void raw();     // … and after it.

  Task<int> byte();  // One byte as it came.
  Task<int> byte_within(Duration patience);
  Task<int> key();        // A byte, or one of the keys above.
  void unread(int byte);  // What the next call gives.
  bool holds() const { return !held_.empty(); }

 private:
  Process& process_;
  KeyboardModes modes_;
  std::unique_ptr<ModeGuard> guard_;
  int descriptor_ = 0;
  std::deque<int> held_;
};

}  // namespace decnet::shell::cmd
