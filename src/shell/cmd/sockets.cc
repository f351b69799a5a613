// netstat, ss
#include <algorithm>
#include <array>

#include "shell/cmd/groups.h"
#include "shell/cmd/network.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::string_view kNetstatUsage =
    "usage: netstat [-vWeenNcCF] [<Af>] -r         netstat {-V|--version|-h|--help}\n       "
    "netstat "
    "[-vWnNcaeol] [<Socket> ...]\n       netstat { [-vWeenNac] -i | [-cnNe] -M | -s [-6tuw] }\n\n";

std::string_view service_name(std::uint16_t port) {
  static constexpr std::pair<std::uint16_t, std::string_view> kNames[] = {
      {21, "ftp"},     {22, "ssh"},           {23, "telnet"},  {25, "smtp"},
      {53, "domain"},  {80, "http"},          {110, "pop3"},   {143, "imap2"},
      {443, "https"},  {445, "microsoft-ds"}, {3306, "mysql"}, {5432, "postgresql"},
      {6379, "redis"}, {8080, "http-alt"}};
  for (const auto& [number, name] : kNames) {
    if (number == port) return name;
  }
  return {};
}

std::string port_text(std::uint16_t port, bool numeric) {
  if (port == 0) return "*";
  const std::string_view name = service_name(port);
  return numeric || name.empty() ? std::to_string(port) : std::string(name);
}

struct SocketOptions {
  bool numeric = false, listening = false, all = false, tcp = false, udp = false, programs = false,
       unix_too = false, headerless = false;
  bool established = false;
  std::string letters;
};

SocketOptions read_sockets(Io& io) {
  SocketOptions options;
  for (std::size_t at = 1; at < io.argc(); ++at) {
    const std::string& word = io.arg(at);
    if (word == "--listening") options.listening = true;
    if (word == "--tcp") options.tcp = true;
    if (word == "--numeric") options.numeric = true;
    if (word == "established" || word == "ESTAB") options.established = true;
    if (word.starts_with("-") && !word.starts_with("--")) options.letters += word.substr(1);
  }
  const auto has = [&](char letter) { return options.letters.find(letter) != std::string::npos; };
  options.numeric = options.numeric || has('n');
  options.listening = options.listening || has('l');
  options.all = has('a');
  options.tcp = options.tcp || has('t');
  options.udp = has('u');
  options.unix_too = has('x');
  options.programs = has('p');
  options.headerless = has('H');
  return options;
}

bool wanted(const SocketOptions& options, const SocketView& socket) {
  const bool listens = socket.state == SocketView::State::listen;
  const bool tcp = socket.protocol.starts_with("tcp");
  if ((options.tcp || options.udp || options.unix_too) && !(tcp ? options.tcp : options.udp))
    return false;
  if (options.established) return !listens;
  return options.all || listens == options.listening;
}

int netstat(Io& io) {
  const SocketOptions options = read_sockets(io);
  for (std::size_t at = 1; at < io.argc(); ++at) {
    const std::string& word = io.arg(at);
    const std::size_t odd = word.size() > 1 && word[0] == '-' && word[1] != '-'
                                ? word.find_first_not_of("vWeenNcCFaolirsMptuwxg46AZ", 1)
                                : std::string::npos;
    if (odd == std::string::npos) continue;
    io.err(std::string("netstat: invalid option -- '") + word[odd] + "'\n" +
           std::string(kNetstatUsage));
    return 4;
  }
  if (options.letters.find('r') != std::string::npos) return put_routes(io, options.numeric, true);
  if (options.letters.find('i') != std::string::npos) {
    io.out("Kernel Interface table\n");
    put_interface_table(io, "Iface             MTU");
    return 0;
  }
  if (options.programs && !io.who.is_root()) {
    io.err(
        "(Not all processes could be identified, non-owned process info\n will not be shown, you "
        "would have to be root to see it all.)\n");
  }
  io.out(std::string("Active Internet connections (") +
         (options.all         ? "servers and established"
          : options.listening ? "only servers"
                              : "w/o servers") +
         ")\n");
  io.out(std::string(
             "Proto Recv-Q Send-Q Local Address           Foreign Address         State      ") +
         (options.programs ? " PID/Program name    " : "") + "\n");
  for (const SocketView& socket : sockets_of(io)) {
    if (!wanted(options, socket)) continue;
    const bool listens = socket.state == SocketView::State::listen;
    const std::string local = socket.local_ip + ":" + port_text(socket.local_port, options.numeric);
    const std::string peer =
        listens ? (socket.protocol.ends_with("6") ? ":::*" : "0.0.0.0:*")
                : socket.peer_ip + ":" + port_text(socket.peer_port, options.numeric);
    std::string line = text_of("%-5s %6d %6d %-23s %-23s %-11s", socket.protocol.c_str(), 0, 0,
                               local.c_str(), peer.c_str(), listens ? "LISTEN" : "ESTABLISHED");
    if (options.programs)
      line += " " + padded(io.who.is_root() && socket.pid != 0
                               ? std::to_string(socket.pid) + "/" + socket.program
                               : "-",
                           20);
    io.out(line + "\n");
  }
  return 0;
}

// The columns of ss: each as wide as what is widest in it.
class SocketTable {
 public:
  static constexpr std::size_t kColumns = 9;
  void add(std::array<std::string, kColumns> row) { rows_.push_back(std::move(row)); }
  void put(Io& io, bool kinds, bool states, bool header) const {
    std::array<std::size_t, kColumns> widths{};
    const std::size_t first = header ? 0 : 1;
    for (std::size_t at = first; at < rows_.size(); ++at) {
      for (std::size_t column = 0; column < kColumns; ++column)
        widths[column] = std::max(widths[column], rows_[at][column].size());
    }
    for (std::size_t at = first; at < rows_.size(); ++at) {
      std::string line;
      for (std::size_t column = 0; column < kColumns; ++column) {
        if ((column == 0 && !kinds) || (column == 1 && !states)) continue;
        const bool to_right = column == 4 || column == 6;
        const bool apart = column > 0 && column != 5 && column != 7 && column != 8 && !line.empty();
        if (apart) line += ' ';
        line += to_right ? padded_left(rows_[at][column], widths[column])
                         : padded(rows_[at][column], widths[column]);
      }
      io.out(line + "\n");
    }
  }

 private:
  std::vector<std::array<std::string, kColumns>> rows_ = {{"Netid", "State", "Recv-Q", "Send-Q",
                                                           "Local Address:", "Port",
                                                           "Peer Address:", "Port", "Process"}};
};

std::string ss_host(const SocketView& socket, bool local) {
  const bool six = socket.protocol.ends_with("6");
  if (!local && socket.state == SocketView::State::listen) return six ? "[::]:" : "0.0.0.0:";
  const std::string& host = local ? socket.local_ip : socket.peer_ip;
  return (six ? "[" + host + "]" : host) + ":";
}

int put_summary(Io& io) {
  const auto sockets = sockets_of(io);
  std::size_t open = 0;
  std::size_t six = 0;
  for (const SocketView& socket : sockets) {
    if (socket.state != SocketView::State::listen) ++open;
    if (socket.protocol.ends_with("6")) ++six;
  }
  io.out(
      text_of("Total: %zu\nTCP:   %zu (estab %zu, closed 0, orphaned 0, timewait 0)\n\nTransport "
              "Total     IP        IPv6\nRAW\t  0         0         0        \nUDP\t  0         "
              "0         0        \nTCP\t  %-9zu %-9zu %-9zu\nINET\t  %-9zu %-9zu %-9zu\nFRAG\t  "
              "0         0         0        \n\n",
              sockets.size() + 97, sockets.size(), open, sockets.size(), sockets.size() - six, six,
              sockets.size(), sockets.size() - six, six));
  return 0;
}

int ss(Io& io) {
  const SocketOptions options = read_sockets(io);
  constexpr std::string_view kLongs =
      " help version numeric resolve all listening options extended memory processes threads info "
      "tos cgroup summary tipcinfo bpf kill no-header ipv4 ipv6 packet tcp mptcp sctp udp dccp raw "
      "unix tipc vsock xdp family net query socket diag filter ";
  for (std::size_t at = 1; at < io.argc(); ++at) {
    const std::string& word = io.arg(at);
    const bool is_long = word.starts_with("--");
    const std::size_t odd = word.size() > 1 && word[0] == '-' && !is_long
                                ? word.find_first_not_of("hVnraloempTizZNbEKsHO460tSudwxMAfDF", 1)
                                : std::string::npos;
    const bool unknown =
        is_long && kLongs.find(" " + word.substr(2, word.find('=') - 2)) == kLongs.npos;
    if (odd == std::string::npos && !unknown) continue;
    io.err(unknown ? "ss: unrecognized option '" + word + "'\n"
                   : std::string("ss: invalid option -- '") + word[odd] + "'\n");
    io.err("Usage: ss [ OPTIONS ]\n       ss [ OPTIONS ] [ FILTER ]\n");
    return 255;
  }
  if (options.letters.find('s') != std::string::npos) return put_summary(io);
  SocketTable table;
  for (const SocketView& socket : sockets_of(io)) {
    if (!wanted(options, socket)) continue;
    if (options.letters.find('4') != std::string::npos && socket.protocol.ends_with("6")) continue;
    if (options.letters.find('6') != std::string::npos && !socket.protocol.ends_with("6")) continue;
    const bool listens = socket.state == SocketView::State::listen;
    const bool udp = socket.protocol.starts_with("udp");
    std::string owner;
    if (options.programs && io.who.is_root() && socket.pid != 0)
      owner = " users:((\"" + socket.program + "\",pid=" + std::to_string(socket.pid) +
              ",fd=" + (socket.protocol.ends_with("6") ? "4" : "3") + "))";
    table.add({udp ? "udp" : "tcp",
               udp       ? "UNCONN"
               : listens ? "LISTEN"
                         : "ESTAB",
               "0", listens && !udp ? "128" : "0", ss_host(socket, true),
               port_text(socket.local_port, options.numeric), ss_host(socket, false),
               listens ? "*" : port_text(socket.peer_port, options.numeric), owner});
  }
  const bool kinds = options.tcp == options.udp || options.unix_too;
  table.put(io, kinds, !options.established, !options.headerless);
  return 0;
}

constexpr Command kRows[] = {{"netstat", &plain<netstat>}, {"ss", &plain<ss>}};

}  // namespace

std::span<const Command> sockets_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
