// The real host: the decky's House, which telnet shares.
#include "guest/house.h"
#include "guest/seat.h"
#include "service/ssh/userland.h"

namespace decnet::service::ssh {
namespace {

class SeatProgram final : public Program {
 public:
  SeatProgram(session::Session& session, std::shared_ptr<shell::Machine> machine,
              shell::ConsoleRequest request)
      : seat_(session, std::move(machine), std::move(request)) {}
  void input(std::string_view bytes) override { seat_.input(bytes); }
  void input_end() override { seat_.input_end(); }
  bool accepts_input() const override { return seat_.accepts_input(); }
  std::string take_output(std::size_t count) override { return seat_.take_output(count); }
  std::string take_error(std::size_t count) override { return seat_.take_error(count); }
  bool ended() const override { return seat_.ended(); }
  int exit_status() const override { return seat_.exit_status(); }
  int exit_signal() const override { return seat_.exit_signal(); }
  void resize(std::uint16_t columns, std::uint16_t rows) override { seat_.resize(columns, rows); }
  void send_signal(int signal) override { seat_.send_signal(signal); }

 private:
  guest::Seat seat_;
};

// One session's view of the machine.
class MachineUserland final : public Userland {
 public:
  MachineUserland(session::Session& session, std::shared_ptr<shell::Machine> machine)
      : session_(session), machine_(std::move(machine)) {}
  bool run() override { return machine_->run(); }
  std::optional<TimePoint> wakes_at() const override { return machine_->wakes_at(); }
  std::shared_ptr<void> record(shell::LoginFacts facts) override {
    return std::make_shared<shell::LoginRecord>(*machine_, std::move(facts));
  }
  std::unique_ptr<Program> open(shell::ConsoleRequest request) override {
    return std::make_unique<SeatProgram>(session_, machine_, std::move(request));
  }
  shell::FileSystem& files() override { return machine_->files(); }
  std::optional<bool> password_works(std::string_view user,
                                     std::string_view password) const override {
    return machine_->password_works(user, password);
  }
  bool key_works(std::string_view user, std::string_view type,
                 std::string_view base64) const override {
    return machine_->key_works(user, type, base64);
  }

 private:
  session::Session& session_;
  std::shared_ptr<shell::Machine> machine_;
};

class MachineHost final : public Host {
 public:
  explicit MachineHost(const session::Place& place) : house_(guest::House::of(place)) {}

  net::Task<std::shared_ptr<void>> visit(session::Session& session) override {
    std::shared_ptr<void> held = co_await house_->visit(session);
    co_return held;
  }
  std::shared_ptr<Userland> find(session::Session& session) override {
    return userland(session, house_->find(session));
  }
  std::shared_ptr<Userland> enter(session::Session& session) override {
    return userland(session, house_->enter(session));
  }
  void keep(session::Session& session) override { house_->keep(session); }

 private:
  static std::shared_ptr<Userland> userland(session::Session& session,
                                            std::shared_ptr<shell::Machine> machine) {
    if (!machine) return nullptr;
    return std::make_shared<MachineUserland>(session, std::move(machine));
  }
  std::shared_ptr<guest::House> house_;
};

}  // namespace

std::unique_ptr<Host> make_machine_host(const session::Place& place) {
  return std::make_unique<MachineHost>(place);
}

}  // namespace decnet::service::ssh
