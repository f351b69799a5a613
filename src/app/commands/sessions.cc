// decnet sessions, decnet sessions show ID.
#include <boost/json/serialize.hpp>
#include <fmt/core.h>

#include "api/url.h"
#include "app/client.h"
#include "app/commands/command.h"
#include "app/exit_codes.h"
#include "app/table.h"
#include "base/uuid.h"

namespace decnet::app {
namespace {

struct ListOptions {
  std::string attacker, decky, service, command;
  bool recorded = false, let_in = false;
  std::size_t limit = 50;
};

std::string seconds_of(std::int64_t milliseconds) {
  if (milliseconds < 60'000)
    return fmt::format("{:.1f} s", static_cast<double>(milliseconds) / 1000);
  return fmt::format("{} min {} s", milliseconds / 60'000, milliseconds / 1000 % 60);
}

std::string logins_of(const boost::json::value& row) {
  if (number_at(row, "accepted") > 0) return "let in";
  const auto tried = number_at(row, "logins");
  return tried > 0 ? fmt::format("{} refused", tried) : "-";
}

int list(const Invocation& invocation, const ListOptions& options) {
  std::string query = fmt::format("/sessions?limit={}", options.limit);
  const auto add = [&query](std::string_view name, const std::string& value) {
    if (!value.empty()) query += fmt::format("&{}={}", name, api::percent_encode(value));
  };
  add("ip", options.attacker);
  add("decky", options.decky);
  add("service", options.service);
  add("command", options.command);
  if (options.recorded) query += "&has_recording=true";
  if (options.let_in) query += "&has_login=true";
  const auto page = Client(invocation.config).get(query);
  if (!page) return failed(page.error());
  if (invocation.json) {
    fmt::print("{}\n", boost::json::serialize(*page));
    return kExitOk;
  }
  Table table({{"session"},
               {"started"},
               {"attacker"},
               {"decky"},
               {"service"},
               {"length", Align::right},
               {"commands", Align::right},
               {"logins"},
               {"recorded", Align::right}});
  for (const auto& row : array_at(*page, "data")) {
    const bool ended = !text_at(row, "ended_at").empty();
    const auto recorded = number_at(row, "recorded_ms");
    table.add({text_at(row, "uuid"), ago(text_at(row, "started_at")), text_at(row, "attacker_ip"),
               text_at(row, "decky"), text_at(row, "service"),
               ended ? seconds_of(number_at(row, "duration_ms")) : "open", text_at(row, "commands"),
               logins_of(row), number_at(row, "segments") > 0 ? seconds_of(recorded) : "-"});
  }
  if (table.empty())
    fmt::print("no such session\n");
  else
    table.print();
  return kExitOk;
}

void print_rows(const boost::json::value& session, std::string_view title, std::string_view name,
                const std::function<std::string(const boost::json::value&)>& line) {
  const auto& rows = array_at(session, name);
  if (rows.empty()) return;
  fmt::print("\n{}\n", title);
  for (const auto& row : rows) {
    const std::string at = row.is_object() ? seconds_of(number_at(row, "offset_ms")) : "";
    fmt::print("  {:>12}  {}\n", at, terminal_safe(line(row)));
  }
}

void print_session(const boost::json::value& session) {
  const auto say = [](std::string_view name, const std::string& value) {
    fmt::print("{:10} {}\n", name, terminal_safe(value));
  };
  const bool ended = !text_at(session, "ended_at").empty();
  say("session", text_at(session, "uuid"));
  say("attacker", text_at(session, "attacker_ip") + " port " + text_at(session, "src_port"));
  say("decky", fmt::format("{}, {} on port {}", text_at(session, "decky"),
                           text_at(session, "service"), text_at(session, "dst_port")));
  say("started", text_at(session, "started_at"));
  say("ended", ended ? fmt::format("{} ({}), after {}", text_at(session, "ended_at"),
                                   text_at(session, "end_reason"),
                                   seconds_of(number_at(session, "duration_ms")))
                     : "still open");
  say("traffic", fmt::format("{} bytes in, {} bytes out", text_at(session, "bytes_in"),
                             text_at(session, "bytes_out")));
  print_rows(session, "Logins", "login_list", [](const auto& row) {
    return fmt::format("{} by {} ({}): {}", text_at(row, "principal"), text_at(row, "method"),
                       text_at(row, "secret_kind"), text_at(row, "outcome"));
  });
  print_rows(session, "Commands", "command_list",
             [](const auto& row) { return text_at(row, "command"); });
  print_rows(session, "Files", "file_list", [](const auto& row) {
    return fmt::format("{} ({} bytes) {}", text_at(row, "path"), text_at(row, "size"),
                       text_at(row, "sha256"));
  });
  print_rows(session, "URLs", "urls", [](const auto& url) {
    return url.is_string() ? std::string(url.get_string()) : std::string();
  });
  const auto& recordings = array_at(session, "recordings");
  if (!recordings.empty()) fmt::print("\nRecordings\n");
  for (const auto& row : recordings) {
    const auto number = number_at(row, "recording");
    const std::string which = number > 0 ? fmt::format(" --recording {}", number) : "";
    fmt::print("  {:>12}  decnet replay {}{}\n", seconds_of(number_at(row, "duration_ms")),
               terminal_safe(text_at(session, "uuid")), which);
  }
}

int show(const Invocation& invocation, const std::string& id) {
  if (!Uuid::parse(id))
    return failed({Errc::invalid_argument, "a session's id is a UUID, not " + id});
  const auto session = Client(invocation.config).get("/sessions/" + id);
  if (!session) return failed(session.error());
  if (invocation.json)
    fmt::print("{}\n", boost::json::serialize(*session));
  else
    print_session(*session);
  return kExitOk;
}

}  // namespace

void add_sessions(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<ListOptions>();
  auto* sessions = app.add_subcommand("sessions", "who talked to what, newest first");
  sessions->add_option("--attacker", options->attacker, "of this address only");
  sessions->add_option("--decky", options->decky, "with this decky");
  sessions->add_option("--service", options->service, "with this service");
  sessions->add_option("--command", options->command, "with this text in a command");
  sessions->add_flag("--recorded", options->recorded, "of which a terminal was recorded");
  sessions->add_flag("--let-in", options->let_in, "in which a login was let in");
  sessions->add_option("--limit", options->limit, "how many")->check(CLI::Range(1, 200));
  const auto id = std::make_shared<std::string>();
  auto* show_command = sessions->add_subcommand("show", "what happened in one session");
  show_command->add_option("id", *id, "the session")->required();
  sessions->callback([&invocation, options, id, show_command] {
    if (show_command->parsed())
      invocation.action = [&invocation, id] { return show(invocation, *id); };
    else
      invocation.action = [&invocation, options] { return list(invocation, *options); };
  });
}

}  // namespace decnet::app
