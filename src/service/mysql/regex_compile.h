// From a pattern to a program, for regex_compile.cc and regex_class.cc.
#pragma once

#include <map>
#include <optional>

#include "service/mysql/regex.h"

namespace decnet::service::mysql {

// What is wrong with a pattern.
struct RegexTrouble {
  std::string text;
};

class RegexCompiler {
 public:
  RegexCompiler(std::string_view pattern, bool fold) : pattern_(pattern) { flags_.fold = fold; }
  Regex run();  // Throws RegexTrouble.

 private:
  using Op = Regex::Op;
  struct Flags {
    bool fold = false, multiline = false, dots_all = false, extended = false, lazy = false;
  };
  // How many characters a part takes; nothing: more than one length.
  using Width = std::optional<std::uint32_t>;

  [[noreturn]] void fail(std::string_view text, std::size_t at) const;
  [[noreturn]] void fail(std::string_view text) const { fail(text, at_); }
  bool at_end() const { return at_ >= pattern_.size(); }
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < pattern_.size() ? pattern_[at_ + ahead] : '\0';
  }
  bool looking_at(std::string_view text) const { return pattern_.substr(at_).starts_with(text); }
  bool accept(std::string_view text);
  std::uint32_t character();  // The next one of the pattern.
  std::uint32_t digits(unsigned base, std::size_t count_max);

  std::size_t put(Op op, std::size_t x = 0, std::size_t y = 0);
  std::size_t here() const { return out_.program_.size(); }
  void insert(std::size_t at, Regex::Instruction one);
  void spend(std::size_t instructions);
  void put_character(std::uint32_t code);
  void put_set(Regex::Set set);
  std::uint32_t new_slots(std::uint32_t count);

  Width alternatives(bool behind, std::size_t opened = 0);
  Width sequence();
  Width atom();
  Width group();
  Width group_question(std::size_t opened);
  Width captured(std::string_view name);
  Width around(bool behind, bool negated, std::size_t opened);
  Width apart();
  void close();
  bool flag_letters(Flags& flags);
  std::string_view name(char until);
  Width repeated(std::size_t from, Width width);
  bool braces(unsigned& low, unsigned& high);
  void repeat(std::size_t from, unsigned low, unsigned high, bool lazy);
  void skip_blanks();

  // Backslashes and classes
  void line_end();
  void named_reference();
  Width escape();
  void back_reference(std::uint32_t group, std::size_t at);
  std::optional<Regex::Set> class_escape(char letter);
  std::uint32_t escaped_character(char letter);
  void property(Regex::Set& set, bool negated);
  void bracket();
  void posix_class(Regex::Set& set);
  static void add(Regex::Set& set, const Regex::Set& other);
  static void add_range(Regex::Set& set, std::uint32_t low, std::uint32_t high);
  static Regex::Set ascii_set(std::string_view name);

  static constexpr unsigned kNoEnd = ~0U;

  std::string_view pattern_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  std::size_t spent_ = 0;
  Flags flags_;
  Regex out_;
  std::map<std::string, std::uint32_t, std::less<>> names_;
  struct Reference {
    std::uint32_t group;
    std::size_t at;
  };
  std::vector<Reference> references_;
};

// The character at `at` of UTF-8, and its bytes; a byte that begins none stands for itself.
std::uint32_t regex_character(std::string_view text, std::size_t at, std::size_t& bytes);
bool is_word_character(std::uint32_t character);

}  // namespace decnet::service::mysql
