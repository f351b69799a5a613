// Stored events, and the journal of changes: what the live feed and every follower read by
// sequence.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/uuid.h"
#include "event/event.h"
#include "store/page.h"

namespace decnet::store {

struct EventRow {
  Sequence seq = 0;
  TimePoint at{};
  event::Severity severity = event::Severity::info;
  std::string type, decky, service;
  std::optional<Uuid> session_uuid, attacker_uuid;
  std::string src_ip, dst_ip, proto;
  std::uint16_t src_port = 0, dst_port = 0;
  std::string fields_json;  // The type's own fields: one object, values are strings, order kept.
  std::uint64_t origin = 0, origin_seq = 0;
};

struct EventFilter {
  TimeRange range;
  std::vector<std::string> types, deckies, services;  // Any of them; empty: all.
  std::vector<event::Severity> severities;            // Any of them; empty: all.
  std::optional<Uuid> attacker_uuid, session_uuid;
  std::string ip;
  std::string text;  // Substring of the fields.
};

struct EventFacets {
  std::vector<ValueCount> types, services, deckies, severities;
};

class EventTable {
 public:
  virtual ~EventTable() = default;
  // Sorted by seq only.
  virtual Result<Page<EventRow>> list(const EventFilter& filter, const PageRequest& page) const = 0;
  virtual Result<EventRow> get(Sequence seq) const = 0;  // not_found
  virtual Result<std::vector<EventRow>> after(Sequence seq,
                                              std::size_t limit) const = 0;  // Ascending.
  virtual Result<EventFacets> facets(const EventFilter& filter) const = 0;
  virtual Result<std::uint64_t> count(const EventFilter& filter) const = 0;
  // One point for each bucket between the range's ends (where it has them, else between the first
  // and the last event), empty ones included; buckets begin at multiples of their width.
  // Errors: invalid_argument (more than 10,000 buckets).
  virtual Result<std::vector<RatePoint>> rate(const TimeRange& range, Duration bucket) const = 0;
};

// One row of the journal: something derived has changed. Written in the transaction of the change
// itself.
struct Change {
  Sequence seq = 0;
  TimePoint at{};
  std::string topic;  // A bus topic: "decky.web-01.state"
  std::string payload_json;
};

class ChangeTable {
 public:
  virtual ~ChangeTable() = default;
  virtual Result<Sequence> append(TimePoint at, std::string_view topic,
                                  std::string_view payload_json) = 0;
  virtual Result<std::vector<Change>> after(Sequence seq,
                                            std::size_t limit) const = 0;  // Ascending.
  virtual Result<Sequence> last_sequence() const = 0;   // Of events and changes together.
  virtual Result<Sequence> first_sequence() const = 0;  // The oldest that retention has kept.
};

}  // namespace decnet::store
