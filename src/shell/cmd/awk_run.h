// The machine that runs an AwkProgram, record by record.
#pragma once

#include <array>
#include <functional>
#include <optional>

#include "shell/cmd/awk.h"
#include "shell/cmd/io.h"

namespace decnet::shell::cmd {

struct AwkValue {
  std::string text;
  double number = 0;
  bool is_number = false;
  bool looks_numeric = false;  // Input that reads as a number.
};

using AwkArray = std::map<std::string, AwkValue, std::less<>>;

enum class AwkFlow : std::uint8_t { on, next, exit, breaks, continues, returns };

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
  std::string text_of_variable(std::string_view name) const;
  AwkArray& array(const std::string& name) { return arrays_[resolved(name)]; }

  bool has_records() const;
  void begin(Io& io) { run_rules(io, AwkRule::When::begin); }
  void record(Io& io, std::string_view text);
  void end(Io& io);

  bool ended = false;
  int status = 0;
  std::vector<std::string> commands;  // system() and print |: run after the record.
  std::map<std::string, std::string> piped;
  std::uint64_t take_steps() { return std::exchange(steps_since_, 0); }
  // Gives the next line of the main input.
  std::function<bool(std::string&)> next_line;

 private:
  void run_rules(Io& io, AwkRule::When when);
  AwkFlow run(Io& io, const AwkNode& node);
  AwkFlow run_loop(Io& io, const AwkNode& node);
  AwkFlow print(Io& io, const AwkNode& node);
  AwkValue value(Io& io, const AwkNode& node);
  AwkValue call(Io& io, const AwkNode& node);
  AwkValue call_function(Io& io, const AwkNode& node, const AwkFunction& function);
  AwkValue substitute(Io& io, const AwkNode& node);
  AwkValue split(Io& io, const AwkNode& node);
  AwkValue binary(std::string_view how, const AwkValue& left, const AwkValue& right) const;
  AwkValue getline(Io& io, const AwkNode& node);
  std::string format(Io& io, const std::vector<AwkValue>& values) const;
  void assign(Io& io, const AwkNode& place, AwkValue what);
  std::string key(Io& io, const AwkNode& node, std::size_t from);
  std::shared_ptr<Regex> regex(Io& io, const AwkNode& node);
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
  std::string record_;
  std::vector<std::string> fields_;
  bool split_ = true;
  std::uint64_t nr_ = 0;
  std::uint64_t steps_ = 0, steps_since_ = 0;
  std::size_t cells_ = 0;
  std::map<std::string, std::shared_ptr<Regex>, std::less<>> regexes_;
  std::map<std::string, std::pair<std::string, std::size_t>> readers_;
  std::vector<std::string> written_;
  std::uint64_t random_ = 88172645463325252ULL;
};

}  // namespace decnet::shell::cmd
