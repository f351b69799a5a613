#pragma once

#include "store/events.h"
#include "store/sqlite/database.h"

namespace decnet::store::sqlite {

struct EventQuery;

class SqliteEvents final : public EventTable {
 public:
  explicit SqliteEvents(Database& database) : database_(database) {}

  Result<Page<EventRow>> list(const EventFilter& filter, const PageRequest& page) const override;
  Result<EventRow> get(Sequence seq) const override;
  Result<std::vector<EventRow>> after(Sequence seq, std::size_t limit) const override;
  Result<EventFacets> facets(const EventFilter& filter) const override;
  Result<std::uint64_t> count(const EventFilter& filter) const override;
  Result<std::vector<RatePoint>> rate(const TimeRange& range, Duration bucket) const override;

 private:
  Result<EventRow> read_row(Connection& reader, const Rows& rows) const;

  Database& database_;
};

class SqliteChanges final : public ChangeTable {
 public:
  explicit SqliteChanges(Database& database) : database_(database) {}

  Result<Sequence> append(TimePoint at, std::string_view topic,
                          std::string_view payload_json) override;
  Result<std::vector<Change>> after(Sequence seq, std::size_t limit) const override;
  Result<Sequence> last_sequence() const override;
  Result<Sequence> first_sequence() const override;

 private:
  Database& database_;
};

// Inside a write transaction: the next number of the sequence for a change.
Result<Sequence> append_change(Connection& writer, TimePoint at, std::string_view topic,
                               std::string_view payload_json);

}  // namespace decnet::store::sqlite
