#include "api/stream_rows.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/try.h"
#include "store/store.h"

namespace decnet::api {
namespace {

std::string event_frame(const store::EventRow& row, Secrets secrets) {
  JsonWriter json;
  EventView(row, secrets).append(json);
  std::string frame;
  append_frame(frame, row.seq, "event", json.text());
  return frame;
}

StreamEntry entry_of(const store::EventRow& row, Secrets secrets) {
  StreamEntry entry{.seq = row.seq, .topic = "event." + row.type};
  entry.masked = event_frame(row, Secrets::masked);
  if (secrets == Secrets::shown) {
    entry.shown = event_frame(row, Secrets::shown);
    if (entry.shown == entry.masked) entry.shown.clear();
  }
  return entry;
}

std::string change_json(store::Sequence seq, std::string_view topic, TimePoint at,
                        std::string_view payload) {
  JsonWriter json;
  json.begin_object().field("seq", seq).field("topic", topic).field("at", at);
  json.key("payload").raw(payload.empty() ? "{}" : payload).end_object();
  return std::move(json).take();
}

StreamEntry entry_of(const store::Change& row) {
  StreamEntry entry{.seq = row.seq, .topic = row.topic};
  append_frame(entry.masked, row.seq, "change",
               change_json(row.seq, row.topic, row.at, row.payload_json));
  return entry;
}

}  // namespace

StreamEntry passing_change(store::Sequence seq, std::string_view topic, TimePoint at,
                           std::string_view payload) {
  StreamEntry entry{.seq = seq, .topic = std::string(topic)};
  append_frame(entry.masked, 0, "change", change_json(seq, topic, at, payload));
  return entry;
}

void append_frame(std::string& out, store::Sequence seq, std::string_view event,
                  std::string_view data) {
  if (seq > 0) fmt::format_to(std::back_inserter(out), "id: {}\n", seq);
  out.append("event: ").append(event).append("\ndata: ").append(data).append("\n\n");
}

Result<StreamRows> read_stream_rows(store::Store& store, store::Sequence after, std::size_t limit,
                                    Secrets secrets) {
  StreamRows rows;
  // Sequences are given in the order of commits: up to this one nothing can still appear. Without
  // it a commit between the two reads would show its change and hide its event.
  rows.last = DECNET_TRY(store.changes().last_sequence());
  if (rows.last <= after) return rows;
  const auto events = DECNET_TRY(store.events().after(after, limit));
  const auto changes = DECNET_TRY(store.changes().after(after, limit));
  rows.more = events.size() == limit || changes.size() == limit;
  if (events.size() == limit) rows.last = std::min(rows.last, events.back().seq);
  if (changes.size() == limit) rows.last = std::min(rows.last, changes.back().seq);
  rows.entries.reserve(events.size() + changes.size());
  auto change = changes.begin();
  const auto take_changes_below = [&](store::Sequence seq) {
    for (; change != changes.end() && change->seq < seq && change->seq <= rows.last; ++change) {
      rows.entries.push_back(entry_of(*change));
    }
  };
  for (const auto& event : events) {
    if (event.seq > rows.last) break;
    take_changes_below(event.seq);
    rows.entries.push_back(entry_of(event, secrets));
    if (event.attacker_uuid) rows.attackers.push_back(*event.attacker_uuid);
    if (event.type == event::kLoginAttempt) ++rows.logins;
  }
  take_changes_below(rows.last + 1);
  std::sort(rows.attackers.begin(), rows.attackers.end());
  rows.attackers.erase(std::unique(rows.attackers.begin(), rows.attackers.end()),
                       rows.attackers.end());
  return rows;
}

}  // namespace decnet::api
