// Reading the store by sequence: events and changes merged, as frames.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/event_view.h"
#include "api/stream_log.h"
#include "base/result.h"
#include "base/uuid.h"

namespace decnet::store {
class Store;
}

namespace decnet::api {

inline constexpr std::size_t kStreamReadRows = 500;

struct StreamRows {
  std::vector<StreamEntry> entries;  // Ascending.
  store::Sequence last = 0;          // Everything up to it has been read.
  bool more = false;                 // The store had more rows than were asked for.
  std::vector<Uuid> attackers;       // Of the events, each once.
  std::size_t logins = 0;
};

// The rows above `after`, at most `limit` of each kind. `secrets`: whether frames that show them
// are made, too. Blocks.
Result<StreamRows> read_stream_rows(store::Store& store, store::Sequence after, std::size_t limit,
                                    Secrets secrets);

// A change that stands in no journal: an entry whose frame has no id. `payload` is JSON.
StreamEntry passing_change(store::Sequence seq, std::string_view topic, TimePoint at,
                           std::string_view payload);

// "id: 7\nevent: event\ndata: {…}\n\n"; without an id where `seq` is 0. `data` is one line.
void append_frame(std::string& out, store::Sequence seq, std::string_view event,
                  std::string_view data);

}  // namespace decnet::api
