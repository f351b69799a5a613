// CLIENT: looking at connections, ending them, making them wait.
#include <algorithm>
#include <array>

#include "service/redis/call.h"

namespace decnet::service::redis {

namespace {

enum class ClientType : std::uint8_t { normal, replica, pubsub, master };

std::optional<ClientType> parse_type(std::string_view word) {
  if (equal_case(word, "normal")) return ClientType::normal;
  if (equal_case(word, "slave") || equal_case(word, "replica")) return ClientType::replica;
  if (equal_case(word, "pubsub")) return ClientType::pubsub;
  if (equal_case(word, "master")) return ClientType::master;
  return std::nullopt;
}

ClientType type_of(const Client& client) {
  return client.is_subscriber() ? ClientType::pubsub : ClientType::normal;
}

void id(Call& call) {
  call.out.integer(static_cast<std::int64_t>(call.client.id));
}

void info(Call& call) {
  call.out.verbatim(call.server.describe(call.client) + "\n");
}

void list(Call& call) {
  std::optional<ClientType> type;
  std::set<std::uint64_t> ids;
  if (call.size() == 4 && call.is(2, "TYPE")) {
    type = parse_type(call.arg(3));
    if (!type) return call.out.error("ERR Unknown client type '" + call.arg(3) + "'");
  } else if (call.size() > 3 && call.is(2, "ID")) {
    for (std::size_t n = 3; n < call.size(); ++n) {
      const auto number = call.integer(n, "ERR Invalid client ID");
      if (!number) return;
      ids.insert(static_cast<std::uint64_t>(*number));
    }
  } else if (call.size() != 2) {
    return call.syntax_error();
  }
  std::string lines;
  call.server.each_client([&](Client& client) {
    if (type && type_of(client) != *type) return;
    if (!ids.empty() && !ids.contains(client.id)) return;
    if (!client.closed) lines += call.server.describe(client) + "\n";
  });
  call.out.verbatim(lines);
}

void reply(Call& call) {
  if (call.is(2, "ON")) {
    call.client.reply_mode = ReplyMode::on;
    call.out.ok();
  } else if (call.is(2, "OFF")) {
    call.client.reply_mode = ReplyMode::off;
  } else if (call.is(2, "SKIP")) {
    if (call.client.reply_mode != ReplyMode::off) call.client.reply_mode = ReplyMode::skip_next;
  } else {
    call.syntax_error();
  }
}

void no_evict(Call& call) {
  if (!call.is(2, "ON") && !call.is(2, "OFF")) return call.syntax_error();
  call.client.no_evict = call.is(2, "ON");
  call.out.ok();
}

struct KillFilter {
  std::optional<std::uint64_t> id;
  std::optional<ClientType> type;
  std::optional<std::string> address, local_address, user;
  bool skips_me = true;

  bool fits(const Client& client, const Client& me) const {
    return (!id || client.id == *id) && (!type || type_of(client) == *type) &&
           (!address || client.address == *address) &&
           (!local_address || client.local_address == *local_address) &&
           (!user || (client.user != nullptr && client.user->name == *user)) &&
           !(skips_me && &client == &me);
  }
};

std::optional<KillFilter> parse_kill(Call& call) {
  KillFilter out;
  for (std::size_t n = 2; n < call.size(); n += 2) {
    if (n + 1 >= call.size()) {
      call.syntax_error();
      return std::nullopt;
    }
    const std::string& value = call.arg(n + 1);
    if (call.is(n, "ID")) {
      const auto number =
          call.integer_between(n + 1, 1, INT64_MAX, "ERR client-id should be greater than 0");
      if (!number) return std::nullopt;
      out.id = static_cast<std::uint64_t>(*number);
    } else if (call.is(n, "TYPE")) {
      out.type = parse_type(value);
      if (!out.type) {
        call.out.error("ERR Unknown client type '" + value + "'");
        return std::nullopt;
      }
    } else if (call.is(n, "ADDR")) {
      out.address = value;
    } else if (call.is(n, "LADDR")) {
      out.local_address = value;
    } else if (call.is(n, "USER")) {
      if (call.server.acl.find(value) == nullptr) {
        call.out.error("ERR No such user '" + value + "'");
        return std::nullopt;
      }
      out.user = value;
    } else if (call.is(n, "SKIPME") && (equal_case(value, "yes") || equal_case(value, "no"))) {
      out.skips_me = equal_case(value, "yes");
    } else {
      call.syntax_error();
      return std::nullopt;
    }
  }
  return out;
}

void kill(Call& call) {
  KillFilter filter;
  const bool old_form = call.size() == 3;
  if (old_form) {
    filter.address = call.arg(2);
    filter.skips_me = false;
  } else {
    const auto parsed = parse_kill(call);
    if (!parsed) return;
    filter = *parsed;
  }
  std::int64_t killed = 0;
  call.server.each_client([&](Client& client) {
    if (client.closed || !filter.fits(client, call.client)) return;
    ++killed;
    if (&client == &call.client) {
      client.closes_after_reply = true;
    } else {
      call.server.close(client, "killed");
    }
  });
  if (!old_form) return call.out.integer(killed);
  killed > 0 ? call.out.ok() : call.out.error("ERR No such client");
}

void unblock(Call& call) {
  bool with_error = false;
  if (call.size() == 4) {
    if (!call.is(3, "TIMEOUT") && !call.is(3, "ERROR")) {
      return call.out.error("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR");
    }
    with_error = call.is(3, "ERROR");
  }
  const auto number = call.integer(2);
  if (!number) return;
  Client* client = call.server.find_client(static_cast<std::uint64_t>(*number));
  call.out.integer(client != nullptr && call.server.unblock_now(*client, with_error) ? 1 : 0);
}

void pause(Call& call) {
  bool writes_only = false;
  if (call.size() == 4) {
    if (!call.is(3, "WRITE") && !call.is(3, "ALL"))
      return call.out.error("ERR CLIENT PAUSE mode must be WRITE or ALL");
    writes_only = call.is(3, "WRITE");
  }
  const auto until = call.deadline(2);
  if (!until) return;
  constexpr std::int64_t kPauseMaxMs = 60'000;  // A decky that says nothing learns nothing.
  const std::int64_t longest = call.now() + kPauseMaxMs;
  const bool is_none = parse_integer(call.arg(2)) == 0;
  call.server.paused_until_ms = is_none       ? call.now()
                                : *until == 0 ? longest
                                              : std::min(*until, longest);
  call.server.paused_writes_only = writes_only;
  call.out.ok();
}

void unpause(Call& call) {
  call.server.paused_until_ms = 0;
  call.server.each_client([&](Client& client) {
    if (client.blocked && client.blocked->kind == Blocked::Kind::pause)
      client.blocked->until_ms = 1;
  });
  call.server.pause_ended = true;
  call.out.ok();
}

constexpr auto kCommands = std::to_array<Binding>({
    {"client|id", id},
    {"client|info", info},
    {"client|kill", kill},
    {"client|list", list},
    {"client|no-evict", no_evict},
    {"client|pause", pause},
    {"client|reply", reply},
    {"client|unblock", unblock},
    {"client|unpause", unpause},
});

}  // namespace

std::span<const Binding> client_commands() {
  return kCommands;
}

}  // namespace decnet::service::redis
