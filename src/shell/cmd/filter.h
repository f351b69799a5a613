// Filter: a program that reads its operands one after the other, or standard input where it has
// none, and prints as it reads. It is written without waiting; run_filter() waits for it.
//
//   class Rev final : public LineFilter { void line(Io& io, std::string_view text, bool ended) … };
//   const Command kRows[] = {{"rev", &filter<Rev>}};
#pragma once

#include "shell/cmd/io.h"

namespace decnet::shell::cmd {

inline constexpr std::size_t kLineHeldBytesMax = 4U << 20;  // A longer line is worked on in parts.

class Filter {
 public:
  virtual ~Filter() = default;

  // Reads the options and fills `operands`. False: it has ended, with io.status.
  virtual bool start(Io& io) = 0;
  virtual void begin(Io& /*io*/, std::string_view /*name*/) {}
  virtual void feed(Io& io, std::string_view bytes) = 0;
  virtual void end(Io& /*io*/) {}     // Of one file.
  virtual void finish(Io& /*io*/) {}  // Of all of them.
  virtual void unreadable(Io& io, std::string_view name, int error_number);

  std::vector<std::string> operands;
  bool enough = false;     // Reads no more of this file …
  bool done = false;       // … and no further one.
  std::uint32_t work = 0;  // Beyond reading; charged to the budget and set to 0.
};

class LineFilter : public Filter {
 public:
  void feed(Io& io, std::string_view bytes) override;
  void end(Io& io) override;

 protected:
  // `ended`: the line had its newline.
  virtual void line(Io& io, std::string_view text, bool ended) = 0;
  char separator = '\n';

 private:
  std::string held_;
};

Task<int> run_filter(Process& process, Filter& filter);
template <class F>
Task<int> filter(Process& process) {
  F work;
  const int status = co_await run_filter(process, work);
  co_return status;
}

}  // namespace decnet::shell::cmd
