#include "service/ssh/ssh.h"

#include "base/counters.h"
#include "base/random.h"
#include "service/ssh/banner.h"
#include "service/ssh/connection.h"

namespace decnet::service::ssh {

namespace {

constexpr std::string_view kExceeded = "Exceeded MaxStartups\r\n";

class SshService final : public session::Service {
 public:
  SshService(World world, std::unique_ptr<Host> host)
      : world_(std::move(world)), host_(std::move(host)) {}

  net::Task<void> serve(session::Session& session) override {
    Result<void> done;
    if (is_turned_away(startups_)) {
      static Counter& refused =
          counter("ssh_limit_startups_total", "SSH connections turned away by MaxStartups");
      refused.add();
      session.set_end_reason("startups_limit");
      done = co_await session.stream().write(kExceeded);
      co_return;
    }
    Startup startup(startups_);
    const Duration pause =
        banner_delay(pace_of(session.persona().seed), random_below(kBannerDraws));
    done = co_await session.delay(pause);
    if (!done) co_return;
    Connection connection(session, world_, *host_, [&startup] { startup.end(); });
    co_await connection.run();
  }

 private:
  // A connection that has not logged in yet.
  class Startup {
   public:
    explicit Startup(std::uint32_t& count) : count_(&count) { ++count; }
    ~Startup() { end(); }
    Startup(const Startup&) = delete;
    Startup& operator=(const Startup&) = delete;
    void end() noexcept {
      if (count_ != nullptr) --*std::exchange(count_, nullptr);
    }

   private:
    std::uint32_t* count_;
  };

  World world_;
  std::unique_ptr<Host> host_;
  std::uint32_t startups_ = 0;
};

}  // namespace

bool is_turned_away(std::uint32_t startups) {
  if (startups < kStartupsBegin) return false;
  if (startups >= kStartupsFull) return true;
  const std::uint32_t chance = kStartupsRate + (100 - kStartupsRate) * (startups - kStartupsBegin) /
                                                   (kStartupsFull - kStartupsBegin);
  return random_below(100) < chance;
}

std::unique_ptr<session::Service> make_service(World world, std::unique_ptr<Host> host) {
  return std::make_unique<SshService>(std::move(world), std::move(host));
}

}  // namespace decnet::service::ssh
