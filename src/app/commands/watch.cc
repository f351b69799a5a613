#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/core.h>

#include "app/client.h"
#include "app/commands/command.h"
#include "app/exit_codes.h"
#include "app/table.h"

namespace decnet::app {
namespace {

struct EventOptions {
  bool follow = false;
  std::string attacker;
  std::size_t limit = 50;
};

std::string clock_time(const std::string& rfc3339) {
  return rfc3339.size() >= 23 ? rfc3339.substr(0, 10) + " " + rfc3339.substr(11, 12) : rfc3339;
}

void print_event(const boost::json::value& event) {
  fmt::print("{}  {:7}  {:15}  {:12} {:6}  {:15}  {}\n", clock_time(text_at(event, "at")),
             text_at(event, "severity"), terminal_safe(text_at(event, "src_ip")),
             terminal_safe(text_at(event, "decky")), terminal_safe(text_at(event, "service")),
             terminal_safe(text_at(event, "type")), terminal_safe(text_at(event, "summary")));
}

int events(const Invocation& invocation, const EventOptions& options) {
  const Client client(invocation.config);
  const std::string filter = options.attacker.empty() ? "" : "&ip=" + options.attacker;
  const auto page = client.get(fmt::format("/events?limit={}{}", options.limit, filter));
  if (!page) return failed(page.error());
  const auto& rows = array_at(*page, "data");
  if (rows.empty() && !options.follow && !invocation.json)
    fmt::print("no events yet; touch a decky (`decnet status` lists them)\n");
  std::int64_t last = 0;
  for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
    if (invocation.json)
      fmt::print("{}\n", boost::json::serialize(*row));
    else
      print_event(*row);
    last = std::max(last, number_at(*row, "seq"));
  }
  if (!options.follow) return kExitOk;
  std::fflush(stdout);
  const auto followed = client.follow(
      fmt::format("/stream?topics=event&last_event_id={}", last),
      [&](std::string_view name, std::string_view data) {
        if (name != "event") return true;
        boost::json::error_code bad;
        const auto event = boost::json::parse(data, bad);
        if (bad || (!options.attacker.empty() && text_at(event, "src_ip") != options.attacker))
          return true;
        if (invocation.json)
          fmt::print("{}\n", data);
        else
          print_event(event);
        std::fflush(stdout);
        return true;
      });
  return followed ? kExitOk : failed(followed.error());
}

int attackers(const Invocation& invocation, std::size_t limit) {
  const auto page =
      Client(invocation.config).get(fmt::format("/attackers?sort=-last_seen&limit={}", limit));
  if (!page) return failed(page.error());
  if (invocation.json) {
    fmt::print("{}\n", boost::json::serialize(*page));
    return kExitOk;
  }
  Table table({{"attacker"},
               {"country"},
               {"last seen"},
               {"events", Align::right},
               {"sessions", Align::right},
               {"credentials", Align::right},
               {"deckies", Align::right},
               {"worst"}});
  for (const auto& row : array_at(*page, "data")) {
    table.add({text_at(row, "ip"), text_at(row, "country"), ago(text_at(row, "last_seen")),
               text_at(row, "events"), text_at(row, "sessions"), text_at(row, "credentials"),
               text_at(row, "deckies"), text_at(row, "severity_max")});
  }
  if (table.empty())
    fmt::print("nobody yet; whoever touches a decky appears here\n");
  else
    table.print();
  return kExitOk;
}

}  // namespace

void add_watch(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<EventOptions>();
  auto* events_command = app.add_subcommand("events", "what has happened, newest last");
  events_command->add_flag("-f,--follow", options->follow, "go on with what happens now");
  events_command->add_option("--attacker", options->attacker, "of this address only");
  events_command->add_option("--limit", options->limit, "how many of the past")
      ->check(CLI::Range(1, 200));
  events_command->callback([&invocation, options] {
    invocation.action = [&invocation, options] { return events(invocation, *options); };
  });
  auto* attackers_command =
      app.add_subcommand("attackers", "who has touched a decky, newest first");
  attackers_command->add_option("--limit", options->limit, "how many")->check(CLI::Range(1, 200));
  attackers_command->callback([&invocation, options] {
    invocation.action = [&invocation, options] { return attackers(invocation, options->limit); };
  });
}

}  // namespace decnet::app
