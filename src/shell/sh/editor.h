// Editor: the line that is being typed, as readline 8.2 shows it on an xterm.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "shell/sh/interpreter.h"

namespace decnet::shell::sh {

inline constexpr std::size_t kTypedLineMax = 1U << 20;   // Beyond: what is typed is dropped.
inline constexpr std::size_t kAskBeforeList = 100;       // Completions; from here on: asked first.
inline constexpr std::size_t kCandidatesMax = 20'000;    // Completions that are looked at.
inline constexpr std::size_t kShownLineMax = 16 * 1024;  // Longer lines are not drawn anew.

// One place on the screen: the bytes of a letter, and whether it is shown inverse.
struct Cell {
  std::string bytes;
  bool inverse = false;
  bool operator==(const Cell&) const = default;
};
using Row = std::vector<Cell>;

class Editor {
 public:
  explicit Editor(Interpreter& shell) : shell_(shell) {}
  // Nothing: the end of input, or interrupted().
  Task<std::optional<std::string>> read_line(std::string prompt, bool continued);
  bool interrupted() const { return interrupted_; }

 private:
  enum class Key : std::uint8_t { go_on, done, end, cancel };
  // editor.cc
  Key key(char byte);
  Key plain_key(char byte);
  Key escape(char byte);
  void command(const std::string& sequence);
  void replace(std::size_t from, std::size_t to, std::string_view with);
  void kill(std::size_t from, std::size_t to);
  void move(std::size_t to) { cursor_ = to; }
  void bell() { out_ += '\a'; }
  std::size_t letter_left() const;
  std::size_t letter_right() const;
  std::size_t word_left() const;
  std::size_t word_right() const;
  void transpose();
  void change_case(char how);
  // editor_history.cc
  void history(int by);
  void last_argument();
  bool search_key(char byte);  // False: the key ends the search and still counts.
  void search(bool again);
  // complete.cc
  void complete();
  void list();
  void page();
  void answer(char byte);
  std::vector<std::string> candidates(const std::string& word, bool command) const;
  // editor_screen.cc
  void begin_screen();
  void draw();
  void append(char byte);  // A letter at the end of the line: nothing else changes.
  void redraw();           // From the prompt on, on a line of its own.
  void leave_screen();
  std::vector<Row> rows() const;
  void update_row(std::size_t row, const Row& before, const Row& after);
  void write_cells(const Row& cells, std::size_t from, std::size_t to);
  void go(std::size_t row, std::size_t column);
  std::string last_prompt_line() const;
  std::size_t columns() const;

  Interpreter& shell_;
  std::string prompt_;
  std::string line_;
  std::size_t cursor_ = 0;
  std::string out_;
  std::string killed_;
  bool killing_ = false;  // The key before killed, too: what it took is added to.
  std::string escape_;
  std::string kept_;       // What was typed before the history was looked at.
  std::size_t place_ = 0;  // In the history; its size: the line itself.
  // The screen: what it shows and where its cursor is.
  std::vector<Row> shown_;
  std::size_t row_ = 0, column_ = 0;
  std::size_t inverse_from_ = 0, inverse_to_ = 0;  // Of what was pasted or found.
  // ^R
  bool searching_ = false, failed_ = false;
  std::string wanted_, last_wanted_;
  std::string before_search_;
  std::size_t cursor_before_ = 0, place_before_ = 0;
  // Alt-.
  std::size_t argument_place_ = 0, argument_from_ = 0, argument_size_ = 0;
  bool argument_before_ = false;
  // Tab
  std::vector<std::string> choices_;
  std::vector<std::string> page_lines_;
  std::size_t page_at_ = 0;
  bool asking_ = false, paging_ = false;
  bool tab_before_ = false;
  bool interrupted_ = false;
  bool literal_ = false;
  bool pasting_ = false;
  bool pending_escape_ = false;
  bool kill_before_ = false;
  bool appended_ = false;
  bool fresh_prompt_ = false;  // The prompt is another: it is written, not shifted in.
  std::string pasted_;
};

// "!!" and its like; the line as it shall run. `changed`: something was replaced; `show_only`:
// ":p". The error is what bash says behind its name: "!x: event not found".
tl::expected<std::string, std::string> expand_history(const History& history,
                                                      const std::string& line, bool& changed,
                                                      bool& show_only);

}  // namespace decnet::shell::sh
