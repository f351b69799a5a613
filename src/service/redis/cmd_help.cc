// HELP of every command that has subcommands.
#include <array>

#include "service/redis/call.h"

namespace decnet::service::redis {

namespace {

void help(Call& call) {
  const Command& parent = *call.command.parent;
  if (const auto text = call.server.texts.find(std::string(parent.name()) + " help"))
    return say_text(call.out, *text);
  // Without the asset: the subcommands by name.
  std::vector<std::string> lines{upper(parent.name()) +
                                 " <subcommand> [<arg> [value] [opt] ...]. Subcommands are:"};
  for (const Command* sub : parent.subcommands) {
    if (sub != &call.command) lines.push_back(upper(sub->name().substr(parent.name().size() + 1)));
  }
  lines.emplace_back("HELP");
  lines.emplace_back("    Prints this help.");
  call.out.array(lines.size());
  for (const std::string& line : lines) call.out.simple(line);
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
