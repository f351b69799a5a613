// grep: its options, and what it does with a line.
#pragma once

#include <string>
#include <vector>

#include "shell/cmd/filter.h"
#include "shell/cmd/regex.h"
#include "shell/cmd/tree.h"

namespace decnet::shell::cmd {

struct GrepOptions {
  bool fixed = false, extended = false, perl = false, fold = false, invert = false, whole = false;
  bool word = false, count = false, names = false, names_without = false, number = false;
  bool only = false, quiet = false, silent = false, recursive = false, text = false, offset = false;
  bool colour = false, skip_directories = false, binary_skip = false, null_name = false;
  int named = -1;  // 1: with the file's name, 0: without, -1: where there are several
  std::uint64_t most = ~0ULL, before = 0, after = 0;
  std::vector<std::string> patterns, include, exclude, exclude_directory;
  bool patterned = false;
};

class Grep final : public LineFilter {
 public:
  bool start(Io& io) override;
  void begin(Io& io, std::string_view name) override;
  void feed(Io& io, std::string_view bytes) override;
  void end(Io& io) override;
  void finish(Io& io) override {
    io.status = failed_ && !(options_.quiet && met_) ? 2 : met_ ? 0 : 1;
  }
  void unreadable(Io& io, std::string_view name, int error_number) override;

  const GrepOptions& options() const { return options_; }
  bool wants(const TreeEntry& entry) const;
  bool many = false;

 protected:
  void line(Io& io, std::string_view text, bool ended) override;

 private:
  bool set_option(Io& io, int id, const std::string& value, bool has_value);
  bool compile(Io& io);
  bool search(std::string_view text, std::size_t from, Span& found);
  void print(Io& io, std::string_view text, char mark, std::uint64_t number, std::uint64_t offset);
  void print_matches(Io& io, std::string_view text, std::uint64_t number, std::uint64_t offset);
  std::string prefix(char mark, std::uint64_t number, std::uint64_t offset) const;
  std::string painted(std::string_view text, std::string_view colour) const;

  GrepOptions options_;
  std::vector<Regex> regexes_;
  std::string name_;
  std::uint64_t count_ = 0, number_ = 0, offset_ = 0, after_left_ = 0, printed_to_ = 0;
  bool met_ = false, failed_ = false, binary_ = false, first_ = true, any_printed_ = false;
  bool said_binary_ = false;
  struct Held {
    std::string text;
    std::uint64_t number, offset;
  };
  std::vector<Held> before_;
};

}  // namespace decnet::shell::cmd
