#include <fmt/core.h>

#include "api/api.h"
#include "app/commands/command.h"
#include "app/commands/completion.h"
#include "app/exit_codes.h"
#include "app/process.h"
#include "base/json.h"
#include "base/version.h"

namespace decnet::app {

void add_about(CLI::App& app, Invocation& invocation) {
  app.add_subcommand("version", "the version of this program")->callback([&invocation] {
    invocation.action = [&invocation] {
      if (invocation.json)
        fmt::print("{{\"version\":\"{}\"}}\n", kVersion);
      else
        fmt::print("decnet {}\n", kVersion);
      return kExitOk;
    };
  });
  const auto shell = std::make_shared<std::string>();
  auto* completion_command =
      app.add_subcommand("completion", "a completion script: eval \"$(decnet completion bash)\"");
  completion_command->add_option("shell", *shell)
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  completion_command->callback([&app, &invocation, shell] {
    invocation.action = [&app, shell] {
      fmt::print("{}", completion_script(app, *shell));
      return kExitOk;
    };
  });
  app.add_subcommand("openapi", "the API's OpenAPI document")->group("")->callback([&invocation] {
    invocation.action = [] {
      fmt::print("{}\n", api::openapi_document());
      return kExitOk;
    };
  });
  auto* bus = app.add_subcommand("bus", "the service bus: serve");
  bus->add_subcommand("serve", "run the broker alone, in the foreground");
  bus->callback(
      [&invocation] { invocation.action = [&invocation] { return run_bus(invocation.config); }; });
}

}  // namespace decnet::app
