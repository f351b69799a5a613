#include "shell/cmd/ps_columns.h"

#include <algorithm>

#include "shell/cmd/system.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

constexpr PsColumn kColumns[] = {{"pid", "PID", 7, true},
                                 {"ppid", "PPID", 7, true},
                                 {"pgid", "PGID", 7, true},
                                 {"pgrp", "PGRP", 7, true},
                                 {"sid", "SID", 7, true},
                                 {"sess", "SESS", 7, true},
                                 {"session", "SESS", 7, true},
                                 {"tgid", "TGID", 7, true},
                                 {"lwp", "LWP", 7, true},
                                 {"tid", "TID", 7, true},
                                 {"spid", "SPID", 7, true},
                                 {"tpgid", "TPGID", 7, true},
                                 {"user", "USER", 8, false},
                                 {"euser", "EUSER", 8, false},
                                 {"ruser", "RUSER", 8, false},
                                 {"uname", "USER", 8, false},
                                 {".uid", "UID", 8, false},
                                 {"uid", "UID", 5, true},
                                 {"euid", "EUID", 5, true},
                                 {"ruid", "RUID", 5, true},
                                 {"gid", "GID", 5, true},
                                 {"egid", "EGID", 5, true},
                                 {"rgid", "RGID", 5, true},
                                 {"group", "GROUP", 8, false},
                                 {"egroup", "EGROUP", 8, false},
                                 {"rgroup", "RGROUP", 8, false},
                                 {"%cpu", "%CPU", 4, true},
                                 {"pcpu", "%CPU", 4, true},
                                 {"c", "C", 2, true},
                                 {"%mem", "%MEM", 4, true},
                                 {"pmem", "%MEM", 4, true},
                                 {"vsz", "VSZ", 6, true},
                                 {"vsize", "VSZ", 6, true},
                                 {"rss", "RSS", 5, true},
                                 {"rssize", "RSS", 5, true},
                                 {"rsz", "RSZ", 5, true},
                                 {"sz", "SZ", 5, true},
                                 {"size", "SIZE", 5, true},
                                 {".addr", "ADDR SZ", 7, true},
                                 {"tty", "TT", 8, false},
                                 {"tt", "TT", 8, false},
                                 {"tname", "TTY", 8, false},
                                 {"stat", "STAT", 4, false},
                                 {"s", "S", 1, false},
                                 {"state", "S", 1, false},
                                 {"start", "STARTED", 8, true},
                                 {"start_time", "START", 5, true},
                                 {"stime", "STIME", 5, true},
                                 {"bsdstart", "START", 6, true},
                                 {"lstart", "STARTED", 24, true},
                                 {"time", "TIME", 8, true},
                                 {"cputime", "TIME", 8, true},
                                 {"bsdtime", "TIME", 6, true},
                                 {"etime", "ELAPSED", 11, true},
                                 {"etimes", "ELAPSED", 7, true},
                                 {"comm", "COMMAND", 15, false},
                                 {"ucmd", "CMD", 15, false},
                                 {"ucomm", "COMMAND", 15, false},
                                 {"fname", "COMMAND", 8, false},
                                 {"args", "COMMAND", 27, false},
                                 {"command", "COMMAND", 27, false},
                                 {"cmd", "CMD", 27, false},
                                 {"ni", "NI", 3, true},
                                 {"nice", "NI", 3, true},
                                 {"pri", "PRI", 3, true},
                                 {"priority", "PRI", 3, true},
                                 {"opri", "PRI", 3, true},
                                 {"nlwp", "NLWP", 4, true},
                                 {"thcount", "THCNT", 5, true},
                                 {"psr", "PSR", 3, true},
                                 {"f", "F", 1, true},
                                 {"flags", "F", 1, true},
                                 {"wchan", "WCHAN", 6, false},
                                 {"cls", "CLS", 3, true},
                                 {"rtprio", "RTPRIO", 6, true},
                                 {"maj_flt", "MAJFL", 6, true},
                                 {"trs", "TRS", 5, true},
                                 {"drs", "DRS", 5, true}};

std::string elapsed(std::int64_t age) {
  const auto whole = static_cast<long long>(age);
  if (age >= 86400)
    return text_of("%lld-%02lld:%02lld:%02lld", whole / 86400, whole / 3600 % 24, whole / 60 % 60,
                   whole % 60);
  if (age >= 3600)
    return text_of("%02lld:%02lld:%02lld", whole / 3600, whole / 60 % 60, whole % 60);
  return text_of("%02lld:%02lld", whole / 60, whole % 60);
}

std::string used(Duration cpu, bool hours) {
  const auto whole =
      static_cast<long long>(std::chrono::duration_cast<std::chrono::seconds>(cpu).count());
  if (!hours) return text_of("%lld:%02lld", whole / 60, whole % 60);
  const std::string days = whole >= 86400 ? text_of("%lld-", whole / 86400) : "";
  return days + text_of("%02lld:%02lld:%02lld", whole / 3600 % 24, whole / 60 % 60, whole % 60);
}

std::string state_of(const ProcessRow& row) {
  std::string text(1, row.state);
  if (row.nice < 0) text += '<';
  if (row.nice > 0) text += 'N';
  if (row.session == row.pid && !row.arguments.empty()) text += 's';
  if (row.threads > 1) text += 'l';
  if (row.foreground) text += '+';
  return text;
}

std::string wait_of(const ProcessRow& row) {
  if (row.state == 'R') return "-";
  if (row.arguments.empty())
    return row.name == "kthreadd" ? "kthrea" : row.state == 'I' ? "rescue" : "smpboo";
  return row.name == "bash" || row.name == "sh" || row.name == "dash" ? "do_wai" : "-";
}

}  // namespace

const PsColumn* find_ps_column(std::string_view name) {
  for (const PsColumn& column : kColumns) {
    if (column.name == name) return &column;
  }
  return nullptr;
}

std::string ps_command(const ProcessRow& row) {
  return row.arguments.empty() ? "[" + row.name + "]" : join(row.arguments, " ");
}

PsCells::PsCells(const Io& io) : io_(io), memory_(memory_of(io).total) {
  for (const User& user : users_of(io)) users_.emplace_back(user.uid, user.name);
  rows_ = processes_of(io);
}

std::string PsCells::user(std::uint32_t uid) const {
  for (const auto& [number, name] : users_) {
    if (number == uid) return name.size() > 8 ? name.substr(0, 7) + "+" : name;
  }
  return std::to_string(uid);
}

std::string PsCells::started(const ProcessRow& row, bool bsd) const {
  if (io_.now() - row.started < std::chrono::hours(24) &&
      (bsd || date_text(row.started, "%F") == date_text(io_.now(), "%F")))
    return date_text(row.started, "%H:%M");
  const bool this_year = date_text(row.started, "%Y") == date_text(io_.now(), "%Y");
  if (bsd) return date_text(row.started, "%b %d");
  return date_text(row.started, this_year ? "%b%d" : "%Y");
}

std::string PsCells::numbers(const ProcessRow& row, std::string_view column) const {
  const double lived = std::max(1.0, static_cast<double>((io_.now() - row.started).count()));
  const double share = static_cast<double>(row.cpu.count()) * 100 / lived;
  const bool kernel = row.arguments.empty();
  if (column == "%cpu" || column == "pcpu") return text_of("%.1f", std::min(share, 99.9));
  if (column == "c") return text_of("%d", static_cast<int>(std::min(share, 99.0)));
  if (column == "%mem" || column == "pmem")
    return text_of("%.1f", static_cast<double>(row.resident_kib) * 100 /
                               static_cast<double>(std::max<std::uint64_t>(memory_, 1)));
  if (column == "vsz" || column == "vsize") return std::to_string(row.virtual_kib);
  if (column == "rss" || column == "rssize" || column == "rsz")
    return std::to_string(row.resident_kib);
  if (column == "sz") return std::to_string(row.virtual_kib / 4);
  if (column == "size") return std::to_string(row.virtual_kib / 4);
  if (column == ".addr")
    return "- " + (kernel ? "    0" : padded_left(std::to_string(row.virtual_kib / 4), 5));
  if (column == "nice" || column == "ni") return std::to_string(row.nice);
  if (column == "pri") return std::to_string(19 - row.nice);
  if (column == "priority") return std::to_string(20 + row.nice);
  if (column == "opri") return std::to_string(80 + row.nice);
  if (column == "nlwp" || column == "thcount") return std::to_string(row.threads);
  if (column == "psr") {
    const auto processors = static_cast<int>(std::max(1, hardware_of(io_).threads));
    return std::to_string(row.pid % processors);
  }
  if (column == "f" || column == "flags")
    return kernel ? "1" : row.session == row.pid || row.uid == 0 ? "4" : "0";
  if (column == "trs") return std::to_string(kernel ? 0 : row.virtual_kib / 12);
  if (column == "drs") return std::to_string(kernel ? 0 : row.virtual_kib - row.virtual_kib / 12);
  return "0";
}

std::string PsCells::cell(const ProcessRow& row, std::string_view column) const {
  const auto is = [&](std::initializer_list<std::string_view> names) {
    return std::find(names.begin(), names.end(), column) != names.end();
  };
  if (is({"pid", "tgid", "lwp", "tid", "spid"})) return std::to_string(row.pid);
  if (column == "ppid") return std::to_string(row.parent);
  if (is({"pgid", "pgrp"})) return std::to_string(row.group);
  if (is({"sid", "sess", "session"})) return std::to_string(row.session);
  if (column == "tpgid") {
    if (row.terminal.empty()) return "-1";
    for (const ProcessRow& other : rows_) {
      if (other.foreground && other.terminal == row.terminal) return std::to_string(other.group);
    }
    return std::to_string(row.group);
  }
  if (is({"user", "euser", "ruser", "uname", ".uid"})) return user(row.uid);
  if (is({"uid", "euid", "ruid"})) return std::to_string(row.uid);
  if (is({"gid", "egid", "rgid"})) return std::to_string(row.gid);
  if (is({"group", "egroup", "rgroup"})) return group_name(io_, row.gid);
  if (is({"tty", "tt", "tname"})) return row.terminal.empty() ? "?" : row.terminal;
  if (column == "stat") return state_of(row);
  if (is({"s", "state"})) return std::string(1, row.state);
  if (column == "start")
    return io_.now() - row.started < std::chrono::hours(24) ? date_text(row.started, "%H:%M:%S")
                                                            : date_text(row.started, "  %b %d");
  if (is({"start_time", "stime"})) return started(row, false);
  if (column == "bsdstart") return started(row, true);
  if (column == "lstart") return date_text(row.started, "%a %b %e %H:%M:%S %Y");
  if (is({"time", "cputime"})) return used(row.cpu, true);
  if (column == "bsdtime") return used(row.cpu, false);
  const auto age =
      std::chrono::duration_cast<std::chrono::seconds>(io_.now() - row.started).count();
  if (column == "etime") return elapsed(std::max<std::int64_t>(0, age));
  if (column == "etimes") return std::to_string(std::max<std::int64_t>(0, age));
  if (is({"comm", "ucmd", "ucomm"})) return row.name;
  if (column == "fname") return row.name.substr(0, 8);
  if (is({"args", "command", "cmd"})) return ps_command(row);
  if (column == "wchan") return wait_of(row);
  if (column == "cls") return "TS";
  if (column == "rtprio") return "-";
  return numbers(row, column);
}

}  // namespace decnet::shell::cmd
