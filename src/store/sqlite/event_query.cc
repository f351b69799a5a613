#include "store/sqlite/event_query.h"

#include <algorithm>

#include "base/json.h"
#include "store/sqlite/event_fields.h"
#include "store/sqlite/list.h"
#include "store/sqlite/rollup_fold.h"
#include "store/sqlite/row_uuid.h"
#include "store/sqlite/words.h"

namespace decnet::store::sqlite {
namespace {

struct Builder {
  Connection& reader;
  EventQuery out;
  std::int64_t attacker = 0;
  bool in_session = false;

  void add(std::string_view condition) {
    if (!out.where.empty()) out.where += " AND ";
    out.where += condition;
  }
  void add(std::string_view condition, Value value) {
    add(condition);
    out.values.push_back(std::move(value));
  }

  Result<void> add_any(std::string_view column, const std::vector<std::string>& words);
  Result<void> find_attacker(const EventFilter& filter);
  Result<void> find_session(const EventFilter& filter);
  Result<void> add_text(std::string_view text);
  void add_from(const EventFilter& filter);
};

// Whether every event that is asked for is in the index of the severe ones.
bool only_severe(const EventFilter& filter) {
  return !filter.severities.empty() &&
         std::all_of(filter.severities.begin(), filter.severities.end(),
                     [](auto severity) { return severity <= event::Severity::warning; });
}

Result<void> Builder::add_any(std::string_view column, const std::vector<std::string>& words) {
  if (words.empty()) return {};
  if (words.size() > kFilterValuesMax)
    return fail(Errc::invalid_argument, "too many values in a filter");
  std::string list;
  for (const std::string& word : words) {
    const auto id = DECNET_TRY(find_word(reader, word));
    if (id) list += (list.empty() ? "" : ",") + std::to_string(*id);
  }
  if (list.empty()) out.nothing = true;
  add("e." + std::string(column) + " IN (" + list + ")");
  return {};
}

// Both may be given: then both must hold.
Result<void> Builder::find_attacker(const EventFilter& filter) {
  if (filter.attacker_uuid) {
    const auto found =
        DECNET_TRY(reader.number("SELECT id FROM attackers WHERE id = ? AND uuid = ?",
                                 row_of(*filter.attacker_uuid), *filter.attacker_uuid));
    out.nothing |= !found;
    attacker = found.value_or(0);
  }
  if (!filter.ip.empty()) {
    std::string ip;
    if (!canonical_address(filter.ip, ip)) ip = filter.ip;
    const auto found = DECNET_TRY(reader.number("SELECT id FROM attackers WHERE ip = ?", ip));
    out.nothing |= !found || (attacker != 0 && attacker != *found);
    attacker = found.value_or(0);
  }
  if (attacker != 0) add("e.attacker = ?", attacker);
  return {};
}

Result<void> Builder::find_session(const EventFilter& filter) {
  if (!filter.session_uuid) return {};
  Rows rows = DECNET_TRY(
      reader.select("SELECT id, last_seq FROM sessions WHERE uuid = ?", *filter.session_uuid));
  in_session = DECNET_TRY(rows.next());
  out.nothing |= !in_session;
  if (!in_session) return {};
  add("e.session = ?", rows.number(0));
  add("e.seq BETWEEN ? AND ?", rows.number(0));
  out.values.emplace_back(rows.number(1));
  return {};
}

Result<void> Builder::add_text(std::string_view text) {
  if (text.empty()) return {};
  if (text.size() > kSearchBytesMax)
    return fail(Errc::invalid_argument, "the text to search for is too long");
  std::string quoted;
  append_json_string(quoted, text);
  add("e.fields LIKE ? ESCAPE '\\'",
      like_pattern(std::string_view(quoted).substr(1, quoted.size() - 2), Match::anywhere));
  return {};
}

void Builder::add_from(const EventFilter& filter) {
  const bool severe = only_severe(filter);
  const bool ranged = filter.range.since || filter.range.until;
  if (in_session || (attacker == 0 && !severe && !ranged)) {
    out.from = "events e";
    return;
  }
  if (severe && attacker == 0) {
    out.from = "events e INDEXED BY events_severe";
    return;
  }
  out.over_blocks = true;
  out.from =
      "blocks b CROSS JOIN events e ON e.seq >= (b.block << 10) AND e.seq < ((b.block + 1) << 10)";
  if (filter.range.since) add("b.last_at >= ?", to_micros(*filter.range.since));
  if (filter.range.until) add("b.first_at < ?", to_micros(*filter.range.until));
  if (attacker != 0)
    add("EXISTS (SELECT 1 FROM visits v WHERE v.block = b.block AND v.attacker = ?)", attacker);
}

}  // namespace

Result<EventQuery> make_event_query(Connection& reader, const EventFilter& filter) {
  static_assert(kBlockBits == 10, "the SQL shifts by 10");
  Builder builder{.reader = reader, .out = {}};
  DECNET_TRY(builder.add_any("type", filter.types));
  DECNET_TRY(builder.add_any("decky", filter.deckies));
  DECNET_TRY(builder.add_any("service", filter.services));
  DECNET_TRY(builder.find_attacker(filter));
  DECNET_TRY(builder.find_session(filter));
  if (!filter.severities.empty()) {
    std::string list;
    for (const auto severity : filter.severities)
      list += (list.empty() ? "" : ",") + std::to_string(static_cast<int>(severity));
    builder.add("e.severity IN (" + list + ")");
    if (only_severe(filter)) builder.add("e.severity <= 4");  // The index's own words.
  }
  if (filter.range.since) builder.add("e.at >= ?", to_micros(*filter.range.since));
  if (filter.range.until) builder.add("e.at < ?", to_micros(*filter.range.until));
  DECNET_TRY(builder.add_text(filter.text));
  builder.add_from(filter);
  return std::move(builder.out);
}

}  // namespace decnet::store::sqlite
