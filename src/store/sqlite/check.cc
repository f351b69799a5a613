// Whether every counter equals a recount of the rows that it counts, with what retention took
// added.
#include <array>

#include "event/event.h"
#include "store/sqlite/maintenance.h"
#include "store/sqlite/rollup_fold.h"
#include "store/sqlite/sources.h"
#include "store/sqlite/words.h"

namespace decnet::store::sqlite {
namespace {

constexpr std::size_t kDifferencesMax = 100;

// Yields one row for each difference: what it is about, what is stored, what was counted.
struct Comparison {
  std::string_view name;
  std::string_view sql;
};

constexpr std::array<Comparison, 21> kComparisons = {{
    {"attackers.events",
     "WITH c AS MATERIALIZED (SELECT attacker, count(*) AS n FROM events WHERE attacker != 0 GROUP "
     "BY attacker)"
     " SELECT a.ip, a.events, coalesce(c.n, 0) + coalesce(g.events, 0) AS counted FROM attackers a"
     " LEFT JOIN c ON c.attacker = a.id LEFT JOIN attackers_gone g ON g.attacker = a.id WHERE "
     "a.events != counted"},
    {"attackers.sessions",
     "WITH c AS MATERIALIZED (SELECT attacker, count(*) AS n FROM sessions GROUP BY attacker)"
     " SELECT a.ip, a.sessions, coalesce(c.n, 0) + coalesce(g.sessions, 0) AS counted FROM "
     "attackers a"
     " LEFT JOIN c ON c.attacker = a.id LEFT JOIN attackers_gone g ON g.attacker = a.id WHERE "
     "a.sessions != counted"},
    {"attackers.credentials",
     "WITH c AS MATERIALIZED (SELECT source, count(*) AS n FROM credentials GROUP BY source)"
     " SELECT a.ip, a.credentials, coalesce(c.n, 0) + coalesce(g.credentials, 0) AS counted FROM "
     "attackers a"
     " LEFT JOIN c ON c.source = a.id LEFT JOIN attackers_gone g ON g.attacker = a.id WHERE "
     "a.credentials != counted"},
    {"attackers.files",
     "WITH c AS MATERIALIZED (SELECT attacker, count(*) AS n FROM files GROUP BY attacker)"
     " SELECT a.ip, a.files, coalesce(c.n, 0) + coalesce(g.files, 0) AS counted FROM attackers a"
     " LEFT JOIN c ON c.attacker = a.id LEFT JOIN attackers_gone g ON g.attacker = a.id WHERE "
     "a.files != counted"},
    {"attackers.deckies",
     "WITH c AS MATERIALIZED (SELECT attacker, count(DISTINCT decky) AS n FROM touches GROUP BY "
     "attacker)"
     " SELECT a.ip, a.deckies, coalesce(c.n, 0) AS counted FROM attackers a LEFT JOIN c ON "
     "c.attacker = a.id WHERE a.deckies != counted"},
    {"events without their attacker",
     "SELECT e.attacker, 0, count(*) FROM events e LEFT JOIN attackers a ON a.id = e.attacker"
     " WHERE e.attacker != 0 AND a.id IS NULL GROUP BY e.attacker"},
    {"events without their session",
     "SELECT e.session, 0, count(*) FROM events e LEFT JOIN sessions s ON s.id = e.session"
     " WHERE e.session != 0 AND s.id IS NULL GROUP BY e.session"},
    {"sessions.events",
     "WITH c AS MATERIALIZED (SELECT session, count(*) AS n FROM events WHERE session != 0 GROUP "
     "BY session)"
     " SELECT s.id, s.events, coalesce(c.n, 0) + coalesce(g.events, 0) AS counted FROM sessions s"
     " LEFT JOIN c ON c.session = s.id LEFT JOIN sessions_gone g ON g.session = s.id WHERE "
     "s.events != counted"},
    {"sessions.accepted",
     "WITH c AS MATERIALIZED (SELECT e.session, count(*) AS n FROM events e JOIN words w ON w.id = "
     "e.type AND w.text = 'login.attempt' WHERE e.session != 0 AND e.severity <= 4 GROUP BY "
     "e.session)"
     " SELECT s.id, s.accepted, coalesce(c.n, 0) + coalesce(g.accepted, 0) AS counted FROM "
     "sessions s"
     " LEFT JOIN c ON c.session = s.id LEFT JOIN sessions_gone g ON g.session = s.id WHERE "
     "s.accepted != counted"},
    {"commands that are no events",
     "SELECT c.seq, 1, 0 FROM commands c LEFT JOIN events e ON e.seq = c.seq AND e.session = "
     "c.session WHERE e.seq IS NULL"},
    {"credentials without their pair",
     "SELECT c.id, 0, 1 FROM credentials c LEFT JOIN pairs p ON p.id = c.pair WHERE p.id IS NULL"},
    {"fingerprints.count",
     "SELECT f.id, f.count, coalesce(sum(s.count), 0) AS counted FROM fingerprints f LEFT JOIN "
     "attacker_fingerprints s"
     " ON s.fingerprint = f.id GROUP BY f.id HAVING f.count != counted"},
    {"fingerprints.attackers",
     "SELECT f.id, f.attackers, count(s.attacker) AS counted FROM fingerprints f LEFT JOIN "
     "attacker_fingerprints s"
     " ON s.fingerprint = f.id GROUP BY f.id HAVING f.attackers != counted"},
    {"blocks.events",
     "WITH c AS MATERIALIZED (SELECT seq >> 10 AS block, count(*) AS n FROM events GROUP BY block)"
     " SELECT coalesce(b.block, c.block), coalesce(b.events, 0) AS have, coalesce(c.n, 0) AS "
     "counted FROM blocks b"
     " FULL JOIN c ON c.block = b.block WHERE have != counted"},
    {"visits.events",
     "WITH c AS MATERIALIZED (SELECT seq >> 10 AS block, attacker, decky, count(*) AS n FROM "
     "events WHERE attacker != 0"
     " GROUP BY block, attacker, decky) SELECT coalesce(v.block, c.block), coalesce(v.events, 0) "
     "AS have,"
     " coalesce(c.n, 0) AS counted FROM visits v FULL JOIN c ON c.block = v.block AND c.attacker = "
     "v.attacker AND c.decky = v.decky"
     " WHERE have != counted"},
    {"minutes.events",
     "WITH c AS MATERIALIZED (SELECT at / 60000000 - (at < 0 AND at % 60000000 != 0) AS minute, "
     "count(*) AS n FROM events"
     " GROUP BY minute) SELECT coalesce(m.minute, c.minute), coalesce(m.events, 0) AS have, "
     "coalesce(c.n, 0) AS counted"
     " FROM minutes m FULL JOIN c ON c.minute = m.minute WHERE have != counted"},
    {"minutes.credentials",
     "WITH c AS MATERIALIZED (SELECT first_seen / 60000000 - (first_seen < 0 AND first_seen % "
     "60000000 != 0) AS minute,"
     " count(*) AS n FROM credentials GROUP BY minute) SELECT coalesce(m.minute, c.minute), "
     "coalesce(m.credentials, 0) AS"
     " have, coalesce(c.n, 0) AS counted FROM minutes m FULL JOIN c ON c.minute = m.minute WHERE "
     "have != counted"},
    {"tally.events",
     "WITH c AS MATERIALIZED (SELECT at / 600000000 - (at < 0 AND at % 600000000 != 0) AS slot, "
     "decky, service, type,"
     " severity, count(*) AS n FROM events GROUP BY slot, decky, service, type, severity)"
     " SELECT coalesce(t.slot, c.slot), coalesce(t.events, 0) AS have, coalesce(c.n, 0) AS counted "
     "FROM tally t FULL JOIN c"
     " ON c.slot = t.slot AND c.decky = t.decky AND c.service = t.service AND c.type = t.type AND "
     "c.severity = t.severity"
     " WHERE have != counted"},
    {"hits.events",
     "WITH c AS MATERIALIZED (SELECT at / 3600000000 - (at < 0 AND at % 3600000000 != 0) AS hour, "
     "decky, count(*) AS n"
     " FROM events WHERE attacker != 0 GROUP BY hour, decky) SELECT coalesce(h.hour, c.hour), "
     "coalesce(h.events, 0) AS "
     "have,"
     " coalesce(c.n, 0) AS counted FROM hits h FULL JOIN c ON c.hour = h.hour AND c.decky = "
     "h.decky WHERE have != counted"},
    {"the sequence",
     "SELECT 'state', next_seq, n FROM state, (SELECT max(coalesce((SELECT max(seq) FROM events), "
     "0),"
     " coalesce((SELECT max(seq) FROM changes), 0)) + 1 AS n) WHERE next_seq < n"},
    {"a number of the sequence that is used twice",
     "SELECT e.seq, 1, 2 FROM changes c JOIN events e ON e.seq = c.seq"},
}};

void note(Recount& into, const std::string& what) {
  if (into.differences.size() < kDifferencesMax) into.differences.push_back(what);
}

std::string difference(std::string_view name, const std::string& of, std::int64_t stored,
                       std::int64_t counted) {
  return std::string(name) + " of " + of + ": " + std::to_string(stored) + ", counted " +
         std::to_string(counted);
}

Result<std::int64_t> word_of(Connection& reader, std::string_view text) {
  return DECNET_TRY(find_word(reader, text)).value_or(-1);
}

Result<void> compare_session_types(Connection& reader, Recount& into) {
  struct Counted {
    std::string_view column, type;
  };
  constexpr std::array<Counted, 4> kCounted = {{{"logins", event::kLoginAttempt},
                                                {"commands", event::kCommand},
                                                {"files", event::kFileCaptured},
                                                {"segments", event::kRecording}}};
  for (const Counted& counted : kCounted) {
    const std::string column(counted.column);
    const std::int64_t type = DECNET_TRY(word_of(reader, counted.type));
    Rows rows =
        DECNET_TRY(reader.select("WITH c AS MATERIALIZED (SELECT session, count(*) AS n FROM "
                                 "events WHERE session != 0 AND type = ? GROUP BY session)"
                                 " SELECT s.id, s." +
                                     column + ", coalesce(c.n, 0) + coalesce(g." + column +
                                     ", 0) AS counted FROM sessions s"
                                     " LEFT JOIN c ON c.session = s.id LEFT JOIN sessions_gone g "
                                     "ON g.session = s.id WHERE s." +
                                     column + " != counted",
                                 type));
    while (DECNET_TRY(rows.next()))
      note(into, difference("sessions." + column, rows.string(0), rows.number(1), rows.number(2)));
  }
  return {};
}

Result<void> compare_types(Connection& reader, Recount& into) {
  const std::int64_t login = DECNET_TRY(word_of(reader, event::kLoginAttempt));
  Rows rows = DECNET_TRY(reader.select(
      "WITH c AS MATERIALIZED (SELECT source, sum(attempts) AS n FROM credentials GROUP BY source)"
      " SELECT a.ip, a.events, a.types, coalesce(c.n, 0) + coalesce(g.attempts, 0) FROM attackers a"
      " LEFT JOIN c ON c.source = a.id LEFT JOIN attackers_gone g ON g.attacker = a.id"));
  while (DECNET_TRY(rows.next())) {
    std::int64_t events = 0, logins = 0;
    for (const auto& [type, count] : parse_types(rows.text(2))) {
      events += static_cast<std::int64_t>(count);
      if (type == login) logins = static_cast<std::int64_t>(count);
    }
    if (events != rows.number(1))
      note(into, difference("attackers.types", rows.string(0), events, rows.number(1)));
    if (logins != rows.number(3))
      note(into, difference("credentials.attempts", rows.string(0), rows.number(3), logins));
  }
  return {};
}

}  // namespace

Result<void> recount(Connection& reader, Recount& into) {
  for (const Comparison& comparison : kComparisons) {
    Rows rows = DECNET_TRY(reader.select(comparison.sql));
    while (into.differences.size() < kDifferencesMax && DECNET_TRY(rows.next()))
      note(into, difference(comparison.name, rows.string(0), rows.number(1), rows.number(2)));
  }
  DECNET_TRY(compare_session_types(reader, into));
  return compare_types(reader, into);
}

}  // namespace decnet::store::sqlite
