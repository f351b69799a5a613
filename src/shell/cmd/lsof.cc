// lsof and fuser: who has which file or socket open.
#include <algorithm>
#include <csignal>
#include <map>

#include "shell/cmd/answers.h"
#include "shell/cmd/groups.h"
#include "shell/cmd/system.h"
#include "shell/cmd/text.h"
#include "shell/machine.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::size_t kCommandLetters = 9;  // Of COMMAND, as lsof cuts it.
constexpr std::size_t kOpenFilesMax = 50'000;
constexpr int kThreadsMax = 64;  // Of a process, that are listed.

struct OpenRow {
  std::string command, pid, user, descriptor, type, device, size, node, name;
  std::string task, task_name;  // Of a thread that is not the first.
};

// "ssh" of port 22, of those that a server has.
std::string port_name(std::uint16_t port) {
  struct Service {
    std::uint16_t port;
    std::string_view name;
  };
  static constexpr Service kServices[] = {
      {21, "ftp"},     {22, "ssh"},           {23, "telnet"}, {25, "smtp"},    {53, "domain"},
      {68, "bootpc"},  {80, "http"},          {110, "pop3"},  {123, "ntp"},    {143, "imap2"},
      {443, "https"},  {445, "microsoft-ds"}, {993, "imaps"}, {3306, "mysql"}, {5432, "postgresql"},
      {6379, "redis"}, {8080, "http-alt"}};
  for (const Service& one : kServices) {
    if (one.port == port) return std::string(one.name);
  }
  return std::to_string(port);
}

struct Wanted {
  bool sockets = false;    // -i
  bool numbers = false;    // -P
  bool addresses = false;  // -n
  bool all = false;        // -a: every condition
  bool only_pids = false;
  std::string protocol, port, user, command;
  std::vector<int> pids;
  std::vector<std::string> files;
  bool listening = false, established = false;
};

std::string end_of(const std::string& ip, std::uint16_t port, const Wanted& wanted) {
  const bool local = ip == "127.0.0.1" || ip == "::1";
  const std::string host = ip == "0.0.0.0" || ip == "::"       ? "*"
                           : local && !wanted.addresses        ? "localhost"
                           : ip.find(':') != std::string::npos ? "[" + ip + "]"
                                                               : ip;
  return host + ":" + (wanted.numbers ? std::to_string(port) : port_name(port));
}

OpenRow socket_row(const SocketView& socket, const ProcessView* owner, int descriptor,
                   const Wanted& wanted, const std::string& user) {
  const bool tcp = socket.protocol.starts_with("tcp");
  OpenRow row;
  row.command = (owner != nullptr ? owner->name : socket.program).substr(0, kCommandLetters);
  row.pid = std::to_string(socket.pid);
  row.user = user;
  row.descriptor = std::to_string(descriptor) + "u";
  row.type = socket.protocol.ends_with("6") ? "IPv6" : "IPv4";
  row.device = std::to_string(socket.inode);
  row.size = "0t0";
  row.node = tcp ? "TCP" : "UDP";
  row.name = end_of(socket.local_ip, socket.local_port, wanted);
  if (socket.peer_port != 0) row.name += "->" + end_of(socket.peer_ip, socket.peer_port, wanted);
  if (!tcp) row.name += " ";
  if (tcp && socket.state == SocketView::State::listen) row.name += " (LISTEN)";
  if (tcp && socket.state == SocketView::State::established) row.name += " (ESTABLISHED)";
  return row;
}

bool fits(const SocketView& socket, const Wanted& wanted) {
  if (socket.pid == 0) return false;
  if (!wanted.protocol.empty() && !socket.protocol.starts_with(wanted.protocol)) return false;
  if (wanted.listening && socket.state != SocketView::State::listen) return false;
  if (wanted.established && socket.state != SocketView::State::established) return false;
  if (wanted.port.empty()) return true;
  return std::to_string(socket.local_port) == wanted.port ||
         std::to_string(socket.peer_port) == wanted.port ||
         port_name(socket.local_port) == wanted.port;
}

// What nearly every program is linked with.
constexpr std::string_view kLibraries[] = {"/usr/lib/x86_64-linux-gnu/libc.so.6",
                                           "/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"};

// Where a process is, runs from, and what it has open.
void file_rows(Io& io, const ProcessView& view, const std::string& user,
               std::vector<OpenRow>& rows) {
  std::vector<std::pair<std::string, std::string>> open = {
      {"cwd", view.directory}, {"rtd", "/"}, {"txt", view.path}};
  if (!view.path.empty()) {
    for (const std::string_view library : kLibraries) open.emplace_back("mem", library);
  }
  for (const auto& [number, path] : view.descriptors)
    open.emplace_back(std::to_string(number) + "u", path);
  for (const auto& [descriptor, path] : open) {
    const bool kernel = path.empty() && descriptor == "txt";
    if ((path.empty() && !kernel) || rows.size() >= kOpenFilesMax) continue;
    OpenRow row;
    row.command = view.name.substr(0, kCommandLetters);
    row.pid = std::to_string(view.pid);
    row.user = user;
    row.descriptor = descriptor;
    row.name = path;
    const Sys<Stat> stat = io.files.stat(path, Credentials{});
    if (descriptor == "mem" && (!stat || (io.who.uid != 0 && io.who.uid != view.uid))) continue;
    if (kernel && io.who.uid == 0) {
      row.type = "unknown";
      row.name = "/proc/" + row.pid + "/exe";
    } else if (io.who.uid != 0 && io.who.uid != view.uid) {
      row.type = "unknown";
      row.name = "/proc/" + row.pid + "/" + descriptor + " (readlink: Permission denied)";
      if (descriptor.ends_with("u")) continue;
    } else if (stat) {
      row.type = stat->kind == Kind::directory   ? "DIR"
                 : stat->kind == Kind::character ? "CHR"
                                                 : "REG";
      const std::uint32_t device = stat->kind == Kind::character ? stat->special : stat->device;
      row.device = std::to_string(device >> 8) + "," + std::to_string(device & 0xff);
      row.size = stat->kind == Kind::character ? "0t0" : std::to_string(stat->size);
      row.node = std::to_string(stat->inode);
    } else {
      const std::size_t open_at = path.find('[');
      row.type = path.starts_with("pipe")     ? "FIFO"
                 : path.starts_with("socket") ? "sock"
                                              : "a_inode";
      row.device = path.starts_with("pipe") ? "0,13" : "0,8";
      row.size = "0t0";
      row.node =
          open_at == std::string::npos ? "" : path.substr(open_at + 1, path.size() - open_at - 2);
      if (row.type == "FIFO") row.name = "pipe";
    }
    rows.push_back(std::move(row));
  }
}

// `tasks`: with the columns of threads, which are listed where nothing is chosen.
void print_rows(Io& io, const std::vector<OpenRow>& rows, bool tasks) {
  std::size_t command = 7, pid = 5, task_name = 7, user = 4, descriptor = 4, type = 4, device = 6,
              size = 8, node = 4;
  for (const OpenRow& row : rows) {
    command = std::max(command, row.command.size());
    pid = std::max(pid, row.pid.size());
    task_name = std::max(task_name, row.task_name.size());
    user = std::max(user, row.user.size());
    type = std::max(type, row.type.size());
    device = std::max(device, row.device.size());
    size = std::max(size, row.size.size());
    node = std::max(node, row.node.size());
  }
  const auto line = [&](const OpenRow& row, std::string_view gap) {
    io.out(padded(row.command, command) + " " + padded_left(row.pid, pid) + " " +
           (tasks ? padded_left(row.task, 5) + " " + padded(row.task_name, task_name) + " " : "") +
           padded_left(row.user, user) + " " + padded_left(row.descriptor, descriptor) +
           std::string(gap) + " " + padded_left(row.type, type) + " " +
           padded_left(row.device, device) + " " + padded_left(row.size, size) + " " +
           padded_left(row.node, node) + " " + row.name + "\n");
  };
  line({"COMMAND", "PID", "USER", "FD", "TYPE", "DEVICE", "SIZE/OFF", "NODE", "NAME", "TID",
        "TASKCMD"},
       "  ");
  for (OpenRow row : rows) {
    // "3u" is a number and a mode; "cwd" is neither.
    const bool numbered = row.descriptor[0] >= '0' && row.descriptor[0] <= '9';
    if (numbered) {
      const char mode = row.descriptor.back();
      row.descriptor.pop_back();
      line(row, std::string(1, mode) + " ");
    } else {
      line(row, "  ");
    }
  }
}

// -i's "[4|6][tcp|udp][@host][:port]".
void internet(Wanted& wanted, std::string spec) {
  wanted.sockets = true;
  if (spec.starts_with('4') || spec.starts_with('6')) spec.erase(0, 1);
  const std::size_t colon = spec.rfind(':');
  if (colon != std::string::npos) wanted.port = spec.substr(colon + 1);
  wanted.protocol = lower(spec.substr(0, std::min(spec.find('@'), colon)));
}

bool read_options(Io& io, Wanted& wanted) {
  for (std::size_t at = 1; at < io.argc(); ++at) {
    const std::string& word = io.arg(at);
    if (word == "-h" || word == "-v" || word == "--help" || word == "-?") {
      io.err(answer_text(io.process, "lsof", "-h"));
      return false;
    }
    if (word.size() < 2 || (word[0] != '-' && word[0] != '+')) {
      wanted.files.push_back(io.absolute(word));
      continue;
    }
    for (std::size_t in = 1; in < word.size(); ++in) {
      const char letter = word[in];
      std::string value = word.substr(in + 1);
      if (letter == 'i') {
        if (value.empty() && at + 1 < io.argc() &&
            io.arg(at + 1).find_first_of(":@") != std::string::npos)
          value = io.arg(++at);
        internet(wanted, value);
        break;
      }
      if (std::string_view("pucdDgk").find(letter) != std::string_view::npos) {
        if (value.empty() && at + 1 < io.argc()) value = io.arg(++at);
        if (letter == 'u') wanted.user = value;
        if (letter == 'c') wanted.command = value;
        for (const std::string& pid :
             letter == 'p' ? split(value, ',') : std::vector<std::string>{})
          wanted.pids.push_back(
              static_cast<int>(std::min<std::uint64_t>(number_of(pid).value_or(0), 1U << 30)));
        break;
      }
      if (letter == 's') {
        wanted.listening = value == "TCP:LISTEN";
        wanted.established = value == "TCP:ESTABLISHED";
        break;
      }
      wanted.numbers = wanted.numbers || letter == 'P';
      wanted.addresses = wanted.addresses || letter == 'n';
      wanted.all = wanted.all || letter == 'a';
      wanted.only_pids = wanted.only_pids || letter == 't';
    }
  }
  return true;
}

int lsof(Io& io) {
  Wanted wanted;
  if (!read_options(io, wanted)) return 0;
  std::map<int, ProcessView> views;
  for (ProcessView& view : io.process.machine().system().processes())
    views[view.pid] = std::move(view);
  std::map<int, std::vector<SocketView>> sockets;
  for (SocketView& socket : sockets_of(io)) sockets[socket.pid].push_back(std::move(socket));
  std::vector<OpenRow> rows;
  const bool any = wanted.sockets || !wanted.pids.empty() || !wanted.user.empty() ||
                   !wanted.command.empty() || !wanted.files.empty();
  for (const auto& [pid, view] : views) {
    const std::string user = user_name(io, view.uid);
    const bool of_pid = std::find(wanted.pids.begin(), wanted.pids.end(), pid) != wanted.pids.end();
    const bool chosen = of_pid || (!wanted.user.empty() && wanted.user == user) ||
                        (!wanted.command.empty() && view.name.starts_with(wanted.command));
    const bool seen = io.who.uid == 0 || io.who.uid == view.uid;
    std::vector<OpenRow> files;
    if (!any || chosen || !wanted.files.empty()) file_rows(io, view, user, files);
    const auto own = sockets.find(pid);
    int descriptor = std::max(3, static_cast<int>(view.descriptors.size()));
    for (const SocketView& socket :
         own == sockets.end() ? std::vector<SocketView>{} : own->second) {
      const int number = descriptor++;
      if (seen && (!any || chosen || wanted.sockets) && fits(socket, wanted))
        files.push_back(socket_row(socket, &view, number, wanted, user));
    }
    for (const OpenRow& row : files) {
      const bool socket = row.node == "TCP" || row.node == "UDP";
      const bool named =
          std::find(wanted.files.begin(), wanted.files.end(), row.name) != wanted.files.end();
      const bool narrow = wanted.all && wanted.sockets && !socket;
      const bool only_internet = wanted.sockets && !socket && !chosen && !named;
      const bool other = wanted.all && !chosen && (!wanted.pids.empty() || !wanted.user.empty());
      const bool elsewhere = !wanted.files.empty() && !named && !chosen && !socket;
      if (narrow || only_internet || other || elsewhere || rows.size() >= kOpenFilesMax) continue;
      rows.push_back(row);
    }
    for (int thread = 1; !any && thread < std::min(view.threads, kThreadsMax); ++thread) {
      for (OpenRow row : files) {
        row.task = std::to_string(pid + thread);
        row.task_name = row.command;
        if (rows.size() < kOpenFilesMax) rows.push_back(std::move(row));
      }
    }
  }
  for (const std::string& file : wanted.files) {
    if (io.stat(file)) continue;
    io.err("lsof: status error on " + file + ": No such file or directory\n");
  }
  if (rows.empty()) return 1;
  if (!wanted.only_pids) {
    print_rows(io, rows, !any);
    return 0;
  }
  std::string last;
  for (const OpenRow& row : rows) {
    if (row.pid != last) io.out(row.pid + "\n");
    last = row.pid;
  }
  return 0;
}

// The processes that have a file, or a port ("80/tcp").
std::vector<int> holders(Io& io, const std::string& word, const std::string& space) {
  std::vector<int> pids;
  const std::size_t slash = word.rfind('/');
  const bool of_port = !space.empty() || word.ends_with("/tcp") || word.ends_with("/udp");
  if (of_port) {
    const std::string protocol = space.empty() ? word.substr(slash + 1) : space;
    const std::string port = word.substr(0, space.empty() ? slash : word.find('/'));
    for (const SocketView& socket : sockets_of(io)) {
      const bool fits =
          socket.protocol.starts_with(protocol) &&
          (std::to_string(socket.local_port) == port || port_name(socket.local_port) == port);
      if (fits && socket.pid != 0 && (io.who.uid == 0 || io.who.uid == socket.uid))
        pids.push_back(socket.pid);
    }
  } else {
    const std::string path = io.absolute(word);
    for (const ProcessView& view : io.process.machine().system().processes()) {
      if (io.who.uid != 0 && io.who.uid != view.uid) continue;
      bool has = view.path == path || view.directory == path;
      for (const auto& [number, file] : view.descriptors) has = has || file == path;
      if (has) pids.push_back(view.pid);
    }
  }
  std::sort(pids.begin(), pids.end());
  pids.erase(std::unique(pids.begin(), pids.end()), pids.end());
  return pids;
}

int fuser(Io& io) {
  std::string space;
  bool kills = false, verbose = false;
  std::vector<std::string> words;
  int signal = SIGKILL;
  for (std::size_t at = 1; at < io.argc(); ++at) {
    const std::string& word = io.arg(at);
    if (word == "-V" || word == "--version" || word == "-l") {
      io.err(answer_text(io.process, "fuser", word == "-l" ? "" : "-V"));
      return 0;
    }
    if (word == "-n" && at + 1 < io.argc()) {
      space = io.arg(++at);
    } else if (word.size() > 1 && word[0] == '-') {
      kills = kills || word.find('k') != std::string::npos;
      verbose = verbose || word.find('v') != std::string::npos;
      if (const auto number = number_of(word.substr(1)); number && *number < 64)
        signal = static_cast<int>(*number);
      if (word == "-TERM" || word == "-15") signal = SIGTERM;
    } else {
      words.push_back(word);
    }
  }
  if (words.empty()) {
    io.err("No process specification given\n" + answer_text(io.process, "fuser", "--nosuchoption"));
    return 1;
  }
  bool any = false;
  for (const std::string& word : words) {
    const bool of_port = !space.empty() || word.ends_with("/tcp") || word.ends_with("/udp");
    if (!of_port && !io.stat(word)) {
      io.err("Specified filename " + word + " does not exist.\n");
      continue;
    }
    const std::vector<int> pids = holders(io, word, space);
    if (pids.empty()) continue;
    any = true;
    const std::string shown =
        of_port ? (space.empty() ? word : word + "/" + space) : io.absolute(word);
    if (verbose) io.err(std::string(21, ' ') + "USER        PID ACCESS COMMAND\n");
    io.err(padded(shown + ":", 21));
    for (const int pid : pids) {
      const std::string number = std::to_string(pid);
      if (verbose) {
        if (pid != pids.front()) io.err(std::string(21, ' '));
        const auto view = io.process.machine().system().process(pid);
        io.err(padded(view ? user_name(io, view->uid) : "?", 8) + padded_left(number, 7) +
               " F.... " + (view ? view->name : "") + "\n");
        continue;
      }
      io.out(padded_left(number, number.size() + 1));
      if (kills) static_cast<void>(io.process.kill(pid, signal));
    }
    if (!verbose) io.err("\n");
  }
  return any ? 0 : 1;
}

constexpr Command kRows[] = {{"lsof", &plain<lsof>}, {"fuser", &plain<fuser>}};

}  // namespace

std::span<const Command> lsof_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
