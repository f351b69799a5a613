// HELP of every command that has subcommands.
#include <array>

#include "service/redis/call.h"

namespace decnet::service::redis {

namespace {

void help(Call& call) {
  const Command& parent = *call.command.parent;
  call.server.texts.say(call.out, std::string(parent.name()) + " help", [&] { call.out.array(0); });
}

constexpr auto kCommands = std::to_array<Binding>({
    {"acl|help", help},
    {"client|help", help},
    {"command|help", help},
    {"config|help", help},
    {"function|help", help},
    {"latency|help", help},
    {"memory|help", help},
    {"module|help", help},
    {"object|help", help},
    {"pubsub|help", help},
    {"script|help", help},
    {"slowlog|help", help},
    {"xgroup|help", help},
    {"xinfo|help", help},
});

}  // namespace

std::span<const Binding> help_commands() {
  return kCommands;
}

}  // namespace decnet::service::redis
