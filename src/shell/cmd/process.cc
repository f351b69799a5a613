// ps
#include <algorithm>
#include <map>

#include "shell/cmd/groups.h"
#include "shell/cmd/ps_columns.h"
#include "shell/cmd/system.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::size_t kColumnsMax = 64;
constexpr std::size_t kForestDepthMax = 64;  // Deeper processes are not indented further.
constexpr std::string_view kHelp =
    "\n\nUsage:\n ps [options]\n\n Try 'ps --help <simple|list|output|threads|misc|all>'\n  or 'ps "
    "--help <s|l|o|t|m|a>'\n for additional help text.\n\nFor more details see ps(1).\n";

struct Column {
  const PsColumn* of;
  std::string title;
};

struct Wanted {
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
  bool refuse(const std::string& what) {
    io_.err("error: " + what + std::string(kHelp));
    io_.status = 1;
    return false;
  }
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
  Wanted want_;
  bool bsd_ = false, full_ = false, extra_ = false, long_ = false, jobs_ = false, memory_ = false;
  bool user_format_ = false, no_address_ = false, threads_ = false, forest_ = false, wide_ = false,
       header_ = true, done_ = false;
  std::string sort_;
  std::vector<Column> columns_;
  std::map<int, std::string> branches_;  // Before the command, by pid.
};

bool Ps::add(std::string_view list) {
  std::string text(list);
  std::replace(text.begin(), text.end(), ' ', ',');
  for (std::string name : split(text, ',')) {
    const std::size_t equals = name.find('=');
    const std::string title = equals == std::string::npos ? "" : name.substr(equals + 1);
    name = name.substr(0, equals);
    if (name.empty() && equals == std::string::npos) continue;
    const PsColumn* column = find_ps_column(name.substr(0, name.find(':')));
    if (column == nullptr || columns_.size() >= kColumnsMax)
      return refuse("unknown user-defined format specifier \"" + name + "\"");
    columns_.push_back({column, equals == std::string::npos ? std::string(column->title) : title});
  }
  return true;
}

bool Ps::pids(const std::string& list, std::vector<int>& into) {
  std::string text = list;
  std::replace(text.begin(), text.end(), ' ', ',');
  for (const std::string& one : split(text, ',')) {
    const auto number = number_of(one);
    if (!number || *number == 0 || *number > 4'999'999)
      return refuse("process ID list syntax error");
    into.push_back(static_cast<int>(*number));
  }
  return true;
}

void Ps::users(const std::string& list) {
  for (const std::string& name : split(list, ',')) {
    const auto user = find_user(io_, name);
    want_.uids.push_back(user ? user->uid
                              : static_cast<std::uint32_t>(number_of(name).value_or(99'999)));
  }
}

bool Ps::long_option(const std::string& word) {
  const std::size_t equals = word.find('=');
  const std::string name = word.substr(2, equals == std::string::npos ? equals : equals - 2);
  const auto given = [&] {
    return equals != std::string::npos ? word.substr(equals + 1) : value(word, word.size());
  };
  if (name == "sort") {
    sort_ = given();
  } else if (name == "no-headers" || name == "no-heading" || name == "no-heading") {
    header_ = false;
  } else if (name == "forest") {
    forest_ = true;
  } else if (name == "version") {
    io_.out(version_text("ps"));
    done_ = true;
  } else if (name == "pid") {
    return pids(given(), want_.pids);
  } else if (name == "ppid") {
    return pids(given(), want_.parents);
  } else if (name == "user" || name == "User") {
    users(given());
  } else if (name == "tty") {
    want_.terminals.push_back(given());
  } else if (name == "format") {
    user_format_ = true;
    return add(given());
  } else if (name == "cols" || name == "columns" || name == "width" || name == "rows" ||
             name == "lines") {
    given();
  } else if (name == "deselect") {
    want_.inverted = true;
  } else if (name != "headers" && name != "cumulative") {
    return refuse("unknown gnu long option");
  }
  return true;
}

bool Ps::dashed(const std::string& word) {
  // "-aux" is what "aux" says, where no user is called x.
  if (word == "-aux" || word == "-auxf" || word == "-auxw" || word == "-auxww" || word == "-axu")
    return plain_letters(word.substr(1));
  for (std::size_t in = 1; in < word.size(); ++in) {
    const char letter = word[in];
    switch (letter) {
      case 'e':
      case 'A':
        want_.all = true;
        break;
      case 'f':
        full_ = true;
        break;
      case 'F':
        full_ = extra_ = true;
        break;
      case 'l':
        long_ = true;
        break;
      case 'y':
        no_address_ = true;
        break;
      case 'j':
        jobs_ = true;
        break;
      case 'L':
      case 'T':
        threads_ = true;
        break;
      case 'H':
        forest_ = true;
        break;
      case 'a':
        want_.everyone = want_.no_leaders = true;
        break;
      case 'd':
        want_.all = want_.no_leaders = true;
        break;
      case 'x':
        want_.own = true;
        break;
      case 'N':
        want_.inverted = true;
        break;
      case 'w':
        wide_ = true;
        break;
      case 'V':
        io_.out(version_text("ps"));
        done_ = true;
        return true;
      case 'c':
      case 'M':
      case 'P':
        break;
      case 'o':
        user_format_ = true;
        return add(value(word, in + 1));
      case 'p':
        return pids(value(word, in + 1), want_.pids);
      case 'q':
        return pids(value(word, in + 1), want_.pids);
      case 'u':
      case 'U':
        users(value(word, in + 1));
        return true;
      case 't':
        want_.terminals.push_back(value(word, in + 1));
        return true;
      case 'C':
        for (std::string& one : split(value(word, in + 1), ',')) want_.names.push_back(one);
        return true;
      case 'g':
      case 'G':
      case 's':
        value(word, in + 1);
        return true;
      default:
        return refuse("unsupported SysV option");
    }
  }
  return true;
}

bool Ps::plain_letters(const std::string& word) {
  bsd_ = true;
  for (std::size_t in = 0; in < word.size(); ++in) {
    const char letter = word[in];
    if (letter == 'a') want_.everyone = true;
    if (letter == 'x') want_.own = true;
    if (letter == 'u') fixed("user,pid,%cpu,%mem,vsz,rss,tname,stat,start_time,bsdtime,args");
    if (letter == 'l') fixed("f,uid,pid,ppid,priority,ni,vsz,rss,wchan,stat,tname,bsdtime,args");
    if (letter == 'j') fixed("ppid,pid,pgid,sid,tname,tpgid,stat,uid,bsdtime,args");
    if (letter == 'v') fixed("pid,tname,stat,bsdtime,maj_flt,trs,drs,rss,%mem,args");
    if (letter == 's') fixed("uid,pid,stat,tname,bsdtime,args");
    if (letter == 'f') forest_ = true;
    if (letter == 'w') wide_ = true;
    if (letter == 'h') header_ = false;
    if (letter == 'r' || letter == 'e' || letter == 'c' || letter == 'n' || letter == 'S' ||
        letter == 'H' || letter == 'm' || letter == 'T' || letter == 'g')
      continue;
    if (letter == 'o') {
      user_format_ = true;
      columns_.clear();
      return add(value(word, in + 1));
    }
    if (letter == 'p') return pids(value(word, in + 1), want_.pids);
    if (letter == 'U') {
      users(value(word, in + 1));
      return true;
    }
    if (letter == 't') {
      want_.terminals.push_back(value(word, in + 1));
      return true;
    }
    if (letter == 'k') {
      sort_ = value(word, in + 1);
      return true;
    }
    if (std::string_view("axuljvsfwh").find(letter) == std::string_view::npos)
      return refuse("unsupported option (BSD syntax)");
  }
  if (columns_.empty()) fixed("pid,tname,stat,bsdtime,args");
  return true;
}

void Ps::choose_format() {
  if (user_format_ || !columns_.empty()) return;
  if (jobs_ && full_)
    fixed(".uid,pid,ppid,pgid,sid,c,stime,tname,time,cmd");
  else if (jobs_)
    fixed("pid,pgid,sid,tname,time,ucmd");
  else if (full_ && extra_)
    fixed(".uid,pid,ppid,c,sz,rss,psr,stime,tname,time,cmd");
  else if (full_ && threads_)
    fixed(".uid,pid,ppid,lwp,c,nlwp,stime,tname,time,cmd");
  else if (full_)
    fixed(".uid,pid,ppid,c,stime,tname,time,cmd");
  else if (long_ && no_address_)
    fixed("s,uid,pid,ppid,c,opri,ni,rss,sz,wchan,tname,time,ucmd");
  else if (long_)
    fixed("f,s,uid,pid,ppid,c,opri,ni,.addr,wchan,tname,time,ucmd");
  else if (threads_)
    fixed("pid,lwp,tname,time,ucmd");
  else
    fixed("pid,tname,time,ucmd");
}

bool Ps::options() {
  for (; at_ < io_.argc() && !done_; ++at_) {
    const std::string word = io_.arg(at_);
    bool good = true;
    if (word.starts_with("--") && word.size() > 2)
      good = long_option(word);
    else if (word.starts_with("-") && word.size() > 1)
      good = dashed(word);
    else if (!word.empty() && word.find_first_not_of("0123456789,") == std::string::npos)
      good = pids(word, want_.pids);
    else
      good = plain_letters(word);
    if (!good) return false;
  }
  choose_format();
  return !done_;
}

bool Ps::wanted(const ProcessRow& row) const {
  const auto among = [](const auto& list, const auto& one) {
    return std::find(list.begin(), list.end(), one) != list.end();
  };
  if (want_.chosen()) {
    return among(want_.pids, row.pid) || among(want_.parents, row.parent) ||
           among(want_.uids, row.uid) || among(want_.names, row.name) ||
           (!row.terminal.empty() && (among(want_.terminals, row.terminal) ||
                                      among(want_.terminals, "/dev/" + row.terminal)));
  }
  if (want_.all) return !(want_.no_leaders && row.session == row.pid);
  if (want_.everyone && want_.own) return true;
  if (want_.everyone) return !row.terminal.empty() && !(want_.no_leaders && row.session == row.pid);
  if (row.uid != io_.who.uid) return false;
  if (want_.own) return true;
  if (bsd_) return !row.terminal.empty();
  return row.session == io_.process.session;
}

void Ps::sort(std::vector<ProcessRow>& rows) const {
  if (sort_.empty()) return;
  const std::string first = sort_.substr(0, sort_.find(','));
  const bool down = first.starts_with("-");
  const std::string key = first.substr(down || first.starts_with("+") ? 1 : 0);
  const auto before = [&](const ProcessRow& left, const ProcessRow& right) {
    if (key.ends_with("mem") || key.starts_with("rs"))
      return left.resident_kib < right.resident_kib;
    if (key.starts_with("vs") || key == "sz") return left.virtual_kib < right.virtual_kib;
    if (key.ends_with("cpu") || key == "c" || key == "time" || key == "cputime")
      return left.cpu < right.cpu;
    if (key == "ppid") return left.parent < right.parent;
    if (key == "uid" || key == "user" || key == "euser") return left.uid < right.uid;
    if (key == "comm" || key == "ucmd" || key == "cmd" || key == "args")
      return left.name < right.name;
    if (key.starts_with("start") || key == "lstart") return left.started < right.started;
    if (key.starts_with("etime")) return left.started > right.started;
    return left.pid < right.pid;
  };
  std::stable_sort(rows.begin(), rows.end(), [&](const ProcessRow& left, const ProcessRow& right) {
    return down ? before(right, left) : before(left, right);
  });
}

// Orders the rows as a forest and draws its branches.
void Ps::plant(std::vector<ProcessRow>& rows) {
  std::map<int, std::vector<std::size_t>> children;
  std::vector<std::size_t> roots;
  for (std::size_t at = 0; at < rows.size(); ++at) {
    const bool known = rows[at].parent != rows[at].pid &&
                       std::any_of(rows.begin(), rows.end(), [&](const ProcessRow& other) {
                         return other.pid == rows[at].parent;
                       });
    // The children of the first process stand at the edge, too.
    if (known && rows[at].parent != 1)
      children[rows[at].parent].push_back(at);
    else
      roots.push_back(at);
  }
  struct Open {
    std::size_t row;
    std::string before;  // Of its children.
    std::string own;
  };
  std::vector<Open> open;
  const bool lines = bsd_ || full_;
  for (auto at = roots.rbegin(); at != roots.rend(); ++at) open.push_back({*at, "", ""});
  std::vector<ProcessRow> ordered;
  while (!open.empty()) {
    const Open one = open.back();
    open.pop_back();
    branches_[rows[one.row].pid] = one.own;
    const std::vector<std::size_t>& below = children[rows[one.row].pid];
    for (std::size_t at = below.size(); at-- > 0;) {
      const bool last = at + 1 == below.size();
      if (one.before.size() > kForestDepthMax * 4)
        open.push_back({below[at], one.before, one.own});
      else if (lines)
        open.push_back({below[at], one.before + (last ? "    " : " |  "), one.before + " \\_ "});
      else
        open.push_back({below[at], one.before + "  ", one.before + "  "});
    }
    ordered.push_back(rows[one.row]);
  }
  rows = std::move(ordered);
}

void Ps::put(const std::vector<std::string>& cells) {
  std::string all;
  for (std::size_t at = 0; at < columns_.size(); ++at) {
    const std::size_t width = std::max(columns_[at].of->width, columns_[at].title.size());
    const bool last = at + 1 == columns_.size();
    std::string cell = cells[at];
    if (at > 0) all += ' ';
    if (columns_[at].of->right) {
      all += padded_left(cell, width);
    } else {
      if (!last && cell.size() > width) cell.resize(width);
      all += last ? cell : padded(cell, width);
    }
  }
  const auto most = static_cast<std::size_t>(io_.columns());
  if (io_.on_terminal() && !wide_ && all.size() > most) all.resize(most);
  io_.out(all + "\n");
}

int Ps::run() {
  if (!options()) return io_.status;
  std::vector<ProcessRow> rows;
  for (ProcessRow& row : processes_of(io_)) {
    if (wanted(row) != want_.inverted) rows.push_back(std::move(row));
  }
  sort(rows);
  if (forest_) plant(rows);
  const bool titled = std::any_of(columns_.begin(), columns_.end(),
                                  [](const Column& column) { return !column.title.empty(); });
  if (header_ && titled) {
    std::vector<std::string> titles;
    for (const Column& column : columns_) titles.push_back(column.title);
    put(titles);
  }
  for (const ProcessRow& row : rows) {
    std::vector<std::string> cells;
    for (const Column& column : columns_) {
      const std::string_view name = column.of->name;
      const bool command =
          name == "args" || name == "cmd" || name == "command" || name == "ucmd" || name == "comm";
      cells.push_back((forest_ && command ? branches_[row.pid] : "") + cells_.cell(row, name));
    }
    put(cells);
  }
  return rows.empty() ? 1 : 0;
}

int ps(Io& io) {
  return Ps(io).run();
}

constexpr Command kRows[] = {{"ps", &plain<ps>}};

}  // namespace

std::span<const Command> process_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
