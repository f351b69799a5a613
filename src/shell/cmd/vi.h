// Vi: vim.tiny as Debian sets it up under the name vi: compatible with the old one. vi.cc is its
// life, vi_paint.cc what is seen, vi_text.cc what is changed, vi_normal.cc its commands, vi_move.cc
// and vi_search.cc its motions, vi_ex.cc, vi_substitute.cc and vi_command.cc what a colon begins.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shell/cmd/io.h"
#include "shell/cmd/keyboard.h"
#include "shell/cmd/memory_charge.h"
#include "shell/cmd/regex.h"
#include "shell/cmd/vi_screen.h"

namespace decnet::shell::cmd {

inline constexpr std::size_t kViBytesMax = 4U << 20;  // Of a text; more of a file is not read …
inline constexpr std::size_t kViLineBytesMax = 1U << 20;  // … nor typed into a line.
inline constexpr std::size_t kViLinesMax = 200'000;
inline constexpr std::size_t kViCountMax = 100'000;       // Before a command.
inline constexpr std::size_t kViCommandBytesMax = 2'048;  // Behind a colon.
inline constexpr std::size_t kViRepeatKeysMax = 2'048;    // That "." types again.
inline constexpr std::size_t kViBytesAUnit = 256;         // Worked on for a unit of breathe().

class Vi {
 public:
  Vi(Process& process, Io& io) : process_(process), io_(io), keys_(process), memory_(process) {}
  bool read_options();
  Task<int> run();

 private:
  struct Place {
    std::size_t line = 0, at = 0;
  };
  struct Kept {  // What was cut or copied.
    std::string text;
    bool lines = false;
  };
  struct Range {  // Lines of a command.
    std::size_t from = 0, to = 0;
    bool given = false;
  };
  enum class Reach : std::uint8_t { none, exclusive, inclusive, lines };

  // vi.cc
  Task<void> load();
  Task<void> insert_mode(bool over);
  void typed_letter(int key, std::size_t floor, bool over);
  Task<void> ask_return();
  Task<int> next_key();
  Task<void> redraw_all();
  void begin_screen();
  void end_screen(bool told);
  void paint();
  void paint_ruler();
  void paint_intro();
  void scroll_to_cursor();
  std::size_t rows_of(std::size_t line) const;
  std::size_t text_rows() const { return screen_.rows() - 1; }
  std::size_t column_of(const std::string& line, std::size_t at) const;
  std::size_t at_column(const std::string& line, std::size_t column) const;
  std::vector<ViLine> shown(std::size_t line) const;
  void say(std::string_view text);
  void complain(std::string_view text);

  // vi_normal.cc
  Task<bool> normal(int key);  // False: it ends.
  Task<bool> operate(int key, std::size_t count, bool counted);
  bool opens_text(int key);  // i, a, o and the like: what is typed is text.
  Task<bool> edit(int key, std::size_t count);
  Task<bool> scroll(int key, std::size_t count);
  Task<bool> leave();
  void apply(int operation, Place from, Place to, Reach reach);
  void remove_lines(std::size_t from, std::size_t count);
  void put_kept(bool behind, std::size_t count);
  void join_lines(std::size_t count);
  void shift_text(bool right, std::size_t from, std::size_t to);
  void remember();  // For u.
  void undo();
  void count_lines(std::size_t before);
  bool room_for(std::size_t bytes);
  bool account();  // False: there is no memory for the text.

  // vi_move.cc and vi_search.cc
  Task<Reach> row_motion(int key, std::size_t count, bool counted, Place& to);
  Task<Reach> motion(int key, std::size_t count, bool counted, Place& to);
  bool word_motion(int key, Place& to) const;
  using Found = std::optional<std::size_t>;
  Task<Found> find_in_line(const Regex& regex, std::size_t row, int way, Found beside);
  bool find_letter(int key, int letter, std::size_t count, Place& to) const;
  Task<bool> search(int key, bool again, std::size_t count, Place& to);
  bool match_bracket(Place& to) const;
  void settle_column(bool inserting);

  // vi_ex.cc
  Task<std::optional<std::string>> command_line(char before);
  Task<bool> ex(std::string line);  // False: it ends.
  Task<bool> ex_command(std::string_view name, std::string_view rest, bool force, Range range);
  Task<bool> finish(std::string_view name, std::string_view rest, bool force, Range range);
  bool range_of(std::string_view& text, Range& range) const;
  bool line_number(std::string_view& text, std::size_t& line) const;
  Task<bool> write(std::string name, Range range, bool force, bool leaving);
  Task<void> read_file(std::string_view rest, std::size_t behind);
  Task<void> shell(std::string line, std::string input);
  void set(std::string_view what);
  std::string text_in(Range range) const;

  // vi_substitute.cc
  struct Substitution {
    Regex regex;
    std::string with;
    std::size_t done = 0;
    bool all = false, stopped = false;  // By ^C, or for lack of room.
  };
  Task<void> substitute(std::string_view rest, Range range);
  Task<std::optional<std::string>> substituted(Substitution& how, const std::string& line);
  std::string expanded(std::string_view text) const;

  Process& process_;
  Io& io_;
  Keyboard keys_;
  MemoryCharge memory_;
  ViScreen screen_;
  std::vector<std::string> lines_{""};
  std::vector<std::string> before_;  // For u …
  Place cursor_, before_cursor_;
  std::size_t top_ = 0, bytes_ = 0, before_bytes_ = 0;
  std::optional<std::size_t> column_;  // Where j and k aim; nothing: the end of the line.
  bool column_set_ = false;
  std::string name_;
  std::vector<std::string> files_;
  bool compatible_ = true, read_only_ = false, new_file_ = false, no_end_ = false;
  bool changed_ = false, can_undo_ = false, undone_ = false, numbers_ = false, message_ = false;
  bool fold_ = false, asks_return_ = false;
  int changes_ = 0;
  TimePoint changed_at_{};
  Kept kept_;
  std::string pattern_, first_command_;
  int direction_ = '/', found_key_ = 0, found_letter_ = 0;
  std::string repeat_, typing_;  // Keys of the last change, and of this one.
  bool repeating_ = false, inserting_ = false;
  bool intro_ = false, introduced_ = false;  // The words of welcome are due, and stand there.
  bool stale_ = false;                       // What is on the screen is not known any more.
  std::size_t shift_line_ = 0, shift_in_ = 0, shift_out_ = 0;  // Lines that came or went.
};

}  // namespace decnet::shell::cmd
