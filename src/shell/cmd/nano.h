// Nano: GNU nano 7.2 as Debian has it. nano.cc is its life and its keys, nano_text.cc what is
// changed, nano_prompt.cc what it asks, nano_screen.cc what is seen.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shell/cmd/io.h"
#include "shell/cmd/keyboard.h"
#include "shell/cmd/memory_charge.h"

namespace decnet::shell::cmd {

inline constexpr std::size_t kNanoBytesMax = 4U << 20;      // Of a text.
inline constexpr std::size_t kNanoLineBytesMax = 1U << 20;  // Of one of its lines.
inline constexpr std::size_t kNanoLinesMax = 200'000;
inline constexpr std::size_t kNanoAnswerBytesMax = 1'024;   // Of what is typed to a question.
inline constexpr std::size_t kNanoUndosMax = 64;            // Texts that M-U goes back to …
inline constexpr std::size_t kNanoUndoBytesMax = 8U << 20;  // … in all.
inline constexpr std::size_t kNanoBytesAUnit = 1'024;       // Of the text for a unit of breathe().

inline constexpr int kMessageKeys = 20;  // A message is gone after so many.

enum class NanoFace : std::uint8_t { plain, reversed, error, spotlight };

class Nano {
 public:
  Nano(Process& process, Io& io) : process_(process), io_(io), keys_(process), memory_(process) {}
  bool read_options();
  Task<int> run();

 private:
  struct Cell {
    std::string glyph = " ";
    NanoFace face = NanoFace::plain;
    bool operator==(const Cell&) const = default;
  };
  struct Text {
    std::vector<std::string> lines;
    std::size_t line = 0, at = 0, bytes = 0;
    std::string what;
  };
  enum class Help : std::uint8_t { main, write, search, replace, with, go_to, yes_no, read };

  // nano.cc
  Task<void> load();
  Task<bool> command(int key);  // False: it ends.
  bool move(int key);
  bool move_in_line(int key);
  Task<bool> leave();
  void place(std::size_t line, std::size_t column);

  // nano_text.cc
  void insert(std::string_view text);
  void new_line();
  std::size_t insert_lines(std::string_view text);  // How many there was room for.
  void erase_before();
  void erase_here();
  void cut();
  void paste();
  void copy();
  void keep_line();
  void remember(std::string what);
  std::size_t held_by(const std::vector<Text>& texts) const;
  bool account();  // False: there is no memory for the text.
  void step_back(std::vector<Text>& from, std::vector<Text>& to, std::string_view word);
  std::string whole() const;
  std::size_t bytes_before(std::size_t line, std::size_t at) const;
  void tell_place();
  bool find_next(const std::string& what, bool again);

  // nano_prompt.cc
  Task<std::optional<std::string>> ask(std::string question, std::string answer, Help help);
  Task<char> ask_yes_no(std::string question, bool all);  // 'y', 'n', 'a' or 'c'
  Task<bool> write();
  Task<bool> write_to(std::string name);
  Task<void> search();
  Task<void> replace();
  Task<void> go_to();
  Task<void> insert_file();
  Task<void> execute();

  // nano_screen.cc
  void begin_screen();
  void end_screen();
  void paint();
  void paint_text();
  void paint_help();
  void text_at(std::size_t row, std::size_t column, std::string_view text, NanoFace face);
  void send(std::size_t row, std::size_t column);
  void say(std::string text, NanoFace face = NanoFace::reversed);
  Task<int> next_key();
  std::size_t column_of(const std::string& line, std::size_t at) const;
  std::size_t at_column(const std::string& line, std::size_t column) const;
  std::string expanded(const std::string& line) const;
  std::size_t text_rows() const { return rows_ > 5 ? rows_ - 4 : 1; }
  void scroll_to_cursor(bool center);

  Process& process_;
  Io& io_;
  Keyboard keys_;
  MemoryCharge memory_;
  std::vector<std::string> lines_{""};
  std::string name_, search_, message_;
  NanoFace message_face_ = NanoFace::reversed;
  std::size_t line_ = 0, at_ = 0, top_ = 0, column_ = 0, start_line_ = 0;
  std::size_t bytes_ = 0;
  int shown_for_ = 0;             // Keys since the message came.
  std::vector<std::string> cut_;  // What ^U brings …
  std::size_t cut_bytes_ = 0;     // … with its newlines.
  bool cutting_ = false;          // The last key was ^K.
  bool changed_ = false, view_ = false, centers_ = false;
  std::size_t spot_ = 0;  // Letters of a match that is shown.
  std::vector<Text> undos_, redos_;
  std::string typed_kind_;  // What the last change was: one undo takes back what was typed on.

  Help help_ = Help::main;
  std::string question_, answer_;
  std::size_t rows_ = 24, columns_ = 80;
  std::vector<std::vector<Cell>> seen_, wanted_;
  bool asks_ = false, asks_all_ = false;
};

}  // namespace decnet::shell::cmd
