#include "fleet/catalog.h"

#include <fmt/core.h>

#include "app/commands/command.h"
#include "app/exit_codes.h"
#include "app/table.h"
#include "base/json.h"
#include "persona/archetype.h"

namespace decnet::app {
namespace {

std::string ports_of(const fleet::ServiceInfo& service) {
  std::string out;
  for (const auto& port : service.ports)
    out +=
        fmt::format("{}{}/{}", out.empty() ? "" : " ", port.port, fleet::to_string(port.transport));
  return out;
}

int services(const Invocation& invocation) {
  JsonWriter json;
  json.begin_array();
  Table table({{"service"}, {"ports"}, {"options"}, {"what"}});
  for (const auto& service : fleet::catalogue()) {
    std::string options;
    json.begin_object()
        .field("name", service.name)
        .field("summary", service.summary)
        .field("ports", ports_of(service))
        .key("options")
        .begin_array();
    for (const auto& option : service.options) {
      options += (options.empty() ? "" : " ") + std::string(option.name);
      json.begin_object()
          .field("name", option.name)
          .field("default", option.standard)
          .field("doc", option.doc)
          .end_object();
    }
    json.end_array().end_object();
    table.add(
        {std::string(service.name), ports_of(service), options, std::string(service.summary)});
  }
  if (invocation.json)
    fmt::print("{}\n", json.end_array().text());
  else
    table.print();
  return kExitOk;
}

int archetypes(const Invocation& invocation) {
  JsonWriter json;
  json.begin_array();
  Table table({{"archetype"}, {"personality"}, {"services in this build"}, {"what"}});
  for (const auto& archetype : persona::archetypes()) {
    std::string names;
    for (const auto& service : fleet::default_services(archetype))
      names += (names.empty() ? "" : " ") + service.name;
    json.begin_object()
        .field("name", archetype.name)
        .field("personality", archetype.personality)
        .field("services", names);
    json.field("summary", archetype.summary).end_object();
    table.add({std::string(archetype.name), std::string(archetype.personality), names,
               std::string(archetype.summary)});
  }
  if (invocation.json)
    fmt::print("{}\n", json.end_array().text());
  else
    table.print();
  return kExitOk;
}

}  // namespace

void add_catalog(CLI::App& app, Invocation& invocation) {
  app.add_subcommand("services", "what a decky can run")->callback([&invocation] {
    invocation.action = [&invocation] { return services(invocation); };
  });
  app.add_subcommand("archetypes", "what a decky can be")->callback([&invocation] {
    invocation.action = [&invocation] { return archetypes(invocation); };
  });
}

}  // namespace decnet::app
