// ps: its options (ps_options.cc) and its table (process.cc).
#pragma once

#include <map>

#include "shell/cmd/ps_columns.h"

namespace decnet::shell::cmd {

inline constexpr std::size_t kPsColumnsMax = 64;

struct PsShown {
  const PsColumn* of;
  std::string title;
};

struct PsWanted {
  bool all = false;          // -e, ax
  bool own = false;          // x: also without a terminal
  bool everyone = false;     // a: of anyone, with a terminal
  bool no_leaders = false;   // -a, -d: without session leaders
  bool any_terminal = true;  // -d: also without
  bool inverted = false;     // -N
  std::vector<int> pids, parents;
  std::vector<std::uint32_t> uids;
  std::vector<std::string> names, terminals;
  bool chosen() const {
    return !pids.empty() || !parents.empty() || !uids.empty() || !names.empty() ||
           !terminals.empty();
  }
};

class Ps {
 public:
  explicit Ps(Io& io) : io_(io), cells_(io) {}
  int run();

 private:
  bool refuse(const std::string& what);
  bool options();
  bool dashed(const std::string& word);
  bool plain_letters(const std::string& word);
  bool long_option(const std::string& word);
  bool add(std::string_view list);
  void fixed(std::string_view list) {
    columns_.clear();
    add(list);
  }
  bool pids(const std::string& list, std::vector<int>& into);
  void users(const std::string& list);
  std::string value(const std::string& word, std::size_t used) {
    if (used < word.size()) return word.substr(used);
    return at_ + 1 < io_.argc() ? io_.arg(++at_) : std::string();
  }
  void choose_format();
  bool wanted(const ProcessRow& row) const;
  void sort(std::vector<ProcessRow>& rows) const;
  void plant(std::vector<ProcessRow>& rows);
  void put(const std::vector<std::string>& cells);

  Io& io_;
  PsCells cells_;
  std::size_t at_ = 1;
  PsWanted want_;
  bool bsd_ = false, full_ = false, extra_ = false, long_ = false, jobs_ = false, memory_ = false;
  bool user_format_ = false, no_address_ = false, threads_ = false, forest_ = false, wide_ = false,
       header_ = true, done_ = false;
  std::string sort_;
  std::vector<PsShown> columns_;
  std::map<int, std::string> branches_;  // Before the command, by pid.
};

}  // namespace decnet::shell::cmd
