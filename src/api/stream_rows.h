// Reading the store by sequence: events and changes merged, as frames.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/event_view.h"
#include "api/stream_log.h"
#include "base/result.h"

namespace decnet::store {
class Store;
}

namespace decnet::api {

inline constexpr std::size_t kStreamReadRows = 500;

struct StreamRows {
  std::vector<StreamEntry> entries;  // Ascending.
  store::Sequence last = 0;          // Everything up to it has been read.
  bool more = false;                 // The store had more rows than were asked for.
};

// The rows above `after`, at most `limit` of each kind. `secrets`: whether frames that show them
// are made, too. Blocks.
Result<StreamRows> read_stream_rows(store::Store& store, store::Sequence after, std::size_t limit,
                                    Secrets secrets);

// "id: 7\nevent: event\ndata: {…}\n\n"; without an id where `seq` is 0. `data` is one line.
void append_frame(std::string& out, store::Sequence seq, std::string_view event,
                  std::string_view data);

}  // namespace decnet::api
