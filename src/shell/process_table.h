// The table of processes and logins that /proc, ps, top, ss, who and w show: what runs on the
// Machine, between the daemons that any such host has (seeded by the persona).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"

namespace decnet::shell {

class Machine;

struct ProcessRow {
  int pid = 0;
  int parent = 0;
  int group = 0;
  int session = 0;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::string terminal;  // "pts/0"; empty: none.
  TimePoint started{};
  Duration cpu{};
  char state = 'S';         // R S D T Z I
  bool foreground = false;  // Its group has the terminal: the '+' of ps.
  int nice = 0;
  std::uint32_t threads = 1;
  std::string name;                    // comm: "sshd", at most 15 bytes.
  std::vector<std::string> arguments;  // Empty: a kernel thread, shown as [name].
  std::string path;                    // /proc/pid/exe; empty for kernel threads.
  std::string directory = "/";
  std::uint64_t virtual_kib = 0;
  std::uint64_t resident_kib = 0;
};

struct LoginRow {
  std::string user;
  std::string terminal;  // "pts/0"
  std::string from;      // The peer's address.
  std::uint16_t peer_port = 0;
  std::uint16_t local_port = 22;
  TimePoint since{};
  TimePoint active{};  // Of the last input.
  int pid = 0;         // The login shell.
  int daemon_pid = 0;  // Its sshd.
};

std::vector<ProcessRow> process_table(Machine& machine);  // Sorted by pid.
// The one of that pid, without the table of all: a walk through /proc asks for each some times.
std::optional<ProcessRow> process_row(Machine& machine, int pid);
std::vector<LoginRow> login_table(Machine& machine);  // By time of login.
int last_pid(Machine& machine);                       // For /proc/loadavg.

}  // namespace decnet::shell
