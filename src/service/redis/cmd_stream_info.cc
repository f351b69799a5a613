// XINFO.
#include <algorithm>
#include <array>

#include "service/redis/stream_ops.h"

namespace decnet::service::redis {

namespace {

// Nodes of the genuine radix tree hold a hundred entries each.
std::int64_t tree_keys(const Stream& stream) {
  constexpr std::size_t kNodeEntries = 100;
  return static_cast<std::int64_t>((stream.size() + kNodeEntries - 1) / kNodeEntries);
}

void say_optional(Call& call, std::int64_t number) {
  number < 0 ? call.out.null() : call.out.integer(number);
}

Stream* inspected(Call& call) {
  const auto found = call.read(call.arg(2), Type::stream);
  if (found.refused) return nullptr;
  if (found.object != nullptr) return &found.object->stream();
  call.out.error(kNoSuchKey);
  return nullptr;
}

void say_common(Call& call, const Stream& stream) {
  call.out.bulk("length");
  call.out.integer(static_cast<std::int64_t>(stream.size()));
  call.out.bulk("radix-tree-keys");
  call.out.integer(tree_keys(stream));
  call.out.bulk("radix-tree-nodes");
  call.out.integer(tree_keys(stream) + 1);
  call.out.bulk("last-generated-id");
  call.out.bulk(stream.last_id.text());
  call.out.bulk("max-deleted-entry-id");
  call.out.bulk(stream.max_deleted_id.text());
  call.out.bulk("entries-added");
  call.out.integer(static_cast<std::int64_t>(stream.entries_added));
  call.out.bulk("recorded-first-entry-id");
  call.out.bulk(stream.first_id().text());
}

void say_full_group(Call& call, const Stream& stream, const std::string& name,
                    const Stream::Group& group, std::int64_t count) {
  const auto enough = [&](std::size_t n) {
    return count != 0 && static_cast<std::int64_t>(n) >= count;
  };
  const auto shown = [&](std::size_t size) {
    return count == 0 ? size : std::min(size, static_cast<std::size_t>(count));
  };
  call.out.map(7);
  call.out.bulk("name");
  call.out.bulk(name);
  call.out.bulk("last-delivered-id");
  call.out.bulk(group.last_id.text());
  call.out.bulk("entries-read");
  say_optional(call, group.entries_read);
  call.out.bulk("lag");
  say_optional(call, stream.lag(group));
  call.out.bulk("pel-count");
  call.out.integer(static_cast<std::int64_t>(group.pending.size()));
  call.out.bulk("pending");
  call.out.array(shown(group.pending.size()));
  std::size_t n = 0;
  for (const auto& [id, entry] : group.pending) {
    if (enough(n++) || call.stopped()) break;
    call.out.array(4);
    call.out.bulk(id.text());
    call.out.bulk(entry.consumer->name);
    call.out.integer(entry.delivered_ms);
    call.out.integer(static_cast<std::int64_t>(entry.deliveries));
  }
  call.out.bulk("consumers");
  call.out.array(group.consumers.size());
  for (const auto& [consumer_name, consumer] : group.consumers) {
    call.out.map(4);
    call.out.bulk("name");
    call.out.bulk(consumer_name);
    call.out.bulk("seen-time");
    call.out.integer(consumer->seen_ms);
    call.out.bulk("pel-count");
    call.out.integer(static_cast<std::int64_t>(consumer->pending.size()));
    call.out.bulk("pending");
    call.out.array(shown(consumer->pending.size()));
    std::size_t m = 0;
    for (const StreamId id : consumer->pending) {
      if (enough(m++) || call.stopped()) break;
      const Stream::Pending& entry = group.pending.at(id);
      call.out.array(3);
      call.out.bulk(id.text());
      call.out.integer(entry.delivered_ms);
      call.out.integer(static_cast<std::int64_t>(entry.deliveries));
    }
  }
}

void say_full(Call& call, const Stream& stream, std::int64_t count) {
  if (!call.spend(stream.size())) return;
  call.out.map(9);
  say_common(call, stream);
  call.out.bulk("entries");
  const std::size_t shown =
      count == 0 ? stream.size() : std::min(stream.size(), static_cast<std::size_t>(count));
  call.out.array(shown);
  std::size_t n = 0;
  for (const auto& [id, fields] : stream.entries()) {
    if (n++ == shown || call.stopped()) break;
    say_entry(call, id, fields);
  }
  call.out.bulk("groups");
  call.out.array(stream.groups.size());
  for (const auto& [name, group] : stream.groups) say_full_group(call, stream, name, group, count);
}

void xinfo_stream(Call& call) {
  std::int64_t count = 10;
  const bool full = call.size() > 3;
  if (full) {
    const bool valid =
        call.is(3, "FULL") && (call.size() == 4 || (call.size() == 6 && call.is(4, "COUNT")));
    if (!valid) return call.unknown_subcommand();
    if (call.size() == 6) {
      const auto given = call.integer(5);
      if (!given) return;
      count = *given < 0 ? 10 : *given;
    }
  }
  const Stream* stream = inspected(call);
  if (stream == nullptr) return;
  if (full) return say_full(call, *stream, count);
  call.out.map(10);
  say_common(call, *stream);
  call.out.bulk("groups");
  call.out.integer(static_cast<std::int64_t>(stream->groups.size()));
  for (const bool first : {true, false}) {
    call.out.bulk(first ? "first-entry" : "last-entry");
    if (stream->size() == 0) {
      call.out.null();
      continue;
    }
    const auto& entry = first ? *stream->entries().begin() : *stream->entries().rbegin();
    say_entry(call, entry.first, entry.second);
  }
}

void xinfo_groups(Call& call) {
  const Stream* stream = inspected(call);
  if (stream == nullptr) return;
  call.out.array(stream->groups.size());
  for (const auto& [name, group] : stream->groups) {
    call.out.map(6);
    call.out.bulk("name");
    call.out.bulk(name);
    call.out.bulk("consumers");
    call.out.integer(static_cast<std::int64_t>(group.consumers.size()));
    call.out.bulk("pending");
    call.out.integer(static_cast<std::int64_t>(group.pending.size()));
    call.out.bulk("last-delivered-id");
    call.out.bulk(group.last_id.text());
    call.out.bulk("entries-read");
    say_optional(call, group.entries_read);
    call.out.bulk("lag");
    say_optional(call, stream->lag(group));
  }
}

void xinfo_consumers(Call& call) {
  const Stream* stream = inspected(call);
  if (stream == nullptr) return;
  const auto at = stream->groups.find(call.arg(3));
  if (at == stream->groups.end()) {
    return call.out.error("NOGROUP No such consumer group '" + call.arg(3) + "' for key name '" +
                          call.arg(2) + "'");
  }
  call.out.array(at->second.consumers.size());
  for (const auto& [name, consumer] : at->second.consumers) {
    call.out.map(3);
    call.out.bulk("name");
    call.out.bulk(name);
    call.out.bulk("pending");
    call.out.integer(static_cast<std::int64_t>(consumer->pending.size()));
    call.out.bulk("idle");
    call.out.integer(std::max<std::int64_t>(0, call.now() - consumer->seen_ms));
  }
}

constexpr auto kCommands = std::to_array<Binding>({{"xinfo|consumers", xinfo_consumers},
                                                   {"xinfo|groups", xinfo_groups},
                                                   {"xinfo|stream", xinfo_stream}});

}  // namespace

std::span<const Binding> stream_info_commands() {
  return kCommands;
}

}  // namespace decnet::service::redis
