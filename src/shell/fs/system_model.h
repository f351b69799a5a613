// The numbers of a host that lives on by itself: what /proc, free, top, vmstat, df and ps show
// beside what the attackers do. Pure functions of persona, hardware and time; they move as a quiet
// server's do, counters never go back, and all of them agree. Machine answers SystemView with them.
//
//   MemoryView memory() const override {
//     return model_memory(persona(), hardware(), now(), used_by_processes_kib);
//   }
#pragma once

#include <string_view>
#include <vector>

#include "shell/system_view.h"

namespace decnet::shell {

// `used_kib`: what the Machine's own processes take, on top of the host's.
MemoryView model_memory(const persona::Persona& persona, const persona::HardwareFacts& hardware,
                        TimePoint now, std::uint64_t used_kib);

// `busy`: what the Machine's own processes took since boot.
CpuView model_cpu(const persona::Persona& persona, const persona::HardwareFacts& hardware,
                  TimePoint now, Duration busy);

// `running`: how many of the Machine's own processes run now. last_pid is the host's own newest.
LoadView model_load(const persona::Persona& persona, const persona::HardwareFacts& hardware,
                    TimePoint now, int running);

// In the order of /proc/mounts. `used_kib`: what the attacker stored.
std::vector<DiskView> model_disks(const persona::Persona& persona,
                                  const persona::HardwareFacts& hardware, TimePoint now,
                                  std::uint64_t used_kib);

// lo and the network card. `address` and `prefix` as the fleet gave them.
std::vector<InterfaceView> model_interfaces(const persona::Persona& persona,
                                            const persona::HardwareFacts& hardware, TimePoint now,
                                            std::string_view address, int prefix,
                                            std::string_view gateway);

// The host's daemons and kernel threads, by pid; pids below 900, and those of the stack below 1600.
std::vector<ProcessView> model_processes(const persona::Persona& persona,
                                         const persona::HardwareFacts& hardware, TimePoint now);

// The pid that a process started at `now` is likely to get: the host itself starts some now and
// then.
int model_next_pid(const persona::Persona& persona, TimePoint now);

// A value in [0, 1) that moves smoothly; one new value a period.
double model_noise(std::uint64_t seed, std::string_view purpose, TimePoint now, Duration period);

// The system users of the persona's stack: "mysql:x:110:117:MySQL
// Server,,,:/nonexistent:/bin/false".
struct ServiceUser {
  std::string name;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::string comment;
  std::string home;
  std::string shell;
};
std::vector<ServiceUser> model_service_users(const persona::Persona& persona);

}  // namespace decnet::shell
