// The machine that runs an AwkProgram, record by record.
//
// value() and run() work without waiting. await_value() and await_run() do the same for trees that
// are marked as waiting: they wait for the parts that must, put these values beside the tree
// (known_), and let value() or run() do the rest.
#pragma once

#include <array>
#include <deque>
#include <optional>

#include "shell/cmd/awk.h"
#include "shell/cmd/awk_value.h"
#include "shell/cmd/io.h"

namespace decnet::shell::cmd {

inline constexpr std::size_t kAwkPipeBytesMax = 4'096;      // Held back of a print | "command".
inline constexpr std::uint64_t kAwkStepsPerBreath = 2'000;  // Then others run …
inline constexpr std::uint64_t kAwkStepsTogetherMax =
    2'000'000;  // … but not within a function that waits for nothing: beyond, the program ends.

class AwkMachine {
 public:
  explicit AwkMachine(AwkProgram program) : program_(std::move(program)) {
    set("FS", " ");
    set("OFS", " ");
    set("ORS", "\n");
    set("RS", "\n");
    set("SUBSEP", "\034");
    set("CONVFMT", "%.6g");
    set("OFMT", "%.6g");
  }

  void set(std::string_view name, std::string_view text);  // As input: "3" is a number, too.
  AwkArray& array(const std::string& name) { return arrays_[resolved(name)]; }
  // The whole program: BEGIN, the records of the operands (files, name=value), END.
  Task<void> run_all(Io& io, std::vector<std::string> operands);

  int status = 0;

 private:
  Task<void> rules(Io& io, AwkRule::When when);
  Task<bool> pattern_met(Io& io, AwkRule& rule);
  Task<AwkValue> await_value(Io& io, const AwkNode& node);
  Task<AwkFlow> await_run(Io& io, const AwkNode& node);
  Task<AwkFlow> await_loop(Io& io, const AwkNode& node);
  Task<AwkFlow> await_each(Io& io, const AwkNode& node);
  Task<AwkValue> await_call(Io& io, const AwkNode& node);
  Task<AwkValue> await_function(Io& io, const AwkNode& node, const AwkFunction& function);
  Task<AwkValue> await_getline(Io& io, const AwkNode& node);
  Task<std::vector<const AwkNode*>> await_parts(Io& io, const AwkNode& node);
  void forget(const std::vector<const AwkNode*>& parts);
  Task<void> breathe(Io& io);

  // awk_streams.cc
  Task<int> next_record(Io& io, std::string& line);  // 1, 0 at the end.
  Task<bool> open_next(Io& io);
  bool cut_line(AwkReader& reader, std::string& line);
  Task<bool> read_line(Io& io, AwkReader& reader, std::string& line);
  Task<AwkReader*> reader_of(Io& io, std::string way, std::string name);
  Task<void> write_pipe(Io& io, std::string command, std::string text);
  Task<void> flush_all(Io& io);
  Task<int> close(Io& io, std::string name);
  Task<void> close_all(Io& io);
  Task<int> system(Io& io, std::string command);

  bool has_records() const;
  std::string text_of_variable(std::string_view name) const;
  AwkFlow run(Io& io, const AwkNode& node);
  AwkFlow run_loop(Io& io, const AwkNode& node);
  AwkFlow run_each(Io& io, const AwkNode& node);
  AwkFlow print(Io& io, const AwkNode& node);
  AwkValue call_function(Io& io, const AwkNode& node, const AwkFunction& function);
  bool too_deep(Io& io);
  std::string parameter_place(const AwkNode* given, const std::string& own) const;
  AwkValue leave(const AwkFunction& function, const std::string& own);
  AwkValue value(Io& io, const AwkNode& node);
  AwkValue call(Io& io, const AwkNode& node);
  AwkValue substitute(Io& io, const AwkNode& node);
  AwkValue split(Io& io, const AwkNode& node);
  AwkValue binary(std::string_view how, const AwkValue& left, const AwkValue& right) const;
  std::string format(Io& io, const std::vector<AwkValue>& values);
  std::string printed(const AwkValue& value) const;
  void fault(Io& io, const std::string& what);
  void assign(Io& io, const AwkNode& place, AwkValue what);
  std::string key(Io& io, const AwkNode& node, std::size_t from);
  std::shared_ptr<Regex> regex(Io& io, const AwkNode& node);
  std::shared_ptr<Regex> regex_of(const std::string& pattern);
  void set_record(std::string text);
  void split_fields();
  void rebuild();
  AwkValue field(std::size_t number);
  void set_field(std::size_t number, std::string text);
  std::string resolved(const std::string& name) const;
  bool step(Io& io);

  static AwkValue number(double number);
  static AwkValue string(std::string text);
  static AwkValue input(std::string text);
  static double as_number(const AwkValue& value);
  std::string as_text(const AwkValue& value) const;
  static bool as_truth(const AwkValue& value);

  AwkProgram program_;
  std::map<std::string, AwkValue, std::less<>> variables_;
  std::map<std::string, AwkArray, std::less<>> arrays_;
  struct Frame {
    std::map<std::string, std::string, std::less<>> names;  // A parameter → its own name here.
    AwkValue result;
  };
  std::vector<Frame> frames_;
  std::uint64_t calls_ = 0;
  bool ended_ = false;
  std::string record_;
  std::vector<std::string> fields_;
  bool split_ = true;
  std::uint64_t nr_ = 0, file_nr_ = 0;
  std::uint64_t steps_ = 0, steps_since_ = 0;
  std::map<std::string, std::shared_ptr<Regex>, std::less<>> regexes_;
  std::map<const AwkNode*, AwkValue> known_;  // What was waited for.
  std::deque<std::string> operands_;
  bool read_any_ = false;  // An operand was a file.
  std::unique_ptr<AwkReader> main_;
  std::map<std::string, AwkReader, std::less<>> readers_;  // "<name", "|command"
  std::map<std::string, AwkWriter, std::less<>> writers_;  // Commands.
  std::string piped_to_, piped_;                           // Of the print that has just run.
  std::vector<std::string> written_;
  std::uint64_t random_ = 88172645463325252ULL;
};

}  // namespace decnet::shell::cmd
