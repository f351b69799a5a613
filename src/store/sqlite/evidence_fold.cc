#include "store/sqlite/evidence_fold.h"

#include <algorithm>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "base/hash.h"
#include "store/sqlite/hashing.h"

namespace decnet::store::sqlite {
namespace {

constexpr std::size_t kRememberedFingerprintsMax = 8'192;

struct Sighting {
  std::int64_t attacker, fingerprint;
  bool operator==(const Sighting&) const = default;
};
struct SightingHash {
  using is_avalanching = void;
  std::size_t operator()(const Sighting& sighting) const noexcept {
    return hash_of({sighting.attacker, sighting.fingerprint});
  }
};
struct Sum {
  std::uint64_t count = 0, attackers = 0;
  TimePoint first_seen = TimePoint::max(), last_seen = TimePoint::min();

  void add(TimePoint at) {
    ++count;
    first_seen = std::min(first_seen, at);
    last_seen = std::max(last_seen, at);
  }
};

}  // namespace

struct EvidenceFold::State {
  State(Connection& on, Dictionary& dictionary)
      : connection(on),
        words(dictionary),
        select(on, "SELECT id FROM fingerprints WHERE key = ? AND kind = ? AND value = ?"),
        newest(on, "SELECT max(id) FROM fingerprints"),
        insert(on, "INSERT INTO fingerprints VALUES (?1, ?2, ?3, ?4, ?5, 0, 0, ?6, ?6)"),
        update(on,
               "UPDATE fingerprints SET attackers = attackers + ?, count = count + ?, first_seen = "
               "min(first_seen, ?),"
               " last_seen = max(last_seen, ?) WHERE id = ?"),
        update_sighting(
            on,
            "UPDATE attacker_fingerprints SET count = count + ?, first_seen = min(first_seen, ?),"
            " last_seen = max(last_seen, ?) WHERE attacker = ? AND fingerprint = ?"),
        insert_sighting(on, "INSERT INTO attacker_fingerprints VALUES (?, ?, ?, ?, ?)"),
        insert_file(on, "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)") {}

  Result<std::int64_t> find(std::int64_t kind, std::string_view value, const event::Event& event);

  Connection& connection;
  Dictionary& words;
  Query select, newest, insert, update, update_sighting, insert_sighting, insert_file;
  boost::unordered_flat_map<std::string, std::int64_t, TextHash, std::equal_to<>> known;
  boost::unordered_flat_map<std::int64_t, Sum> sums;                 // Of this batch.
  boost::unordered_flat_map<Sighting, Sum, SightingHash> sightings;  // Of this batch.
  std::string key;
};

EvidenceFold::EvidenceFold(Connection& connection, Dictionary& words)
    : state_(std::make_unique<State>(connection, words)) {}
EvidenceFold::~EvidenceFold() = default;

void EvidenceFold::forget() {
  state_->known.clear();
  state_->sums.clear();
  state_->sightings.clear();
}

std::int64_t fingerprint_key(std::int64_t kind, std::string_view value) noexcept {
  const std::uint64_t spread = static_cast<std::uint64_t>(kind) * 0x9e3779b97f4a7c15ULL;
  return static_cast<std::int64_t>(stable_hash(value) ^ spread);
}

Result<std::int64_t> EvidenceFold::State::find(std::int64_t kind, std::string_view value,
                                               const event::Event& event) {
  key.assign(reinterpret_cast<const char*>(&kind), sizeof kind);
  key.append(value);
  if (const auto found = known.find(key); found != known.end()) return found->second;
  const std::int64_t hash = fingerprint_key(kind, value);
  std::int64_t id = 0;
  {
    Rows rows = DECNET_TRY(select.select(hash, kind, value));
    if (DECNET_TRY(rows.next())) id = rows.number(0);
  }
  if (id == 0) {
    {
      Rows rows = DECNET_TRY(newest.select());
      id = DECNET_TRY(rows.next()) ? rows.number(0) + 1 : 1;
    }
    const std::string_view raw = cut(event.get("raw"), kFingerprintRawBytesMax);
    DECNET_TRY(insert.run(id, hash, kind, value, raw, event.time));
  }
  known.emplace(key, id);
  return id;
}

Result<void> EvidenceFold::add_fingerprint(const Entry& entry) {
  const event::Event& event = *entry.event;
  const auto kind = DECNET_TRY(state_->words.find(event.get("kind")));
  if (!kind) return {};  // A kind beyond the dictionary's end: the event alone says it.
  const std::string_view value = cut(event.get("value"), kFingerprintBytesMax);
  const std::int64_t id = DECNET_TRY(state_->find(kind->id, value, event));
  state_->sums[id].add(event.time);
  state_->sightings[{entry.attacker(), id}].add(event.time);
  return {};
}

Result<void> EvidenceFold::add_file(const Entry& entry) {
  const event::Event& event = *entry.event;
  if (entry.source != nullptr) ++entry.source->files;
  constexpr std::size_t kHashBytesMax = 64;
  return state_->insert_file.run(
      entry.seq, cut(event.get("sha256"), kHashBytesMax), number_field(event, "size").value_or(0),
      cut(event.get("name"), kFileNameBytesMax), cut(event.get("path"), kFileNameBytesMax),
      entry.attacker(), entry.decky, entry.service, entry.session, event.time,
      event.get("truncated") == "true");
}

Result<void> EvidenceFold::flush() {
  std::vector<std::pair<Sighting, Sum>> order(state_->sightings.begin(), state_->sightings.end());
  std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
    return std::pair(a.first.attacker, a.first.fingerprint) <
           std::pair(b.first.attacker, b.first.fingerprint);
  });
  for (const auto& [sighting, sum] : order) {
    DECNET_TRY(state_->update_sighting.run(sum.count, sum.first_seen, sum.last_seen,
                                           sighting.attacker, sighting.fingerprint));
    if (state_->connection.changed_rows() != 0) continue;
    DECNET_TRY(state_->insert_sighting.run(sighting.attacker, sighting.fingerprint, sum.count,
                                           sum.first_seen, sum.last_seen));
    ++state_->sums[sighting.fingerprint].attackers;
  }
  for (const auto& [id, sum] : state_->sums)
    DECNET_TRY(state_->update.run(sum.attackers, sum.count, sum.first_seen, sum.last_seen, id));
  state_->sums.clear();
  state_->sightings.clear();
  if (state_->known.size() > kRememberedFingerprintsMax) state_->known.clear();
  return {};
}

}  // namespace decnet::store::sqlite
