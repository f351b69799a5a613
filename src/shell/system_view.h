// SystemView: the running system of a Machine as /proc, /sys, free, top, ps, df, ss and who show
// it. Machine implements it; the mounts of fs/ and the programs of cmd/ read it, so that all of
// them print the same numbers.
//
//   const MemoryView memory = view.memory();
//   print("MemTotal: {} kB", memory.total);
//
// What depends only on the host and the time (memory, load, processor time, traffic, the host's own
// daemons and kernel threads) is computed by fs/system_model.h from persona and hardware; what runs
// and is open on the Machine comes from the Machine. Values are copies; the engine's one thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "persona/hardware.h"
#include "persona/persona.h"

namespace decnet::shell {

struct ProcessView {
  int pid = 0;
  int parent = 0;
  int group = 0;
  int session = 0;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::string name;                    // comm: at most 15 bytes
  std::vector<std::string> arguments;  // Empty for a kernel thread.
  std::string path;                    // What /proc/<pid>/exe leads to; empty for a kernel thread.
  std::string directory = "/";
  std::vector<std::string> environment;                       // "HOME=/root"
  std::vector<std::pair<int, std::string>> descriptors = {};  // 0 → "/dev/pts/0", "pipe:[4711]"
  char state = 'S';                                           // R S D T Z I
  int terminal = 0;                                           // 136 << 8 | n for pts/n; 0: none
  int foreground_group = -1;                                  // Of its terminal.
  TimePoint started{};
  Duration user_time{};
  Duration system_time{};
  std::uint64_t virtual_kib = 0;
  std::uint64_t resident_kib = 0;
  std::uint64_t shared_kib = 0;
  int threads = 1;
  int nice = 0;
};

struct SocketView {
  enum class State : std::uint8_t { established = 1, time_wait = 6, closed = 7, listen = 10 };
  std::string protocol = "tcp";  // tcp, tcp6, udp, udp6
  std::string local_ip;          // "0.0.0.0", "::"
  std::uint16_t local_port = 0;
  std::string peer_ip;
  std::uint16_t peer_port = 0;
  State state = State::listen;
  std::uint32_t uid = 0;
  std::uint64_t inode = 0;
  int pid = 0;  // 0: nobody that can be seen
  std::string program;
};

struct LoginView {  // As in utmp.
  std::string user;
  std::string terminal;  // "pts/0"
  std::string from;      // "192.0.2.7"
  TimePoint since{};
  int pid = 0;
};

struct MemoryView {  // KiB; total == free + buffers + cached + reclaimable + what is used
  std::uint64_t total = 0, free = 0, available = 0, buffers = 0, cached = 0, shared = 0;
  std::uint64_t reclaimable = 0, unreclaimable = 0, active = 0, inactive = 0, anonymous = 0;
  std::uint64_t mapped = 0, dirty = 0, page_tables = 0, kernel_stack = 0;
  std::uint64_t swap_total = 0, swap_free = 0;
  std::uint64_t buff_cache() const { return buffers + cached + reclaimable; }  // free's column
  std::uint64_t used() const { return total - free - buff_cache(); }
};

struct CpuView {  // Of all processors, in ticks of 1/100 s since boot.
  std::uint64_t user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0;
  std::uint64_t context_switches = 0, interrupts = 0, forks = 0;
};

struct LoadView {
  std::array<double, 3> average{};  // 1, 5 and 15 minutes
  int running = 1;
  int threads = 100;
  int last_pid = 1;
};

struct DiskView {      // One mounted file system.
  std::string device;  // "/dev/sda1", "tmpfs"
  std::string path;    // "/"
  std::string type;    // "ext4"
  std::string options;
  std::uint64_t blocks_kib = 0, used_kib = 0, available_kib = 0;  // df's columns
  std::uint64_t inodes = 0, inodes_free = 0;
};

struct InterfaceView {
  std::string name;  // "lo", "ens192"
  std::string mac;
  std::string address;  // "" if it has none
  int prefix = 24;
  std::string gateway;
  int mtu = 1500;
  std::uint64_t receive_bytes = 0, receive_packets = 0, send_bytes = 0, send_packets = 0;
};

struct NeighbourView {
  std::string address;
  std::string mac;
  std::string interface;
};

class SystemView {
 public:
  virtual ~SystemView() = default;

  virtual const persona::Persona& persona() const = 0;
  virtual const persona::HardwareFacts& hardware() const = 0;
  virtual TimePoint now() const = 0;
  virtual std::string hostname() const = 0;                   // As it is set now.
  virtual std::vector<ProcessView> processes() const = 0;     // By pid; the host's own included.
  virtual std::optional<ProcessView> process(int pid) const;  // By default found among them.
  virtual int self() const = 0;  // The pid that is asking: /proc/self. 0: nobody.
  virtual std::vector<SocketView> sockets() const = 0;
  virtual std::vector<LoginView> logins() const = 0;
  virtual std::vector<InterfaceView> interfaces() const = 0;
  virtual std::vector<NeighbourView> neighbours() const = 0;
  virtual MemoryView memory() const = 0;
  virtual CpuView cpu() const = 0;
  virtual LoadView load() const = 0;
  virtual std::vector<DiskView> disks() const = 0;

  Duration uptime() const { return now() - persona().booted_at; }
};

}  // namespace decnet::shell
