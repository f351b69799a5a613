#include "store/sqlite/session_fold.h"

#include <algorithm>
#include <deque>

#include <boost/unordered/unordered_flat_map.hpp>

#include "store/sqlite/hashing.h"

namespace decnet::store::sqlite {
namespace {

constexpr std::size_t kRememberedSessionsMax = 16'384;
constexpr std::size_t kEndReasonBytesMax = 64;
constexpr std::int64_t kDurationMillisMax =
    366LL * 24 * 3600 * 1000;  // A longer one is not believed.

struct UuidHash {
  using is_avalanching = void;
  std::size_t operator()(const Uuid& uuid) const noexcept { return TextHash{}(uuid.bytes()); }
};

struct Folded {
  std::int64_t id = 0;
  Uuid uuid;
  const event::Event* event = nullptr;  // The first of this batch: who and where.
  Source* source = nullptr;
  std::int64_t decky = 0, service = 0, proto = 0;
  std::uint16_t src_port = 0, dst_port = 0;
  TimePoint started_at{};  // As far as this batch says.
  std::optional<TimePoint> ended_at;
  std::optional<std::int64_t> duration_ms;
  std::int64_t bytes_in = 0, bytes_out = 0, end_reason = 0;
  std::uint64_t events = 0, logins = 0, commands = 0, files = 0, accepted = 0, segments = 0;
  std::int64_t recorded_ms = 0;
  Sequence last_seq = 0;
  bool is_new = false;
  bool start_moved = false;  // session.started came behind other events of a session that exists.
};

}  // namespace

struct SessionFold::State {
  State(Connection& on, Dictionary& dictionary)
      : words(dictionary),
        select(on, "SELECT id FROM sessions WHERE uuid = ?"),
        insert(on,
               "INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
               "?, ?, ?, ?)"),
        count(
            on,
            "UPDATE sessions SET events = events + ?, logins = logins + ?, commands = commands + ?,"
            " files = files + ?, accepted = accepted + ?, segments = segments + ?,"
            " recorded_ms = max(recorded_ms, ?), last_seq = ? WHERE id = ?"),
        end(on,
            "UPDATE sessions SET ended_at = ?2, duration_ms = ?3,"
            " bytes_in = ?4, bytes_out = ?5, end_reason = ?6 WHERE id = ?1 AND ended_at IS NULL"),
        start(on, "UPDATE sessions SET started_at = ? WHERE id = ? AND started_at > ?"),
        edge(on, "SELECT started_at, events FROM sessions WHERE id = ?"),
        insert_command(on, "INSERT INTO commands VALUES (?, ?)"),
        insert_segment(on, "INSERT INTO segments VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)") {}

  Result<Folded*> find(const Entry& entry, const Uuid& uuid);
  Result<void> finish(Folded& session, const Entry& entry);
  Result<void> add_segment(Folded& session, const Entry& entry);
  Result<void> write(const Folded& session);
  Result<void> report(const Folded& session, IngestOutcome& outcome);

  Dictionary& words;
  Query select, insert, count, end, start, edge, insert_command, insert_segment;
  boost::unordered_flat_map<Uuid, std::int64_t, UuidHash> known;
  boost::unordered_flat_map<std::string_view, Uuid, TextHash> parsed;  // Of this batch.
  boost::unordered_flat_map<Uuid, Folded*, UuidHash> open;             // Of this batch.
  std::deque<Folded> folded;
};

SessionFold::SessionFold(Connection& connection, Dictionary& words)
    : state_(std::make_unique<State>(connection, words)) {}
SessionFold::~SessionFold() = default;

void SessionFold::forget() {
  state_->known.clear();
  state_->parsed.clear();
  state_->open.clear();
  state_->folded.clear();
}

std::optional<Uuid> SessionFold::parse(std::string_view text) {
  if (text.empty()) return std::nullopt;
  if (const auto found = state_->parsed.find(text); found != state_->parsed.end())
    return found->second;
  const auto uuid = Uuid::parse(text);
  if (!uuid || uuid->is_nil()) return std::nullopt;
  state_->parsed.emplace(text, *uuid);
  return *uuid;
}

Result<Folded*> SessionFold::State::find(const Entry& entry, const Uuid& uuid) {
  if (const auto found = open.find(uuid); found != open.end()) return found->second;
  Folded& session = folded.emplace_back();
  session.uuid = uuid;
  if (const auto remembered = known.find(uuid); remembered != known.end()) {
    session.id = remembered->second;
  } else {
    Rows rows = DECNET_TRY(select.select(uuid));
    session.is_new = !DECNET_TRY(rows.next());
    session.id = session.is_new ? entry.seq : rows.number(0);
    known.emplace(uuid, session.id);
  }
  session.event = entry.event;
  session.source = entry.source;
  session.decky = entry.decky;
  session.service = entry.service;
  session.proto = entry.proto;
  session.src_port = entry.common->src_port;
  session.dst_port = entry.common->dst_port;
  session.started_at = session.is_new ? entry.event->time : TimePoint::max();
  if (session.is_new && entry.source != nullptr) ++entry.source->sessions;
  open.emplace(uuid, &session);
  return &session;
}

Result<void> SessionFold::add(Entry& entry, const std::optional<Uuid>& uuid) {
  if (!uuid) return {};
  Folded& session = *DECNET_TRY(state_->find(entry, *uuid));
  entry.session = session.id;
  session.last_seq = entry.seq;
  ++session.events;
  switch (entry.type.kind) {
    case Kind::session_started:
      session.started_at = std::min(session.started_at, entry.event->time);
      session.start_moved = true;
      break;
    case Kind::session_ended:
      return state_->finish(session, entry);
    case Kind::login_attempt:
      ++session.logins;
      session.accepted += entry.critical() ? 1 : 0;
      break;
    case Kind::command:
      ++session.commands;
      return state_->insert_command.run(session.id, entry.seq);
    case Kind::file_captured:
      ++session.files;
      break;
    case Kind::recording:
      return state_->add_segment(session, entry);
    case Kind::fingerprint:
    case Kind::other:
      break;
  }
  return {};
}

Result<void> SessionFold::State::add_segment(Folded& session, const Entry& entry) {
  const event::Event& event = *entry.event;
  const auto number = [&event](std::string_view name) {
    return number_field(event, name).value_or(0);
  };
  const bool is_whole = event.find("segment") == nullptr;
  ++session.segments;
  session.recorded_ms =
      std::max(session.recorded_ms, std::min(number("duration_ms"), kDurationMillisMax));
  constexpr std::size_t kHashBytesMax = 64;
  return insert_segment.run(entry.seq, session.id, number("recording"), number("segment"),
                            cut(event.get("artifact"), kHashBytesMax), number("size"),
                            std::min(number("duration_ms"), kDurationMillisMax), event.time,
                            is_whole || event.get("final") == "true",
                            event.get("truncated") == "true");
}

Result<void> SessionFold::State::finish(Folded& session, const Entry& entry) {
  if (session.ended_at) return {};  // The first end counts.
  const event::Event& event = *entry.event;
  session.ended_at = event.time;
  session.duration_ms = number_field(event, "duration_ms");
  session.bytes_in = number_field(event, "bytes_in").value_or(0);
  session.bytes_out = number_field(event, "bytes_out").value_or(0);
  const auto reason = DECNET_TRY(words.find(cut(event.get("reason"), kEndReasonBytesMax)));
  session.end_reason = reason ? reason->id : 0;
  // All that is known of it is its end.
  if (session.is_new && session.events == 1 && session.duration_ms &&
      *session.duration_ms < kDurationMillisMax)
    session.started_at -= std::chrono::milliseconds(*session.duration_ms);
  return {};
}

Result<void> SessionFold::flush(IngestOutcome& outcome) {
  std::vector<Folded*> order;
  order.reserve(state_->folded.size());
  for (Folded& session : state_->folded) order.push_back(&session);
  std::sort(order.begin(), order.end(),
            [](const Folded* a, const Folded* b) { return a->id < b->id; });
  for (Folded* session : order) {
    DECNET_TRY(state_->write(*session));
    DECNET_TRY(state_->report(*session, outcome));
  }
  state_->parsed.clear();
  state_->open.clear();
  state_->folded.clear();
  if (state_->known.size() > kRememberedSessionsMax) state_->known.clear();
  return {};
}

Result<void> SessionFold::State::write(const Folded& session) {
  if (session.is_new) {
    return insert.run(session.id, session.uuid, session.source != nullptr ? session.source->id : 0,
                      session.decky, session.service, session.proto, session.src_port,
                      session.dst_port, session.started_at, session.ended_at, session.duration_ms,
                      session.bytes_in, session.bytes_out, session.events, session.logins,
                      session.commands, session.files, session.end_reason, session.last_seq,
                      session.accepted, session.segments, session.recorded_ms);
  }
  DECNET_TRY(count.run(session.events, session.logins, session.commands, session.files,
                       session.accepted, session.segments, session.recorded_ms, session.last_seq,
                       session.id));
  if (session.ended_at) {
    DECNET_TRY(end.run(session.id, *session.ended_at, session.duration_ms, session.bytes_in,
                       session.bytes_out, session.end_reason));
  }
  if (session.start_moved)
    DECNET_TRY(start.run(session.started_at, session.id, session.started_at));
  return {};
}

Result<void> SessionFold::State::report(const Folded& session, IngestOutcome& outcome) {
  SessionEdge out{.session_uuid = session.uuid,
                  .attacker_ip = {},
                  .decky = {},
                  .service = {},
                  .started_at = session.started_at,
                  .ended_at = session.ended_at.value_or(TimePoint{}),
                  .events = session.events};
  const bool starts = session.is_new && outcome.started.size() < kOutcomeRowsMax;
  const bool ends = session.ended_at && outcome.ended.size() < kOutcomeRowsMax;
  if (!starts && !ends) return {};
  if (session.source != nullptr) out.attacker_ip = session.source->ip;
  out.decky = session.event->decky;
  out.service = session.event->service;
  if (!session.is_new) {
    Rows rows = DECNET_TRY(edge.select(session.id));
    if (DECNET_TRY(rows.next())) {
      out.started_at = rows.time(0);
      out.events = rows.count(1);
    }
  }
  if (starts) outcome.started.push_back(out);
  if (ends) outcome.ended.push_back(std::move(out));
  return {};
}

}  // namespace decnet::store::sqlite
