#include "store/sqlite/deckies.h"

#include <map>
#include <set>

#include "base/json.h"
#include "store/sqlite/events.h"
#include "store/sqlite/rollup_fold.h"

namespace decnet::store::sqlite {
namespace {

// A decky's row with its number.
struct Loaded {
  std::int64_t id = 0;
  DeckyRow row;
};

Result<void> load_services(Connection& connection, Loaded& decky) {
  Rows services = DECNET_TRY(connection.select(
      "SELECT place, name, port FROM decky_services WHERE decky = ? ORDER BY place", decky.id));
  while (DECNET_TRY(services.next())) {
    fleet::ServiceSpec& service = decky.row.spec.services.emplace_back();
    service.name = services.string(1);
    service.port = services.port(2);
    Rows options = DECNET_TRY(
        connection.select("SELECT name, value FROM decky_options WHERE decky = ? AND place = ?",
                          decky.id, services.number(0)));
    while (DECNET_TRY(options.next()))
      service.options.emplace(options.string(0), options.string(1));
  }
  Rows states =
      DECNET_TRY(connection.select("SELECT service, port, actual_port, state, reason FROM "
                                   "decky_states WHERE decky = ? ORDER BY place",
                                   decky.id));
  while (DECNET_TRY(states.next())) {
    decky.row.services.push_back({.service = states.string(0),
                                  .port = states.port(1),
                                  .actual_port = states.port(2),
                                  .state = states.string(3),
                                  .reason = states.string(4)});
  }
  return {};
}

// All deckies, or the one of that name.
Result<std::vector<Loaded>> load(Connection& connection, std::optional<std::string_view> name) {
  Rows rows = DECNET_TRY(connection.select(
      "SELECT id, name, uuid, archetype, seed, ip, deployed_at, version, state, reason FROM deckies"
      " WHERE ?1 IS NULL OR name = ?1 ORDER BY name",
      name));
  std::vector<Loaded> out;
  while (DECNET_TRY(rows.next())) {
    Loaded& decky = out.emplace_back();
    decky.id = rows.number(0);
    decky.row.spec.name = rows.string(1);
    decky.row.spec.uuid = rows.uuid(2);
    decky.row.spec.archetype = rows.string(3);
    decky.row.spec.seed = rows.count(4);
    decky.row.spec.ip = rows.string(5);
    decky.row.spec.deployed_at = rows.time(6);
    decky.row.version = rows.count(7);
    decky.row.state = rows.string(8);
    decky.row.reason = rows.string(9);
    DECNET_TRY(load_services(connection, decky));
  }
  return out;
}

// The last sight of each, and its events in the last 24 hours (whole hours, the running one
// included).
Result<void> add_hits(Connection& connection, std::vector<Loaded>& deckies, TimePoint now) {
  for (Loaded& decky : deckies) {
    Rows rows = DECNET_TRY(connection.select(
        "SELECT l.at FROM words w JOIN last_hits l ON l.decky = w.id WHERE w.text = ?",
        decky.row.spec.name));
    if (DECNET_TRY(rows.next())) decky.row.last_seen = rows.time(0);
  }
  const std::int64_t first = bucket_of(now - std::chrono::hours{24}, kHour) + 1;
  Rows rows =
      DECNET_TRY(connection.select("SELECT w.text, sum(h.events) FROM hits h JOIN words w ON w.id "
                                   "= h.decky WHERE h.hour >= ? GROUP BY h.decky",
                                   first));
  std::map<std::string, std::uint64_t, std::less<>> counts;
  while (DECNET_TRY(rows.next())) counts.emplace(rows.text(0), rows.count(1));
  for (Loaded& decky : deckies) {
    if (const auto found = counts.find(decky.row.spec.name); found != counts.end())
      decky.row.hits_24h = found->second;
  }
  return {};
}

Result<void> write_services(Connection& writer, std::int64_t decky,
                            const std::vector<fleet::ServiceSpec>& services) {
  DECNET_TRY(writer.run("DELETE FROM decky_services WHERE decky = ?", decky));
  DECNET_TRY(writer.run("DELETE FROM decky_options WHERE decky = ?", decky));
  std::int64_t place = 0;
  for (const fleet::ServiceSpec& service : services) {
    DECNET_TRY(writer.run("INSERT INTO decky_services VALUES (?, ?, ?, ?)", decky, place,
                          service.name, service.port));
    for (const auto& [name, value] : service.options)
      DECNET_TRY(
          writer.run("INSERT INTO decky_options VALUES (?, ?, ?, ?)", decky, place, name, value));
    ++place;
  }
  return {};
}

Result<void> retire(Connection& writer, const Loaded& decky) {
  for (const char* table : {"decky_services", "decky_options", "decky_states"})
    DECNET_TRY(writer.run("DELETE FROM " + std::string(table) + " WHERE decky = ?", decky.id));
  DECNET_TRY(writer.run("DELETE FROM decky_secrets WHERE decky = ?", decky.row.spec.uuid));
  for (const char* table : {"service_states", "memories"})
    DECNET_TRY(
        writer.run("DELETE FROM " + std::string(table) + " WHERE decky = ?", decky.row.spec.name));
  return writer.run("DELETE FROM deckies WHERE id = ?", decky.id);
}

Result<void> deploy(Connection& writer, const fleet::DeckySpec& spec) {
  DECNET_TRY(writer.run(
      "INSERT INTO deckies (name, uuid, archetype, seed, ip, deployed_at, version, state, reason)"
      " VALUES (?, ?, ?, ?, ?, ?, 1, 'pending', '')",
      spec.name, spec.uuid, spec.archetype, spec.seed, spec.ip, spec.deployed_at));
  const auto id = DECNET_TRY(writer.number("SELECT id FROM deckies WHERE name = ?", spec.name));
  return write_services(writer, id.value_or(0), spec.services);
}

Result<void> change(Connection& writer, std::int64_t id, const fleet::DeckySpec& spec) {
  DECNET_TRY(
      writer.run("UPDATE deckies SET uuid = ?, archetype = ?, seed = ?, ip = ?, deployed_at = ?, "
                 "version = version + 1 WHERE id = ?",
                 spec.uuid, spec.archetype, spec.seed, spec.ip, spec.deployed_at, id));
  return write_services(writer, id, spec.services);
}

std::string state_payload(const DeckyRow& decky) {
  JsonWriter json;
  json.begin_object()
      .field("name", decky.spec.name)
      .field("state", decky.state)
      .field("reason", decky.reason)
      .key("services")
      .begin_array();
  for (const ServiceState& service : decky.services) {
    json.begin_object()
        .field("name", service.service)
        .field("port", service.port)
        .field("actual_port", service.actual_port)
        .field("state", service.state)
        .field("reason", service.reason)
        .end_object();
  }
  json.end_array().end_object();
  return std::move(json).take();
}

}  // namespace

Result<std::vector<DeckyRow>> SqliteDeckies::list(TimePoint now) const {
  const Reader reader = DECNET_TRY(database_.read(Database::View::one_snapshot));
  auto deckies = DECNET_TRY(load(*reader, std::nullopt));
  DECNET_TRY(add_hits(*reader, deckies, now));
  std::vector<DeckyRow> out;
  out.reserve(deckies.size());
  for (Loaded& decky : deckies) out.push_back(std::move(decky.row));
  return out;
}

Result<DeckyRow> SqliteDeckies::get(std::string_view name, TimePoint now) const {
  const Reader reader = DECNET_TRY(database_.read(Database::View::one_snapshot));
  auto deckies = DECNET_TRY(load(*reader, name));
  if (deckies.empty()) return fail(Errc::not_found, "no such decky");
  DECNET_TRY(add_hits(*reader, deckies, now));
  return std::move(deckies.front().row);
}

Result<void> SqliteDeckies::set_desired(const std::vector<fleet::DeckySpec>& wanted, TimePoint) {
  Writer writer = DECNET_TRY(database_.write());
  const auto present = DECNET_TRY(load(*writer, std::nullopt));
  std::map<std::string_view, const Loaded*> by_name;
  for (const Loaded& decky : present) by_name.emplace(decky.row.spec.name, &decky);
  std::set<std::string_view> names;
  for (const fleet::DeckySpec& spec : wanted) {
    if (!names.insert(spec.name).second)
      return fail(Errc::conflict, "two deckies are named " + spec.name);
  }
  for (const Loaded& decky : present) {
    if (!names.contains(decky.row.spec.name)) DECNET_TRY(retire(*writer, decky));
  }
  for (const fleet::DeckySpec& spec : wanted) {
    const auto found = by_name.find(spec.name);
    if (found == by_name.end()) {
      DECNET_TRY(deploy(*writer, spec));
    } else if (found->second->row.spec != spec) {
      DECNET_TRY(change(*writer, found->second->id, spec));
    }
  }
  return writer.commit();
}

Result<bool> SqliteDeckies::set_actual(std::string_view name, std::string_view state,
                                       std::string_view reason,
                                       const std::vector<ServiceState>& services, TimePoint now) {
  Writer writer = DECNET_TRY(database_.write());
  auto deckies = DECNET_TRY(load(*writer, name));
  if (deckies.empty()) return fail(Errc::not_found, "no such decky");
  Loaded& decky = deckies.front();
  if (decky.row.state == state && decky.row.reason == reason && decky.row.services == services)
    return false;
  decky.row.state = state;
  decky.row.reason = reason;
  decky.row.services = services;
  DECNET_TRY(writer->run("UPDATE deckies SET state = ?, reason = ? WHERE id = ?", state, reason,
                         decky.id));
  DECNET_TRY(writer->run("DELETE FROM decky_states WHERE decky = ?", decky.id));
  std::int64_t place = 0;
  for (const ServiceState& service : services) {
    DECNET_TRY(writer->run("INSERT INTO decky_states VALUES (?, ?, ?, ?, ?, ?, ?)", decky.id,
                           place++, service.service, service.port, service.actual_port,
                           service.state, service.reason));
  }
  DECNET_TRY(append_change(*writer, now, "decky." + std::string(name) + ".state",
                           state_payload(decky.row)));
  DECNET_TRY(writer.commit());
  return true;
}

Result<std::string> SqliteDeckies::secret(Uuid decky, std::string_view purpose) const {
  const Reader reader = DECNET_TRY(database_.read());
  Rows rows = DECNET_TRY(reader->select(
      "SELECT sealed FROM decky_secrets WHERE decky = ? AND purpose = ?", decky, purpose));
  if (!DECNET_TRY(rows.next())) return fail(Errc::not_found, "no such secret");
  return rows.string(0);
}

Result<void> SqliteDeckies::put_secret(Uuid decky, std::string_view purpose,
                                       std::string_view sealed) {
  Writer writer = DECNET_TRY(database_.write());
  DECNET_TRY(writer->run("INSERT OR REPLACE INTO decky_secrets VALUES (?, ?, ?)", decky, purpose,
                         Blob{sealed}));
  return writer.commit();
}

Result<std::string> SqliteDeckies::service_state(std::string_view decky, std::string_view service,
                                                 std::uint16_t port) const {
  const Reader reader = DECNET_TRY(database_.read());
  Rows rows = DECNET_TRY(reader->select(
      "SELECT state FROM service_states WHERE decky = ? AND service = ? AND port = ?", decky,
      service, port));
  if (!DECNET_TRY(rows.next())) return fail(Errc::not_found, "nothing is remembered");
  return rows.string(0);
}

Result<void> SqliteDeckies::put_service_state(std::string_view decky, std::string_view service,
                                              std::uint16_t port, std::string_view state) {
  if (state.size() > kServiceStateBytesMax)
    return fail(Errc::limit, "a service remembers too much");
  Writer writer = DECNET_TRY(database_.write());
  DECNET_TRY(writer->run("INSERT OR REPLACE INTO service_states VALUES (?, ?, ?, ?)", decky,
                         service, port, Blob{state}));
  return writer.commit();
}

Result<std::string> SqliteDeckies::memory(const MemoryKey& key) const {
  const Reader reader = DECNET_TRY(database_.read());
  Rows rows = DECNET_TRY(
      reader->select("SELECT memory FROM memories WHERE decky = ? AND topic = ? AND peer = ?",
                     key.decky, key.topic, key.peer));
  if (!DECNET_TRY(rows.next())) return fail(Errc::not_found, "nothing is remembered");
  return rows.string(0);
}

Result<void> SqliteDeckies::put_memory(const MemoryKey& key, std::string_view memory,
                                       TimePoint now) {
  if (memory.size() > kMemoryBytesMax) return fail(Errc::limit, "a decky remembers too much");
  Writer writer = DECNET_TRY(database_.write());
  DECNET_TRY(writer->run(
      "INSERT INTO memories (decky, topic, peer, memory, at) VALUES (?, ?, ?, ?, ?)"
      " ON CONFLICT (decky, topic, peer) DO UPDATE SET memory = excluded.memory, at = excluded.at",
      key.decky, key.topic, key.peer, Blob{memory}, now));
  DECNET_TRY(
      writer->run("DELETE FROM memories WHERE id IN (SELECT id FROM memories ORDER BY at DESC,"
                  " id DESC LIMIT -1 OFFSET ?)",
                  kMemoriesMax));
  return writer.commit();
}

}  // namespace decnet::store::sqlite
