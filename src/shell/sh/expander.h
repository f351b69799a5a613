// Expander: one command's words on their way to fields. Private to the interpreter.
#pragma once

#include <string>
#include <vector>

#include "shell/sh/interpreter.h"

namespace decnet::shell::sh {

struct Field {
  std::string text;
  std::string pattern;  // The same with what was quoted escaped.
  bool quoted = false;  // It is a field even where it is empty.
};

enum class Split : std::uint8_t { no, yes };

class Expander {
 public:
  Expander(Interpreter& shell, Split split);

  Task<bool> word(const Word& word);  // False: an error was told.
  void end_field();
  std::vector<Field> fields;
  Field current;
  bool assignment = false;  // ~ after ':' too.
  bool expression = false;  // `pattern` is a regular expression.

 private:
  struct Value {
    bool set = false;
    bool list = false;  // $@, ${a[@]}: each of its own when quoted.
    bool star = false;
    std::vector<std::string> items;
  };
  Task<bool> part(const Part& part, bool first);
  Task<bool> parameter(const Part& part);
  Task<bool> fetch(const Part& part, Value& out);
  Task<bool> apply(const Part& part, Value& value, bool& done);
  void transform_value(const Part& part, char with, Value& value) const;  // ${x@Q} …
  Task<bool> slice(const Part& part, Value& value);
  Task<bool> substitute(const Part& part, std::string& out);
  Task<bool> read_whole(const Node& node, std::string& out);  // $(< file)
  Task<bool> process_substitution(const Part& part);
  Task<bool> nested(const Word& word, bool quoted);
  void named_list(const Part& part, Value& out) const;
  void put(std::string_view text, bool quoted);
  void put_value(const Value& value, bool quoted);
  void literal(const Part& part, bool first);
  std::string home(std::string_view user) const;
  std::string join(const std::vector<std::string>& items) const;

  Interpreter& shell_;
  bool split_;
  std::string ifs_;
  std::size_t bytes_ = 0;
};

std::string attribute_letters(const Variable& variable);  // "air"
std::string variable_declaration(const std::string& name, const Variable& variable);
std::string double_quoted_value(const std::string& text);
std::string transform(char op, const std::string& name, const std::string& value, bool set);
std::string remove_pattern(const std::string& text, const std::string& pattern,
                           const std::string& op);
std::string replace_pattern(const std::string& text, const std::string& pattern,
                            const std::string& with, const std::string& op, bool fold = false);
std::string change_letters(const std::string& text, const std::string& pattern,
                           const std::string& op);
// Names that fit, sorted; empty: none.
std::vector<std::string> glob(Process& process, const std::string& pattern, bool dots,
                              bool extended, bool recursive = false, bool nocase = false);
std::vector<Word> brace_words(const Word& word, std::size_t& refused);

}  // namespace decnet::shell::sh
