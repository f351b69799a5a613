#include <boost/json/serialize.hpp>
#include <fmt/core.h>

#include "app/client.h"
#include "app/commands/command.h"
#include "app/exit_codes.h"
#include "app/table.h"

namespace decnet::app {
namespace {

constexpr std::size_t kCrashesShown = 5;

void print_crashes(const Client& client) {
  const auto crashes = client.get("/crashes");
  if (!crashes || array_at(*crashes, "data").empty()) return;
  Table table({{"crash"}, {"signal"}, {"process"}, {"worker"}, {"version"}, {"where"}});
  std::size_t shown = 0;
  for (const auto& crash : array_at(*crashes, "data")) {
    if (++shown > kCrashesShown) break;
    std::string where;  // The first frame that is a function of this program.
    for (const auto& line : array_at(crash, "trace")) {
      const std::string text(line.as_string());
      const auto at = text.find(" in decnet::");
      if (at == text.npos) continue;
      where = text.substr(at + std::string_view(" in ").size());
      if (!where.starts_with("decnet::(anonymous namespace)::on_crash")) break;
    }
    table.add({ago(text_at(crash, "at")), text_at(crash, "signal"), text_at(crash, "process"),
               text_at(crash, "worker"), text_at(crash, "version"), where});
  }
  fmt::print("\n");
  table.print();
}

int status(const Invocation& invocation) {
  const Client client(invocation.config);
  const auto health = client.get("/health");
  if (!health) return failed(health.error());
  const auto workers = client.get("/workers");
  const auto deckies = client.get("/deckies?limit=200");
  if (!workers) return failed(workers.error());
  if (!deckies) return failed(deckies.error());
  if (invocation.json) {
    boost::json::object all{{"health", *health}, {"workers", *workers}, {"deckies", *deckies}};
    if (const auto crashes = client.get("/crashes")) all["crashes"] = *crashes;
    fmt::print("{}\n", boost::json::serialize(all));
    return kExitOk;
  }
  fmt::print("health   {}", text_at(*health, "status"));
  for (const auto& what : array_at(*health, "degraded"))
    fmt::print("  ({})", std::string(what.as_string()));
  fmt::print("\n\n");
  Table worker_table(
      {{"worker"}, {"state"}, {"beat"}, {"restarts", Align::right}, {"process"}, {"reason"}});
  for (const auto& worker : array_at(*workers, "data")) {
    worker_table.add({text_at(worker, "name"), text_at(worker, "state"),
                      ago(text_at(worker, "last_beat_at")), text_at(worker, "restarts"),
                      text_at(worker, "process"), text_at(worker, "reason")});
  }
  worker_table.print();
  print_crashes(client);
  fmt::print("\n");
  Table decky_table({{"decky"},
                     {"address"},
                     {"state"},
                     {"services"},
                     {"archetype"},
                     {"hits 24 h", Align::right}});
  for (const auto& decky : array_at(*deckies, "data")) {
    std::string services;
    for (const auto& service : array_at(decky, "services")) {
      const auto port = number_at(service, "actual_port") != 0 ? number_at(service, "actual_port")
                                                               : number_at(service, "port");
      services +=
          (services.empty() ? "" : " ") + text_at(service, "name") + ":" + std::to_string(port);
    }
    decky_table.add({text_at(decky, "name"), text_at(decky, "ip"), text_at(decky, "state"),
                     services, text_at(decky, "archetype"), text_at(decky, "hits_24h")});
  }
  if (decky_table.empty())
    fmt::print("no deckies\n");
  else
    decky_table.print();
  return kExitOk;
}

}  // namespace

void add_status(CLI::App& app, Invocation& invocation) {
  app.add_subcommand("status", "health, workers and deckies of the running decnet")
      ->callback(
          [&invocation] { invocation.action = [&invocation] { return status(invocation); }; });
}

}  // namespace decnet::app
