// The real host: one shell::Machine for each attacker's address, kept while they come back.
#include <algorithm>
#include <map>

#include "base/bytes.h"
#include "base/counters.h"
#include "codec/ssh/key.h"
#include "service/ssh/userland.h"
#include "shell/fs/seeds.h"
#include "shell/image.h"
#include "shell/machine.h"

namespace decnet::service::ssh {
namespace {

constexpr std::size_t kMachinesMax = 64;          // Of one decky, in use.
constexpr std::size_t kKeptMax = 256;             // Attackers whose changes are kept.
constexpr std::size_t kKeptBytesMax = 48 * 1024;  // All of them, for save().

class ConsoleProgram final : public Program {
 public:
  ConsoleProgram(shell::Machine& machine, shell::ConsoleRequest request)
      : console_(machine, std::move(request)) {}
  void input(std::string_view bytes) override { console_.input(bytes); }
  void input_end() override { console_.input_end(); }
  bool accepts_input() const override { return console_.accepts_input(); }
  std::string take_output(std::size_t count) override { return console_.take_output(count); }
  std::string take_error(std::size_t count) override { return console_.take_error(count); }
  bool ended() const override { return console_.ended(); }
  int exit_status() const override { return console_.exit_status(); }
  int exit_signal() const override { return console_.exit_signal(); }
  void resize(std::uint16_t columns, std::uint16_t rows) override {
    console_.resize(columns, rows);
  }
  void send_signal(int signal) override { console_.send_signal(signal); }

 private:
  shell::Console console_;
};

class MachineUserland final : public Userland {
 public:
  explicit MachineUserland(shell::MachineFacts facts) : machine_(std::move(facts)) {}
  bool run() override { return machine_.run(); }
  std::optional<TimePoint> wakes_at() const override { return machine_.wakes_at(); }
  std::unique_ptr<Program> open(shell::ConsoleRequest request) override {
    return std::make_unique<ConsoleProgram>(machine_, std::move(request));
  }
  shell::FileSystem& files() override { return machine_.files(); }
  std::optional<bool> password_works(std::string_view user,
                                     std::string_view password) const override {
    return machine_.password_works(user, password);
  }
  bool key_works(std::string_view user, std::string_view type,
                 std::string_view base64) const override {
    return machine_.key_works(user, type, base64);
  }
  shell::Machine& machine() { return machine_; }

 private:
  shell::Machine machine_;
};

class MachineHost final : public Host {
 public:
  explicit MachineHost(const session::Place& place) : place_(place) {
    const std::string_view bytes =
        place.assets != nullptr ? place.assets->find("debian12/image") : std::string_view{};
    if (bytes.empty()) return;
    if (auto image = shell::Image::read(bytes)) image_ = std::move(*image);
  }

  std::shared_ptr<Userland> find(const Visit& visit) override {
    const auto found = machines_.find(visit.peer);
    if (found != machines_.end()) return found->second;
    return kept_.contains(visit.peer) ? enter(visit) : nullptr;
  }

  std::shared_ptr<Userland> enter(const Visit& visit) override {
    if (const auto found = machines_.find(visit.peer); found != machines_.end())
      return found->second;
    if (machines_.size() >= kMachinesMax) retire_idle();
    if (machines_.size() >= kMachinesMax) {
      static Counter& refused =
          counter("ssh_limit_machines_total", "SSH logins refused because a decky is full");
      refused.add();
      return nullptr;
    }
    shell::MachineFacts facts;
    facts.persona = place_.persona;
    facts.layer = layer_for(visit.local);
    facts.clock = place_.clock;
    facts.address = visit.local;
    facts.listening = {place_.port};
    auto made = std::make_shared<MachineUserland>(std::move(facts));
    if (const auto kept = kept_.find(visit.peer); kept != kept_.end())
      made->machine().restore(kept->second);
    machines_.emplace(visit.peer, made);
    return made;
  }

  std::string save() const override {
    std::string out;
    std::map<std::string, std::string, std::less<>> all = kept_;
    for (const auto& [address, land] : machines_) all[address] = land->machine().save();
    for (const auto& [address, state] : all) {
      if (out.size() + address.size() + state.size() + 8 > kKeptBytesMax) continue;
      ByteWriter(out).u32(static_cast<std::uint32_t>(address.size())).bytes(address);
      ByteWriter(out).u32(static_cast<std::uint32_t>(state.size())).bytes(state);
    }
    return out;
  }

  void load(std::string_view state) override {
    ByteReader reader(state);
    while (reader.ok() && !reader.empty() && kept_.size() < kKeptMax) {
      const std::string_view address = reader.take(reader.u32());
      const std::string_view machine = reader.take(reader.u32());
      if (reader.ok()) kept_[std::string(address)] = machine;
    }
  }

 private:
  std::shared_ptr<const shell::SeedLayer> layer_for(const std::string& local) {
    shell::SeedRequest request;
    request.persona = place_.persona;
    request.image = image_;
    request.clock = place_.clock;
    request.address = local;
    request.gateway = local.substr(0, local.rfind('.')) + ".1";
    for (const std::string& pem : place_.identity.host_keys_pem) {
      const auto key = codec::ssh::HostKey::read(pem);
      if (!key) continue;
      const std::string& type = (*key)->type();
      const std::string name = type == "ssh-rsa"       ? "rsa"
                               : type == "ssh-ed25519" ? "ed25519"
                                                       : "ecdsa";
      request.host_keys["ssh_host_" + name + "_key.pub"] =
          type + " " + to_base64((*key)->blob()) + " root@" + place_.persona->hostname + "\n";
    }
    return shell::shared_seed_layer(std::move(request));
  }

  // Puts away the machines that nobody is on.
  void retire_idle() {
    for (auto at = machines_.begin(); at != machines_.end();) {
      if (at->second.use_count() > 1) {
        ++at;
        continue;
      }
      if (kept_.size() < kKeptMax || kept_.contains(at->first))
        kept_[at->first] = at->second->machine().save();
      at = machines_.erase(at);
    }
  }

  const session::Place& place_;
  std::shared_ptr<const shell::Image> image_;
  std::map<std::string, std::shared_ptr<MachineUserland>, std::less<>> machines_;
  std::map<std::string, std::string, std::less<>> kept_;
};

}  // namespace

std::unique_ptr<Host> make_machine_host(const session::Place& place) {
  return std::make_unique<MachineHost>(place);
}

}  // namespace decnet::service::ssh
