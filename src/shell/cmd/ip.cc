// ip
#include <algorithm>

#include "shell/cmd/groups.h"
#include "shell/cmd/network.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

struct IpOptions {
  bool brief = false, json = false, one_line = false, statistics = false, four = false, six = false;
  std::vector<std::string> words;  // Object, command, and what follows.
  std::string only;                // An interface.
};

constexpr std::string_view kObjects[] = {"address", "addrlabel", "link",     "maddress", "mroute",
                                         "monitor", "neighbour", "neighbor", "netns",    "route",
                                         "rule",    "tunnel",    "tuntap",   "xfrm"};

class Links {
 public:
  Links(Io& io, const IpOptions& options, bool addresses)
      : io_(io), options_(options), addresses_(addresses) {}

  void run() {
    int number = 0;
    std::vector<std::string> objects;
    for (const InterfaceView& one : interfaces_of(io_)) {
      ++number;
      if (!options_.only.empty() && one.name != options_.only) continue;
      loop_ = one.name == "lo";
      if (options_.json)
        objects.push_back(object(one, number));
      else if (options_.brief)
        put_brief(one);
      else if (options_.one_line && addresses_)
        put_lines(one, number);
      else
        put(one, number);
    }
    if (options_.json) io_.out("[" + join(objects, ",") + "]\n");
  }

 private:
  bool shows(int family) const { return family == 4 ? !options_.six : !options_.four; }
  std::string flags(const char* between) const {
    const std::vector<std::string> all =
        loop_ ? std::vector<std::string>{"LOOPBACK", "UP", "LOWER_UP"}
              : std::vector<std::string>{"BROADCAST", "MULTICAST", "UP", "LOWER_UP"};
    return join(all, between);
  }
  int mtu(const InterfaceView& one) const { return loop_ ? 65536 : one.mtu; }
  std::string four(const InterfaceView& one) const {
    if (loop_) return "127.0.0.1/8 scope host lo";
    return one.address + "/" + std::to_string(one.prefix) + " brd " + broadcast_of(io_) +
           " scope global " + one.name;
  }
  std::string six(const InterfaceView& one) const {
    return loop_ ? "::1/128 scope host noprefixroute " : link_local(one.mac) + "/64 scope link ";
  }
  void put_brief(const InterfaceView& one) {
    std::string line = padded(one.name, 16) + " " + padded(loop_ ? "UNKNOWN" : "UP", 14) + " ";
    if (!addresses_) {
      line += (loop_ ? "00:00:00:00:00:00" : one.mac) + " <" + flags(",") + "> ";
    } else {
      if (shows(4))
        line += loop_ ? "127.0.0.1/8 " : one.address + "/" + std::to_string(one.prefix) + " ";
      if (shows(6)) line += loop_ ? "::1/128 " : link_local(one.mac) + "/64 ";
    }
    io_.out(line + "\n");
  }
  void put_lines(const InterfaceView& one, int number) {
    const std::string head = std::to_string(number) + ": " + one.name + "    ";
    const std::string tail = "\\       valid_lft forever preferred_lft forever\n";
    if (shows(4)) io_.out(head + "inet " + four(one) + tail);
    if (shows(6)) io_.out(head + "inet6 " + six(one) + tail);
  }
  void put(const InterfaceView& one, int number) {
    const std::string end = options_.one_line ? "\\" : "\n";
    std::string out = std::to_string(number) + ": " + one.name + ": <" + flags(",") + "> mtu " +
                      std::to_string(mtu(one)) + " qdisc " + (loop_ ? "noqueue" : "mq") +
                      " state " + (loop_ ? "UNKNOWN" : "UP") + (addresses_ ? "" : " mode DEFAULT") +
                      " group default qlen 1000" + end;
    if (!addresses_ || (!options_.four && !options_.six))
      out += std::string("    link/") +
             (loop_ ? "loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00"
                    : "ether " + one.mac + " brd ff:ff:ff:ff:ff:ff") +
             "\n";
    const std::string always = "\n       valid_lft forever preferred_lft forever\n";
    if (addresses_ && shows(4)) out += "    inet " + four(one) + always;
    if (addresses_ && shows(6)) out += "    inet6 " + six(one) + always;
    if (options_.statistics) {
      const auto row = [&](const char* way, const char* last, std::uint64_t bytes,
                           std::uint64_t packets) {
        const std::string amount = std::to_string(bytes);
        const std::string count = std::to_string(packets);
        const std::size_t first = std::max<std::size_t>(8, amount.size());
        const std::size_t second = std::max<std::size_t>(8, count.size());
        out += std::string("    ") + way + ":" + padded_left("bytes", first - 3) + " " +
               padded_left("packets", second) + " errors dropped " + last + "           \n    " +
               padded_left(amount, first) + " " + padded_left(count, second) +
               "      0       0       0       0 \n";
      };
      row("RX", " missed   mcast", one.receive_bytes, one.receive_packets);
      row("TX", "carrier collsns", one.send_bytes, one.send_packets);
    }
    io_.out(out);
  }
  std::string object(const InterfaceView& one, int number) {
    const auto text = [](const std::string& name, const std::string& value) {
      return "\"" + name + "\":\"" + value + "\"";
    };
    std::string out =
        "{\"ifindex\":" + std::to_string(number) + "," + text("ifname", one.name) +
        ",\"flags\":[\"" + flags("\",\"") + "\"],\"mtu\":" + std::to_string(mtu(one)) + "," +
        text("qdisc", loop_ ? "noqueue" : "mq") + "," +
        text("operstate", loop_ ? "UNKNOWN" : "UP") +
        (addresses_ ? "" : ",\"linkmode\":\"DEFAULT\"") + ",\"group\":\"default\",\"txqlen\":1000";
    if (!addresses_ || (!options_.four && !options_.six))
      out += "," + text("link_type", loop_ ? "loopback" : "ether") + "," +
             text("address", loop_ ? "00:00:00:00:00:00" : one.mac) + "," +
             text("broadcast", loop_ ? "00:00:00:00:00:00" : "ff:ff:ff:ff:ff:ff");
    if (!addresses_) return out + "}";
    const std::string always =
        ",\"valid_life_time\":4294967295,\"preferred_life_time\":4294967295}";
    std::vector<std::string> rows;
    if (shows(4))
      rows.push_back("{\"family\":\"inet\"," + text("local", loop_ ? "127.0.0.1" : one.address) +
                     ",\"prefixlen\":" + std::to_string(loop_ ? 8 : one.prefix) +
                     (loop_ ? "" : "," + text("broadcast", broadcast_of(io_))) + "," +
                     text("scope", loop_ ? "host" : "global") + "," + text("label", one.name) +
                     always);
    if (shows(6))
      rows.push_back("{\"family\":\"inet6\"," + text("local", loop_ ? "::1" : link_local(one.mac)) +
                     ",\"prefixlen\":" + (loop_ ? "128" : "64") + "," +
                     text("scope", loop_ ? "host" : "link") +
                     (loop_ ? ",\"noprefixroute\":true" : "") + always);
    return out + ",\"addr_info\":[" + join(rows, ",") + "]}";
  }

  Io& io_;
  const IpOptions& options_;
  bool addresses_;
  bool loop_ = false;
};

void put_route(Io& io, const IpOptions& options, const InterfaceView& main) {
  const std::string network = network_of(io) + "/" + std::to_string(main.prefix);
  if (options.six) {
    io.out("::1 dev lo proto kernel metric 256 pref medium\nfe80::/64 dev " + main.name +
           " proto kernel metric 256 pref medium\n");
  } else if (options.json) {
    io.out("[{\"dst\":\"default\",\"gateway\":\"" + main.gateway + "\",\"dev\":\"" + main.name +
           "\",\"flags\":[\"onlink\"]},{\"dst\":\"" + network + "\",\"dev\":\"" + main.name +
           "\",\"protocol\":\"kernel\",\"scope\":\"link\",\"prefsrc\":\"" + main.address +
           "\",\"flags\":[]}]\n");
  } else {
    io.out("default via " + main.gateway + " dev " + main.name + " onlink \n" + network + " dev " +
           main.name + " proto kernel scope link src " + main.address + " \n");
  }
}

int get_route(Io& io, const std::string& to, const InterfaceView& main) {
  const std::string uid = " uid " + std::to_string(io.who.uid) + " \n    cache ";
  std::size_t dots = 0;
  bool good = to.find_first_not_of("0123456789.") == std::string::npos;
  for (const std::string& part : split(to, '.')) {
    good = good && number_of(part).value_or(256) < 256;
    ++dots;
  }
  if (!good || dots != 4) {
    io.err("Error: any valid prefix is expected rather than \"" + to + "\".\n");
    return 1;
  }
  if (to.starts_with("127.") || to == main.address)
    io.out("local " + to + " dev lo src " + to + uid + "<local> \n");
  else if (to.substr(0, to.rfind('.')) == main.address.substr(0, main.address.rfind('.')))
    io.out(to + " dev " + main.name + " src " + main.address + uid + "\n");
  else
    io.out(to + " via " + main.gateway + " dev " + main.name + " src " + main.address + uid + "\n");
  return 0;
}

void put_neighbours(Io& io, const IpOptions& options) {
  std::vector<std::string> objects;
  for (const NeighbourView& one : neighbours_of(io)) {
    objects.push_back("{\"dst\":\"" + one.address + "\",\"dev\":\"" + one.interface +
                      "\",\"lladdr\":\"" + one.mac + "\",\"state\":[\"REACHABLE\"]}");
    if (!options.json)
      io.out(one.address + " dev " + one.interface + " lladdr " + one.mac + " REACHABLE \n");
  }
  if (options.json) io.out("[" + join(objects, ",") + "]\n");
}

// Whether a word is the command or an abbreviation of it.
bool begins(const std::string& word, std::string_view full) {
  return !word.empty() && full.starts_with(word);
}

// False: it has ended, with io.status.
bool read_options(Io& io, IpOptions& options) {
  std::size_t at = 1;
  for (; at < io.argc() && io.arg(at).size() > 1 && io.arg(at)[0] == '-'; ++at) {
    std::string word = io.arg(at).substr(io.arg(at).starts_with("--") ? 2 : 1);
    if (word == "4") {
      options.four = true;
    } else if (word == "6") {
      options.six = true;
    } else if (word == "0" || begins(word, "color") || word.starts_with("c=") || word == "N" ||
               begins(word, "details") || begins(word, "resolve") || begins(word, "pretty") ||
               begins(word, "timestamp") || begins(word, "all") || begins(word, "force")) {
      continue;
    } else if (begins(word, "brief")) {
      options.brief = true;
    } else if (begins(word, "json")) {
      options.json = true;
    } else if (begins(word, "oneline")) {
      options.one_line = true;
    } else if (begins(word, "stats") || begins(word, "statistics")) {
      options.statistics = true;
    } else if (begins(word, "family") && at + 1 < io.argc()) {
      const std::string family = io.arg(++at);
      options.four = family == "inet";
      options.six = family == "inet6";
    } else if (word == "V" || begins(word, "Version")) {
      io.out("ip utility, iproute2-6.1.0, libbpf 1.1.0\n");
      return false;
    } else if (word == "h" || word == "help") {
      break;
    } else {
      io.err("Option \"-" + word + "\" is unknown, try \"ip -help\".\n");
      io.status = 255;
      return false;
    }
  }
  for (; at < io.argc(); ++at) options.words.push_back(io.arg(at));
  return true;
}

int usage(Io& io) {
  io.err(
      "Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }\n       ip [ -force ] -batch "
      "filename\nwhere  "
      "OBJECT := { address | addrlabel | fou | help | ila | ioam | l2tp | link |\n                 "
      "  "
      "macsec | maddress | monitor | mptcp | mroute | mrule |\n                   neighbor | "
      "neighbour | netconf | netns | nexthop | ntable |\n                   ntbl | route | rule | "
      "sr | "
      "tap | tcpmetrics |\n                   token | tunnel | tuntap | vrf | xfrm }\n       "
      "OPTIONS := "
      "{ -V[ersion] | -s[tatistics] | -d[etails] | -r[esolve] |\n                    "
      "-h[uman-readable] "
      "| -iec | -j[son] | -p[retty] |\n                    -f[amily] { inet | inet6 | mpls | "
      "bridge | "
      "link } |\n                    -4 | -6 | -M | -B | -0 |\n                    -l[oops] { "
      "maximum-addr-flush-attempts } | -br[ief] |\n                    -o[neline] | -t[imestamp] | "
      "-ts[hort] | -b[atch] [filename] |\n                    -rc[vbuf] [size] | -n[etns] name | "
      "-N[umeric] | -a[ll] |\n                    -c[olor]}\n");
  return 255;
}

int change(Io& io, const IpOptions& options) {
  std::string device;
  for (std::size_t at = 2; at < options.words.size(); ++at) {
    if (options.words[at - 1] == "dev" ||
        (begins(options.words[0], "link") && at == 2 && options.words[2] != "dev"))
      device = options.words[at];
  }
  const auto interfaces = interfaces_of(io);
  const bool known = std::any_of(interfaces.begin(), interfaces.end(),
                                 [&](const InterfaceView& one) { return one.name == device; });
  const bool makes = begins(options.words[0], "link") && begins(options.words[1], "add");
  if (!device.empty() && !known && !makes) {
    io.err("Cannot find device \"" + device + "\"\n");
    return 1;
  }
  io.err(std::string("RTNETLINK answers: ") +
         (io.who.is_root() ? "File exists" : "Operation not permitted") + "\n");
  return 2;
}

int ip(Io& io) {
  IpOptions options;
  if (!read_options(io, options)) return io.status;
  if (options.words.empty() || begins(options.words[0], "help")) return usage(io);
  std::string object;
  for (const std::string_view one : kObjects) {
    if (object.empty() && begins(options.words[0], one))
      object = one == "neighbor" ? "neighbour" : one;
  }
  if (object.empty()) {
    io.err("Object \"" + options.words[0] + "\" is unknown, try \"ip help\".\n");
    return 1;
  }
  const std::string verb = options.words.size() > 1 ? options.words[1] : "show";
  const bool shows = begins(verb, "show") || begins(verb, "list") || verb == "lst" || verb == "ls";
  const bool gets = begins(verb, "get") && object == "route";
  const bool changes = begins(verb, "add") || begins(verb, "delete") || begins(verb, "set") ||
                       begins(verb, "change") || begins(verb, "replace") || begins(verb, "flush");
  if (changes) return change(io, options);
  if (!shows && !gets) {
    io.err("Command \"" + verb + "\" is unknown, try \"ip " + object + " help\".\n");
    return 255;
  }
  const auto interfaces = interfaces_of(io);
  const InterfaceView* main = card(interfaces);
  for (std::size_t at = 2; at < options.words.size() && object != "route"; ++at) {
    const std::string& word = options.words[at];
    if (word == "dev" || word == "up") continue;
    const bool takes = word == "scope" || word == "to" || word == "type" || word == "label" ||
                       word == "master" || word == "vrf" || word == "nud" || word == "permanent" ||
                       word == "dynamic";
    if (takes) {
      ++at;
      continue;
    }
    const bool known = std::any_of(interfaces.begin(), interfaces.end(),
                                   [&](const InterfaceView& one) { return one.name == word; });
    if (!known) {
      io.err((object == "neighbour" ? "Cannot find device \"" + word + "\"\n"
                                    : "Device \"" + word + "\" does not exist.\n"));
      return 1;
    }
    options.only = word;
  }
  if (object == "address" || object == "link") {
    Links(io, options, object == "address").run();
  } else if (object == "route" && main != nullptr) {
    if (gets && options.words.size() < 3) {
      io.err("need at least a destination address\n");
      return 1;
    }
    if (gets)
      return get_route(io,
                       options.words[2] == "to" && options.words.size() > 3 ? options.words[3]
                                                                            : options.words[2],
                       *main);
    put_route(io, options, *main);
  } else if (object == "neighbour") {
    put_neighbours(io, options);
  } else if (object == "rule") {
    io.out(options.six
               ? "0:\tfrom all lookup local\n32766:\tfrom all lookup main\n"
               : "0:\tfrom all lookup local\n32766:\tfrom all lookup main\n32767:\tfrom all "
                 "lookup default\n");
  }
  return 0;
}

constexpr Command kRows[] = {{"ip", &plain<ip>}};

}  // namespace

std::span<const Command> ip_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
