// The Machine as /proc, /sys and /dev/pts show it. Private to the kernel.
#pragma once

#include "shell/machine_state.h"
#include "shell/system_view.h"

namespace decnet::shell {

class MachineView final : public SystemView {
 public:
  // `state` has a persona and a clock, and outlives it.
  explicit MachineView(Machine::State& state);

  const persona::Persona& persona() const override { return *state_.facts.persona; }
  const persona::HardwareFacts& hardware() const override { return hardware_; }
  TimePoint now() const override { return state_.now(); }
  std::string hostname() const override { return persona().hostname; }
  std::vector<ProcessView> processes() const override;
  std::optional<ProcessView> process(int pid) const override;
  int self() const override { return state_.current != nullptr ? state_.current->pid : 0; }
  std::vector<SocketView> sockets() const override;
  std::vector<LoginView> logins() const override;
  std::vector<InterfaceView> interfaces() const override;
  std::vector<NeighbourView> neighbours() const override;
  MemoryView memory() const override;
  CpuView cpu() const override;
  LoadView load() const override;
  std::vector<DiskView> disks() const override;

 private:
  ProcessView view_of(const ProcessRow& row) const;
  void find_owner(SocketView& socket) const;
  Machine::State& state_;
  persona::HardwareFacts hardware_;
};

}  // namespace decnet::shell
