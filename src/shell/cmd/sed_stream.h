// sed at work on its input: sed_stream.cc reads and keeps it, sed.cc runs the script.
#pragma once

#include <deque>

#include "shell/cmd/filter.h"
#include "shell/cmd/sed.h"

namespace decnet::shell::cmd {

constexpr std::size_t kSedLinesAhead = 20'000;  // That n and N can reach.

struct SedOptions {
  bool silent = false, extended = false, separate = false, in_place = false;
  std::string suffix;
  std::string script;
  bool scripted = false;
};

// One line behind: the last line must be known when it is worked on.
class Sed final : public LineFilter {
 public:
  bool start(Io& io) override;
  void begin(Io& io, std::string_view name) override;
  void end(Io& io) override;
  void finish(Io& io) override;
  void unreadable(Io& io, std::string_view name, int error_number) override {
    if (error_number == EISDIR) {
      io.err(options_.in_place
                 ? "sed: couldn't edit " + std::string(name) + ": not a regular file\n"
                 : "sed: couldn't read " + std::string(name) + ": Is a directory\n");
      if (!options_.in_place) io.err("");
      io.status = options_.in_place ? 4 : 2;
      return;
    }
    io.err("sed: can't read " + std::string(name) + ": " + std::string(sys_error(error_number)) +
           "\n");
    io.status = 2;
  }

 protected:
  void line(Io& io, std::string_view text, bool ended) override;

 private:
  struct Waiting {
    std::string text;
    bool ended;
  };
  void take(Io& io);  // Works on one waiting line.
  bool next(Io& io, std::string& into);
  void cycle(Io& io);
  enum class Then : std::uint8_t { next, end, end_silently, restart };
  Then run(Io& io, SedCommand& one, std::size_t& at);
  bool selected(SedCommand& one);
  bool matches(const SedAddress& address);
  bool substitute(Io& io, const SedCommand& one);
  void append_replacement(std::string& out, const SedCommand& one,
                          const std::vector<Span>& groups) const;
  void put(Io& io, std::string_view text, bool ended);
  void flush_appended(Io& io);
  void unambiguous(Io& io, std::uint64_t width);
  void write_file(Io& io, const std::string& name, std::string_view text);

  SedOptions options_;
  SedScript script_;
  std::deque<Waiting> waiting_;
  bool last_file_ = true;  // Nothing comes after what waits.
  std::string pattern_, hold_, name_, edited_;
  std::string appended_;
  bool pattern_ended_ = true, replaced_ = false, quit_ = false;
  bool missing_newline_ = false, looks_ahead_ = false;
  std::uint64_t number_ = 0;
  std::shared_ptr<Regex> last_regex_;
  std::vector<std::string> written_;
  std::size_t files_ = 0;
};

}  // namespace decnet::shell::cmd
