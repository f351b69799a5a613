// ifconfig, route, arp
#include "shell/cmd/network.h"

#include <algorithm>

#include "shell/cmd/groups.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {

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

void put_interface_table(Io& io, std::string_view head) {
  io.out(std::string(head) + "    RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg\n");
  auto interfaces = interfaces_of(io);
  std::reverse(interfaces.begin(), interfaces.end());
  for (const InterfaceView& one : interfaces) {
    const bool loop = one.name == "lo";
    io.out(text_of("%-15s %5d %8llu      0      0 0      %8llu      0      0      0 %s\n",
                   one.name.c_str(), loop ? 65536 : one.mtu,
                   static_cast<unsigned long long>(one.receive_packets),
                   static_cast<unsigned long long>(one.send_packets), loop ? "LRU" : "BMRU"));
  }
}

int put_routes(Io& io, bool numeric, bool by_netstat) {
  const auto interfaces = interfaces_of(io);
  const InterfaceView* main = card(interfaces);
  if (main == nullptr) return 1;
  const std::string numbers = by_netstat ? "0 0          0 " : "0      0        0 ";
  io.out(std::string(
             "Kernel IP routing table\nDestination     Gateway         Genmask         Flags ") +
         (by_netstat ? "  MSS Window  irtt" : "Metric Ref    Use") + " Iface\n");
  const std::string any = numeric ? "0.0.0.0" : "default";
  io.out(padded(any, 15) + " " + padded(main->gateway, 15) + " 0.0.0.0         UG    " +
         (by_netstat ? "    " : "") + numbers + main->name + "\n");
  io.out(padded(network_of(io), 15) + " " +
         padded(numeric || by_netstat ? "0.0.0.0" : "0.0.0.0", 15) + " 255.255.255.0   U     " +
         (by_netstat ? "    " : "") + numbers + main->name + "\n");
  return 0;
}

namespace {

std::string amount(std::uint64_t bytes) {
  if (bytes >= 1'000'000'000) return text_of("%.1f GiB", static_cast<double>(bytes) / 1073741824);
  if (bytes >= 1'000'000) return text_of("%.1f MiB", static_cast<double>(bytes) / 1048576);
  if (bytes >= 1000) return text_of("%.1f KiB", static_cast<double>(bytes) / 1024);
  return text_of("%.1f B", static_cast<double>(bytes));
}

int ifconfig(Io& io) {
  std::string only;
  bool brief = false;
  for (std::size_t at = 1; at < io.argc(); ++at) {
    const std::string& word = io.arg(at);
    if (!word.starts_with("-")) {
      only = word;
      continue;
    }
    brief = brief || word == "-s";
    if (word == "-a" || word == "-s" || word == "-v") continue;
    io.err("ifconfig: option `" + word +
           "' not recognised.\nifconfig: `--help' gives usage information.\n");
    return 1;
  }
  auto interfaces = interfaces_of(io);
  std::reverse(interfaces.begin(), interfaces.end());
  if (brief) {
    put_interface_table(io, "Iface      MTU");
    return 0;
  }
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
  bool numeric = false;
  for (std::size_t at = 1; at < io.argc(); ++at)
    numeric = numeric || (io.arg(at).starts_with("-") && io.arg(at).find('n') != std::string::npos);
  return put_routes(io, numeric, false);
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

constexpr Command kRows[] = {
    {"ifconfig", &plain<ifconfig>}, {"route", &plain<route>}, {"arp", &plain<arp>}};

}  // namespace

std::span<const Command> network_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
