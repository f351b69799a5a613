// The tree that the parser makes of a script. Shared and never changed: subshells, functions and
// jobs hold on to it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace decnet::shell::sh {

struct Node;
using NodePtr = std::shared_ptr<const Node>;

struct Word;

struct Part {
  enum class Kind : std::uint8_t { literal, parameter, command, arithmetic, input, output };
  Kind kind = Kind::literal;
  bool quoted = false;
  bool empty_quotes = false;  // "" makes a field of nothing.
  std::string text;           // The literal; the parameter's name; the arithmetic's source.
  // A parameter: ${#name}, ${!name}, ${name[subscript]op argument/argument2}
  bool length = false;
  bool indirect = false;
  std::string subscript;
  bool has_subscript = false;
  std::string op;  // "-" ":-" "=" "#" "##" "%" "/" "//" ":" "^" "^^" "," ",," "@" …
  std::shared_ptr<const Word> argument;
  std::shared_ptr<const Word> argument2;
  NodePtr commands;  // $( ), <( )
  std::string bad;   // ${…} that is not one: its text, for "bad substitution".
};

struct Word {
  std::vector<Part> parts;
  std::string source;   // As it was written.
  int assignment = -1;  // Of `declare x=1`: its place among the command's assignments.
  bool quoted() const {
    for (const Part& part : parts) {
      if (part.quoted) return true;
    }
    return false;
  }
  // The text, where nothing needs to be expanded.
  const std::string* plain() const {
    return parts.size() == 1 && parts[0].kind == Part::Kind::literal && !parts[0].quoted
               ? &parts[0].text
               : nullptr;
  }
};

struct Redirect {
  enum class Kind : std::uint8_t {
    input,
    output,
    append,
    clobber,
    read_write,
    duplicate_input,
    duplicate_output,
    here_document,
    here_string,
    both,
    both_append
  };
  Kind kind = Kind::input;
  int descriptor = -1;
  std::string variable;  // {name}>
  Word target;
  std::shared_ptr<Word> body;  // Of a here-document: filled once its lines were read.
};

struct Assignment {
  std::string name;
  std::string subscript;
  bool has_subscript = false;
  bool append = false;
  bool array = false;
  Word value;
  std::string source;                // As it was written.
  std::vector<Assignment> elements;  // Of an array; name empty, has_subscript where [k]=v.
};

struct CaseItem {
  enum class End : std::uint8_t { stop, fall_through, go_on };
  std::vector<Word> patterns;
  NodePtr body;  // Null: empty.
  End end = End::stop;
};

struct Node {
  enum class Kind : std::uint8_t {
    simple,
    pipeline,     // children; negated, timed
    and_or,       // children; operators: '&' and '|'
    list,         // children; operators: ';' and '&' (in the background)
    subshell,     // children[0]
    group,        // children[0]
    choice,       // if: condition, body, condition, body, … [else]
    loop,         // for name in words: children[0]
    counting,     // for ((words[0]; words[1]; words[2])): children[0]
    repetition,   // while (negated: until): children[0] condition, children[1] body
    selection,    // case words[0]
    function,     // name, children[0]
    arithmetic,   // (( words[0] ))
    conditional,  // [[ words ]]
    choose,       // select name in words
  };
  Kind kind = Kind::simple;
  int line = 1;
  int end_line = 1;
  bool negated = false;
  bool timed = false;
  bool timed_posix = false;
  bool has_in = false;
  std::string name;
  std::string operators;
  std::vector<bool> error_too;  // Of a pipeline: |&
  std::vector<Word> words;
  std::vector<Assignment> assignments;
  std::vector<Redirect> redirects;
  std::vector<NodePtr> children;
  std::vector<CaseItem> items;
  std::string source;  // As it was written: for jobs.
};

// As bash writes a command of its own accord: `declare -f`, jobs.
std::string command_text(const Node& node);
std::string function_text(std::string_view name, const Node& body);
std::string head_text(const Node& node);  // "for i in 1 2", "case x in": of set -x.
std::string assignment_text(const Assignment& one);

enum class Flavour : std::uint8_t { bash, dash, ash };

}  // namespace decnet::shell::sh
