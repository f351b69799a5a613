#include "service/ssh/ssh.h"

#include <array>

#include "base/counters.h"
#include "base/random.h"
#include "service/ssh/connection.h"

namespace decnet::service::ssh {

namespace {

constexpr std::string_view kExceeded = "Exceeded MaxStartups\r\n";

// How long a genuine sshd takes from the connection to its banner (it starts anew for each): about
// 24 ± 7 ms, with a tail. In microseconds at 0 %, 10 % … 100 %, as latency.py of
// test/differential/ssh prints them.
constexpr std::array<std::int64_t, 11> kBannerQuantiles = {
    14'000, 16'500, 18'400, 20'100, 21'900, 23'500, 25'300, 27'400, 29'800, 33'000, 46'000};

Duration banner_delay() {
  const std::uint64_t draw = random_below(10'000);
  const std::size_t at = static_cast<std::size_t>(draw / 1'000);
  const std::int64_t low = kBannerQuantiles[at];
  const std::int64_t span = kBannerQuantiles[at + 1] - low;
  return Duration{low + span * static_cast<std::int64_t>(draw % 1'000) / 1'000};
}

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
    done = co_await session.delay(banner_delay());
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
