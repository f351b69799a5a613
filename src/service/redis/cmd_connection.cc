// PING, AUTH, HELLO, RESET: what concerns the connection itself.
#include <algorithm>
#include <array>

#include "service/redis/call.h"

namespace decnet::service::redis {

bool valid_client_name(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) { return c >= '!' && c <= '~'; });
}

namespace {

constexpr std::string_view kWrongPass =
    "WRONGPASS invalid username-password pair or user is disabled.";
constexpr std::string_view kBadName =
    "ERR Client names cannot contain spaces, newlines or special characters.";

void ping(Call& call) {
  if (call.size() > 2) return call.out.error("ERR wrong number of arguments for 'ping' command");
  if (call.client.is_subscriber() && !call.out.is_resp3()) {
    call.out.array(2);
    call.out.bulk("pong");
    return call.out.bulk(call.size() == 2 ? call.arg(1) : "");
  }
  call.size() == 2 ? call.out.bulk(call.arg(1)) : call.out.simple("PONG");
}

void echo(Call& call) {
  call.out.bulk(call.arg(1));
}

// Records the attempt and, if it is right, makes it so. The decky's policy may open accounts of its
// persona.
bool log_in(Call& call, const std::string& name, const std::string& password) {
  const std::shared_ptr<User> user = call.server.acl.find(name);
  bool accepted = user != nullptr && user->enabled && Acl::password_fits(*user, password);
  Observer* observer = call.client.observer;
  if (!accepted && user != nullptr && user->enabled && observer != nullptr)
    accepted = observer->accepts(name, password);
  if (observer != nullptr) observer->login(name, password, accepted);
  if (accepted) {
    call.client.user = user;
    call.client.authenticated = true;
    return true;
  }
  AclLogEntry entry;
  entry.reason = "auth";
  entry.context = call.client.transaction.active ? "multi" : "toplevel";
  entry.object = call.arg(0);
  entry.user = name;
  entry.created_ms = call.now();
  ++call.server.stats.acl_denied_auth;
  call.server.log_acl(call.client, std::move(entry));
  call.out.error(kWrongPass);
  return false;
}

void auth(Call& call) {
  if (call.size() > 3) return call.syntax_error();
  if (call.size() == 2 && call.server.acl.default_user()->no_password) {
    if (call.client.observer != nullptr) call.client.observer->login("default", call.arg(1), false);
    return call.out.error(
        "ERR AUTH <password> called without any password configured for the default user. Are you "
        "sure "
        "your configuration is correct?");
  }
  const std::string name = call.size() == 3 ? call.arg(1) : "default";
  if (log_in(call, name, call.arg(call.size() - 1))) call.out.ok();
}

bool set_name(Call& call, const std::string& name) {
  if (!valid_client_name(name)) {
    call.out.error(kBadName);
    return false;
  }
  call.client.name = name;
  if (call.client.observer != nullptr && !name.empty()) call.client.observer->named(name);
  return true;
}

void say_hello(Call& call) {
  call.out.map(7);
  call.out.bulk("server");
  call.out.bulk("redis");
  call.out.bulk("version");
  call.out.bulk("7.0.15");
  call.out.bulk("proto");
  call.out.integer(call.out.protocol());
  call.out.bulk("id");
  call.out.integer(static_cast<std::int64_t>(call.client.id));
  call.out.bulk("mode");
  call.out.bulk("standalone");
  call.out.bulk("role");
  call.out.bulk(call.server.replication.master_host.empty() ? "master" : "replica");
  call.out.bulk("modules");
  call.out.array(0);
}

void hello(Call& call) {
  std::int64_t protocol = 0;
  std::size_t n = 1;
  if (call.size() > 1) {
    const auto version =
        call.integer(n++, "ERR Protocol version is not an integer or out of range");
    if (!version) return;
    if (*version < 2 || *version > 3) return call.out.error("NOPROTO unsupported protocol version");
    protocol = *version;
  }
  std::optional<std::size_t> credentials, name;
  for (; n < call.size(); ++n) {
    const std::size_t left = call.size() - n - 1;
    if (call.is(n, "AUTH") && left >= 2) {
      credentials = n + 1;
      n += 2;
    } else if (call.is(n, "SETNAME") && left >= 1) {
      name = ++n;
      if (!valid_client_name(call.arg(n))) return call.out.error(kBadName);
    } else {
      return call.out.error("ERR Syntax error in HELLO option '" + call.arg(n) + "'");
    }
  }
  if (credentials && !log_in(call, call.arg(*credentials), call.arg(*credentials + 1))) return;
  const auto user = call.server.acl.default_user();
  if (!call.client.authenticated && !(user->no_password && user->enabled)) {
    return call.out.error(
        "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO "
        "AUTH "
        "<user> <pass> option can be used to authenticate the client and select the RESP protocol "
        "version at the same time");
  }
  if (name) set_name(call, call.arg(*name));
  if (protocol != 0) call.out.set_protocol(static_cast<int>(protocol));
  say_hello(call);
}

void reset(Call& call) {
  Client& client = call.client;
  call.server.reset_client(client);
  call.out.set_protocol(2);
  call.out.simple("RESET");
}

void quit(Call& call) {
  call.out.ok();
  call.client.closes_after_reply = true;
}

void client_setname(Call& call) {
  if (set_name(call, call.arg(2))) call.out.ok();
}

void client_getname(Call& call) {
  call.client.name.empty() ? call.out.null() : call.out.bulk(call.client.name);
}

constexpr auto kCommands = std::to_array<Binding>({
    {"auth", auth},
    {"client|getname", client_getname},
    {"client|setname", client_setname},
    {"echo", echo},
    {"hello", hello},
    {"ping", ping},
    {"quit", quit},
    {"reset", reset},
});

}  // namespace

std::span<const Binding> connection_commands() {
  return kCommands;
}

}  // namespace decnet::service::redis
