#include "service/redis/redis.h"

#include <array>

#include "base/bytes.h"
#include "service/redis/bait.h"
#include "service/redis/conversation.h"
#include "service/redis/server.h"
#include "service/redis/snapshot.h"

namespace decnet::service::redis {

namespace {

constexpr double kPasswordShare = 0.3;  // Of the deckies for which `auth` is auto.

std::string option_or(const session::Place& place, std::string_view name,
                      std::string_view otherwise) {
  const std::string_view value = place.option(name);
  return std::string(value.empty() ? otherwise : value);
}

// What an administrator gave it: what the option says, or something that nobody guesses.
std::string password_of(const session::Place& place) {
  const std::string auth = option_or(place, "auth", "auto");
  SeededRandom random = place.persona->stream("redis.auth");
  const bool by_chance = random.chance(kPasswordShare);
  const std::string invented = to_hex(random.bytes(16));
  if (auth == "open" || (auth == "auto" && !by_chance)) return {};
  return option_or(place, "requirepass", invented);
}

ServerOptions options_of(const session::Place& place) {
  ServerOptions options;
  options.persona = place.persona.get();
  options.clock = place.clock;
  options.port = place.port != 0 ? place.port : std::uint16_t{6379};
  options.password = password_of(place);
  options.protected_mode = place.option("protected_mode") == "true";
  options.protected_configs = option_or(place, "protected_configs", "no");
  options.debug_command = option_or(place, "debug_command", "no");
  if (place.assets != nullptr) options.texts = place.assets->find("redis/texts");
  options.module_command = option_or(place, "module_command", "no");
  return options;
}

class RedisService final : public session::Service {
 public:
  explicit RedisService(const session::Place& place)
      : persona_(place.persona), server_(options_of(place)) {
    constexpr std::array<std::int64_t, 4> kIntervals = {0, 15, 30, 60};
    server_.boot.monitoring_interval_s = persona_->stream("redis.monitoring").pick(kIntervals);
    if (place.option("bait") != "none") plant_bait(server_, *persona_);
    server_.keep_saved();
  }

  net::Task<void> serve(session::Session& session) override {
    const net::Executor executor = co_await net::asio::this_coro::executor;
    Conversation conversation(session, server_, executor);
    co_await conversation.run();
  }

  // Nothing to remember of a server that nobody has spoken to.
  std::string save_state() const override {
    return server_.stats.connections == 0 ? std::string() : save_life(server_);
  }
  void load_state(std::string_view state) override {
    if (state.empty()) return;
    load_life(server_, state);
    server_.keep_saved();
  }

 private:
  std::shared_ptr<const persona::Persona> persona_;
  Server server_;
};

std::unique_ptr<session::Service> create(const session::Place& place) {
  return std::make_unique<RedisService>(place);
}

}  // namespace

const session::Descriptor& descriptor() {
  static const session::Descriptor kDescriptor{"redis", &create};
  return kDescriptor;
}

}  // namespace decnet::service::redis
