#include <fmt/core.h>

#include "app/client.h"
#include "app/commands/command.h"
#include "app/exit_codes.h"

namespace decnet::app {
namespace {

int reset(const Invocation& invocation, const std::string& name) {
  const Client client(invocation.config);
  const auto users = client.get("/users");
  if (!users) return failed(users.error());
  for (const auto& user : array_at(*users, "data")) {
    if (text_at(user, "username") != name) continue;
    const auto answer = client.post("/users/" + text_at(user, "uuid") + "/reset-password", "");
    if (!answer) return failed(answer.error());
    if (invocation.json)
      fmt::print("{{\"username\":\"{}\",\"password\":\"{}\"}}\n", name,
                 text_at(*answer, "password"));
    else
      fmt::print("{} has the password {} until the next login, which asks for another\n", name,
                 text_at(*answer, "password"));
    return kExitOk;
  }
  return failed({Errc::not_found, "there is no user " + name});
}

}  // namespace

void add_users(CLI::App& app, Invocation& invocation) {
  auto* users = app.add_subcommand("users", "who may look at the dashboard");
  users->require_subcommand(1);
  const auto name = std::make_shared<std::string>();
  auto* reset_command = users->add_subcommand("reset", "draw a new password for a user");
  reset_command->add_option("name", *name)->required();
  reset_command->callback([&invocation, name] {
    invocation.action = [&invocation, name] { return reset(invocation, *name); };
  });
}

}  // namespace decnet::app
