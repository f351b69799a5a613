// Editor: the line that is being typed, as readline 8.2 shows it on an xterm.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "shell/sh/interpreter.h"

namespace decnet::shell::sh {

inline constexpr std::size_t kTypedLineMax = 1U << 20;  // Beyond: what is typed is dropped.

class Editor {
 public:
  explicit Editor(Interpreter& shell) : shell_(shell) {}
  // Nothing: the end of input, or interrupted().
  Task<std::optional<std::string>> read_line(std::string prompt, bool continued);
  bool interrupted() const { return interrupted_; }

 private:
  enum class Key : std::uint8_t { go_on, done, end, cancel };
  Key key(char byte);
  Key escape(char byte);
  void edit(std::string line, std::size_t cursor);  // Shows the difference.
  void move(std::size_t to);
  void complete();
  void list(const std::vector<std::string>& names);
  std::vector<std::string> candidates(const std::string& word, bool command) const;
  void history(int by);
  void bell() { out_ += '\a'; }
  std::size_t word_left() const;
  std::size_t word_right() const;
  std::string visible_prompt() const;
  std::size_t columns() const;
  std::string go(std::size_t from, std::size_t to) const;
  std::string text_at(std::size_t from, std::string_view text) const;
  void search(char byte);

  Interpreter& shell_;
  std::string prompt_;
  std::string line_;
  std::size_t cursor_ = 0;
  std::string out_;
  std::string killed_;
  std::string escape_;
  std::string kept_;       // What was typed before the history was looked at.
  std::string wanted_;     // Of ^R.
  std::size_t place_ = 0;  // In the history; its size: the line itself.
  bool interrupted_ = false;
  bool literal_ = false;
  bool pasting_ = false;
  bool searching_ = false;
  bool tab_before_ = false;
  bool pending_escape_ = false;
};

}  // namespace decnet::shell::sh
