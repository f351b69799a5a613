// ps, pgrep, pkill, pidof, kill, killall
#include <algorithm>
#include <csignal>

#include "shell/cmd/groups.h"
#include "shell/cmd/regex.h"
#include "shell/cmd/system.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

constexpr double kSecondMicros = 1e6;

std::string command_of(const ProcessRow& row, bool full) {
  if (!full) return row.name;
  return row.arguments.empty() ? "[" + row.name + "]" : join(row.arguments, " ");
}

std::string cpu_text(Duration cpu, bool hours) {
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(cpu).count();
  if (hours) {
    return text_of("%02lld:%02lld:%02lld", static_cast<long long>(whole / 3600),
                   static_cast<long long>(whole / 60 % 60), static_cast<long long>(whole % 60));
  }
  return text_of("%lld:%02lld", static_cast<long long>(whole / 60),
                 static_cast<long long>(whole % 60));
}

class Ps {
 public:
  explicit Ps(Io& io) : io_(io), memory_(memory_of(io).total) {
    for (const User& user : users_of(io)) users_.emplace_back(user.uid, user.name);
  }
  int run();

 private:
  struct Column {
    std::string name;
    std::string title;
  };
  bool options();
  bool wanted(const ProcessRow& row) const;
  std::string field(const ProcessRow& row, std::string_view name) const;
  static bool left(std::string_view name) {
    return name == "user" || name == "uid_name" || name == "tty" || name == "stat" ||
           name == "comm" || name == "args" || name == "cmd" || name == "command" ||
           name == "lstart" || name == "ucmd";
  }
  static std::string title_of(std::string_view name);
  std::string started(const ProcessRow& row) const;
  std::string state(const ProcessRow& row) const;
  std::string name_of(std::uint32_t uid) const {
    for (const auto& [number, name] : users_) {
      if (number == uid) return name.size() > 8 ? name.substr(0, 7) + "+" : name;
    }
    return std::to_string(uid);
  }

  Io& io_;
  std::uint64_t memory_;
  std::vector<std::pair<std::uint32_t, std::string>> users_;
  bool all_ = false, bsd_user_ = false, terminals_only_ = false, forest_ = false, wide_ = false,
       header_ = true;
  bool full_ = false, not_session_ = false;
  std::vector<int> pids_;
  std::vector<std::uint32_t> uids_;
  std::vector<std::string> names_;
  std::string sort_;
  std::vector<Column> columns_;
};

std::string Ps::title_of(std::string_view name) {
  static constexpr std::pair<std::string_view, std::string_view> kTitles[] = {
      {"pid", "PID"},       {"ppid", "PPID"},    {"user", "USER"},    {"uid_name", "UID"},
      {"pcpu", "%CPU"},     {"pmem", "%MEM"},    {"%cpu", "%CPU"},    {"%mem", "%MEM"},
      {"vsz", "VSZ"},       {"rss", "RSS"},      {"tty", "TTY"},      {"tt", "TT"},
      {"stat", "STAT"},     {"start", "START"},  {"stime", "STIME"},  {"time", "TIME"},
      {"btime", "TIME"},    {"comm", "COMMAND"}, {"args", "COMMAND"}, {"command", "COMMAND"},
      {"cmd", "CMD"},       {"ucmd", "CMD"},     {"c", "C"},          {"lstart", "STARTED"},
      {"etime", "ELAPSED"}, {"uid", "UID"},      {"gid", "GID"},      {"ni", "NI"},
      {"nlwp", "NLWP"},     {"s", "S"},          {"pgid", "PGID"},    {"sid", "SID"},
      {"euser", "EUSER"},   {"group", "GROUP"},  {"pri", "PRI"}};
  for (const auto& [key, title] : kTitles) {
    if (key == name) return std::string(title);
  }
  return "";
}

std::string Ps::started(const ProcessRow& row) const {
  const bool today = date_text(row.started, "%F") == date_text(io_.now(), "%F");
  const bool this_year = date_text(row.started, "%Y") == date_text(io_.now(), "%Y");
  if (io_.now() - row.started < std::chrono::hours(24) && today)
    return date_text(row.started, "%H:%M");
  return date_text(row.started, this_year ? "%b%d" : "%Y");
}

std::string Ps::state(const ProcessRow& row) const {
  std::string text(1, row.state);
  if (row.nice < 0) text += '<';
  if (row.nice > 0) text += 'N';
  if (row.session == row.pid && !row.arguments.empty()) text += 's';
  if (row.threads > 1) text += 'l';
  if (row.foreground) text += '+';
  return text;
}

std::string Ps::field(const ProcessRow& row, std::string_view name) const {
  const double lived = std::max(1.0, static_cast<double>((io_.now() - row.started).count()));
  if (name == "pid") return std::to_string(row.pid);
  if (name == "ppid") return std::to_string(row.parent);
  if (name == "user" || name == "uid_name" || name == "euser") return name_of(row.uid);
  if (name == "uid") return std::to_string(row.uid);
  if (name == "gid") return std::to_string(row.gid);
  if (name == "pgid") return std::to_string(row.group);
  if (name == "sid") return std::to_string(row.session);
  // As procps counts it: nothing in the first second, and "C" has two places.
  const double share =
      lived < kSecondMicros ? 0 : static_cast<double>(row.cpu.count()) * 100 / lived;
  if (name == "pcpu" || name == "%cpu") return text_of("%.1f", share);
  if (name == "c") return text_of("%d", std::min(static_cast<int>(share), 99));
  if (name == "pmem" || name == "%mem") {
    return text_of("%.1f", static_cast<double>(row.resident_kib) * 100 /
                               static_cast<double>(std::max<std::uint64_t>(memory_, 1)));
  }
  if (name == "vsz") return std::to_string(row.virtual_kib);
  if (name == "rss") return std::to_string(row.resident_kib);
  if (name == "tty" || name == "tt") return row.terminal.empty() ? "?" : row.terminal;
  if (name == "stat") return state(row);
  if (name == "s") return std::string(1, row.state);
  if (name == "start" || name == "stime") return started(row);
  if (name == "time") return cpu_text(row.cpu, true);
  if (name == "btime") return cpu_text(row.cpu, false);
  if (name == "comm" || name == "ucmd") return row.name;
  if (name == "ni") return std::to_string(row.nice);
  if (name == "nlwp") return std::to_string(row.threads);
  if (name == "lstart") return date_text(row.started, "%a %b %e %H:%M:%S %Y");
  if (name == "etime") {
    const auto age =
        std::chrono::duration_cast<std::chrono::seconds>(io_.now() - row.started).count();
    if (age >= 86400)
      return text_of("%lld-%02lld:%02lld:%02lld", static_cast<long long>(age / 86400),
                     static_cast<long long>(age / 3600 % 24), static_cast<long long>(age / 60 % 60),
                     static_cast<long long>(age % 60));
    if (age >= 3600)
      return text_of("%02lld:%02lld:%02lld", static_cast<long long>(age / 3600),
                     static_cast<long long>(age / 60 % 60), static_cast<long long>(age % 60));
    return text_of("%02lld:%02lld", static_cast<long long>(age / 60),
                   static_cast<long long>(age % 60));
  }
  return command_of(row, true);
}

bool Ps::options() {
  const auto set = [&](std::string_view list) {
    for (std::string name : split(list, ',')) {
      const std::size_t equals = name.find('=');
      std::string title = equals == std::string::npos ? "" : name.substr(equals + 1);
      name = name.substr(0, equals);
      if (title_of(name).empty()) {
        io_.err("error: unknown user-defined format specifier \"" + name +
                "\"\n\nUsage:\n ps [options]\n\n Try 'ps --help "
                "<simple|list|output|threads|misc|all>'\n  or 'ps --help <s|l|o|t|m|a>'\n for "
                "additional help text.\n\nFor more details see ps(1).\n");
        io_.status = 1;
        return false;
      }
      if (equals == std::string::npos) title = title_of(name);
      columns_.push_back({name, title});
    }
    return true;
  };
  const auto fixed = [&](std::string_view list) {
    columns_.clear();
    set(list);
  };
  for (std::size_t at = 1; at < io_.argc(); ++at) {
    std::string word = io_.arg(at);
    const auto value = [&](std::size_t used) {
      if (used < word.size()) return word.substr(used);
      return at + 1 < io_.argc() ? io_.arg(++at) : std::string();
    };
    if (word.starts_with("--sort")) {
      sort_ = word.find('=') != std::string::npos ? word.substr(word.find('=') + 1) : value(6);
    } else if (word == "--no-headers" || word == "--no-heading") {
      header_ = false;
    } else if (word == "--forest") {
      forest_ = true;
    } else if (word == "--version") {
      io_.out(version_text("ps"));
      return false;
    } else if (word.starts_with("--pid")) {
      pids_.push_back(
          static_cast<int>(number_of(word.size() > 6 ? word.substr(6) : value(5)).value_or(0)));
    } else if (word.starts_with("--ppid")) {
      value(6);
    } else if (word.starts_with("-")) {
      for (std::size_t in = 1; in < word.size(); ++in) {
        const char letter = word[in];
        if (letter == 'e' || letter == 'A')
          all_ = true;
        else if (letter == 'f' || letter == 'F') {
          full_ = true;
          fixed("uid_name,pid,ppid,c,stime,tty,time,cmd");
        } else if (letter == 'l')
          fixed("s,uid,pid,ppid,c,pri,ni,tty,time,ucmd");
        else if (letter == 'a') {
          terminals_only_ = true;
          not_session_ = true;
        } else if (letter == 'x') {
          all_ = all_ || terminals_only_;
          if (!terminals_only_) bsd_user_ = true;
        } else if (letter == 'u' &&
                   (word.find('a') != std::string::npos || word.find('x') != std::string::npos)) {
          fixed("user,pid,%cpu,%mem,vsz,rss,tty,stat,start,btime,command");
          all_ = word.find('x') != std::string::npos;
        } else if (letter == 'o') {
          if (!set(value(in + 1))) return false;
          break;
        } else if (letter == 'p') {
          for (const auto& one : split(value(in + 1), ','))
            pids_.push_back(static_cast<int>(number_of(one).value_or(0)));
          break;
        } else if (letter == 'u' || letter == 'U') {
          const std::string name = value(in + 1);
          const auto user = find_user(io_, name);
          uids_.push_back(user ? user->uid
                               : static_cast<std::uint32_t>(number_of(name).value_or(99999)));
          break;
        } else if (letter == 'C') {
          for (auto& one : split(value(in + 1), ',')) names_.push_back(one);
          break;
        } else if (letter == 'w' || letter == 'L' || letter == 'T' || letter == 'H' ||
                   letter == 'd' || letter == 'j' || letter == 'y')
          wide_ = true;
        else {
          io_.err(
              "error: unsupported SysV option\n\nUsage:\n ps [options]\n\n Try 'ps --help "
              "<simple|list|output|threads|misc|all>'\n  or 'ps --help <s|l|o|t|m|a>'\n for "
              "additional help text.\n\nFor more details see ps(1).\n");
          io_.status = 1;
          return false;
        }
      }
    } else if (number_of(word)) {
      pids_.push_back(static_cast<int>(*number_of(word)));
    } else {
      const bool everyone = word.find('a') != std::string::npos;
      const bool without = word.find('x') != std::string::npos;
      all_ = all_ || (everyone && without);
      if (everyone && !without) terminals_only_ = true;
      if (!everyone) bsd_user_ = true;
      if (word.find('o') != std::string::npos && !set(value(word.size()))) return false;
      if (word.find('u') != std::string::npos)
        fixed("user,pid,%cpu,%mem,vsz,rss,tty,stat,start,btime,command");
      else if (columns_.empty())
        fixed("pid,tty,stat,btime,command");
      wide_ = wide_ || word.find('w') != std::string::npos;
      forest_ = forest_ || word.find('f') != std::string::npos;
    }
  }
  if (columns_.empty()) fixed("pid,tty,time,ucmd");
  return true;
}

bool Ps::wanted(const ProcessRow& row) const {
  if (!pids_.empty()) return std::find(pids_.begin(), pids_.end(), row.pid) != pids_.end();
  if (!names_.empty()) return std::find(names_.begin(), names_.end(), row.name) != names_.end();
  if (!uids_.empty()) return std::find(uids_.begin(), uids_.end(), row.uid) != uids_.end();
  if (all_) return true;
  if (terminals_only_) return !row.terminal.empty() && !(not_session_ && row.session == row.pid);
  if (row.uid != io_.who.uid) return false;
  if (bsd_user_) return true;
  return row.session == io_.process.session;
}

int Ps::run() {
  if (!options()) return io_.status;
  std::vector<ProcessRow> rows;
  for (ProcessRow& row : processes_of(io_)) {
    if (wanted(row)) rows.push_back(std::move(row));
  }
  if (!sort_.empty()) {
    const bool down = sort_.starts_with("-");
    const std::string key = sort_.substr(down || sort_.starts_with("+") ? 1 : 0);
    std::stable_sort(rows.begin(), rows.end(),
                     [&](const ProcessRow& left, const ProcessRow& right) {
                       const ProcessRow& a = down ? right : left;
                       const ProcessRow& b = down ? left : right;
                       if (key.ends_with("mem") || key == "rss")
                         return a.resident_kib < b.resident_kib;
                       if (key.ends_with("cpu") || key == "time") return a.cpu < b.cpu;
                       return a.pid < b.pid;
                     });
  }
  static constexpr std::pair<std::string_view, std::size_t> kWidths[] = {
      {"pid", 7},   {"ppid", 7}, {"user", 8},  {"uid_name", 8}, {"%cpu", 4},
      {"%mem", 4},  {"pcpu", 4}, {"pmem", 4},  {"vsz", 6},      {"rss", 5},
      {"tty", 8},   {"stat", 4}, {"start", 5}, {"stime", 5},    {"time", 8},
      {"btime", 6}, {"c", 2},    {"comm", 15}, {"lstart", 24},  {"etime", 11},
      {"uid", 5},   {"gid", 5},  {"ni", 3},    {"nlwp", 4},     {"tt", 8}};
  const auto width = [&](const Column& column) {
    std::size_t wide = column.title.size();
    for (const auto& [name, size] : kWidths) {
      if (name == column.name) wide = std::max(wide, size);
    }
    return wide;
  };
  const auto line = [&](auto&& text) {
    std::string all;
    for (std::size_t at = 0; at < columns_.size(); ++at) {
      const Column& column = columns_[at];
      const std::string one = text(column);
      if (at > 0) all += ' ';
      const bool end = at + 1 == columns_.size();
      all += left(column.name) ? (end ? one : padded(one, width(column)))
                               : padded_left(one, width(column));
    }
    const auto most = static_cast<std::size_t>(io_.columns());
    if (io_.on_terminal() && !wide_ && all.size() > most) all.resize(most);
    io_.out(all + "\n");
  };
  const bool titled = std::any_of(columns_.begin(), columns_.end(),
                                  [](const Column& column) { return !column.title.empty(); });
  if (header_ && titled) line([](const Column& column) { return column.title; });
  for (const ProcessRow& row : rows)
    line([&](const Column& column) { return field(row, column.name); });
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
