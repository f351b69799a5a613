// What happened in one session, in the order of its events: for its page, and for whoever asks for
// its commands only.
#pragma once

#include <string>
#include <vector>

#include "api/event_view.h"
#include "base/result.h"
#include "store/store.h"

namespace decnet::api {

inline constexpr std::size_t kStoryEventsMax = 2'000;

struct SessionStory {
  std::vector<store::EventRow> commands, logins, files;
  std::vector<std::string> urls;  // Typed in a command, or fetched.
  bool is_cut = false;            // There are more than kStoryEventsMax.
};

Result<SessionStory> read_story(store::Store& store, Uuid session);

// The URLs that an event names: of a command those in its text, else the field `url` or the path
// of a file that was fetched.
std::vector<std::string> urls_of(const store::EventRow& row);

// One element of a list each; `began` is the session's beginning, from which offsets count.
void append_command(JsonWriter& json, const store::EventRow& row, TimePoint began);
void append_login(JsonWriter& json, const store::EventRow& row, TimePoint began);
void append_story_file(JsonWriter& json, const store::EventRow& row, TimePoint began,
                       std::string_view data_folder);

}  // namespace decnet::api
