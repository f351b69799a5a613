#include <fmt/core.h>

#include "api/api.h"
#include "app/commands/command.h"
#include "app/commands/completion.h"
#include "app/exit_codes.h"
#include "app/process.h"
#include "base/json.h"
#include "base/version.h"
#include "event/dictionary.h"
#include "fleet/catalog.h"

namespace decnet::app {
namespace {

std::string event_reference() {
  std::vector<std::vector<std::pair<std::string_view, std::string_view>>> fields;
  std::vector<event::ServiceFields> services;
  for (const auto& service : fleet::catalogue()) {
    auto& pairs = fields.emplace_back();
    for (const auto& field : service.fields) pairs.emplace_back(field.name, field.doc);
  }
  for (std::size_t n = 0; n < fields.size(); ++n) {
    const auto& service = fleet::catalogue()[n];
    services.push_back({service.name, service.summary, fields[n]});
  }
  return event::event_reference_markdown(services);
}

}  // namespace

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
  app.add_subcommand("reference", "docs/events.md")->group("")->callback([&invocation] {
    invocation.action = [] {
      fmt::print("{}", event_reference());
      return kExitOk;
    };
  });
}

}  // namespace decnet::app
