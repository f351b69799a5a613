// BLPOP and its kin: what waits until a list has something.
#include <algorithm>
#include <array>
#include <cmath>

#include "service/redis/list_ops.h"

namespace decnet::service::redis {

std::optional<std::int64_t> parse_timeout(Call& call, std::size_t index) {
  const auto seconds = parse_long_double(call.arg(index));
  if (!seconds) {
    call.out.error("ERR timeout is not a float or out of range");
    return std::nullopt;
  }
  constexpr long double kMillisMax = 9223372036854775807.0L;
  const long double millis = std::ceil(*seconds * 1000);
  // What no integer can hold becomes the lowest one on x86.
  if (millis < 0 || millis > kMillisMax) {
    call.out.error("ERR timeout is negative");
    return std::nullopt;
  }
  if (millis > kMillisMax - static_cast<long double>(call.now())) {
    return 0;  // A time that no integer holds never comes in the genuine server either.
  }
  return millis == 0 ? 0 : static_cast<std::int64_t>(millis) + call.now();
}

void wait_for_keys(Call& call, Blocked::Kind kind, std::vector<std::string> keys,
                   std::int64_t until_ms, ServeFromKey serve, TimeOut time_out) {
  if (!call.may_block()) return time_out(call.client);
  Blocked how;
  how.kind = kind;
  how.keys = std::move(keys);
  how.until_ms = until_ms;
  // Runs with the request that waits. The client outlives what it waits for.
  how.serve = [&server = call.server, &client = call.client, &command = call.command,
               argv = call.argv, serve](const std::string& key) {
    Call later{server, client, argv, client.reply, command};
    return serve(later, key);
  };
  how.time_out = [&client = call.client, time_out] { time_out(client); };
  call.server.block(call.client, std::move(how));
}

void say_null_array(Client& client) {
  client.reply.null_array();
}

namespace {

List* ready_list(Call& call, const std::string& key) {
  Object* object = call.server.lookup(call.client.db, key);
  return object != nullptr && object->type == Type::list ? &object->list() : nullptr;
}

void answer_pop(Call& call, const std::string& key, List& list) {
  const End end = call.command.name() == "blpop" ? End::left : End::right;
  call.out.array(2);
  call.out.bulk(key);
  call.out.bulk(pop_item(call, key, list, end));
}

bool serve_pop(Call& call, const std::string& key) {
  List* list = ready_list(call, key);
  if (list == nullptr) return false;
  answer_pop(call, key, *list);
  return true;
}

void blocking_pop(Call& call) {
  const std::size_t last = call.size() - 1;
  const auto until = parse_timeout(call, last);
  if (!until) return;
  for (std::size_t n = 1; n < last; ++n) {
    const auto found = call.modify(call.arg(n), Type::list);
    if (found.refused) return;
    if (found.object != nullptr) return answer_pop(call, call.arg(n), found.object->list());
  }
  wait_for_keys(call, Blocked::Kind::list, {call.argv.begin() + 1, call.argv.end() - 1}, *until,
                serve_pop, say_null_array);
}

bool serve_multi_pop(Call& call, const std::string& key) {
  List* list = ready_list(call, key);
  const auto parsed = parse_multi_pop(call, 2);
  if (list == nullptr || !parsed) return false;
  call.out.array(2);
  call.out.bulk(key);
  pop_items_reply(call, key, *list, *parse_end(call.arg(parsed->where)), parsed->count);
  return true;
}

void blmpop(Call& call) {
  const auto until = parse_timeout(call, 1);
  if (!until) return;
  const auto parsed = parse_multi_pop(call, 2);
  if (!parsed) return;
  if (!parse_end(call.arg(parsed->where))) return call.syntax_error();
  std::vector<std::string> keys;
  for (std::size_t n = 0; n < parsed->keys; ++n) {
    const std::string& key = call.arg(parsed->first_key + n);
    const auto found = call.modify(key, Type::list);
    if (found.refused) return;
    if (found.object != nullptr) {
      serve_multi_pop(call, key);
      return;
    }
    keys.push_back(key);
  }
  wait_for_keys(call, Blocked::Kind::list, std::move(keys), *until, serve_multi_pop,
                say_null_array);
}

struct Ends {
  std::optional<End> take, give;
};

Ends ends_of(const Call& call) {
  if (call.command.name() == "brpoplpush") return {End::right, End::left};
  return {parse_end(call.arg(3)), parse_end(call.arg(4))};
}

bool serve_move(Call& call, const std::string& key) {
  if (ready_list(call, key) == nullptr) return false;
  const Ends ends = ends_of(call);
  move_item(call, key, call.arg(2), *ends.take, *ends.give);
  return true;
}

void blocking_move(Call& call) {
  const Ends ends = ends_of(call);
  if (!ends.take || !ends.give) return call.syntax_error();
  const auto until = parse_timeout(call, call.size() - 1);
  if (!until) return;
  const auto found = call.modify(call.arg(1), Type::list);
  if (found.refused) return;
  if (found.object != nullptr) {
    serve_move(call, call.arg(1));
    return;
  }
  if (!call.may_block()) return call.out.null();
  wait_for_keys(call, Blocked::Kind::list, {call.arg(1)}, *until, serve_move, say_null_array);
}

constexpr auto kCommands = std::to_array<Binding>({{"blmove", blocking_move},
                                                   {"blmpop", blmpop},
                                                   {"blpop", blocking_pop},
                                                   {"brpop", blocking_pop},
                                                   {"brpoplpush", blocking_move}});

}  // namespace

std::span<const Binding> blocking_list_commands() {
  return kCommands;
}

}  // namespace decnet::service::redis
