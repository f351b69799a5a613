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

StreamEntry entry_of(const store::Change& row) {
  JsonWriter json;
  json.begin_object()
      .field("seq", row.seq)
      .field("topic", row.topic)
      .field("at", row.at)
      .key("payload")
      .raw(row.payload_json.empty() ? "{}" : row.payload_json)
      .end_object();
  StreamEntry entry{.seq = row.seq, .topic = row.topic};
  append_frame(entry.masked, row.seq, "change", json.text());
  return entry;
}

}  // namespace

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
  }
  take_changes_below(rows.last + 1);
  return rows;
}

}  // namespace decnet::api
