// Channels.
#include <array>

#include "service/redis/call.h"
#include "service/redis/glob.h"

namespace decnet::service::redis {

namespace {

// The three kinds of subscription: to a channel, a pattern, a shard channel.
struct Kind {
  std::string_view subscribed, unsubscribed;
  std::set<std::string> Client::*own;
  std::map<std::string, std::set<std::uint64_t>> Server::*all;
  bool is_shard;
};

Kind kind_of(const Call& call) {
  const std::string_view name = call.command.name();
  if (name[0] == 'p')
    return {"psubscribe", "punsubscribe", &Client::patterns, &Server::patterns, false};
  if (name == "ssubscribe" || name == "sunsubscribe") {
    return {"ssubscribe", "sunsubscribe", &Client::shard_channels, &Server::shard_channels, true};
  }
  return {"subscribe", "unsubscribe", &Client::channels, &Server::channels, false};
}

std::int64_t count_of(const Client& client, const Kind& kind) {
  return static_cast<std::int64_t>(kind.is_shard ? client.shard_channels.size()
                                                 : client.subscriptions());
}

void subscribe(Call& call) {
  if (!call.may_block() && !call.client.in_exec) return;
  const Kind kind = kind_of(call);
  for (std::size_t n = 1; n < call.size(); ++n) {
    auto& own = call.client.*kind.own;
    if (own.size() >= kSubscriptionsMax)
      return call.server.close(call.client, "subscription_limit");
    own.insert(call.arg(n));
    (call.server.*kind.all)[call.arg(n)].insert(call.client.id);
    call.out.push(3);
    call.out.bulk(kind.subscribed);
    call.out.bulk(call.arg(n));
    call.out.integer(count_of(call.client, kind));
  }
}

void leave(Server& server, Client& client, const Kind& kind, const std::string& name) {
  (client.*kind.own).erase(name);
  auto& all = server.*kind.all;
  const auto at = all.find(name);
  if (at == all.end()) return;
  at->second.erase(client.id);
  if (at->second.empty()) all.erase(at);
}

void unsubscribe(Call& call) {
  const Kind kind = kind_of(call);
  std::vector<std::string> names(call.argv.begin() + 1, call.argv.end());
  if (names.empty()) {
    const auto& own = call.client.*kind.own;
    names.assign(own.begin(), own.end());
    if (names.empty()) {
      call.out.push(3);
      call.out.bulk(kind.unsubscribed);
      call.out.null();
      return call.out.integer(count_of(call.client, kind));
    }
  }
  for (const std::string& name : names) {
    leave(call.server, call.client, kind, name);
    call.out.push(3);
    call.out.bulk(kind.unsubscribed);
    call.out.bulk(name);
    call.out.integer(count_of(call.client, kind));
  }
}

void publish(Call& call) {
  const bool sharded = call.command.name() == "spublish";
  if (!call.spend(call.server.patterns.size())) return;
  call.out.integer(
      static_cast<std::int64_t>(call.server.publish(call.arg(1), call.arg(2), sharded)));
}

void channels(Call& call) {
  if (call.size() > 3) return call.unknown_subcommand();
  const bool sharded = call.command.name() == "pubsub|shardchannels";
  std::vector<std::string> names;
  for (const auto& [name, subscribers] :
       sharded ? call.server.shard_channels : call.server.channels) {
    if (call.size() == 2 || glob_match(call.arg(2), name)) names.push_back(name);
  }
  call.out.array(names.size());
  for (const std::string& name : names) call.out.bulk(name);
}

void numsub(Call& call) {
  const auto& all = call.command.name() == "pubsub|shardnumsub" ? call.server.shard_channels
                                                                : call.server.channels;
  call.out.array((call.size() - 2) * 2);
  for (std::size_t n = 2; n < call.size(); ++n) {
    const auto at = all.find(call.arg(n));
    call.out.bulk(call.arg(n));
    call.out.integer(at == all.end() ? 0 : static_cast<std::int64_t>(at->second.size()));
  }
}

void numpat(Call& call) {
  call.out.integer(static_cast<std::int64_t>(call.server.patterns.size()));
}

constexpr auto kCommands = std::to_array<Binding>({
    {"psubscribe", subscribe},
    {"publish", publish},
    {"pubsub|channels", channels},
    {"pubsub|numpat", numpat},
    {"pubsub|numsub", numsub},
    {"pubsub|shardchannels", channels},
    {"pubsub|shardnumsub", numsub},
    {"punsubscribe", unsubscribe},
    {"spublish", publish},
    {"ssubscribe", subscribe},
    {"subscribe", subscribe},
    {"sunsubscribe", unsubscribe},
    {"unsubscribe", unsubscribe},
});

}  // namespace

std::span<const Binding> pubsub_commands() {
  return kCommands;
}

}  // namespace decnet::service::redis
