// The service: which server it is, and the decky's House behind its logins.
#include "guest/house.h"
#include "guest/seat.h"
#include "service/telnet/connection.h"

namespace decnet::service::telnet {

const session::Descriptor& descriptor();

namespace {

class SeatShell final : public Shell {
 public:
  SeatShell(session::Session& session, std::shared_ptr<shell::Machine> machine,
            shell::ConsoleRequest request)
      : machine_(machine), seat_(session, std::move(machine), std::move(request)) {}
  void input(std::string_view bytes) override { seat_.input(bytes); }
  bool accepts_input() const override { return seat_.accepts_input(); }
  void resize(std::uint16_t columns, std::uint16_t rows) override { seat_.resize(columns, rows); }
  std::string take_output(std::size_t count) override { return seat_.take_output(count); }
  bool ended() const override { return seat_.ended(); }
  bool run() override { return machine_->run() || seat_.has_output(); }
  std::optional<TimePoint> wakes_at() const override { return machine_->wakes_at(); }

 private:
  std::shared_ptr<shell::Machine> machine_;
  guest::Seat seat_;
};

class HouseHost final : public Host {
 public:
  HouseHost(session::Session& session, guest::House& house) : session_(session), house_(house) {}

  int terminal_number() override {
    if (terminal_ == nullptr) terminal_ = house_.reserve_terminal(session_);
    return *terminal_;
  }

  bool works(std::string_view user, std::string_view password) override {
    if (const auto machine = house_.find(session_)) {
      if (const auto works = machine->password_works(user, password)) return *works;
    }
    return session_.accepts(user, password);
  }

  std::unique_ptr<Shell> open(shell::ConsoleRequest request) override {
    auto machine = house_.enter(session_);
    if (machine == nullptr) return nullptr;
    return std::make_unique<SeatShell>(session_, std::move(machine), std::move(request));
  }

 private:
  session::Session& session_;
  guest::House& house_;
  std::shared_ptr<const int> terminal_;
};

class TelnetService final : public session::Service {
 public:
  explicit TelnetService(const session::Place& place)
      : house_(guest::House::of(place)), is_ios_(chooses_ios(place)) {}

  net::Task<void> serve(session::Session& session) override {
    const std::shared_ptr<void> visit = co_await house_->visit(session);
    HouseHost host(session, *house_);
    const std::unique_ptr<Talk> talk = is_ios_ ? make_ios(session) : make_telnetd(session, host);
    const std::function<void()> keep = [this, &session] { house_->keep(session); };
    Connection connection(session, *talk, keep);
    co_await connection.run();
  }

 private:
  static bool chooses_ios(const session::Place& place) {
    const std::string_view server = place.option("server");
    return server == "ios" ||
           (server != "telnetd" && place.persona->personality.starts_with("cisco"));
  }

  std::shared_ptr<guest::House> house_;
  bool is_ios_;
};

std::unique_ptr<session::Service> create(const session::Place& place) {
  return std::make_unique<TelnetService>(place);
}

}  // namespace

const session::Descriptor& descriptor() {
  static const session::Descriptor kDescriptor{"telnet", &create};
  return kDescriptor;
}

}  // namespace decnet::service::telnet
