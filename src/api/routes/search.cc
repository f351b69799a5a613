// One field that finds anything: an address, a session, a user name, a decky, a file's hash, an
// event's number.
#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "api/artifacts.h"
#include "api/call.h"
#include "api/event_view.h"
#include "api/options.h"
#include "api/routes/nouns.h"
#include "base/json.h"
#include "store/store.h"

namespace decnet::api {
namespace {

constexpr std::size_t kRowsEach = 5;
constexpr std::size_t kQueryBytesMax = 200;
constexpr std::size_t kEventTextBytesMin = 3;
constexpr Duration kEventTextRange = std::chrono::hours{24};  // A text is looked for in these only.

class Results {
 public:
  Results() { json_.begin_object().key("results").begin_array(); }

  void add(std::string_view kind, std::string_view title, std::string_view subtitle,
           std::string_view href) {
    json_.begin_object().field("kind", kind).field("title", title);
    json_.field("subtitle", subtitle).field("href", href).end_object();
  }
  Response finish() {
    json_.end_array().end_object();
    return json_response(std::move(json_).take());
  }

 private:
  JsonWriter json_;
};

void add_attacker(Results& results, const store::AttackerRow& row) {
  results.add("attacker", row.ip, fmt::format("{} events, {} sessions", row.events, row.sessions),
              "/attackers/" + row.uuid.text());
}

void find_uuid(const Call& call, Uuid uuid, Results& results) {
  const auto& attackers = call.services.store.attackers();
  if (const auto session = attackers.session(uuid)) {
    results.add("session", session->uuid.text(),
                fmt::format("{} on {}, {}", session->attacker_ip, session->decky, session->service),
                "/sessions/" + session->uuid.text());
  }
  if (const auto detail = attackers.get(uuid, call.now)) add_attacker(results, detail->attacker);
  if (const auto row = attackers.credential(uuid)) {
    results.add("credential", row->principal, row->secret_kind + " from " + row->attacker_ip,
                "/credentials/" + row->uuid.text());
  }
}

Result<void> find_text(const Call& call, const std::string& text, Results& results) {
  const auto& attackers = call.services.store.attackers();
  const store::PageRequest few{.limit = kRowsEach};
  store::AttackerFilter address;
  address.text = text;
  for (const auto& row : DECNET_TRY(attackers.list(address, few)).rows) add_attacker(results, row);
  for (const auto& row : DECNET_TRY(call.services.store.deckies().list(call.now))) {
    if (row.spec.name.find(text) == text.npos && row.spec.ip != text) continue;
    results.add("decky", row.spec.name, row.spec.archetype + " at " + row.spec.ip,
                "/fleet/" + percent_encode(row.spec.name));
  }
  store::CredentialFilter credential;
  credential.text = text;
  for (const auto& row : DECNET_TRY(attackers.credentials(credential, few)).rows) {
    results.add("credential", row.principal,
                fmt::format("{} attempts from {} on {}", row.attempts, row.attacker_ip, row.decky),
                "/credentials/" + row.uuid.text());
  }
  return {};
}

// Slow on many events: what it does not find in time is left out.
void find_events(const Call& call, const std::string& text, Results& results) {
  if (text.size() < kEventTextBytesMin) return;
  store::EventFilter filter;
  filter.range.since = call.now - kEventTextRange;
  filter.text = text;
  const auto page = call.services.store.events().list(filter, {.limit = kRowsEach});
  if (!page) return;
  for (const auto& row : page->rows) {
    results.add("event", EventView(row, Secrets::masked).summary(),
                row.service + " on " + row.decky, "/events/" + std::to_string(row.seq));
  }
}

Answer search(Call& call) {
  const std::string text = call.text("q");
  if (text.empty()) {
    return Problem(400, "invalid_parameter", "q is missing").at("/query/q", "is missing");
  }
  Results results;
  if (const auto uuid = Uuid::parse(text)) {
    find_uuid(call, *uuid, results);
    return results.finish();
  }
  if (is_sha256(text)) {
    const bool stored = artifact_is_stored(call.services.options.data_folder, text);
    if (stored) results.add("file", text, "a captured file", "/events?q=" + text);
  }
  std::int64_t seq = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seq);
  if (error == std::errc{} && end == text.data() + text.size()) {
    if (const auto row = call.services.store.events().get(seq)) {
      results.add("event", EventView(*row, Secrets::masked).summary(),
                  row->service + " on " + row->decky, "/events/" + text);
    }
  }
  DECNET_TRY(find_text(call, text, results));
  find_events(call, text, results);
  return results.finish();
}

constexpr Param kParams[] = {{.name = "q", .required = true, .bytes_max = kQueryBytesMax}};
constexpr std::string_view kKinds[] = {"attacker", "session", "credential",
                                       "decky",    "file",    "event"};
constexpr Field kResult[] = {
    Field{"kind"}.among(kKinds),
    Field{"title"}.example(R"("198.51.100.7")"),
    Field{"subtitle"}.example(R"("12 events, 3 sessions")"),
    Field{"href"}.says("Path of the page in the dashboard.").example(R"("/attackers/0192f0c1-…")"),
};
constexpr Field kResults[] = {Field{"results"}.ref("SearchResult").list()};
constexpr Schema kSchemas[] = {
    {.name = "SearchResult", .fields = kResult},
    {.name = "SearchResults", .fields = kResults},
};
constexpr Route kRoutes[] = {
    {.path = "/api/v1/search",
     .operation = "search",
     .tag = "search",
     .summary = "Find anything by address, name, hash or id",
     .params = kParams,
     .response = "SearchResults",
     .handler = search},
};

}  // namespace

Noun search_noun() {
  return {"search", kRoutes, kSchemas};
}

}  // namespace decnet::api
