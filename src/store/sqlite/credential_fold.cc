#include "store/sqlite/credential_fold.h"

#include <algorithm>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "base/bytes.h"
#include "base/hash.h"
#include "store/sqlite/hashing.h"
#include "store/sqlite/row_uuid.h"
#include "store/sqlite/secret_key.h"
#include "store/sqlite/words.h"

namespace decnet::store::sqlite {
namespace {

constexpr std::size_t kRememberedPairsMax = 16'384;

struct Place {
  std::int64_t source, decky, service, pair;
  bool operator==(const Place&) const = default;
};
struct PlaceHash {
  using is_avalanching = void;
  std::size_t operator()(const Place& place) const noexcept {
    return hash_of({place.source, place.decky, place.service, place.pair});
  }
};

struct Pair {
  std::int64_t id = 0;
  bool has_crack_line = false;
};

struct Folded {
  Place place;
  Source* source;
  const event::Event* event;  // The first of this batch.
  std::string sha256;
  std::uint64_t attempts = 0, accepted = 0;
  TimePoint first_seen, last_seen;
};

std::string secret_of(const event::Event& event) {
  if (const std::string* encoded = event.find("secret_b64")) {
    if (auto bytes = from_base64(*encoded)) return std::move(*bytes);
    return *encoded;  // Another program's idea of it: kept as it came.
  }
  return std::string(event.get("secret_printable"));
}

}  // namespace

struct CredentialFold::State {
  State(Connection& on, Dictionary& dictionary, RollupFold& counts)
      : connection(on),
        words(dictionary),
        rollups(counts),
        select_pair(on,
                    "SELECT id, crack_line IS NOT NULL FROM pairs"
                    " WHERE secret_key = ? AND principal = ? AND kind = ? AND sha256 = ?"),
        newest_pair(on, "SELECT max(id) FROM pairs"),
        insert_pair(on,
                    "INSERT INTO pairs VALUES (?, ?, ?, ?, ?, ?, nullif(?, ''), nullif(?, ''))"),
        update_pair(on, "UPDATE pairs SET crack_format = ?, crack_line = ? WHERE id = ?"),
        newest(on, "SELECT max(id) FROM credentials"),
        insert(on,
               "INSERT OR IGNORE INTO credentials VALUES (?1, ?2, ?3, nullif(?3, 0), ?4, ?5, ?6, "
               "?7, ?8, ?9, ?10)"),
        select(on,
               "SELECT id, first_seen FROM credentials WHERE source = ? AND decky = ? AND service "
               "= ? AND pair = ?"),
        update(on,
               "UPDATE credentials SET attempts = attempts + ?, accepted_count = accepted_count + "
               "?, first_seen = ?,"
               " last_seen = max(last_seen, ?) WHERE id = ?") {}

  Result<Pair> find_pair(const event::Event& event, std::string_view secret,
                         std::string_view sha256);
  Result<void> write(const Folded& credential);
  Result<void> write_again(const Folded& credential);

  Connection& connection;
  Dictionary& words;
  RollupFold& rollups;
  Query select_pair, newest_pair, insert_pair, update_pair, newest, insert, select, update;
  boost::unordered_flat_map<std::string, Pair, TextHash, std::equal_to<>> pairs;
  boost::unordered_flat_map<Place, std::size_t, PlaceHash> places;  // Of this batch.
  std::vector<Folded> folded;
  std::string key;
  std::int64_t next_id = 0;  // 0: ask.
};

CredentialFold::CredentialFold(Connection& connection, Dictionary& words, RollupFold& rollups)
    : state_(std::make_unique<State>(connection, words, rollups)) {}
CredentialFold::~CredentialFold() = default;

void CredentialFold::forget() {
  state_->pairs.clear();
  state_->places.clear();
  state_->folded.clear();
  state_->next_id = 0;
}

Result<Pair> CredentialFold::State::find_pair(const event::Event& event, std::string_view secret,
                                              std::string_view sha256) {
  const auto kind_word = DECNET_TRY(words.find(event.get("secret_kind")));
  const std::int64_t kind = kind_word ? kind_word->id : 0;
  const std::string_view principal = cut(event.get("principal"), kPrincipalBytesMax);
  const std::string_view crack_line = event.get("crack_line");
  key.assign(sha256);
  key.append(reinterpret_cast<const char*>(&kind), sizeof kind);
  key.append(principal);
  Pair pair;
  if (const auto found = pairs.find(key); found != pairs.end()) {
    pair = found->second;
  } else {
    Rows rows = DECNET_TRY(select_pair.select(secret_key(sha256), principal, kind, Blob{sha256}));
    if (DECNET_TRY(rows.next()))
      pair = {.id = rows.number(0), .has_crack_line = rows.number(1) != 0};
  }
  const std::string_view format = cut(event.get("crack_format"), kWordBytesMax);
  if (pair.id == 0) {
    {
      Rows rows = DECNET_TRY(newest_pair.select());
      pair = {.id = DECNET_TRY(rows.next()) ? rows.number(0) + 1 : 1,
              .has_crack_line = !crack_line.empty()};
    }
    DECNET_TRY(insert_pair.run(pair.id, kind, secret_key(sha256), principal, Blob{sha256},
                               Blob{cut(secret, kSecretBytesMax)}, format,
                               cut(crack_line, kCrackLineBytesMax)));
  } else if (!crack_line.empty() && !pair.has_crack_line) {
    DECNET_TRY(update_pair.run(format, cut(crack_line, kCrackLineBytesMax), pair.id));
    pair.has_crack_line = true;
  }
  pairs.insert_or_assign(key, pair);
  return pair;
}

Result<void> CredentialFold::add(const Entry& entry) {
  const event::Event& event = *entry.event;
  const std::string secret = secret_of(event);
  std::string sha256 = decnet::sha256(secret);
  const Pair pair = DECNET_TRY(state_->find_pair(event, secret, sha256));
  const Place place{entry.attacker(), entry.decky, entry.service, pair.id};
  const auto [known, is_first] = state_->places.try_emplace(place, state_->folded.size());
  if (is_first) {
    state_->folded.push_back({.place = place,
                              .source = entry.source,
                              .event = &event,
                              .sha256 = std::move(sha256),
                              .first_seen = event.time,
                              .last_seen = event.time});
  }
  Folded& credential = state_->folded[known->second];
  ++credential.attempts;
  if (event.get("outcome") == "accepted") ++credential.accepted;
  credential.first_seen = std::min(credential.first_seen, event.time);
  credential.last_seen = std::max(credential.last_seen, event.time);
  return {};
}

Result<void> CredentialFold::flush(IngestOutcome& outcome) {
  for (const Folded& credential : state_->folded) {
    DECNET_TRY(state_->write(credential));
    if (outcome.credentials.size() >= kOutcomeRowsMax) continue;
    outcome.credentials.push_back(
        {.secret_sha256 = to_hex(credential.sha256),
         .secret_kind = std::string(credential.event->get("secret_kind")),
         .attacker_ip = credential.source != nullptr ? credential.source->ip : "",
         .decky = credential.event->decky,
         .service = credential.event->service});
  }
  state_->folded.clear();
  state_->places.clear();
  if (state_->pairs.size() > kRememberedPairsMax) state_->pairs.clear();
  return {};
}

Result<void> CredentialFold::State::write(const Folded& credential) {
  if (next_id == 0) {
    Rows rows = DECNET_TRY(newest.select());
    next_id = DECNET_TRY(rows.next()) ? rows.number(0) + 1 : 1;
  }
  const Place& place = credential.place;
  DECNET_TRY(insert.run(next_id, make_row_uuid(credential.first_seen, next_id), place.source,
                        place.decky, place.service, place.pair, credential.attempts,
                        credential.accepted, credential.first_seen, credential.last_seen));
  if (connection.changed_rows() == 0) return write_again(credential);
  ++next_id;
  if (credential.source != nullptr) ++credential.source->credentials;
  rollups.count_credential(credential.first_seen, +1);
  return {};
}

Result<void> CredentialFold::State::write_again(const Folded& credential) {
  const Place& place = credential.place;
  std::int64_t id = 0;
  TimePoint first_seen{};
  {
    Rows rows = DECNET_TRY(select.select(place.source, place.decky, place.service, place.pair));
    if (!DECNET_TRY(rows.next()))
      return fail(Errc::corrupt, "store: a credential is in the index only");
    id = rows.number(0);
    first_seen = rows.time(1);
  }
  const TimePoint first = std::min(first_seen, credential.first_seen);
  rollups.count_credential(first_seen, -1);  // It may count for an earlier minute now.
  rollups.count_credential(first, +1);
  return update.run(credential.attempts, credential.accepted, first, credential.last_seen, id);
}

}  // namespace decnet::store::sqlite
