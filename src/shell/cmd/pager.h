// Pager: less, as pager.cc reads its keys and pager_screen.cc moves its window. What is scrolled,
// skipped or painted anew, and what is printed for it, was recorded from the genuine one
// (testdata/pager.keys).
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "shell/cmd/io.h"
#include "shell/cmd/keyboard.h"
#include "shell/cmd/memory_charge.h"
#include "shell/cmd/paged_text.h"

namespace decnet::shell::cmd {

inline constexpr std::size_t kPagedFilesMax = 4'096;      // Operands; more are not looked at.
inline constexpr std::size_t kPagerLineBytesMax = 1'024;  // Of what is typed behind / and !
inline constexpr std::size_t kPagerCountMax = 100'000;    // A number before a command.

struct PagerOptions {
  PagedLook look;
  bool fold = false;                                 // -i
  bool fold_always = false;                          // -I
  bool no_init = false;                              // -X
  bool one_screen = false;                           // -F
  bool quits_at_end = false, quits_at_once = false;  // -e, -E
  bool interrupt_quits = false;                      // -K
  bool force = false;                                // -f
  bool no_marks = false;                             // -G
  int prompt = 0;                                    // 0; 1: -m; 2: -M
  std::string first;                                 // What + and -p say.
};

class Pager {
 public:
  Pager(Process& process, Io& io) : process_(process), io_(io), keys_(process), memory_(process) {}
  bool read_options();
  Task<int> run();

 private:
  static constexpr std::ptrdiff_t kNowhere = -1;
  using Place = std::ptrdiff_t;  // A row, or kNowhere.
  enum class Way : std::uint8_t { forward, backward };

  // pager_options.cc
  bool no_option(const std::string& name);
  bool information(char letter);
  bool long_option(const std::vector<std::string>& words, std::size_t& at);
  bool letters(const std::vector<std::string>& words, std::size_t& at);

  // pager_screen.cc: the table of rows on the screen, bottom plus one included.
  std::size_t height() { return keys_.rows(); }
  void clear_table();
  void push_bottom(Place row);
  void push_top(Place row);
  bool blank(std::size_t from, std::size_t to) const;
  Place top() const { return table_.front(); }
  Place below() const { return table_.back(); }
  void put_row(Place row);
  void forward_from(std::size_t count, Place from, bool force, std::size_t blanks = 0);
  void back_from(std::size_t count, Place from, bool force);
  void forward(std::size_t count, bool force = false);
  void back(std::size_t count);
  void jump(Place row, std::size_t line = 0);
  void repaint();
  void unsquash();
  void paint_marks(bool on);
  void ring_at_end();
  void clear_bottom() { io_.out("\r\033[K"); }
  void lower_left();
  bool at_end() const;
  bool on_screen(Place row, std::size_t& at) const;
  void redraw();

  // pager_file.cc
  void start_screen();
  void end_screen();
  Task<bool> open_file(std::size_t which);
  Task<bool> first_file();
  Task<void> fill(std::size_t rows);
  Task<void> fill_all();
  Task<void> copy_all();
  Task<void> switch_file(std::size_t which);
  Task<void> show_file();
  Task<void> tell(std::string text);
  Task<int> next_key();
  std::string prompt_text();
  std::string position_text();
  static constexpr std::size_t kNoRow = static_cast<std::size_t>(-1);
  std::size_t shown_last() const;
  std::string where_text();
  void prompt();
  Task<void> follow();
  Task<void> run_command(std::string line);
  Task<void> run_editor();

  // pager_seek.cc
  void echo_key(std::string_view shown);
  std::optional<Regex> compiled(const std::string& pattern) const;
  Task<std::optional<std::string>> typed(std::string before, bool prefixed);
  Task<void> search(std::string pattern, Way way, std::size_t count, bool again);
  Task<void> go(int key, std::size_t count, bool counted);
  Task<void> filter_lines();
  Task<void> mark(int key);

  // pager_keys.cc
  bool move(int key, std::size_t count, bool counted);
  bool forward_moves(int key) const;
  Task<void> change_option();
  Task<bool> colon();
  void shift(bool right, std::size_t columns);
  Task<bool> escape(std::size_t count, bool counted);

  // pager.cc
  Task<void> help();
  Task<bool> long_command(int key, std::size_t count);
  Task<bool> short_command(int key, std::size_t count, bool counted);
  bool interrupted();
  Task<int> number(int key, std::size_t& count);
  Task<bool> command(int key);  // False: it ends.
  bool fits();
  void resize();
  Task<void> converse();

  Process& process_;
  Io& io_;
  Keyboard keys_;
  MemoryCharge memory_;
  PagerOptions options_;
  std::vector<std::string> files_;
  std::size_t current_ = 0;
  int input_ = -1;  // Descriptor of the file that is read.
  bool seekable_ = false;
  PagedText text_;
  std::vector<Place> table_;
  bool any_shown_ = false;  // A screen was shown, so messages go there.
  bool first_time_ = true, squashed_ = false, forward_prompt_ = false, new_file_ = true;
  bool helping_ = false, lost_ = false;  // lost_: the last file that was asked for is not there.
  std::size_t half_ = 0, window_ = 0;
  std::int64_t rang_at_ = 0;
  std::optional<Regex> marks_;
  Way searched_ = Way::forward;
  std::map<char, Place> places_;
};

}  // namespace decnet::shell::cmd
