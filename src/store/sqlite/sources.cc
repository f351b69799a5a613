#include "store/sqlite/sources.h"

#include <algorithm>
#include <charconv>

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include "store/sqlite/hashing.h"
#include "store/sqlite/row_uuid.h"

namespace decnet::store::sqlite {
namespace {

constexpr std::size_t kRememberedSourcesMax = 8'192;
constexpr std::size_t kRememberedTouchesMax = 32'768;

struct Touch {
  std::int64_t attacker, decky, service;
  bool operator==(const Touch&) const = default;
};
struct TouchHash {
  using is_avalanching = void;
  std::size_t operator()(const Touch& touch) const noexcept {
    return hash_of({touch.attacker, touch.decky, touch.service});
  }
};

}  // namespace

struct Sources::State {
  explicit State(Connection& on)
      : select(on,
               "SELECT id, uuid, first_seen, last_seen, events, sessions, credentials, deckies, "
               "files, severity, types"
               " FROM attackers WHERE ip = ?"),
        newest(on, "SELECT max(id) FROM attackers"),
        insert(on, "INSERT INTO attackers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
        update(on,
               "UPDATE attackers SET first_seen = ?, last_seen = ?, events = ?, sessions = ?, "
               "credentials = ?,"
               " deckies = ?, files = ?, severity = ?, types = ? WHERE id = ?"),
        touched_decky(on, "SELECT 1 FROM touches WHERE attacker = ? AND decky = ?"),
        insert_touch(on, "INSERT OR IGNORE INTO touches VALUES (?, ?, ?)"),
        connection(on) {}

  Result<std::unique_ptr<Source>> load(std::string_view ip, TimePoint at);
  Result<void> write(const Source& source);

  Query select, newest, insert, update, touched_decky, insert_touch;
  Connection& connection;
  boost::unordered_flat_map<std::string, std::unique_ptr<Source>, TextHash, std::equal_to<>> known;
  boost::unordered_flat_set<Touch, TouchHash> touches;
  std::vector<Source*> changed;
  std::int64_t next_id = 0;  // 0: ask.
};

Sources::Sources(Connection& connection) : state_(std::make_unique<State>(connection)) {}
Sources::~Sources() = default;

void Sources::forget() {
  state_->changed.clear();
  state_->known.clear();
  state_->touches.clear();
  state_->next_id = 0;
}

Result<Source*> Sources::find(std::string_view ip, TimePoint at) {
  auto found = state_->known.find(ip);
  if (found == state_->known.end()) {
    auto loaded = DECNET_TRY(state_->load(ip, at));
    found = state_->known.emplace(ip, std::move(loaded)).first;
  }
  Source* source = found->second.get();
  if (!source->changed) {
    source->changed = true;
    state_->changed.push_back(source);
  }
  return source;
}

Result<std::unique_ptr<Source>> Sources::State::load(std::string_view ip, TimePoint at) {
  auto out = std::make_unique<Source>();
  out->ip = ip;
  Rows rows = DECNET_TRY(select.select(ip));
  if (DECNET_TRY(rows.next())) {
    out->id = rows.number(0);
    out->uuid = rows.uuid(1);
    out->first_seen = rows.time(2);
    out->last_seen = rows.time(3);
    out->events = rows.count(4);
    out->sessions = rows.count(5);
    out->credentials = rows.count(6);
    out->deckies = rows.count(7);
    out->files = rows.count(8);
    out->severity = static_cast<int>(rows.number(9));
    out->types = parse_types(rows.text(10));
    return out;
  }
  if (next_id == 0) {
    Rows top = DECNET_TRY(newest.select());
    next_id = DECNET_TRY(top.next()) ? top.number(0) + 1 : 1;
  }
  out->id = next_id++;
  out->uuid = make_row_uuid(at, out->id);
  out->first_seen = out->last_seen = at;
  out->severity = static_cast<int>(event::Severity::info);
  out->is_new = true;
  return out;
}

Result<void> Sources::touch(Source& source, std::int64_t decky, std::int64_t service) {
  const Touch touch{source.id, decky, service};
  if (!state_->touches.insert(touch).second) return {};
  bool seen = false;
  {
    Rows rows = DECNET_TRY(state_->touched_decky.select(source.id, decky));
    seen = DECNET_TRY(rows.next());
  }
  DECNET_TRY(state_->insert_touch.run(source.id, decky, service));
  if (!seen) ++source.deckies;
  return {};
}

Result<void> Sources::flush() {
  std::sort(state_->changed.begin(), state_->changed.end(),
            [](const Source* a, const Source* b) { return a->id < b->id; });
  for (Source* source : state_->changed) {
    DECNET_TRY(state_->write(*source));
    source->is_new = source->changed = false;
  }
  state_->changed.clear();
  if (state_->known.size() > kRememberedSourcesMax) state_->known.clear();
  if (state_->touches.size() > kRememberedTouchesMax) state_->touches.clear();
  return {};
}

Result<void> Sources::State::write(const Source& source) {
  const std::string types = types_text(source.types);
  if (source.is_new) {
    return insert.run(source.id, source.ip, source.uuid, source.first_seen, source.last_seen,
                      source.events, source.sessions, source.credentials, source.deckies,
                      source.files, source.severity, types);
  }
  return update.run(source.first_seen, source.last_seen, source.events, source.sessions,
                    source.credentials, source.deckies, source.files, source.severity, types,
                    source.id);
}

void Source::count_event(std::int64_t type, event::Severity of, TimePoint at) {
  ++events;
  first_seen = std::min(first_seen, at);
  last_seen = std::max(last_seen, at);
  severity = std::min(severity, static_cast<int>(of));
  const auto counted = [&](std::int64_t wanted) {
    return std::find_if(types.begin(), types.end(),
                        [&](const auto& entry) { return entry.first == wanted; });
  };
  auto entry = counted(type);
  if (entry == types.end() && types.size() >= kSourceTypesMax) entry = counted(type = 0);
  if (entry == types.end()) entry = types.insert(types.end(), {type, 0});
  ++entry->second;
}

std::string types_text(const std::vector<std::pair<std::int64_t, std::uint64_t>>& types) {
  std::string out;
  for (const auto& [type, count] : types) {
    if (!out.empty()) out.push_back(' ');
    out += std::to_string(type);
    out.push_back('=');
    out += std::to_string(count);
  }
  return out;
}

std::vector<std::pair<std::int64_t, std::uint64_t>> parse_types(std::string_view text) {
  std::vector<std::pair<std::int64_t, std::uint64_t>> out;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at < end) {
    std::pair<std::int64_t, std::uint64_t> entry;
    const auto type = std::from_chars(at, end, entry.first);
    if (type.ec != std::errc{} || type.ptr == end || *type.ptr != '=') break;
    const auto count = std::from_chars(type.ptr + 1, end, entry.second);
    if (count.ec != std::errc{}) break;
    out.push_back(entry);
    at = count.ptr < end ? count.ptr + 1 : end;
  }
  return out;
}

}  // namespace decnet::store::sqlite
