// last, lastb and lastlog: what the host's records say of logins.
#include <algorithm>

#include "shell/cmd/groups.h"
#include "shell/cmd/system.h"
#include "shell/cmd/text.h"
#include "shell/fs/utmp.h"
#include "shell/login_record.h"
#include "shell/machine_state.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::size_t kHostLetters = 16;
constexpr std::size_t kLengthLetters = 12;

struct Shown {
  std::string file = "/var/log/wtmp";
  std::uint64_t most = ~std::uint64_t{0};
  std::vector<std::string> only;  // Users and terminals.
  bool full_times = false;        // -F
  bool host_last = false;         // -a
  bool no_host = false;           // -R
};

// "(00:05)", "(3+02:11)"
std::string length_text(Duration length) {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(length).count();
  const long long days = minutes / 1440;
  if (days > 0)
    return text_of("(%lld+%02lld:%02lld)", days, static_cast<long long>(minutes / 60 % 24),
                   static_cast<long long>(minutes % 60));
  return text_of(" (%02lld:%02lld)", static_cast<long long>(minutes / 60),
                 static_cast<long long>(minutes % 60));
}

class Last {
 public:
  Last(Io& io, Shown shown) : io_(io), shown_(std::move(shown)) {
    for (const ProcessRow& row : processes_of(io)) alive_.push_back(row.pid);
  }

  // Newest first, as the records lie from the end of the file.
  void tell(const std::vector<UtmpEntry>& entries) {
    for (auto at = entries.rbegin(); at != entries.rend() && shown_.most > 0; ++at) {
      switch (at->type) {
        case UtmpType::boot:
          line("reboot", "system boot", *at, "  still running", "");
          booted_ = at->time;
          ended_.clear();
          break;
        case UtmpType::user:
          user(*at);
          [[fallthrough]];
        case UtmpType::dead:
          ended_[at->line] = at->time;
          break;
        default:
          break;
      }
    }
  }

 private:
  void user(const UtmpEntry& entry) {
    const auto end = ended_.find(entry.line);
    if (end != ended_.end()) {
      const std::string to =
          "- " + date_text(end->second, shown_.full_times ? "%a %b %e %H:%M:%S %Y" : "%H:%M");
      return line(entry.user, entry.line, entry, to, length_text(end->second - entry.time));
    }
    if (booted_)
      return line(entry.user, entry.line, entry, "- crash", length_text(*booted_ - entry.time));
    const bool on = std::find(alive_.begin(), alive_.end(), entry.pid) != alive_.end();
    line(entry.user, entry.line, entry, on ? "  still logged in" : "   gone - no logout", "");
  }

  void line(const std::string& user, const std::string& terminal, const UtmpEntry& entry,
            const std::string& end, const std::string& length) {
    const auto is = [&](const std::string& name) {
      return name == user || name == entry.line || "pts/" + name == entry.line;
    };
    if (!shown_.only.empty() && std::none_of(shown_.only.begin(), shown_.only.end(), is)) return;
    --shown_.most;
    std::string text =
        padded(user.substr(0, 8), 8) + " " + padded(terminal.substr(0, 12), 12) + " ";
    if (!shown_.no_host && !shown_.host_last)
      text += padded(entry.host.substr(0, kHostLetters), kHostLetters) + " ";
    text += date_text(entry.time, shown_.full_times ? "%a %b %e %H:%M:%S %Y" : "%a %b %e %H:%M");
    text += " " + (length.empty() ? end : padded(end, shown_.full_times ? 26 : 7) + " " + length);
    if (shown_.host_last) {
      if (!length.empty())
        text += std::string(kLengthLetters - std::min(kLengthLetters, length.size()), ' ');
      text += " " + entry.host;
    }
    io_.out(text + "\n");
  }

  Io& io_;
  Shown shown_;
  std::vector<int> alive_;
  std::map<std::string, TimePoint> ended_;  // By terminal: when somebody went, or the next came.
  std::optional<TimePoint> booted_;
};

int last(Io& io) {
  static constexpr Long kLongs[] = {{"limit", 'n', ':'}, {"file", 'f', ':'},  {"fulltimes", 'F'},
                                    {"hostlast", 'a'},   {"nohostname", 'R'}, {"ip", 'i'},
                                    {"fullnames", 'w'},  {"system", 'x'},     {"dns", 'd'}};
  Shown shown;
  if (io.name() == "lastb") shown.file = "/var/log/btmp";
  Options options(io, "0123456789adFf:in:RwxV", kLongs, "[options] [<username>...] [<tty>...]");
  std::string digits;
  for (int id = options.next(); id != kNoMore; id = options.next()) {
    if (id == kStop) return io.status;
    if (id >= '0' && id <= '9') digits.push_back(static_cast<char>(id));
    if (id == 'n') digits = options.value;
    if (id == 'f') shown.file = options.value;
    shown.full_times = shown.full_times || id == 'F';
    shown.host_last = shown.host_last || id == 'a';
    shown.no_host = shown.no_host || id == 'R';
  }
  if (!digits.empty()) shown.most = number_of(digits).value_or(0);
  shown.only = options.operands;
  const std::string path = io.process.absolute(shown.file);
  const Sys<std::string> file = io.files.read_file(path, io.who);
  if (!file) {
    io.fail("cannot open " + shown.file, file.error());
    return 1;
  }
  const std::vector<UtmpEntry> entries = read_utmp(*file);
  const std::string name = path.substr(path.rfind('/') + 1);
  const TimePoint begins =
      entries.empty() ? io.files.stat(path, io.who)->changed : entries.front().time;
  Last(io, std::move(shown)).tell(entries);
  io.out("\n" + name + " begins " + date_text(begins, "%a %b %e %H:%M:%S %Y") + "\n");
  return 0;
}

int lastlog(Io& io) {
  static constexpr Long kLongs[] = {{"user", 'u', ':'}, {"time", 't', ':'}, {"before", 'b', ':'}};
  Options options(io, "b:t:u:hCS", kLongs, "[options]");
  std::string only;
  for (int id = options.next(); id != kNoMore; id = options.next()) {
    if (id == kStop) return io.status;
    if (id == 'u') only = options.value;
  }
  const std::string file = io.files.read_file("/var/log/lastlog", Credentials{}).value_or("");
  std::vector<std::pair<User, LastlogEntry>> rows;
  for (const User& user : users_of(io)) {
    if (!only.empty() && user.name != only && std::to_string(user.uid) != only) continue;
    LastlogEntry entry = read_lastlog(file, user.uid);
    if (const auto last = last_login(io.process.machine().state(), user.name);
        last && last->at > entry.time + std::chrono::seconds{1}) {
      entry = {last->at, entry.line.empty() ? "pts/0" : entry.line, last->from};
    }
    rows.emplace_back(user, std::move(entry));
  }
  constexpr std::size_t kFromLetters = 42;  // Room for an IPv6 address and its zone.
  io.out("Username         Port     From                                       Latest\n");
  for (const auto& [user, entry] : rows) {
    std::string line = padded(user.name, 16) + " ";
    if (entry.time == TimePoint{}) {
      line += padded("", 8) + " " + padded("", kFromLetters) + " **Never logged in**";
    } else {
      line += padded(entry.line, 8) + " " + padded(entry.host, kFromLetters) + " " +
              date_text(entry.time, "%a %b %e %H:%M:%S %z %Y");
    }
    io.out(line + "\n");
  }
  return 0;
}

constexpr Command kRows[] = {
    {"last", &plain<last>}, {"lastb", &plain<last>}, {"lastlog", &plain<lastlog>}};

}  // namespace

std::span<const Command> logins_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
