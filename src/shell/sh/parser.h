// Parser: script text to trees, one complete command (a line's worth) at a time, because what runs
// first may change aliases, and what comes before an error still runs.
//
//   Parser parser(text, {.flavour = Flavour::bash});
//   for (;;) { Parsed next = parser.next(); … }
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "shell/sh/parsed.h"

namespace decnet::shell::sh {

inline constexpr int kNestingMax = 200;  // Of commands, words and substitutions in each other.
inline constexpr std::size_t kScriptBytesMax = 4U << 20;
inline constexpr int kAliasesInRowMax = 64;

struct ParserOptions {
  Flavour flavour = Flavour::bash;
  bool more_may_come = false;  // Else an incomplete command is an error.
  int first_line = 1;
  int depth = 0;                   // Of what is around.
  bool extended_patterns = false;  // extglob
  std::function<const std::string*(std::string_view)> alias;
};

class Parser {
 public:
  Parser(std::string text, ParserOptions options);
  Parsed next();
  void add(std::string_view more) { text_ += more; }
  void rewind(std::size_t offset, int line) {
    at_ = offset;
    line_ = line;
  }
  std::size_t offset() const { return at_; }
  int line() const { return line_; }
  const std::string& text() const { return text_; }
  void allow_extended(bool allowed) { options_.extended_patterns = allowed; }
  bool rest_is_empty() const;  // Nothing but blanks and newlines follows.

  // One word of a here-document's or prompt's kind: only $, ` and \ are special.
  static Word quoted_text(std::string text, const ParserOptions& options);
  ParserOptions inside() const {
    ParserOptions out = options_;
    out.depth = depth_;
    return out;
  }
  static Word arithmetic_word(std::string text, const ParserOptions& options);

 private:
  struct Failure;  // parser_parts.h
  struct Expecting;
  struct Deeper;
  struct Pending {
    int line = 1;
    std::shared_ptr<Word> body;
    std::string delimiter;
    bool strip = false;
    bool quoted = false;
  };

  // parser.cc: commands
  NodePtr complete_line();
  NodePtr list(bool multiline);
  NodePtr and_or();
  NodePtr pipeline();
  NodePtr command();
  NodePtr simple();
  NodePtr function(std::string name);
  bool function_ahead() const;
  void redirects_after(Node& node);
  void expand_alias();
  // parser_compound.cc
  NodePtr compound(const std::string& word);
  NodePtr if_command();
  NodePtr for_command(bool select);
  NodePtr while_command(bool until);
  NodePtr case_command();
  NodePtr parenthesis();
  NodePtr brace_group();
  NodePtr conditional();
  NodePtr body_until(std::initializer_list<std::string_view> ends);
  void expect(std::string_view word);
  bool arithmetic_text(std::string& out);
  // parser_redirect.cc
  bool redirect(Node& node);
  void read_here_documents();
  bool assignment_ahead(Assignment& out);
  void array_elements(Assignment& out);
  // parser_word.cc
  Word word();
  void word_part(Word& out, bool quoted, std::string_view stops);
  void double_quoted(Word& out);
  void dollar(Word& out, bool quoted);
  std::string brace_operator() const;
  void braces(Word& out, bool quoted);
  void backquotes(Word& out, bool quoted);
  void ansi_quoted(Word& out, bool quoted);
  Word until_brace(bool quoted, bool pattern, char stop);
  NodePtr commands_until_parenthesis();
  std::string subscript_text();
  static void literal(Word& out, std::string_view text, bool quoted);

  // parser.cc: letters
  bool at_end() const { return at_ >= text_.size(); }
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  bool looking_at(std::string_view token) const {
    return std::string_view(text_).substr(at_, token.size()) == token;
  }
  void skip_blanks();
  void skip_newlines();
  std::string peek_word() const;  // The unquoted word ahead; empty if it is none.
  std::string peek_token() const;
  [[noreturn]] void unexpected();
  [[noreturn]] void incomplete(char missing, int line = 0);
  void need_word();  // bash: the end of the text is a newline that is not expected.
  void check_conditional(const std::vector<Word>& words, const std::vector<bool>& behind_newline);
  std::size_t check_term(const std::vector<Word>& words, const std::vector<bool>& behind_newline,
                         std::size_t at);
  std::size_t check_terms(const std::vector<Word>& words, const std::vector<bool>& behind_newline,
                          std::size_t at);
  bool bash() const { return options_.flavour == Flavour::bash; }

  std::string text_;
  ParserOptions options_;
  std::size_t at_ = 0;
  int line_ = 1;
  int depth_ = 0;
  int parentheses_ = 0;  // Substitutions around: a ')' ends them.
  int aliases_ = 0;
  std::size_t alias_end_ = 0;
  std::size_t alias_follows_ = 0;  // Where a value that ends in a blank ended; 0: none did.
  int conditional_line_ = 1;
  std::string_view expecting_;  // What ends the list around.
  std::string_view failing_;    // That, where the text ended.
  std::string_view wanted_;     // What had to stand where something else does.
  std::vector<std::string> warnings_;
  std::deque<Pending> pending_;
};

}  // namespace decnet::shell::sh
