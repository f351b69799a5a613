// ip, ifconfig, route, arp, netstat, ss
#include <algorithm>

#include "shell/cmd/groups.h"
#include "shell/cmd/system.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

std::string network_of(const Io& io) {
  const std::string gateway = gateway_of(io);
  return gateway.empty() ? "" : gateway.substr(0, gateway.rfind('.')) + ".0";
}

// The address that a kernel makes of a MAC address (RFC 4291, appendix A).
std::string link_local(const std::string& mac) {
  std::vector<std::uint64_t> bytes;
  for (const std::string& part : split(mac, ':'))
    bytes.push_back(std::strtoull(part.c_str(), nullptr, 16));
  if (bytes.size() != 6) return "fe80::1";
  const auto word = [](std::uint64_t high, std::uint64_t low) {
    return text_of("%llx", static_cast<unsigned long long>(high << 8 | low));
  };
  return "fe80::" + word(bytes[0] ^ 2U, bytes[1]) + ":" + word(bytes[2], 0xFF) + ":" +
         word(0xFE, bytes[3]) + ":" + word(bytes[4], bytes[5]);
}

void show_links(Io& io, bool addresses, bool brief, const std::string& only) {
  int number = 0;
  for (const InterfaceView& one : interfaces_of(io)) {
    ++number;
    if (!only.empty() && one.name != only) continue;
    const bool loop = one.name == "lo";
    if (brief) {
      io.out(padded(one.name, 16) + " " + padded(loop ? "UNKNOWN" : "UP", 14) + " " +
             (addresses ? (loop ? "127.0.0.1/8 ::1/128 "
                                : one.address + "/" + std::to_string(one.prefix) + " " +
                                      link_local(one.mac) + "/64 ")
                        : (loop ? "00:00:00:00:00:00 <LOOPBACK,UP,LOWER_UP> "
                                : one.mac + " <BROADCAST,MULTICAST,UP,LOWER_UP> ")) +
             "\n");
      continue;
    }
    io.out(std::to_string(number) + ": " + one.name +
           (loop ? ": <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default "
                   "qlen 1000\n"
                 : ": <BROADCAST,MULTICAST,UP,LOWER_UP> mtu " + std::to_string(one.mtu) +
                       " qdisc mq state UP group default qlen 1000\n"));
    io.out(loop ? "    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n"
                : "    link/ether " + one.mac + " brd ff:ff:ff:ff:ff:ff\n");
    if (!addresses) continue;
    if (loop) {
      io.out(
          "    inet 127.0.0.1/8 scope host lo\n       valid_lft forever preferred_lft forever\n    "
          "inet6 ::1/128 scope host noprefixroute \n       valid_lft forever preferred_lft "
          "forever\n");
    } else {
      io.out("    inet " + one.address + "/" + std::to_string(one.prefix) + " brd " +
             broadcast_of(io) + " scope global " + one.name +
             "\n       valid_lft forever preferred_lft forever\n    inet6 " + link_local(one.mac) +
             "/64 scope link \n       valid_lft forever preferred_lft forever\n");
    }
  }
}

const InterfaceView* card(const std::vector<InterfaceView>& all) {
  for (const InterfaceView& one : all) {
    if (one.name != "lo") return &one;
  }
  return nullptr;
}

std::string gateway_mac(const Io& io) {
  const auto known = neighbours_of(io);
  return known.empty() ? std::string() : known.front().mac;
}

int ip(Io& io) {
  bool brief = false;
  bool six = false;
  std::vector<std::string> words;
  for (std::size_t at = 1; at < io.argc(); ++at) {
    const std::string& word = io.arg(at);
    if (word == "-br" || word == "-brief")
      brief = true;
    else if (word == "-6")
      six = true;
    else if (word == "-V" || word == "-Version") {
      io.out("ip utility, iproute2-6.1.0, libbpf 1.1.0\n");
      return 0;
    } else if (!word.starts_with("-"))
      words.push_back(word);
  }
  const auto begins = [&](std::size_t at, std::string_view full) {
    return at < words.size() && !words[at].empty() && full.starts_with(words[at]);
  };
  if (words.empty()) {
    io.err(
        "Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }\n       ip [ -force ] -batch filename\n");
    return 255;
  }
  const auto interfaces = interfaces_of(io);
  const InterfaceView* main = card(interfaces);
  std::string only = words.back();
  const bool named = std::any_of(interfaces.begin(), interfaces.end(),
                                 [&](const InterfaceView& one) { return one.name == only; });
  if (words.size() > 1 && words[words.size() - 2] == "dev" && !named) {
    io.err("Device \"" + only + "\" does not exist.\n");
    return 1;
  }
  if (!named) only.clear();
  const bool shows = words.size() < 2 || begins(1, "show") || begins(1, "list") ||
                     words[1] == "ls" || words[1] == "dev" || named;
  if (begins(0, "address") || begins(0, "link") || begins(0, "neighbour") ||
      begins(0, "neighbor") || begins(0, "route")) {
    if (!shows && words[1] != "get") {
      io.err("RTNETLINK answers: " +
             std::string(io.who.is_root() ? "File exists" : "Operation not permitted") + "\n");
      return 2;
    }
  }
  if (begins(0, "address")) {
    show_links(io, true, brief, only);
  } else if (begins(0, "link")) {
    show_links(io, false, brief, only);
  } else if (begins(0, "route") && main != nullptr) {
    if (six) {
      io.out("fe80::/64 dev " + main->name + " proto kernel metric 256 pref medium\n");
    } else if (words.size() > 2 && words[1] == "get") {
      io.out(words[2] + " via " + main->gateway + " dev " + main->name + " src " + main->address +
             " uid " + std::to_string(io.who.uid) + " \n    cache \n");
    } else {
      io.out("default via " + main->gateway + " dev " + main->name + " onlink \n" + network_of(io) +
             "/" + std::to_string(main->prefix) + " dev " + main->name +
             " proto kernel scope link src " + main->address + " \n");
    }
  } else if ((begins(0, "neighbour") || begins(0, "neighbor")) && main != nullptr) {
    io.out(main->gateway + " dev " + main->name + " lladdr " + gateway_mac(io) + " REACHABLE\n");
  } else if (begins(0, "rule")) {
    io.out(
        "0:\tfrom all lookup local\n32766:\tfrom all lookup main\n32767:\tfrom all lookup "
        "default\n");
  } else {
    io.err("Object \"" + words[0] + "\" is unknown, try \"ip help\".\n");
    return 1;
  }
  return 0;
}

std::string amount(std::uint64_t bytes) {
  if (bytes >= 1'000'000'000) return text_of("%.1f GiB", static_cast<double>(bytes) / 1073741824);
  if (bytes >= 1'000'000) return text_of("%.1f MiB", static_cast<double>(bytes) / 1048576);
  if (bytes >= 1000) return text_of("%.1f KiB", static_cast<double>(bytes) / 1024);
  return text_of("%.1f B", static_cast<double>(bytes));
}

int ifconfig(Io& io) {
  std::string only;
  for (std::size_t at = 1; at < io.argc(); ++at) {
    if (!io.arg(at).starts_with("-")) only = io.arg(at);
  }
  auto interfaces = interfaces_of(io);
  std::reverse(interfaces.begin(), interfaces.end());
  bool any = false;
  for (const InterfaceView& one : interfaces) {
    if (!only.empty() && one.name != only) continue;
    any = true;
    const bool loop = one.name == "lo";
    std::string out =
        one.name +
        (loop ? ": flags=73<UP,LOOPBACK,RUNNING>  mtu 65536\n        inet 127.0.0.1  netmask "
                "255.0.0.0\n        inet6 ::1  prefixlen 128  scopeid 0x10<host>\n        loop  "
                "txqueuelen 1000  (Local Loopback)\n"
              : ": flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu " + std::to_string(one.mtu) +
                    "\n        inet " + one.address + "  netmask 255.255.255.0  broadcast " +
                    broadcast_of(io) + "\n        inet6 " + link_local(one.mac) +
                    "  prefixlen 64  scopeid 0x20<link>\n        ether " + one.mac +
                    "  txqueuelen 1000  (Ethernet)\n");
    const auto number = [](std::uint64_t value) { return std::to_string(value); };
    out += "        RX packets " + number(one.receive_packets) + "  bytes " +
           number(one.receive_bytes) + " (" + amount(one.receive_bytes) +
           ")\n        RX errors 0  dropped 0  overruns 0  frame 0\n";
    out += "        TX packets " + number(one.send_packets) + "  bytes " + number(one.send_bytes) +
           " (" + amount(one.send_bytes) +
           ")\n        TX errors 0  dropped 0 overruns 0  carrier 0  collisions 0\n\n";
    io.out(out);
  }
  if (any) return 0;
  io.err(only + ": error fetching interface information: Device not found\n");
  return 1;
}

int route(Io& io) {
  const auto interfaces = interfaces_of(io);
  const InterfaceView* main = card(interfaces);
  if (main == nullptr) return 1;
  const bool numeric = io.argc() > 1 && io.arg(1).find('n') != std::string::npos;
  io.out(
      "Kernel IP routing table\nDestination     Gateway         Genmask         Flags Metric Ref   "
      " Use Iface\n");
  io.out(padded(numeric ? "0.0.0.0" : "default", 15) + " " + padded(main->gateway, 15) +
         " 0.0.0.0         UG    0      0        0 " + main->name + "\n");
  io.out(padded(network_of(io), 15) + " 0.0.0.0         255.255.255.0   U     0      0        0 " +
         main->name + "\n");
  return 0;
}

int arp(Io& io) {
  const auto interfaces = interfaces_of(io);
  const InterfaceView* main = card(interfaces);
  if (main == nullptr) return 1;
  if (io.argc() > 1 && io.arg(1).find('a') != std::string::npos) {
    io.out("? (" + main->gateway + ") at " + gateway_mac(io) + " [ether] on " + main->name + "\n");
  } else {
    io.out("Address                  HWtype  HWaddress           Flags Mask            Iface\n" +
           padded(main->gateway, 24) + " ether   " + gateway_mac(io) + "   C                     " +
           main->name + "\n");
  }
  return 0;
}

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
  if (options.letters.find('r') != std::string::npos) {
    io.process.arguments = {"route", "-n"};
    return route(io);
  }
  if (options.letters.find('i') != std::string::npos) {
    io.out(
        "Kernel Interface table\nIface             MTU    RX-OK RX-ERR RX-DRP RX-OVR    TX-OK "
        "TX-ERR TX-DRP TX-OVR Flg\n");
    for (const InterfaceView& one : interfaces_of(io)) {
      io.out(text_of(
          "%-16s %4d %8llu      0      0 0      %8llu      0      0      0 %s\n", one.name.c_str(),
          one.mtu, static_cast<unsigned long long>(one.receive_packets),
          static_cast<unsigned long long>(one.send_packets), one.name == "lo" ? "LRU" : "BMRU"));
    }
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

int ss(Io& io) {
  const SocketOptions options = read_sockets(io);
  if (options.letters.find('s') != std::string::npos) {
    const auto sockets = sockets_of(io);
    const auto open = std::count_if(sockets.begin(), sockets.end(), [](const SocketView& one) {
      return one.state != SocketView::State::listen;
    });
    io.out(
        text_of("Total: %zu\nTCP:   %zu (estab %td, closed 0, orphaned 0, timewait 0)\n\nTransport "
                "Total     IP        IPv6\nRAW\t  0         0         0        \nUDP\t  0         "
                "0         0        \nTCP\t  %-9zu %-9zu %-9d\nINET\t  %-9zu %-9zu %-9d\nFRAG\t  0 "
                "        0         0        \n\n",
                sockets.size() + 90, sockets.size(), open, sockets.size(), sockets.size() / 2 + 1,
                2, sockets.size(), sockets.size() / 2 + 1, 2));
    return 0;
  }
  const bool typed = options.tcp != options.udp && !options.unix_too;
  const bool no_state = options.established;
  if (!options.headerless) {
    io.out(std::string(typed ? "" : "Netid ") + (no_state ? "" : "State  ") +
           "Recv-Q Send-Q Local Address:Port  Peer Address:Port " +
           (options.programs ? "Process" : "") + "\n");
  }
  for (const SocketView& socket : sockets_of(io)) {
    if (!wanted(options, socket)) continue;
    const bool listens = socket.state == SocketView::State::listen;
    const std::string ip_text =
        socket.protocol.ends_with("6") ? "[" + socket.local_ip + "]" : socket.local_ip;
    const std::string local =
        padded_left(ip_text, 13) + ":" + padded(port_text(socket.local_port, options.numeric), 5);
    const std::string peer =
        padded_left(
            listens ? (socket.protocol.ends_with("6") ? "[::]" : "0.0.0.0") : socket.peer_ip, 12) +
        ":" + padded(port_text(socket.peer_port, options.numeric), 5);
    std::string line = typed ? "" : "tcp   ";
    if (!no_state) line += listens ? "LISTEN " : "ESTAB  ";
    line += text_of("%-6d %-6d ", 0, listens ? 128 : 0) + local + peer;
    if (options.programs && io.who.is_root() && socket.pid != 0)
      line += "users:((\"" + socket.program + "\",pid=" + std::to_string(socket.pid) +
              ",fd=" + (socket.protocol.ends_with("6") ? "4" : "3") + "))";
    io.out(line + "\n");
  }
  return 0;
}

constexpr Command kRows[] = {{"ip", &plain<ip>},           {"ifconfig", &plain<ifconfig>},
                             {"route", &plain<route>},     {"arp", &plain<arp>},
                             {"netstat", &plain<netstat>}, {"ss", &plain<ss>}};

}  // namespace

std::span<const Command> network_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
