// XCLAIM and XAUTOCLAIM: taking over what another consumer has not acknowledged.
#include <algorithm>
#include <array>
#include <limits>

#include "service/redis/stream_ops.h"

namespace decnet::service::redis {

namespace {

struct ClaimOptions {
  std::int64_t delivered_ms = 0;
  std::optional<std::int64_t> retries;
  bool forces = false, only_ids = false;
  std::optional<StreamId> last_id;
};

std::optional<ClaimOptions> parse_claim(Call& call, std::size_t first) {
  ClaimOptions out;
  out.delivered_ms = call.now();
  for (std::size_t n = first; n < call.size(); ++n) {
    const bool has_next = n + 1 < call.size();
    if (call.is(n, "FORCE")) {
      out.forces = true;
    } else if (call.is(n, "JUSTID")) {
      out.only_ids = true;
    } else if (call.is(n, "IDLE") && has_next) {
      const auto idle = call.integer(++n, "ERR Invalid IDLE option argument for XCLAIM");
      if (!idle) return std::nullopt;
      out.delivered_ms = call.now() - *idle;
    } else if (call.is(n, "TIME") && has_next) {
      const auto time = call.integer(++n, "ERR Invalid TIME option argument for XCLAIM");
      if (!time) return std::nullopt;
      out.delivered_ms = *time;
    } else if (call.is(n, "RETRYCOUNT") && has_next) {
      out.retries = call.integer(++n, "ERR Invalid RETRYCOUNT option argument for XCLAIM");
      if (!out.retries) return std::nullopt;
    } else if (call.is(n, "LASTID") && has_next) {
      out.last_id = parse_id(call, call.arg(++n), 0, IdForm::strict);
      if (!out.last_id) return std::nullopt;
    } else {
      call.out.error("ERR Unrecognized XCLAIM option '" + call.arg(n) + "'");
      return std::nullopt;
    }
  }
  out.delivered_ms = std::min(std::max<std::int64_t>(out.delivered_ms, 0), call.now());
  return out;
}

void give(Stream::Group& group, StreamId id, Stream::Consumer& to, std::int64_t delivered_ms) {
  Stream::Pending& entry = group.pending.at(id);
  if (entry.consumer != &to) {
    if (entry.consumer != nullptr) entry.consumer->pending.erase(id);
    to.pending.insert(id);
    entry.consumer = &to;
  }
  entry.delivered_ms = delivered_ms;
}

void say_claimed(Call& call, const Stream& stream, const std::vector<StreamId>& ids,
                 bool only_ids) {
  call.out.array(ids.size());
  for (const StreamId id : ids) {
    if (call.stopped()) return;
    only_ids ? call.out.bulk(id.text()) : say_entry(call, id, *stream.find(id));
  }
}

void xclaim(Call& call) {
  const auto found = call.modify(call.arg(1), Type::stream);
  if (found.refused) return;
  Stream::Group* group = find_group(call, found.object, call.arg(1), call.arg(2));
  if (group == nullptr) return;
  const auto idle = call.integer(4, "ERR Invalid min-idle-time argument for XCLAIM");
  if (!idle) return;
  // The ids end with the first word that is none.
  std::vector<StreamId> ids;
  std::size_t n = 5;
  for (; n < call.size(); ++n) {
    const auto id = read_id(call.arg(n), 0, IdForm::strict);
    if (!id) break;
    ids.push_back(*id);
  }
  const auto options = parse_claim(call, n);
  if (!options) return;
  Stream& stream = found.object->stream();
  if (options->last_id && *options->last_id > group->last_id) group->last_id = *options->last_id;
  Stream::Consumer& consumer = *group->consumer(call.arg(3), call.now()).first;
  consumer.seen_ms = call.now();
  std::vector<StreamId> claimed;
  for (const StreamId id : ids) {
    if (stream.find(id) == nullptr) {
      group->acknowledge(id);  // What was deleted is forgotten.
      continue;
    }
    if (!group->pending.contains(id)) {
      if (!options->forces) continue;
      group->pending[id] = {};
    } else if (*idle > 0 && call.now() - group->pending.at(id).delivered_ms < *idle) {
      continue;
    }
    give(*group, id, consumer, options->delivered_ms);
    Stream::Pending& entry = group->pending.at(id);
    if (options->retries) {
      entry.deliveries = static_cast<std::uint64_t>(*options->retries);
    } else if (!options->only_ids) {
      ++entry.deliveries;
    }
    claimed.push_back(id);
  }
  call.server.modified(&call.client, call.client.db, call.arg(1));
  say_claimed(call, stream, claimed, options->only_ids);
}

void xautoclaim(Call& call) {
  const auto idle = call.integer(4, "ERR Invalid min-idle-time argument for XAUTOCLAIM");
  if (!idle) return;
  const auto start = parse_range_id(call, call.arg(5), RangeEnd::first);
  if (!start) return;
  std::int64_t count = 100;
  bool only_ids = false;
  for (std::size_t n = 6; n < call.size(); ++n) {
    if (call.is(n, "COUNT") && n + 1 < call.size()) {
      constexpr std::int64_t kCountMax = std::numeric_limits<std::int64_t>::max() / 16;
      const auto given = call.integer_between(++n, 1, kCountMax, "ERR COUNT must be > 0");
      if (!given) return;
      count = *given;
    } else if (call.is(n, "JUSTID")) {
      only_ids = true;
    } else {
      return call.syntax_error();
    }
  }
  const auto found = call.modify(call.arg(1), Type::stream);
  if (found.refused) return;
  Stream::Group* group = find_group(call, found.object, call.arg(1), call.arg(2));
  if (group == nullptr) return;
  Stream& stream = found.object->stream();
  Stream::Consumer& consumer = *group->consumer(call.arg(3), call.now()).first;
  consumer.seen_ms = call.now();
  std::vector<StreamId> claimed, deleted;
  std::int64_t attempts = count * 10;
  auto at = group->pending.lower_bound(*start);
  while (at != group->pending.end() && attempts-- > 0 && count > 0) {
    if (!call.spend(1)) return;
    const StreamId id = at->first;
    ++at;
    if (stream.find(id) == nullptr) {
      group->acknowledge(id);
      deleted.push_back(id);
      --count;
      continue;
    }
    if (*idle > 0 && call.now() - group->pending.at(id).delivered_ms < *idle) continue;
    give(*group, id, consumer, call.now());
    if (!only_ids) ++group->pending.at(id).deliveries;
    claimed.push_back(id);
    --count;
  }
  const StreamId next = at == group->pending.end() ? StreamId{} : at->first;
  call.server.modified(&call.client, call.client.db, call.arg(1));
  call.out.array(3);
  call.out.bulk(next.text());
  say_claimed(call, stream, claimed, only_ids);
  call.out.array(deleted.size());
  for (const StreamId id : deleted) call.out.bulk(id.text());
}

constexpr auto kCommands = std::to_array<Binding>({{"xautoclaim", xautoclaim}, {"xclaim", xclaim}});

}  // namespace

std::span<const Binding> stream_claim_commands() {
  return kCommands;
}

}  // namespace decnet::service::redis
