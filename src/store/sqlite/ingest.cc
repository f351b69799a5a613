#include "store/sqlite/ingest.h"

#include <algorithm>

#include <boost/unordered/unordered_flat_map.hpp>

#include "base/counters.h"
#include "base/json.h"
#include "event/codec.h"
#include "store/sqlite/credential_fold.h"
#include "store/sqlite/evidence_fold.h"
#include "store/sqlite/rollup_fold.h"
#include "store/sqlite/session_fold.h"
#include "store/sqlite/store_state.h"

namespace decnet::store::sqlite {
namespace {

struct Origin {
  std::int64_t id = 0;
  std::uint64_t stored = 0;  // Before this batch.
  std::uint64_t last = 0;
  std::uint64_t last_rejected = 0;
};

}  // namespace

struct SqliteIngest::State {
  explicit State(Connection& on)
      : connection(on),
        words(on),
        sources(on),
        rollups(on),
        sessions(on, words),
        credentials(on, words, rollups),
        evidence(on, words),
        select_origin(on, "SELECT id, last_seq FROM origins WHERE origin = ?"),
        insert_origin(on, "INSERT INTO origins (origin, last_seq) VALUES (?, 0) RETURNING id"),
        update_origin(on, "UPDATE origins SET last_seq = ? WHERE id = ?"),
        insert_event(on, "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
        insert_change(on, "INSERT INTO changes VALUES (?, ?, 'attacker.observed', ?)"),
        insert_rejected(on, "INSERT INTO rejected (at, source, reason, line) VALUES (?, ?, ?, ?)"),
        trim_rejected(on, "DELETE FROM rejected WHERE id <= (SELECT max(id) FROM rejected) - ?") {}

  void forget();
  Result<void> write(const IngestBatch& batch, StoreState& store, IngestOutcome& outcome);
  Result<void> add(const event::Event& event, Origin& origin, IngestOutcome& outcome);
  Result<bool> name_words(const event::Event& event, Entry& entry);
  Result<void> store_event(const Entry& entry);
  Result<void> observe(const Entry& entry, IngestOutcome& outcome);
  Result<void> reject(const RejectedLine& line);
  Result<void> add_rejected(const IngestBatch& batch, std::uint64_t stored_position);
  Result<Origin*> find_origin(std::uint64_t origin);
  Result<void> flush(IngestOutcome& outcome);

  Connection& connection;
  Dictionary words;
  Sources sources;
  RollupFold rollups;
  SessionFold sessions;
  CredentialFold credentials;
  EvidenceFold evidence;
  Query select_origin, insert_origin, update_origin, insert_event, insert_change, insert_rejected,
      trim_rejected;
  boost::unordered_flat_map<std::uint64_t, Origin> origins;  // Of this batch.
  CommonFields common;
  std::string json;
  Sequence next_seq = 0;
  std::int64_t generation = -1;  // Of the store when the folds were last right.
};

SqliteIngest::SqliteIngest(Database& database)
    : database_(database), state_(std::make_unique<State>(database.writing_connection())) {}
SqliteIngest::~SqliteIngest() = default;

Result<IngestOutcome> SqliteIngest::commit(const IngestBatch& batch) {
  if (batch.events.size() + batch.rejected.size() > kBatchLinesMax)
    return fail(Errc::invalid_argument,
                "store: a batch has at most " + std::to_string(kBatchLinesMax) + " lines");
  Writer writer = DECNET_TRY(database_.write());
  StoreState store = DECNET_TRY(read_state(*writer));
  if (store.generation != state_->generation) state_->forget();
  IngestOutcome outcome;
  const auto written = [&]() -> Result<void> {
    DECNET_TRY(state_->write(batch, store, outcome));
    return writer.commit();
  }();
  if (!written) {
    state_->forget();
    return tl::unexpected(written.error());
  }
  state_->generation = store.generation;
  outcome.last_sequence = store.next_seq - 1;
  return outcome;
}

void SqliteIngest::State::forget() {
  words.forget();
  sources.forget();
  rollups.forget();
  sessions.forget();
  credentials.forget();
  evidence.forget();
  generation = -1;
}

Result<void> SqliteIngest::State::write(const IngestBatch& batch, StoreState& store,
                                        IngestOutcome& outcome) {
  origins.clear();
  next_seq = store.next_seq;
  for (const event::Event& event : batch.events) {
    Origin& origin = *DECNET_TRY(find_origin(event.origin));
    if (event.seq != 0 && event.seq <= origin.last) {
      ++outcome.repeated;
    } else {
      DECNET_TRY(add(event, origin, outcome));
    }
  }
  DECNET_TRY(add_rejected(batch, store.log_position));
  DECNET_TRY(flush(outcome));
  store.next_seq = next_seq;
  store.log_position = std::max(store.log_position, batch.log_position);
  ++store.generation;
  return write_state(connection, store);
}

Result<void> SqliteIngest::State::add(const event::Event& event, Origin& origin,
                                      IngestOutcome& outcome) {
  Entry entry;
  const char* refusal = event.seq == 0 ? "no sequence number" : nullptr;
  const auto session = sessions.parse(event.session);
  split_fields(event, session ? std::string_view{} : std::string_view(event.session), common, json);
  entry.event = &event;
  entry.common = &common;
  entry.origin = origin.id;
  if (refusal == nullptr && !DECNET_TRY(name_words(event, entry)))
    refusal = "too many or too long names";
  origin.last = std::max(origin.last, event.seq);
  if (refusal != nullptr) {
    static Counter& refused =
        counter("store_events_refused_total", "Events that the store could not name");
    refused.add();
    return reject({.at = event.time,
                   .source = event.decky,
                   .reason = refusal,
                   .line = event::to_line(event)});
  }
  entry.seq = next_seq++;
  ++outcome.inserted;
  if (!common.src_ip.empty()) entry.source = DECNET_TRY(sources.find(common.src_ip, event.time));
  DECNET_TRY(sessions.add(entry, session));
  if (entry.source != nullptr) {
    entry.source->count_event(entry.type.id, event.severity, event.time);
    DECNET_TRY(sources.touch(*entry.source, entry.decky, entry.service));
  }
  if (entry.type.kind == Kind::login_attempt) DECNET_TRY(credentials.add(entry));
  if (entry.type.kind == Kind::fingerprint) DECNET_TRY(evidence.add_fingerprint(entry));
  if (entry.type.kind == Kind::file_captured) DECNET_TRY(evidence.add_file(entry));
  rollups.add({.seq = entry.seq,
               .at = event.time,
               .severity = static_cast<int>(event.severity),
               .type = entry.type.id,
               .decky = entry.decky,
               .service = entry.service,
               .attacker = entry.attacker()});
  DECNET_TRY(store_event(entry));
  return entry.source != nullptr && entry.source->is_new && entry.source->events == 1
             ? observe(entry, outcome)
             : Result<void>{};
}

// False: the dictionary has no room for a name of this event.
Result<bool> SqliteIngest::State::name_words(const event::Event& event, Entry& entry) {
  const auto type = DECNET_TRY(words.find(event.type));
  const auto decky = DECNET_TRY(words.find(event.decky));
  const auto service = DECNET_TRY(words.find(event.service));
  const auto proto = DECNET_TRY(words.find(common.proto));
  const auto dst_ip = DECNET_TRY(words.find(common.dst_ip));
  if (!type || !decky || !service || !proto || !dst_ip) return false;
  entry.type = *type;
  entry.decky = decky->id;
  entry.service = service->id;
  entry.proto = proto->id;
  entry.dst_ip = dst_ip->id;
  return true;
}

Result<void> SqliteIngest::State::store_event(const Entry& entry) {
  return insert_event.run(entry.seq, entry.event->time, static_cast<int>(entry.event->severity),
                          entry.type.id, entry.decky, entry.service, entry.attacker(),
                          entry.session, common.src_port, common.dst_port, entry.dst_ip,
                          entry.proto, entry.origin, entry.event->seq, json);
}

// First sight is decided here and nowhere else, so its change is written here. What an event says
// by itself (a login, the end of a session) is in no change: followers read events by the same
// sequence.
Result<void> SqliteIngest::State::observe(const Entry& entry, IngestOutcome& outcome) {
  const Source& source = *entry.source;
  JsonWriter payload;
  payload.begin_object()
      .field("attacker_uuid", source.uuid.text())
      .field("attacker_ip", source.ip)
      .field("decky", entry.event->decky)
      .field("service", entry.event->service)
      .field("event_type", entry.event->type)
      .field("first_seen", source.first_seen)
      .end_object();
  DECNET_TRY(insert_change.run(next_seq++, entry.event->time, payload.text()));
  if (outcome.first_sights.size() < kOutcomeRowsMax) {
    outcome.first_sights.push_back({.attacker_uuid = source.uuid,
                                    .attacker_ip = source.ip,
                                    .decky = entry.event->decky,
                                    .service = entry.event->service,
                                    .event_type = entry.event->type,
                                    .first_seen = source.first_seen});
  }
  return {};
}

Result<void> SqliteIngest::State::reject(const RejectedLine& line) {
  return insert_rejected.run(line.at, cut(line.source, kWordBytesMax),
                             cut(line.reason, kWordBytesMax),
                             Blob{cut(line.line, kRejectedLineBytesMax)});
}

Result<void> SqliteIngest::State::add_rejected(const IngestBatch& batch,
                                               std::uint64_t stored_position) {
  for (const RejectedLine& line : batch.rejected) {
    if (line.seq != 0) {
      Origin& origin = *DECNET_TRY(find_origin(line.origin));
      if (line.seq <= std::max(origin.stored, origin.last_rejected)) continue;
      origin.last_rejected = line.seq;
      origin.last = std::max(origin.last, line.seq);
    } else if (line.log_position != 0 && line.log_position <= stored_position) {
      continue;
    }
    DECNET_TRY(reject(line));
  }
  if (!batch.rejected.empty()) DECNET_TRY(trim_rejected.run(kRejectedRowsMax));
  return {};
}

Result<Origin*> SqliteIngest::State::find_origin(std::uint64_t number) {
  if (const auto found = origins.find(number); found != origins.end()) return &found->second;
  Origin origin;
  {
    Rows rows = DECNET_TRY(select_origin.select(number));
    if (DECNET_TRY(rows.next())) {
      origin.id = rows.number(0);
      origin.stored = origin.last = rows.count(1);
    }
  }
  if (origin.id == 0) {
    Rows rows = DECNET_TRY(insert_origin.select(number));
    if (DECNET_TRY(rows.next())) origin.id = rows.number(0);
    DECNET_TRY(rows.finish());
  }
  return &origins.emplace(number, origin).first->second;
}

Result<void> SqliteIngest::State::flush(IngestOutcome& outcome) {
  DECNET_TRY(sessions.flush(outcome));
  DECNET_TRY(credentials.flush(outcome));
  DECNET_TRY(evidence.flush());
  DECNET_TRY(rollups.flush());
  DECNET_TRY(sources.flush());
  for (const auto& [number, origin] : origins) {
    if (origin.last > origin.stored) DECNET_TRY(update_origin.run(origin.last, origin.id));
  }
  return {};
}

Result<std::uint64_t> SqliteIngest::log_position() const {
  const Reader reader = DECNET_TRY(database_.read());
  return DECNET_TRY(read_state(*reader)).log_position;
}

Result<std::uint64_t> SqliteIngest::last_seq(std::uint64_t origin) const {
  const Reader reader = DECNET_TRY(database_.read());
  const auto last =
      DECNET_TRY(reader->number("SELECT last_seq FROM origins WHERE origin = ?", origin));
  return static_cast<std::uint64_t>(last.value_or(0));
}

}  // namespace decnet::store::sqlite
