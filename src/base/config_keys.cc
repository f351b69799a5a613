#include "base/config_keys.h"

namespace decnet {
namespace {

constexpr std::uint64_t kMany = 1ULL << 32;

std::vector<ConfigEntry> general_keys(Config& c) {
  return {
      {"data_dir", &c.data_dir, "where everything is kept"},
      {"run_dir", &c.run_dir, "where the sockets are; empty: <data_dir>/run"},
      {"log.level", &c.log.level, "debug, info, warn or error", true},
      {"log.format", &c.log.format, "text or json", true},
  };
}

std::vector<ConfigEntry> bus_keys(Config& c) {
  return {
      {"bus.enabled", &c.bus.enabled, "whether workers wake each other over the bus"},
      {"bus.socket", &c.bus.socket, "the broker's UNIX socket"},
      {"bus.group", &c.bus.group, "the group that may use the bus, where it exists"},
      {"bus.allow", &c.bus.allow,
       "file that says who may use the bus, and which topics; empty: who may open the socket",
       true},
      {"bus.queue_bytes", Size{&c.bus.queue_bytes}, "what may wait for one slow subscriber"},
      {"bus.queue_frames", Number{&c.bus.queue_frames, 16, kMany},
       "events that may wait for one slow subscriber"},
      {"bus.connections", Number{&c.bus.connections, 16, 65'536}, "clients of the bus at a time"},
      {"bus.patterns", Number{&c.bus.patterns, 1, kMany}, "patterns of one client of the bus"},
      {"bus.pattern_nodes", Number{&c.bus.pattern_nodes, 1024, kMany},
       "tokens of all clients' patterns together, those they share counted once"},
      {"bus.frame_wait", &c.bus.frame_wait, "how long a frame that has begun may take to arrive"},
      {"bus.bridge", &c.bus.bridge,
       "nats:// or tls:// servers of one cluster, by commas; empty: the bus ends at this host"},
      {"bus.bridge_host", &c.bus.bridge_host,
       "this host's name there, one word; empty: its own, up to the first dot"},
      {"bus.bridge_export", &c.bus.bridge_export, "patterns over topics that other hosts may see"},
      {"bus.bridge_import", &c.bus.bridge_import,
       "patterns over <host>.<topic> that come in as remote.<host>.<topic>"},
      {"bus.bridge_tls_ca", &c.bus.bridge_tls_ca,
       "PEM file that the server's certificate must go back to; empty: the system's"},
      {"bus.bridge_tls_certificate", &c.bus.bridge_tls_certificate, "PEM file"},
      {"bus.bridge_tls_key", &c.bus.bridge_tls_key, "PEM file"},
      {"bus.bridge_tls_name", &c.bus.bridge_tls_name,
       "the name in the server's certificate; empty: the one in bus.bridge"},
      {"bus.bridge_credentials", &c.bus.bridge_credentials, "a .creds file, as nsc writes it"},
      {"bus.bridge_user", &c.bus.bridge_user, "with a password instead of a .creds file"},
      {"bus.bridge_password_file", &c.bus.bridge_password_file, "its first line is the password"},
      {"bus.bridge_queue_bytes", Size{&c.bus.bridge_queue_bytes},
       "what may wait for a slow NATS server"},
      {"bus.bridge_queue_events", Number{&c.bus.bridge_queue_events, 16, kMany},
       "events that may wait for a slow NATS server"},
  };
}

std::vector<ConfigEntry> data_keys(Config& c) {
  return {
      {"ingest.log_file", &c.ingest.log_file, "the ingest log's folder; empty: <data_dir>/ingest"},
      {"ingest.segment_bytes", Size{&c.ingest.segment_bytes},
       "size of a segment of the ingest log"},
      {"ingest.log_bytes", Size{&c.ingest.log_bytes},
       "size of the whole ingest log; then its oldest segment goes"},
      {"ingest.enterprise_number", Number{&c.ingest.enterprise_number, 1, kMany},
       "the number in decnet@… of a line"},
      {"ingest.disk_low_bytes", Size{&c.ingest.disk_low_bytes},
       "free space below which files are not kept", true},
      {"ingest.disk_critical_bytes", Size{&c.ingest.disk_critical_bytes},
       "free space below which nothing is acknowledged", true},
      {"ingest.reserve_bytes", Size{&c.ingest.reserve_bytes},
       "a file given up for the store when the disk is full"},
      {"ingest.listen", &c.ingest.listen,
       "address for RFC 5424 over TCP from elsewhere; empty: off"},
      {"store.url", &c.store.url, "sqlite:PATH; empty: <data_dir>/decnet.sqlite"},
      {"store.retention_age", &c.store.retention_age, "events older than this go; 0s: never", true},
      {"store.retention_bytes", Size{&c.store.retention_bytes},
       "the oldest events go beyond this size; 0: never", true},
      {"api.address", &c.api.address,
       "where the dashboard answers; other than loopback it needs TLS"},
      {"api.port", Number{&c.api.port, 1, 65535}, "the dashboard's port"},
      {"api.tls_certificate", &c.api.tls_certificate, "PEM file", true},
      {"api.tls_key", &c.api.tls_key, "PEM file", true},
      {"api.connections", Number{&c.api.connections, 8, 15'000},
       "connections to the API at a time"},
  };
}

std::vector<ConfigEntry> fleet_keys(Config& c) {
  return {
      {"engine.shards", Number{&c.engine.shards, 1, 64}, "engine processes"},
      {"engine.session_duration", &c.engine.session_duration, "longest session"},
      {"engine.session_idle", &c.engine.session_idle, "longest silence in a session"},
      {"engine.session_bytes", Size{&c.engine.session_bytes}, "bytes of one session, each way"},
      {"engine.sessions", Number{&c.engine.sessions, 16, 12'000},
       "sessions of one engine at a time"},
      {"engine.source_rate", Number{&c.engine.source_rate, 1, kMany},
       "new sessions a second from one address"},
      {"engine.source_sessions", Number{&c.engine.source_sessions, 1, kMany},
       "sessions at a time from one address"},
      {"engine.capture_bytes", Size{&c.engine.capture_bytes},
       "what is kept of one captured file, at most 16MiB"},
      {"engine.assets", &c.engine.assets, "the file made by tools/make-assets"},
      {"workers.host", &c.workers.host,
       "core: all workers in one process; each: a process per worker; units: systemd starts them"},
      {"workers.heartbeat", &c.workers.heartbeat,
       "how often a worker says that it lives; three missed and it is stale"},
      {"fleet.driver", &c.fleet.driver, "loopback"},
      {"fleet.network", &c.fleet.network, "where deckies get their addresses"},
      {"fleet.demo_deckies", Number{&c.fleet.demo_deckies, 0, 200},
       "deckies of the demo fleet of an empty store"},
      {"geo.country_database", &c.geo.country_database, "MaxMind-format file with countries"},
      {"geo.asn_database", &c.geo.asn_database, "MaxMind-format file with autonomous systems"},
  };
}

}  // namespace

std::vector<ConfigEntry> config_entries(Config& config) {
  std::vector<ConfigEntry> out;
  for (const auto keys : {general_keys, bus_keys, data_keys, fleet_keys}) {
    const auto some = keys(config);
    out.insert(out.end(), some.begin(), some.end());
  }
  return out;
}

}  // namespace decnet
