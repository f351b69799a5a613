// XREAD and XREADGROUP.
#include <algorithm>
#include <array>

#include "service/redis/stream_ops.h"

namespace decnet::service::redis {

namespace {

struct ReadRequest {
  std::int64_t count = 0;                // 0: all
  std::optional<std::int64_t> until_ms;  // It blocks; 0: for ever.
  bool no_ack = false;
  std::string group, consumer;
  std::size_t first_key = 0, streams = 0;
  std::vector<StreamId> ids;  // What each stream was read up to …
  std::vector<bool> fresh;    // … or ">": what the group has not given out.
  bool is_group() const { return !group.empty(); }
};

std::optional<ReadRequest> parse_words(Call& call) {
  const bool groups = call.command.name() == "xreadgroup";
  ReadRequest out;
  bool has_group = false;
  for (std::size_t n = 1; n < call.size() && out.first_key == 0; ++n) {
    const std::size_t left = call.size() - n - 1;
    if (call.is(n, "BLOCK") && left >= 1) {
      out.until_ms = call.deadline(++n);
      if (!out.until_ms) return std::nullopt;
    } else if (call.is(n, "COUNT") && left >= 1) {
      const auto count = call.integer(++n);
      if (!count) return std::nullopt;
      out.count = std::max<std::int64_t>(*count, 0);
    } else if (call.is(n, "STREAMS") && left >= 1) {
      out.first_key = n + 1;
    } else if (call.is(n, "GROUP") && left >= 2) {
      if (!groups) {
        call.out.error(
            "ERR The GROUP option is only supported by XREADGROUP. You called XREAD instead.");
        return std::nullopt;
      }
      has_group = true;
      out.group = call.arg(n + 1);
      out.consumer = call.arg(n + 2);
      n += 2;
    } else if (call.is(n, "NOACK")) {
      if (!groups) {
        call.out.error(
            "ERR The NOACK option is only supported by XREADGROUP. You called XREAD instead.");
        return std::nullopt;
      }
      out.no_ack = true;
    } else {
      call.syntax_error();
      return std::nullopt;
    }
  }
  const std::size_t words = out.first_key == 0 ? 0 : call.size() - out.first_key;
  if (out.first_key == 0) {
    call.syntax_error();
    return std::nullopt;
  }
  if (words % 2 != 0) {
    call.out.error(
        "ERR Unbalanced XREAD list of streams: for each stream key an ID or '$' must be "
        "specified.");
    return std::nullopt;
  }
  if (groups && !has_group) {
    call.out.error("ERR Missing GROUP option for XREADGROUP");
    return std::nullopt;
  }
  out.streams = words / 2;
  return out;
}

std::string no_group(const std::string& key, const std::string& group) {
  return "NOGROUP No such key '" + key + "' or consumer group '" + group +
         "' in XREADGROUP with GROUP option";
}

// Reads the ids behind the keys. False after an error was said.
bool parse_ids(Call& call, ReadRequest& request) {
  for (std::size_t n = 0; n < request.streams; ++n) {
    const std::string& key = call.arg(request.first_key + n);
    const std::string& text = call.arg(request.first_key + request.streams + n);
    const auto found = call.read(key, Type::stream);
    if (found.refused) return false;
    if (request.is_group() &&
        (found.object == nullptr || !found.object->stream().groups.contains(request.group))) {
      call.out.error(no_group(key, request.group));
      return false;
    }
    StreamId id;
    bool fresh = false;
    if (text == "$") {
      if (request.is_group()) {
        call.out.error(
            "ERR The $ ID is meaningless in the context of XREADGROUP: you want to read the "
            "history of this "
            "consumer by specifying a proper ID, or use the > ID to get new messages. The $ ID "
            "would just "
            "return an empty result set.");
        return false;
      }
      if (found.object != nullptr) id = found.object->stream().last_id;
    } else if (text == ">") {
      if (!request.is_group()) {
        call.out.error(
            "ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> "
            "<consumer> "
            "option.");
        return false;
      }
      fresh = true;
    } else {
      const auto given = parse_id(call, text, 0, IdForm::strict);
      if (!given) return false;
      id = *given;
    }
    request.ids.push_back(id);
    request.fresh.push_back(fresh);
  }
  return true;
}

using Chosen = std::vector<std::pair<StreamId, const Stream::Fields*>>;

Chosen entries_after(Call& call, const Stream& stream, StreamId id, std::int64_t count) {
  Chosen out;
  for (auto at = stream.entries().upper_bound(id); at != stream.entries().end(); ++at) {
    if (!call.spend(1)) break;
    out.emplace_back(at->first, &at->second);
    if (count != 0 && static_cast<std::int64_t>(out.size()) == count) break;
  }
  return out;
}

// What a consumer was given before and has not acknowledged; entries that are gone have no fields.
Chosen history(Call& call, Stream& stream, Stream::Group& group, Stream::Consumer& consumer,
               StreamId id, std::int64_t count) {
  Chosen out;
  for (auto at = consumer.pending.upper_bound(id); at != consumer.pending.end(); ++at) {
    if (!call.spend(1)) break;
    out.emplace_back(*at, stream.find(*at));
    if (out.back().second != nullptr) {
      Stream::Pending& entry = group.pending[*at];
      entry.delivered_ms = call.now();
      ++entry.deliveries;
    }
    if (count != 0 && static_cast<std::int64_t>(out.size()) == count) break;
  }
  return out;
}

// What one stream of the request has to give. `answers`: it is named in the reply even with
// nothing.
Chosen read_one(Call& call, const ReadRequest& request, std::size_t n, const std::string& key,
                bool& answers) {
  Object* object = call.server.lookup(call.client.db, key);
  answers = false;
  if (object == nullptr || object->type != Type::stream) return {};
  Stream& stream = object->stream();
  if (!request.is_group()) {
    Chosen chosen = entries_after(call, stream, request.ids[n], request.count);
    answers = !chosen.empty();
    return chosen;
  }
  const auto at = stream.groups.find(request.group);
  if (at == stream.groups.end()) return {};
  Stream::Group& group = at->second;
  if (request.fresh[n] && stream.last_id <= group.last_id) return {};
  const auto [consumer, made] = group.consumer(request.consumer, call.now());
  consumer->seen_ms = call.now();
  answers = true;
  if (!request.fresh[n])
    return history(call, stream, group, *consumer, request.ids[n], request.count);
  Chosen chosen = entries_after(call, stream, group.last_id, request.count);
  for (const auto& [id, fields] : chosen) {
    stream.advance(group, id);
    if (!request.no_ack) group.deliver(id, *consumer, call.now());
  }
  answers = !chosen.empty();
  if (answers) call.server.modified(&call.client, call.client.db, key);
  return chosen;
}

void say_streams(Call& call, const std::vector<std::pair<std::string, Chosen>>& streams) {
  call.out.is_resp3() ? call.out.map(streams.size()) : call.out.array(streams.size());
  for (const auto& [key, chosen] : streams) {
    if (!call.out.is_resp3()) call.out.array(2);
    call.out.bulk(key);
    call.out.array(chosen.size());
    for (const auto& [id, fields] : chosen) {
      if (call.stopped()) return;
      if (fields != nullptr) {
        say_entry(call, id, *fields);
      } else {
        call.out.array(2);
        call.out.bulk(id.text());
        call.out.null_array();
      }
    }
  }
}

void xread(Call& call) {
  auto request = parse_words(call);
  if (!request || !parse_ids(call, *request)) return;
  std::vector<std::pair<std::string, Chosen>> streams;
  for (std::size_t n = 0; n < request->streams; ++n) {
    bool answers = false;
    Chosen chosen = read_one(call, *request, n, call.arg(request->first_key + n), answers);
    if (answers) streams.emplace_back(call.arg(request->first_key + n), std::move(chosen));
  }
  if (call.stopped()) return;
  if (!streams.empty()) return say_streams(call, streams);
  if (!request->until_ms || !call.may_block()) return call.out.null_array();
  Blocked how;
  how.kind = Blocked::Kind::stream;
  how.until_ms = *request->until_ms;
  for (std::size_t n = 0; n < request->streams; ++n)
    how.keys.push_back(call.arg(request->first_key + n));
  how.time_out = [&client = call.client] { client.reply.null_array(); };
  how.serve = [&server = call.server, &client = call.client, &command = call.command,
               argv = call.argv, waited = *request](const std::string& key) {
    Call later{server, client, argv, client.reply, command};
    const Object* object = server.lookup(client.db, key);
    if (waited.is_group() && (object == nullptr || object->type != Type::stream ||
                              !object->stream().groups.contains(waited.group))) {
      if (object == nullptr) {
        client.reply.error("UNBLOCKED the stream key no longer exists");
      } else {
        client.reply.error(
            "NOGROUP the consumer group this client was blocked on no longer exists");
      }
      return true;
    }
    for (std::size_t n = 0; n < waited.streams; ++n) {
      if (argv[waited.first_key + n] != key) continue;
      bool answers = false;
      Chosen chosen = read_one(later, waited, n, key, answers);
      if (!answers || chosen.empty()) continue;
      say_streams(later, {{key, std::move(chosen)}});
      return true;
    }
    return false;
  };
  call.server.block(call.client, std::move(how));
}

constexpr auto kCommands = std::to_array<Binding>({{"xread", xread}, {"xreadgroup", xread}});

}  // namespace

std::span<const Binding> stream_read_commands() {
  return kCommands;
}

}  // namespace decnet::service::redis
