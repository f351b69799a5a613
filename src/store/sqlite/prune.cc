// Retention, a bounded step at a time. Events go from the front of the sequence; sessions, files
// and changes go with them. Only where the size demands it, credentials and attackers of whom
// nothing else is left go, too.
#include <map>

#include "base/counters.h"
#include "event/event.h"
#include "store/sqlite/accounts.h"
#include "store/sqlite/dictionary.h"
#include "store/sqlite/maintenance.h"
#include "store/sqlite/rollup_fold.h"
#include "store/sqlite/store_state.h"
#include "store/sqlite/words.h"

namespace decnet::store::sqlite {
namespace {

constexpr std::int64_t kStepEvents = 2'000;
constexpr std::int64_t kStepRows = 2'000;
constexpr std::int64_t kStepSessionsLookedAt = 20'000;
constexpr std::int64_t kStepPagesFreed = 1'000;
constexpr int kSeverityOfSuccess = static_cast<int>(event::Severity::warning);
// A time so far ahead of ours is a wrong clock and keeps nothing.
constexpr Duration kClockErrorMax = std::chrono::hours{24};

struct SourceSums {
  std::int64_t events = 0, sessions = 0, credentials = 0, files = 0, attempts = 0;
};
struct SessionSums {
  std::int64_t events = 0, logins = 0, commands = 0, files = 0, accepted = 0, segments = 0;
};

class Step {
 public:
  Step(Connection& writer, const Retention& retention, TimePoint now, bool too_big)
      : writer_(writer), retention_(retention), now_(now), too_big_(too_big), rollups_(writer) {}

  Result<bool> run();

 private:
  bool is_old(TimePoint at) const {
    return retention_.age_max && (at < now_ - *retention_.age_max || at > now_ + kClockErrorMax);
  }
  Result<void> remove_events();
  Result<void> remove_files();
  Result<void> remove_sessions();
  Result<void> remove_changes();
  Result<void> remove_rejected();
  Result<void> remove_credentials();
  Result<void> remove_attackers();
  Result<void> remove_accesses();
  Result<void> write_sums();
  // Whether a bound ended what the last statement did.
  void note_removed(std::int64_t rows, std::int64_t bound) {
    more_ |= rows >= bound;
    removed_ |= rows > 0;
  }

  Connection& writer_;
  const Retention& retention_;
  const TimePoint now_;
  const bool too_big_;
  RollupFold rollups_;
  StoreState state_;
  Sequence front_ = 0;  // The first event that stays; the next number if none does.
  bool events_left_ = true;
  std::map<std::int64_t, SourceSums> sources_;
  std::map<std::int64_t, SessionSums> sessions_;
  bool more_ = false, removed_ = false;
};

Result<bool> Step::run() {
  state_ = DECNET_TRY(read_state(writer_));
  DECNET_TRY(remove_events());
  DECNET_TRY(remove_files());
  DECNET_TRY(remove_sessions());
  DECNET_TRY(remove_changes());
  DECNET_TRY(remove_rejected());
  if (too_big_) DECNET_TRY(remove_credentials());
  DECNET_TRY(rollups_.flush());
  DECNET_TRY(write_sums());
  if (too_big_) DECNET_TRY(remove_attackers());
  DECNET_TRY(remove_accesses());
  DECNET_TRY(writer_.run("PRAGMA incremental_vacuum(" + std::to_string(kStepPagesFreed) + ")"));
  ++state_.generation;
  DECNET_TRY(write_state(writer_, state_));
  return more_ || (too_big_ && removed_);
}

Result<void> Step::remove_events() {
  const auto login = DECNET_TRY(find_word(writer_, event::kLoginAttempt));
  const auto command = DECNET_TRY(find_word(writer_, event::kCommand));
  const auto file = DECNET_TRY(find_word(writer_, event::kFileCaptured));
  const auto recording = DECNET_TRY(find_word(writer_, event::kRecording));
  std::vector<std::pair<std::int64_t, Sequence>> commands;
  std::int64_t count = 0;
  front_ = state_.next_seq;
  events_left_ = false;
  {
    Rows rows =
        DECNET_TRY(writer_.select("SELECT seq, at, severity, type, decky, service, attacker, "
                                  "session FROM events ORDER BY seq LIMIT ?",
                                  kStepEvents + 1));
    while (DECNET_TRY(rows.next())) {
      const RollupRow row{.seq = rows.number(0),
                          .at = rows.time(1),
                          .severity = static_cast<int>(rows.number(2)),
                          .type = rows.number(3),
                          .decky = rows.number(4),
                          .service = rows.number(5),
                          .attacker = rows.number(6)};
      if (count == kStepEvents || !(too_big_ || is_old(row.at))) {
        front_ = row.seq;
        events_left_ = true;
        break;
      }
      ++count;
      rollups_.remove(row);
      if (row.attacker != 0) ++sources_[row.attacker].events;
      if (const std::int64_t session = rows.number(7); session != 0) {
        SessionSums& sums = sessions_[session];
        ++sums.events;
        sums.logins += row.type == login;
        sums.commands += row.type == command;
        sums.files += row.type == file;
        sums.segments += row.type == recording;
        sums.accepted += row.type == login && row.severity <= kSeverityOfSuccess;
        if (row.type == command) commands.emplace_back(session, row.seq);
      }
    }
  }
  if (count == 0) return {};
  state_.horizon_seq = std::max(state_.horizon_seq, front_);
  note_removed(count, kStepEvents);
  for (const auto& [session, seq] : commands)
    DECNET_TRY(writer_.run("DELETE FROM commands WHERE session = ? AND seq = ?", session, seq));
  DECNET_TRY(writer_.run("DELETE FROM segments WHERE seq < ?", front_));
  return writer_.run("DELETE FROM events WHERE seq < ?", front_);
}

Result<void> Step::remove_files() {
  {
    Rows rows = DECNET_TRY(
        writer_.select("SELECT attacker FROM files WHERE seq < ? AND attacker != 0", front_));
    while (DECNET_TRY(rows.next())) ++sources_[rows.number(0)].files;
  }
  return writer_.run("DELETE FROM files WHERE seq < ?", front_);
}

// A session goes with its last event. Those that began before the front and still speak stay, and
// are few.
Result<void> Step::remove_sessions() {
  std::vector<std::int64_t> gone;
  std::int64_t looked_at = 0;
  {
    Rows rows = DECNET_TRY(writer_.select(
        "SELECT id, last_seq, attacker FROM sessions WHERE id < ? ORDER BY id LIMIT ?", front_,
        kStepSessionsLookedAt));
    while (static_cast<std::int64_t>(gone.size()) < kStepRows && DECNET_TRY(rows.next())) {
      ++looked_at;
      if (rows.number(1) >= front_) continue;
      gone.push_back(rows.number(0));
      if (rows.number(2) != 0) ++sources_[rows.number(2)].sessions;
    }
  }
  for (const std::int64_t session : gone) {
    DECNET_TRY(writer_.run("DELETE FROM sessions WHERE id = ?", session));
    DECNET_TRY(writer_.run("DELETE FROM sessions_gone WHERE session = ?", session));
    sessions_.erase(session);
  }
  note_removed(static_cast<std::int64_t>(gone.size()), kStepRows);
  return {};
}

Result<void> Step::remove_changes() {
  std::int64_t count = 0;
  Sequence last = 0;
  {
    Rows rows = DECNET_TRY(writer_.select(
        "SELECT seq, at FROM changes WHERE seq < ? ORDER BY seq LIMIT ?", front_, kStepRows));
    while (DECNET_TRY(rows.next())) {
      // In front of an event that went it goes, too: the sequence is kept from one number on.
      if (rows.number(0) >= state_.horizon_seq && !(too_big_ || is_old(rows.time(1)))) break;
      last = rows.number(0);
      ++count;
    }
  }
  note_removed(count, kStepRows);
  if (count == 0) return {};
  state_.horizon_seq = std::max(state_.horizon_seq, last + 1);
  return writer_.run("DELETE FROM changes WHERE seq <= ?", last);
}

Result<void> Step::remove_rejected() {
  if (!retention_.age_max) return {};
  DECNET_TRY(writer_.run(
      "DELETE FROM rejected WHERE id IN (SELECT id FROM rejected WHERE at < ? ORDER BY id LIMIT ?)",
      now_ - *retention_.age_max, kStepRows));
  note_removed(writer_.changed_rows(), kStepRows);
  return {};
}

// Those that were last seen before the oldest event that stays.
Result<void> Step::remove_credentials() {
  const auto oldest = DECNET_TRY(writer_.number("SELECT at FROM events WHERE seq = ?", front_));
  std::vector<std::int64_t> gone;
  {
    Rows rows =
        DECNET_TRY(writer_.select("SELECT id, source, attempts, first_seen FROM credentials WHERE "
                                  "?1 IS NULL OR last_seen < ?1"
                                  " ORDER BY last_seen LIMIT ?2",
                                  oldest, kStepRows));
    while (DECNET_TRY(rows.next())) {
      gone.push_back(rows.number(0));
      rollups_.count_credential(rows.time(3), -1);
      if (rows.number(1) == 0) continue;
      SourceSums& sums = sources_[rows.number(1)];
      ++sums.credentials;
      sums.attempts += rows.number(2);
    }
  }
  for (const std::int64_t credential : gone)
    DECNET_TRY(writer_.run("DELETE FROM credentials WHERE id = ?", credential));
  note_removed(static_cast<std::int64_t>(gone.size()), kStepRows);
  return {};
}

// Those of whom every row has gone.
Result<void> Step::remove_attackers() {
  std::vector<std::int64_t> gone;
  {
    Rows rows =
        DECNET_TRY(writer_.select("SELECT a.id FROM attackers_gone g JOIN attackers a ON a.id = "
                                  "g.attacker WHERE a.events = g.events"
                                  " AND a.sessions = g.sessions AND a.credentials = g.credentials "
                                  "AND a.files = g.files LIMIT ?",
                                  kStepRows));
    while (DECNET_TRY(rows.next())) gone.push_back(rows.number(0));
  }
  for (const std::int64_t attacker : gone) {
    DECNET_TRY(writer_.run(
        "UPDATE fingerprints SET attackers = attackers - 1, count = count - (SELECT s.count FROM "
        "attacker_fingerprints s"
        " WHERE s.attacker = ?1 AND s.fingerprint = fingerprints.id)"
        " WHERE id IN (SELECT fingerprint FROM attacker_fingerprints WHERE attacker = ?1)",
        attacker));
    for (const char* table : {"attacker_fingerprints", "touches", "attackers_gone"})
      DECNET_TRY(
          writer_.run("DELETE FROM " + std::string(table) + " WHERE attacker = ?", attacker));
    DECNET_TRY(writer_.run("DELETE FROM attackers WHERE id = ?", attacker));
  }
  note_removed(static_cast<std::int64_t>(gone.size()), kStepRows);
  DECNET_TRY(
      writer_.run("DELETE FROM fingerprints WHERE id IN (SELECT id FROM fingerprints WHERE "
                  "attackers = 0 LIMIT ?)",
                  kStepRows));
  return {};
}

Result<void> Step::remove_accesses() {
  DECNET_TRY(writer_.run("DELETE FROM web_sessions WHERE expires_at < ?", now_));
  DECNET_TRY(writer_.run("DELETE FROM idempotency WHERE at < ?", now_ - kIdempotencyKept));
  return writer_.run("DELETE FROM audit WHERE seq <= (SELECT max(seq) FROM audit) - ?",
                     kAuditRowsMax);
}

Result<void> Step::write_sums() {
  for (const auto& [attacker, sums] : sources_) {
    DECNET_TRY(writer_.run(
        "INSERT INTO attackers_gone VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET events = "
        "events + excluded.events,"
        " sessions = sessions + excluded.sessions, credentials = credentials + "
        "excluded.credentials,"
        " files = files + excluded.files, attempts = attempts + excluded.attempts",
        attacker, sums.events, sums.sessions, sums.credentials, sums.files, sums.attempts));
  }
  for (const auto& [session, sums] : sessions_) {
    DECNET_TRY(writer_.run(
        "INSERT INTO sessions_gone VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
        "events = events + excluded.events,"
        " logins = logins + excluded.logins, commands = commands + excluded.commands, "
        "files = files + excluded.files, accepted = accepted + excluded.accepted,"
        " segments = segments + excluded.segments",
        session, sums.events, sums.logins, sums.commands, sums.files, sums.accepted,
        sums.segments));
  }
  return {};
}

// What the rows take; pages that are free are used again before the file grows.
Result<std::uint64_t> used_bytes(Connection& writer) {
  const auto pages = DECNET_TRY(writer.number("PRAGMA page_count"));
  const auto free = DECNET_TRY(writer.number("PRAGMA freelist_count"));
  const auto page_bytes = DECNET_TRY(writer.number("PRAGMA page_size"));
  return static_cast<std::uint64_t>((pages.value_or(0) - free.value_or(0)) *
                                    page_bytes.value_or(0));
}

}  // namespace

Result<bool> prune_step(Database& database, const Retention& retention, TimePoint now) {
  Writer writer = DECNET_TRY(database.write());
  const bool too_big =
      retention.bytes_max && DECNET_TRY(used_bytes(*writer)) > *retention.bytes_max;
  Step step(*writer, retention, now, too_big);
  const bool more = DECNET_TRY(step.run());
  DECNET_TRY(writer.commit());
  return more;
}

}  // namespace decnet::store::sqlite
