// Sessions: one peer talking to one service of one decky.
#include <algorithm>
#include <span>

#include "api/artifacts.h"
#include "api/list.h"
#include "api/options.h"
#include "api/routes/nouns.h"
#include "api/routes/views.h"
#include "api/session_story.h"
#include "store/store.h"

namespace decnet::api {
namespace {

void append_session_fields(JsonWriter& json, const store::SessionRow& row) {
  json.field("uuid", row.uuid.text())
      .field("attacker_uuid", row.attacker_uuid.text())
      .field("attacker_ip", row.attacker_ip)
      .field("decky", row.decky)
      .field("service", row.service)
      .field("src_port", row.src_port)
      .field("dst_port", row.dst_port)
      .field("proto", row.proto)
      .field("started_at", row.started_at);
  optional_field(json, "ended_at", row.ended_at);
  optional_field(json, "duration_ms", row.ended_at ? std::optional(row.duration_ms) : std::nullopt);
  json.field("bytes_in", row.bytes_in)
      .field("bytes_out", row.bytes_out)
      .field("events", row.events)
      .field("logins", row.logins)
      .field("commands", row.commands)
      .field("files", row.files);
  text_or_null(json, "end_reason", row.end_reason);
  json.field("accepted", row.accepted)
      .field("has_recording", row.segments > 0)
      .field("segments", row.segments)
      .field("recorded_ms", row.recorded_ms);
}

void append_session(JsonWriter& json, const store::SessionRow& row) {
  json.begin_object();
  append_session_fields(json, row);
  json.end_object();
}

Answer list_sessions(Call& call) {
  auto list = list_request(call);
  if (!list) return std::move(list).error();
  const store::SessionFilter filter{.range = {call.time("since"), call.time("until")},
                                    .attacker_uuid = call.uuid("attacker_uuid"),
                                    .deckies = call.texts("decky"),
                                    .services = call.texts("service"),
                                    .ip = call.text("ip"),
                                    .duration_min_ms = call.integer("duration_min_ms"),
                                    .has_recording = call.flag("has_recording"),
                                    .has_login = call.flag("has_login"),
                                    .command = call.text("command")};
  const auto& attackers = call.services.store.attackers();
  const auto page = DECNET_TRY(attackers.sessions(filter, list->page));
  std::optional<std::uint64_t> total;
  if (list->count != Count::none) total = DECNET_TRY(attackers.count(filter));
  return list_answer(call, *list, page, total, append_session);
}

// Segments of one recording, in their order.
void append_recording(JsonWriter& json, std::span<const store::SegmentRow> segments,
                      std::string_view data_folder) {
  std::uint64_t bytes = 0, duration_ms = 0, expected = 0, kept = 0;
  bool is_final = false, truncated = false;
  for (const store::SegmentRow& segment : segments) {
    bytes += segment.size;
    duration_ms = std::max(duration_ms, segment.duration_ms);
    expected = std::max(expected, segment.segment + 1);
    is_final |= segment.is_final;
    truncated |= segment.truncated;
    kept += artifact_is_stored(data_folder, segment.sha256) ? 1 : 0;
  }
  json.begin_object()
      .field("recording", segments.front().recording)
      .field("segments", segments.size())
      .field("missing", expected - std::min<std::uint64_t>(expected, kept))
      .field("bytes", bytes)
      .field("duration_ms", duration_ms)
      .field("final", is_final)
      .field("truncated", truncated)
      .end_object();
}

void append_recordings(JsonWriter& json, const std::vector<store::SegmentRow>& segments,
                       std::string_view data_folder) {
  json.key("recordings").begin_array();
  for (auto first = segments.begin(); first != segments.end();) {
    const auto last = std::find_if(first, segments.end(), [&](const auto& segment) {
      return segment.recording != first->recording;
    });
    append_recording(json, {first, last}, data_folder);
    first = last;
  }
  json.end_array();
}

Answer show_session(Call& call) {
  auto& store = call.services.store;
  const Uuid uuid = call.path_uuid("uuid");
  const auto row = DECNET_TRY(store.attackers().session(uuid));
  const auto story = DECNET_TRY(read_story(store, uuid));
  const auto segments = DECNET_TRY(store.attackers().segments(uuid));
  const std::string& folder = call.services.options.data_folder;
  JsonWriter json;
  json.begin_object();
  append_session_fields(json, row);
  json.key("login_list").begin_array();
  for (const auto& login : story.logins) append_login(json, login, row.started_at);
  json.end_array().key("command_list").begin_array();
  for (const auto& command : story.commands) append_command(json, command, row.started_at);
  json.end_array().key("file_list").begin_array();
  for (const auto& file : story.files) append_story_file(json, file, row.started_at, folder);
  json.end_array().key("urls").begin_array();
  for (const auto& url : story.urls) json.value(url);
  json.end_array().field("cut", story.is_cut);
  append_recordings(json, segments, folder);
  json.end_object();
  return json_response(std::move(json).take());
}

Answer list_commands(Call& call) {
  auto list = list_request(call);
  if (!list) return std::move(list).error();
  auto& store = call.services.store;
  const auto row = DECNET_TRY(store.attackers().session(call.path_uuid("uuid")));
  store::EventFilter filter;
  filter.session_uuid = row.uuid;
  filter.types = {std::string(event::kCommand)};
  const auto page = DECNET_TRY(store.events().list(filter, list->page));
  std::optional<std::uint64_t> total;
  if (list->count != Count::none) total = DECNET_TRY(store.events().count(filter));
  const auto append = [&row](JsonWriter& json, const store::EventRow& command) {
    append_command(json, command, row.started_at);
  };
  return list_answer(call, *list, page, total, append);
}

constexpr std::string_view kSorts[] = {"-started_at", "started_at"};
constexpr Param kListParams[] = {
    {.name = "attacker_uuid", .type = Type::uuid},
    {.name = "decky", .repeatable = true},
    {.name = "service", .repeatable = true},
    {.name = "since", .type = Type::time},
    {.name = "until", .type = Type::time},
    {.name = "sort", .choices = kSorts},
    {.name = "ip", .says = "The attacker's address."},
    {.name = "duration_min_ms", .type = Type::integer, .says = "It lasted at least this long."},
    {.name = "has_recording", .type = Type::boolean},
    {.name = "has_login", .type = Type::boolean, .says = "A login was let in."},
    {.name = "command", .says = "A text in one of its commands.", .bytes_max = 256},
};
constexpr std::string_view kCommandSorts[] = {"seq", "-seq"};
constexpr Param kCommandParams[] = {
    {.name = "uuid", .type = Type::uuid, .where = Where::path},
    {.name = "sort", .choices = kCommandSorts},
};
constexpr Param kUuid[] = {{.name = "uuid", .type = Type::uuid, .where = Where::path}};

constexpr Field kSession[] = {
    {"uuid", Type::uuid},
    Field{"attacker_uuid", Type::uuid}.nullable(),
    Field{"attacker_ip"}.example(R"("198.51.100.7")"),
    Field{"decky"}.example(R"("web-01")"),
    Field{"service"}.example(R"("http")"),
    Field{"src_port", Type::integer}.example("40007"),
    Field{"dst_port", Type::integer}.example("80"),
    Field{"proto"}.example(R"("tcp")"),
    {"started_at", Type::time},
    Field{"ended_at", Type::time}.nullable(),
    Field{"duration_ms", Type::integer}.nullable(),
    {"bytes_in", Type::integer},
    {"bytes_out", Type::integer},
    {"events", Type::integer},
    {"logins", Type::integer},
    {"commands", Type::integer},
    {"files", Type::integer},
    Field{"end_reason"}.nullable().example(R"("quit")"),
    Field{"accepted", Type::integer}.says("Logins that were let in.").example("1"),
    Field{"has_recording", Type::boolean}.example("true"),
    Field{"segments", Type::integer}.says("Pieces of its recordings.").example("2"),
    Field{"recorded_ms", Type::integer}.says("Of the longest recording.").example("61000"),
};
constexpr Field kCommandFields[] = {
    {"seq", Type::integer},
    {"at", Type::time},
    Field{"offset_ms", Type::integer}.says("Since the session began."),
    Field{"command"}.example(R"("uname -a")"),
    Field{"output_bytes", Type::integer}.nullable(),
    Field{"exit_status"}.nullable().example(R"("0")"),
};
constexpr Field kLoginFields[] = {
    {"seq", Type::integer},
    {"at", Type::time},
    {"offset_ms", Type::integer},
    Field{"principal"}.example(R"("root")"),
    Field{"method"}.example(R"("password")"),
    Field{"secret_kind"}.example(R"("plaintext")"),
    Field{"secret"}.says("Masked; /credentials reveals it.").example(R"("•••••")"),
    Field{"outcome"}.nullable().example(R"("accepted")"),
};
constexpr Field kFileFields[] = {
    {"seq", Type::integer},
    {"at", Type::time},
    {"offset_ms", Type::integer},
    Field{"name"}.example(R"("x.sh")"),
    Field{"path"}.example(R"("/tmp/x.sh")"),
    Field{"sha256"},
    {"size", Type::integer},
    Field{"stored", Type::boolean}.says("Its bytes can be fetched."),
};
constexpr Field kRecordingFields[] = {
    Field{"recording", Type::integer}.says("Which of the session's, from 0.").example("0"),
    {"segments", Type::integer},
    Field{"missing", Type::integer}.says("Segments that are not kept.").example("0"),
    {"bytes", Type::integer},
    Field{"duration_ms", Type::integer}.example("61000"),
    Field{"final", Type::boolean}.says("It has ended; else more may come.").example("true"),
    Field{"truncated", Type::boolean}.says("It was full.").example("false"),
};
constexpr Field kDetailFields[] = {
    Field{"login_list"}.ref("SessionLogin").list(),
    Field{"command_list"}.ref("SessionCommand").list(),
    Field{"file_list"}.ref("SessionFile").list(),
    Field{"urls"}
        .list()
        .says("Typed or fetched, as they stand.")
        .example(R"("http://203.0.113.9/x.sh")"),
    Field{"cut", Type::boolean}.says("It has more events than these lists say.").example("false"),
    Field{"recordings"}.ref("SessionRecording").list(),
};
constexpr Schema kSchemas[] = {
    {.name = "Session", .fields = kSession},
    {.name = "SessionCommand", .fields = kCommandFields},
    {.name = "SessionLogin", .fields = kLoginFields},
    {.name = "SessionFile", .fields = kFileFields},
    {.name = "SessionRecording", .fields = kRecordingFields},
    {.name = "SessionDetail", .fields = kDetailFields, .extends = "Session"},
};

constexpr Route kRoutes[] = {
    {.path = "/api/v1/sessions",
     .operation = "listSessions",
     .tag = "sessions",
     .summary = "Sessions",
     .params = kListParams,
     .is_list = true,
     .response = "SessionPage",
     .handler = list_sessions},
    {.path = "/api/v1/sessions/{uuid}",
     .operation = "getSessionByUuid",
     .tag = "sessions",
     .summary = "One session, and what happened in it",
     .params = kUuid,
     .response = "SessionDetail",
     .handler = show_session},
    {.path = "/api/v1/sessions/{uuid}/commands",
     .operation = "listSessionCommands",
     .tag = "sessions",
     .summary = "The commands of a session",
     .params = kCommandParams,
     .is_list = true,
     .response = "SessionCommandPage",
     .handler = list_commands},
};

}  // namespace

Noun sessions_noun() {
  return {"sessions", kRoutes, kSchemas};
}

}  // namespace decnet::api
