#include <fmt/core.h>

#include "app/commands/command.h"
#include "app/exit_codes.h"
#include "app/table.h"
#include "base/json.h"

namespace decnet::app {
namespace {

int show(const Invocation& invocation) {
  const auto keys = config_keys(invocation.config);
  if (invocation.json) {
    JsonWriter json;
    json.begin_object();
    for (const auto& key : keys) json.field(key.name, key.value);
    fmt::print("{}\n", json.end_object().text());
    return kExitOk;
  }
  Table table({{"key"}, {"value"}, {"reload"}, {"what"}});
  for (const auto& key : keys)
    table.add({key.name, key.value, key.reloads ? "SIGHUP" : "restart", key.help});
  table.print();
  return kExitOk;
}

}  // namespace

void add_config(CLI::App& app, Invocation& invocation) {
  auto* config = app.add_subcommand("config", "the configuration: check, show");
  config->require_subcommand(1);
  // Whatever is wrong has been said before any command runs.
  config->add_subcommand("check", "read the configuration and say what is wrong with it")
      ->callback([&invocation] {
        invocation.action = [&invocation] {
          if (invocation.json)
            fmt::print("{{\"ok\":true}}\n");
          else
            fmt::print("the configuration is good{}\n", invocation.config_file.empty()
                                                            ? " (no file, defaults)"
                                                            : ": " + invocation.config_file);
          return kExitOk;
        };
      });
  config->add_subcommand("show", "every key with its value")->callback([&invocation] {
    invocation.action = [&invocation] { return show(invocation); };
  });
}

}  // namespace decnet::app
