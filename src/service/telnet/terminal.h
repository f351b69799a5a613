// Terminal: the line discipline in front of login, in cooked mode as Linux has it: echo, erase, ^U,
// ^W, ^R, ^V, ^S, ^Q, ^D and the signals.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace decnet::service::telnet {

inline constexpr std::size_t kLineBytesMax = 4095;    // N_TTY's; what is longer is dropped.
inline constexpr std::size_t kTypedBytesMax = 16384;  // In lines that nobody has read yet.

enum class Signal : std::uint8_t { none, interrupt, quit, suspend };

class Terminal {
 public:
  void set_echo(bool echoes) { echoes_ = echoes; }
  // What a byte does to what is seen is appended to `shown`.
  Signal type(char byte, std::string& shown);
  // A line without its end. One that ^D ended is empty at the end of file.
  struct Line {
    std::string text;
    bool by_end_of_file = false;
  };
  std::optional<Line> take_line();
  void flush_input();
  bool is_stopped() const { return is_stopped_; }

 private:
  void show(char byte, std::string& shown) const;
  void erase_one(std::string& shown);
  void erase_word(std::string& shown);
  void finish_line(bool by_end_of_file);
  void insert(char byte, std::string& shown);
  bool edit(char byte, std::string& shown);

  std::string line_;
  std::deque<Line> lines_;
  std::size_t waiting_ = 0;
  bool echoes_ = true;
  bool is_literal_ = false;
  bool is_stopped_ = false;
};

}  // namespace decnet::service::telnet
