// Machine: one decky's Unix as one attacker finds it. Its processes run only inside run().
//
//   Machine machine({.persona = persona, .image = image, .clock = clock, .observer = …});
//   machine.restore(saved);
//   Console console(machine, {.user = "root", .columns = 80, .rows = 24, .peer = "192.0.2.7"});
//   console.input("id\n");
//   machine.run();
//   write(console.take_output());
//
// All sessions that an attacker has on a decky share its one Machine: they see each other's files
// and processes. It uses bounded memory and CPU whatever is typed; limits answer as a busy or full
// host does (EAGAIN, ENOMEM, ENOSPC, slow).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "persona/persona.h"
#include "shell/answers.h"
#include "shell/filesystem.h"
#include "shell/observer.h"
#include "shell/process.h"

namespace decnet::shell {

class SystemView;  // system_view.h

inline constexpr std::size_t kProcessesMax =
    256;  // Beyond: EAGAIN, "fork: Resource temporarily unavailable".
inline constexpr std::size_t kMachineBytesMax =
    64U << 20;  // Variables, pipes, buffers of all processes; beyond: ENOMEM.
inline constexpr Duration kRunSlice{2'000};  // Of one run(): others wait no longer.
inline constexpr double kCpuShare =
    0.10;  // Of a core over time; beyond it processes are slowed down …
inline constexpr Duration kCpuBurst{2'000'000};  // … once this much was used at once.

struct MachineFacts {
  std::shared_ptr<const persona::Persona> persona;
  std::shared_ptr<const SeedLayer> layer;            // The decky's files; null: `image` alone …
  std::shared_ptr<const Image> image;                // … and null, too: an empty tree.
  std::shared_ptr<const Answers> answers = nullptr;  // Null: of no program is known what it says.
  const Clock* clock = nullptr;
  std::string address;                   // The decky's own, as `ip a` shows it …
  std::string gateway = {};              // … with that of its network …
  std::vector<std::uint16_t> listening;  // … and its open TCP ports, as `ss -ltn` shows them.
};

class Machine {
 public:
  explicit Machine(MachineFacts facts);
  ~Machine();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  // Runs what is ready, at most kRunSlice. True if something is still ready: call it again soon.
  bool run();
  // When something sleeps until; nothing if all wait for input or nothing runs.
  std::optional<TimePoint> wakes_at() const;

  FileSystem& files();
  const MachineFacts& facts() const;
  const Clock& clock() const;
  const SystemView& system() const;  // What /proc and the programs show. Needs a persona.

  // Checks a login by what this attacker knows: the persona's accounts, and passwords and keys that
  // were changed here (passwd, chpasswd, ~/.ssh/authorized_keys). Nothing: nobody changed it here.
  bool has_terminal(int number) const;  // /dev/pts/<number>
  std::optional<bool> password_works(std::string_view user, std::string_view password) const;
  bool key_works(std::string_view user, std::string_view key_type,
                 std::string_view key_base64) const;

  // What passwd and chpasswd do beside writing /etc/shadow.
  void set_password(std::string_view user, std::string_view password);

  // What must be there again after a restart: files, history, passwords.
  std::string save() const;
  void restore(std::string_view saved);

  // For the shell's own parts (machine_state.h).
  struct State;
  State& state() { return *state_; }

 private:
  std::unique_ptr<State> state_;
};

}  // namespace decnet::shell
