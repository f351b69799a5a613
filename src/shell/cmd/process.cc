// ps, pgrep, pkill, pidof, kill, killall
#include <algorithm>
#include <csignal>

#include "shell/cmd/groups.h"
#include "shell/cmd/regex.h"
#include "shell/cmd/system.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::string_view kSignals[] = {
    "EXIT", "HUP",  "INT",  "QUIT", "ILL",    "TRAP",   "ABRT",  "BUS",  "FPE",  "KILL", "USR1",
    "SEGV", "USR2", "PIPE", "ALRM", "TERM",   "STKFLT", "CHLD",  "CONT", "STOP", "TSTP", "TTIN",
    "TTOU", "URG",  "XCPU", "XFSZ", "VTALRM", "PROF",   "WINCH", "POLL", "PWR",  "SYS"};

int signal_of(std::string_view text) {
  if (const auto number = number_of(text)) return *number <= 64 ? static_cast<int>(*number) : -1;
  if (text.starts_with("SIG")) text.remove_prefix(3);
  for (std::size_t at = 0; at < std::size(kSignals); ++at) {
    if (lower(kSignals[at]) == lower(text)) return static_cast<int>(at);
  }
  return -1;
}

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
  if (name == "pcpu" || name == "%cpu")
    return text_of("%.1f", static_cast<double>(row.cpu.count()) * 100 / lived);
  if (name == "c")
    return text_of("%d", static_cast<int>(static_cast<double>(row.cpu.count()) * 100 / lived));
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

struct GrepFor {
  bool full = false, exact = false, newest = false, oldest = false, list = false, list_full = false,
       count = false, inverted = false;
  std::string pattern;
  std::vector<std::string> users;
  int signal = SIGTERM;
  std::string between = "\n";
};

std::vector<ProcessRow> found(Io& io, const GrepFor& want, const Regex* regex) {
  std::vector<ProcessRow> rows;
  for (ProcessRow& row : processes_of(io)) {
    if (row.pid == io.process.pid) continue;
    if (!want.users.empty()) {
      const std::string name = user_name(io, row.uid);
      const bool mine = std::find(want.users.begin(), want.users.end(), name) != want.users.end() ||
                        std::find(want.users.begin(), want.users.end(), std::to_string(row.uid)) !=
                            want.users.end();
      if (!mine) continue;
    }
    if (regex != nullptr) {
      const std::string text =
          want.full ? (row.arguments.empty() ? row.name : join(row.arguments, " ")) : row.name;
      if (regex->matches(text) == want.inverted) continue;
    }
    rows.push_back(std::move(row));
  }
  if (!rows.empty() && want.newest) rows.erase(rows.begin(), rows.end() - 1);
  if (!rows.empty() && want.oldest) rows.resize(1);
  return rows;
}

int process_grep(Io& io) {
  static constexpr Long kLongs[] = {
      {"full", 'f'},      {"exact", 'x'},       {"newest", 'n'},
      {"oldest", 'o'},    {"list-name", 'l'},   {"list-full", 'a'},
      {"count", 'c'},     {"ignore-case", 'i'}, {"delimiter", 'd', ':'},
      {"euid", 'u', ':'}, {"inverse", 'v'},     {"signal", 300, ':'},
      {"echo", 'e'}};
  GrepFor want;
  const bool kills = io.name() == "pkill";
  auto& words = io.process.arguments;
  if (kills && words.size() > 1 && words[1].size() > 1 && words[1][0] == '-' &&
      signal_of(words[1].substr(1)) >= 0) {
    want.signal = signal_of(words[1].substr(1));
    words.erase(words.begin() + 1);
  }
  bool fold = false;
  Options reader(io, "acd:efg:G:ilnoP:s:t:u:U:vxw", kLongs, "[options] <pattern>", 2);
  for (int id = reader.next(); id != kNoMore; id = reader.next()) {
    if (id == kStop) return io.status;
    want.full = want.full || id == 'f';
    want.exact = want.exact || id == 'x';
    want.newest = want.newest || id == 'n';
    want.oldest = want.oldest || id == 'o';
    want.list = want.list || id == 'l';
    want.list_full = want.list_full || id == 'a';
    want.count = want.count || id == 'c';
    want.inverted = want.inverted || id == 'v';
    fold = fold || id == 'i';
    if (id == 'd') want.between = reader.value;
    if (id == 'u' || id == 'U') want.users = split(reader.value, ',');
    if (id == 300) want.signal = signal_of(reader.value);
  }
  if (reader.operands.empty() && want.users.empty()) {
    io.err(std::string(io.name()) + ": no matching criteria specified\nTry `" +
           std::string(io.name()) + " --help' for more information.\n");
    return 2;
  }
  std::optional<Regex> regex;
  if (!reader.operands.empty()) {
    std::string pattern = reader.operands[0];
    if (want.exact) pattern = "^(" + pattern + ")$";
    auto compiled = Regex::compile(pattern, {.extended = true, .fold = fold});
    if (!compiled) {
      io.fail(compiled.error(), 0, 2);
      return 2;
    }
    regex = std::move(*compiled);
  }
  const auto rows = found(io, want, regex ? &*regex : nullptr);
  if (kills) {
    int killed = 0;
    for (const ProcessRow& row : rows) {
      const Sys<void> sent = io.process.kill(row.pid, want.signal);
      if (sent) ++killed;
      if (!sent && sent.error() == EPERM)
        io.fail("killing pid " + std::to_string(row.pid) + " failed", sent.error());
    }
    return killed > 0 ? 0 : 1;
  }
  std::vector<std::string> lines;
  for (const ProcessRow& row : rows) {
    lines.push_back(std::to_string(row.pid) + (want.list_full ? " " + command_of(row, true)
                                               : want.list    ? " " + row.name
                                                              : ""));
  }
  if (want.count) {
    io.out(std::to_string(lines.size()) + "\n");
  } else if (!lines.empty()) {
    io.out(join(lines, want.between) + "\n");
  }
  return rows.empty() ? 1 : 0;
}

int pidof(Io& io) {
  std::vector<std::string> pids;
  for (std::size_t at = 1; at < io.argc(); ++at) {
    const std::string& name = io.arg(at);
    if (name.starts_with("-")) continue;
    const auto rows = processes_of(io);
    for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
      if (row->pid == io.process.pid || row->arguments.empty()) continue;
      if (row->name == name || row->path == name) pids.push_back(std::to_string(row->pid));
    }
  }
  if (pids.empty()) return 1;
  io.out(join(pids, " ") + "\n");
  return 0;
}

int kill_command(Io& io) {
  int signal = SIGTERM;
  std::size_t at = 1;
  if (io.argc() > 1 && (io.arg(1) == "-l" || io.arg(1) == "-L" || io.arg(1) == "--list")) {
    std::string out;
    for (std::size_t number = 1; number < std::size(kSignals); ++number)
      out += std::string(kSignals[number]) + (number % 16 == 0 ? "\n" : " ");
    io.out(out + "\n");
    return 0;
  }
  if (at < io.argc() && (io.arg(at) == "-s" || io.arg(at) == "--signal")) {
    signal = at + 1 < io.argc() ? signal_of(io.arg(at + 1)) : -1;
    at += 2;
  } else if (at < io.argc() && io.arg(at).size() > 1 && io.arg(at)[0] == '-' &&
             io.arg(at) != "--") {
    signal = signal_of(io.arg(at).substr(1));
    ++at;
  }
  if (signal < 0) {
    io.fail("unknown signal");
    return 1;
  }
  if (at < io.argc() && io.arg(at) == "--") ++at;
  if (at >= io.argc()) {
    io.err(
        "\nUsage:\n kill [options] <pid> [...]\n\n Try 'kill --help' for additional help "
        "text.\n\nFor more details see kill(1).\n");
    return 1;
  }
  for (; at < io.argc(); ++at) {
    const auto pid = signed_number_of(io.arg(at));
    if (!pid) {
      io.fail("failed to parse argument: '" + io.arg(at) + "'");
      continue;
    }
    const Sys<void> sent = io.process.kill(static_cast<int>(*pid), signal);
    if (!sent) io.fail("(" + io.arg(at) + ")", sent.error());
  }
  return io.status;
}

int killall(Io& io) {
  int signal = SIGTERM;
  bool quiet = false;
  std::vector<std::string> names;
  for (std::size_t at = 1; at < io.argc(); ++at) {
    const std::string& word = io.arg(at);
    if (word == "-q" || word == "--quiet") {
      quiet = true;
    } else if (word == "-s" && at + 1 < io.argc()) {
      signal = signal_of(io.arg(++at));
    } else if (word.size() > 1 && word[0] == '-' && signal_of(word.substr(1)) >= 0) {
      signal = signal_of(word.substr(1));
    } else if (word[0] != '-') {
      names.push_back(word);
    }
  }
  for (const std::string& name : names) {
    bool any = false;
    for (const ProcessRow& row : processes_of(io)) {
      if (row.name != name) continue;
      any = true;
      const Sys<void> sent = io.process.kill(row.pid, signal);
      if (!sent && !quiet)
        io.err(name + "(" + std::to_string(row.pid) + "): " + std::string(sys_error(sent.error())) +
               "\n");
      if (!sent) io.status = 1;
    }
    if (any) continue;
    if (!quiet) io.err(name + ": no process found\n");
    io.status = 1;
  }
  return io.status;
}

constexpr Command kRows[] = {
    {"ps", &plain<ps>},       {"pgrep", &plain<process_grep>}, {"pkill", &plain<process_grep>},
    {"pidof", &plain<pidof>}, {"kill", &plain<kill_command>},  {"killall", &plain<killall>}};

}  // namespace

std::span<const Command> process_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
