// Groups of a stream's consumers: making them, acknowledging, claiming.
#include <algorithm>
#include <array>
#include <limits>

#include "service/redis/stream_ops.h"

namespace decnet::service::redis {

Stream::Group* find_group(Call& call, Object* object, const std::string& key,
                          const std::string& name) {
  if (object != nullptr) {
    const auto at = object->stream().groups.find(name);
    if (at != object->stream().groups.end()) return &at->second;
  }
  call.out.error("NOGROUP No such key '" + key + "' or consumer group '" + name + "'");
  return nullptr;
}

namespace {

constexpr std::size_t kGroupsMax = 256;
constexpr std::size_t kConsumersMax = 4096;

// XGROUP's own look at its key: the stream, or an error was said.
Stream* group_stream(Call& call) {
  const auto found = call.modify(call.arg(2), Type::stream);
  if (found.refused) return nullptr;
  if (found.object != nullptr) return &found.object->stream();
  call.out.error(
      "ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to "
      "use the "
      "MKSTREAM option to create an empty stream automatically.");
  return nullptr;
}

Stream::Group* named_group(Call& call, Stream& stream) {
  const auto at = stream.groups.find(call.arg(3));
  if (at != stream.groups.end()) return &at->second;
  call.out.error("NOGROUP No such consumer group '" + call.arg(3) + "' for key name '" +
                 call.arg(2) + "'");
  return nullptr;
}

struct GroupOptions {
  bool makes_stream = false;
  std::int64_t entries_read = -1;
};

std::optional<GroupOptions> parse_group_options(Call& call, bool creates) {
  GroupOptions out;
  for (std::size_t n = 5; n < call.size(); ++n) {
    if (creates && call.is(n, "MKSTREAM")) {
      out.makes_stream = true;
    } else if (call.is(n, "ENTRIESREAD") && n + 1 < call.size()) {
      const auto read = call.integer(++n);
      if (!read) return std::nullopt;
      if (*read < -1) {
        call.out.error("ERR value for ENTRIESREAD must be positive or -1");
        return std::nullopt;
      }
      out.entries_read = *read;
    } else {
      call.unknown_subcommand();
      return std::nullopt;
    }
  }
  return out;
}

void xgroup_create(Call& call) {
  const auto options = parse_group_options(call, true);
  if (!options) return;
  const std::string& key = call.arg(2);
  auto found = call.modify(key, Type::stream);
  if (found.refused) return;
  if (found.object == nullptr && !options->makes_stream) {
    group_stream(call);
    return;
  }
  StreamId id;
  if (call.arg(4) == "$") {
    if (found.object != nullptr) id = found.object->stream().last_id;
  } else {
    const auto given = parse_id(call, call.arg(4), 0, IdForm::strict);
    if (!given) return;
    id = *given;
  }
  if (found.object == nullptr) found = call.modify_or_create(key, Type::stream);
  auto& groups = found.object->stream().groups;
  if (groups.contains(call.arg(3)))
    return call.out.error("BUSYGROUP Consumer Group name already exists");
  if (groups.size() >= kGroupsMax) return call.out.error(kOutOfMemory);
  Stream::Group& group = groups[call.arg(3)];
  group.last_id = id;
  group.entries_read = options->entries_read;
  call.changed(key, 't', "xgroup-create");
  call.out.ok();
}

void xgroup_setid(Call& call) {
  Stream* stream = group_stream(call);
  if (stream == nullptr) return;
  Stream::Group* group = named_group(call, *stream);
  if (group == nullptr) return;
  const auto options = parse_group_options(call, false);
  if (!options) return;
  StreamId id = stream->last_id;
  if (call.arg(4) != "$") {
    const auto given = parse_id(call, call.arg(4), 0, IdForm::any);
    if (!given) return;
    id = *given;
  }
  group->last_id = id;
  group->entries_read = options->entries_read;
  call.changed(call.arg(2), 't', "xgroup-setid");
  call.out.ok();
}

void xgroup_destroy(Call& call) {
  Stream* stream = group_stream(call);
  if (stream == nullptr) return;
  const bool removed = stream->groups.erase(call.arg(3)) > 0;
  if (removed) {
    call.changed(call.arg(2), 't', "xgroup-destroy");
    call.server.signal_ready(call.client.db,
                             call.arg(2));  // Who waits for the group must learn of it.
  }
  call.out.integer(removed ? 1 : 0);
}

void xgroup_createconsumer(Call& call) {
  Stream* stream = group_stream(call);
  if (stream == nullptr) return;
  Stream::Group* group = named_group(call, *stream);
  if (group == nullptr) return;
  if (group->consumers.size() >= kConsumersMax) return call.out.error(kOutOfMemory);
  const bool made = group->consumer(call.arg(4), call.now()).second;
  if (made) call.changed(call.arg(2), 't', "xgroup-createconsumer");
  call.out.integer(made ? 1 : 0);
}

void xgroup_delconsumer(Call& call) {
  Stream* stream = group_stream(call);
  if (stream == nullptr) return;
  Stream::Group* group = named_group(call, *stream);
  if (group == nullptr) return;
  const Stream::Consumer* consumer = group->find(call.arg(4));
  if (consumer == nullptr) return call.out.integer(0);
  const auto pending = static_cast<std::int64_t>(consumer->pending.size());
  for (const StreamId id : consumer->pending) group->pending.erase(id);
  group->consumers.erase(call.arg(4));
  call.changed(call.arg(2), 't', "xgroup-delconsumer");
  call.out.integer(pending);
}

void xack(Call& call) {
  const auto found = call.modify(call.arg(1), Type::stream);
  if (found.refused) return;
  if (found.object == nullptr || !found.object->stream().groups.contains(call.arg(2)))
    return call.out.integer(0);
  Stream::Group& group = found.object->stream().groups.at(call.arg(2));
  std::vector<StreamId> ids;
  for (std::size_t n = 3; n < call.size(); ++n) {
    const auto id = parse_id(call, call.arg(n), 0, IdForm::strict);
    if (!id) return;
    ids.push_back(*id);
  }
  std::int64_t acknowledged = 0;
  for (const StreamId id : ids) acknowledged += group.acknowledge(id);
  if (acknowledged > 0) call.server.modified(&call.client, call.client.db, call.arg(1));
  call.out.integer(acknowledged);
}

// --- XPENDING ---

void pending_summary(Call& call, const Stream::Group& group) {
  call.out.array(4);
  call.out.integer(static_cast<std::int64_t>(group.pending.size()));
  if (group.pending.empty()) {
    call.out.null();
    call.out.null();
    return call.out.null_array();
  }
  call.out.bulk(group.pending.begin()->first.text());
  call.out.bulk(group.pending.rbegin()->first.text());
  std::vector<const Stream::Consumer*> holders;
  for (const auto& [name, consumer] : group.consumers) {
    if (!consumer->pending.empty()) holders.push_back(consumer.get());
  }
  call.out.array(holders.size());
  for (const Stream::Consumer* consumer : holders) {
    call.out.array(2);
    call.out.bulk(consumer->name);
    call.out.bulk_integer(static_cast<std::int64_t>(consumer->pending.size()));
  }
}

void xpending(Call& call) {
  const bool is_summary = call.size() == 3;
  if (!is_summary && call.size() < 6) return call.syntax_error();
  std::int64_t least_idle = 0;
  std::size_t at = 3;
  if (!is_summary && call.is(3, "IDLE")) {
    const auto idle = call.integer(4);
    if (!idle) return;
    if (call.size() < 8) return call.syntax_error();
    least_idle = *idle;
    at = 5;
  }
  std::optional<StreamId> first, last;
  std::int64_t count = 0;
  if (!is_summary) {
    if (call.size() > at + 4) return call.syntax_error();
    const auto given = call.integer(at + 2);
    if (!given) return;
    count = std::max<std::int64_t>(*given, 0);
    first = parse_range_id(call, call.arg(at), RangeEnd::first);
    if (!first) return;
    last = parse_range_id(call, call.arg(at + 1), RangeEnd::last);
    if (!last) return;
  }
  const auto found = call.read(call.arg(1), Type::stream);
  if (found.refused) return;
  const Stream::Group* group = find_group(call, found.object, call.arg(1), call.arg(2));
  if (group == nullptr) return;
  if (is_summary) return pending_summary(call, *group);
  const Stream::Consumer* only = nullptr;
  if (call.size() == at + 4) {
    only = group->find(call.arg(at + 3));
    if (only == nullptr) return call.out.array(0);
  }
  std::vector<std::pair<StreamId, Stream::Pending>> chosen;
  for (auto entry = group->pending.lower_bound(*first);
       entry != group->pending.end() && entry->first <= *last; ++entry) {
    if (static_cast<std::int64_t>(chosen.size()) == count || !call.spend(1)) break;
    if (only != nullptr && entry->second.consumer != only) continue;
    if (call.now() - entry->second.delivered_ms < least_idle) continue;
    chosen.emplace_back(*entry);
  }
  if (call.stopped()) return;
  call.out.array(chosen.size());
  for (const auto& [id, entry] : chosen) {
    call.out.array(4);
    call.out.bulk(id.text());
    call.out.bulk(entry.consumer->name);
    call.out.integer(std::max<std::int64_t>(0, call.now() - entry.delivered_ms));
    call.out.integer(static_cast<std::int64_t>(entry.deliveries));
  }
}

constexpr auto kCommands = std::to_array<Binding>({
    {"xack", xack},
    {"xgroup|create", xgroup_create},
    {"xgroup|createconsumer", xgroup_createconsumer},
    {"xgroup|delconsumer", xgroup_delconsumer},
    {"xgroup|destroy", xgroup_destroy},
    {"xgroup|setid", xgroup_setid},
    {"xpending", xpending},
});

}  // namespace

std::span<const Binding> stream_group_commands() {
  return kCommands;
}

}  // namespace decnet::service::redis
