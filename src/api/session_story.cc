#include "api/session_story.h"

#include <algorithm>

#include "api/artifacts.h"
#include "api/find_urls.h"
#include "api/routes/views.h"
#include "base/try.h"

namespace decnet::api {
namespace {

constexpr std::size_t kStoryUrlsMax = 500;

void append_place(JsonWriter& json, const store::EventRow& row, TimePoint began) {
  const auto offset = std::chrono::duration_cast<std::chrono::milliseconds>(row.at - began);
  json.field("seq", row.seq).field("at", row.at);
  json.field("offset_ms", std::max<std::int64_t>(offset.count(), 0));
}

std::optional<std::uint64_t> number_or_null(const EventView& view, std::string_view name) {
  return view.get(name).empty() ? std::nullopt : std::optional(view.number(name));
}

void add_urls(SessionStory& story, const store::EventRow& row) {
  for (std::string& url : urls_of(row)) {
    if (story.urls.size() >= kStoryUrlsMax) return;
    if (std::find(story.urls.begin(), story.urls.end(), url) == story.urls.end())
      story.urls.push_back(std::move(url));
  }
}

}  // namespace

std::vector<std::string> urls_of(const store::EventRow& row) {
  const EventView view(row, Secrets::masked);
  if (row.type == event::kCommand) return find_urls(view.get("command"));
  auto urls = find_urls(view.get("url"));
  if (urls.empty() && row.type == event::kFileCaptured) urls = find_urls(view.get("path"));
  return urls;
}

Result<SessionStory> read_story(store::Store& store, Uuid session) {
  store::EventFilter filter;
  filter.session_uuid = session;
  filter.types = {std::string(event::kCommand), std::string(event::kLoginAttempt),
                  std::string(event::kFileCaptured), std::string(event::kRequest)};
  const store::PageRequest request{
      .sort = {}, .order = store::Order::ascending, .limit = kStoryEventsMax};
  auto page = DECNET_TRY(store.events().list(filter, request));
  SessionStory story;
  story.is_cut = page.more_after;
  for (store::EventRow& row : page.rows) {
    add_urls(story, row);
    if (row.type == event::kCommand)
      story.commands.push_back(std::move(row));
    else if (row.type == event::kLoginAttempt)
      story.logins.push_back(std::move(row));
    else if (row.type == event::kFileCaptured)
      story.files.push_back(std::move(row));
  }
  return story;
}

void append_command(JsonWriter& json, const store::EventRow& row, TimePoint began) {
  const EventView view(row, Secrets::masked);
  json.begin_object();
  append_place(json, row, began);
  json.field("command", view.get("command"));
  optional_field(json, "output_bytes", number_or_null(view, "output_bytes"));
  text_or_null(json, "exit_status", view.get("exit_status"));
  json.end_object();
}

void append_login(JsonWriter& json, const store::EventRow& row, TimePoint began) {
  const EventView view(row, Secrets::masked);
  const auto shown = view.get("secret_printable");
  json.begin_object();
  append_place(json, row, began);
  json.field("principal", view.get("principal")).field("method", view.get("method"));
  json.field("secret_kind", view.get("secret_kind"));
  json.field("secret", shown.empty() ? view.get("secret_b64") : shown);
  text_or_null(json, "outcome", view.get("outcome"));
  json.end_object();
}

void append_story_file(JsonWriter& json, const store::EventRow& row, TimePoint began,
                       std::string_view data_folder) {
  const EventView view(row, Secrets::masked);
  json.begin_object();
  append_place(json, row, began);
  json.field("name", view.get("name")).field("path", view.get("path"));
  json.field("sha256", view.get("sha256")).field("size", view.number("size"));
  json.field("stored", artifact_is_stored(data_folder, view.get("sha256"))).end_object();
}

}  // namespace decnet::api
