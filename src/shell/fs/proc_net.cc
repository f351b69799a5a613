// /proc/net.
#include <cstring>

#include <arpa/inet.h>
#include <fmt/format.h>

#include "shell/fs/proc_tables.h"

namespace decnet::shell::fs {
namespace {

// As the kernel prints addresses: words of the host's byte order.
std::string hex_address(const std::string& text, bool six) {
  std::uint32_t words[4] = {};
  if (six) {
    in6_addr address{};
    if (::inet_pton(AF_INET6, text.c_str(), &address) == 1) {
      std::memcpy(words, &address, sizeof address);
    } else if (in_addr four{}; ::inet_pton(AF_INET, text.c_str(), &four) == 1) {
      words[2] = 0xffff0000;
      words[3] = four.s_addr;
    }
    return fmt::format("{:08X}{:08X}{:08X}{:08X}", words[0], words[1], words[2], words[3]);
  }
  in_addr four{};
  ::inet_pton(AF_INET, text.c_str(), &four);
  return fmt::format("{:08X}", four.s_addr);
}

std::uint32_t address_of(const std::string& text) {
  in_addr four{};
  return ::inet_pton(AF_INET, text.c_str(), &four) == 1 ? four.s_addr : 0;
}

std::uint32_t mask_of(int prefix) {
  return prefix <= 0 ? 0 : htonl(~std::uint32_t{0} << (32 - std::min(prefix, 32)));
}

}  // namespace

std::string proc_net_dev(const SystemView& view, std::string_view) {
  std::string text =
      "Inter-|   Receive                                                |  Transmit\n"
      " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs "
      "drop "
      "fifo colls carrier compressed\n";
  for (const InterfaceView& card : view.interfaces()) {
    const bool lo = card.name == "lo";
    text += fmt::format(
        "{:>6}: {:7} {:7}    0 {:4}    0     0          0 {:9} {:8} {:7}    0    0    0     0      "
        " 0          0\n",
        card.name, card.receive_bytes, card.receive_packets, lo ? 0 : card.receive_packets / 900,
        lo ? 0 : card.receive_packets / 70, card.send_bytes, card.send_packets);
  }
  return text;
}

std::string proc_net_route(const SystemView& view, std::string_view) {
  std::string text = fmt::format(
      "{:<127}\n",
      "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT");
  for (const InterfaceView& card : view.interfaces()) {
    if (card.name == "lo" || card.address.empty()) continue;
    const std::uint32_t mask = mask_of(card.prefix);
    const auto line = [&](std::uint32_t to, std::uint32_t by, int flags, std::uint32_t of) {
      text += fmt::format("{:<127}\n",
                          fmt::format("{}\t{:08X}\t{:08X}\t{:04X}\t0\t0\t0\t{:08X}\t0\t0\t0",
                                      card.name, to, by, flags, of));
    };
    if (!card.gateway.empty()) line(0, address_of(card.gateway), 3, 0);
    line(address_of(card.address) & mask, 0, 1, mask);
  }
  return text;
}

std::string proc_net_arp(const SystemView& view, std::string_view) {
  std::string text =
      "IP address       HW type     Flags       HW address            Mask     Device\n";
  for (const NeighbourView& near : view.neighbours()) {
    text += fmt::format("{:<16} 0x1         0x2         {}     *        {}\n", near.address,
                        near.mac, near.interface);
  }
  return text;
}

std::string proc_net_sockets(const SystemView& view, std::string_view protocol) {
  const bool six = protocol.ends_with('6');
  const bool udp = protocol.starts_with("udp");
  std::string text;
  if (six) {
    text =
        "  sl  local_address                         remote_address                        st "
        "tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
  } else {
    text =
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  "
        "timeout inode";
  }
  if (udp) text += " ref pointer drops";
  const std::size_t width = six ? 0 : udp ? 127 : 149;
  text = fmt::format("{:<{}}\n", text, width);
  int number = 0;
  for (const SocketView& socket : view.sockets()) {
    if (socket.protocol != protocol) continue;
    const std::string none = six ? "::" : "0.0.0.0";
    std::string line = fmt::format(
        "{:4}: {}:{:04X} {}:{:04X} {:02X} 00000000:00000000 {:02X}:{:08X} 00000000 {:5}        0 "
        "{} ",
        number++, hex_address(socket.local_ip, six), socket.local_port,
        hex_address(socket.peer_ip.empty() ? none : socket.peer_ip, six), socket.peer_port,
        static_cast<int>(socket.state), socket.state == SocketView::State::established ? 2 : 0,
        socket.state == SocketView::State::established ? 0x0a7b : 0, socket.uid, socket.inode);
    line += udp                                         ? "2 0000000000000000 0"
            : socket.state == SocketView::State::listen ? "1 0000000000000000 100 0 0 10 0"
                                                        : "4 0000000000000000 20 4 29 10 -1";
    text += fmt::format("{:<{}}\n", line, width);
  }
  return text;
}

std::string proc_net_if_inet6(const SystemView& view, std::string_view) {
  std::string text = "00000000000000000000000000000001 01 80 10 80       lo\n";
  for (const InterfaceView& card : view.interfaces()) {
    if (card.name == "lo" || card.mac.size() < 17) continue;
    const auto part = [&](std::size_t n) { return card.mac.substr(n * 3, 2); };
    const auto first = std::stoul(part(0), nullptr, 16) ^ 2;
    text += fmt::format("fe80000000000000{:02x}{}{}fffe{}{}{} 02 40 20 80 {:>8}\n", first, part(1),
                        part(2), part(3), part(4), part(5), card.name);
  }
  return text;
}

std::string proc_net_sockstat(const SystemView& view, std::string_view) {
  int tcp = 0;
  int udp = 0;
  for (const SocketView& socket : view.sockets()) {
    if (socket.protocol == "tcp") ++tcp;
    if (socket.protocol == "udp") ++udp;
  }
  return fmt::format(
      "sockets: used {}\nTCP: inuse {} orphan 0 tw 0 alloc {} mem 1\n"
      "UDP: inuse {} mem 0\nUDPLITE: inuse 0\nRAW: inuse 0\nFRAG: inuse 0 memory 0\n",
      118 + tcp + udp, tcp, tcp + 2, udp);
}

std::string proc_net_unix(const SystemView& view, std::string_view) {
  std::string text = "Num       RefCount Protocol Flags    Type St Inode Path\n";
  const std::uint64_t first = 12'000 + view.persona().seed % 4'000;
  std::uint64_t inode = first;
  for (const char* path :
       {"/run/systemd/notify", "/run/systemd/private", "/run/systemd/userdb/io.systemd.DynamicUser",
        "/run/systemd/io.system.ManagedOOM", "/run/systemd/journal/syslog",
        "/run/systemd/journal/dev-log", "/run/systemd/journal/socket",
        "/run/systemd/journal/stdout", "/run/udev/control", "/run/dbus/system_bus_socket"}) {
    text += fmt::format("0000000000000000: 00000002 00000000 00010000 0001 01 {:5} {}\n",
                        inode += 2 + std::strlen(path) % 9, path);
  }
  return text;
}

}  // namespace decnet::shell::fs
