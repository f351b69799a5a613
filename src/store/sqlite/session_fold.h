// Sessions while a batch is written.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "store/ingest.h"
#include "store/sqlite/entry.h"

namespace decnet::store::sqlite {

class SessionFold {
 public:
  SessionFold(Connection& connection, Dictionary& words);
  ~SessionFold();

  // Counts the event in its session, which is made if this is the first event seen of it. Sets
  // entry.session; leaves it 0 where the event names none.
  Result<void> add(Entry& entry, const std::optional<Uuid>& session);
  Result<void> flush(IngestOutcome& outcome);
  void forget();

  // The UUID of an event's session, remembered by its text; nothing if it is empty or no UUID.
  std::optional<Uuid> parse(std::string_view text);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace decnet::store::sqlite
