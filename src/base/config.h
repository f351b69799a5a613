// Configuration: `decnet.toml`, then the environment (DECNET_<SECTION>_<KEY>), then the command
// line; the later one wins.
//
//   auto config = load_config({.file = "decnet.toml", .environment = environment_of_process()});
//   config->api.port
//
// Sizes are written "64MiB", durations "30s", "12h", "30d". An unknown key, a wrong type or a value
// out of range is refused with the key's name and what it takes. Every key stands once, in
// config_keys.cc.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace decnet {

inline constexpr Duration kHeartbeatMin = std::chrono::milliseconds{200};

struct Config {
  std::string data_dir = "data";
  std::string run_dir;  // Empty: <data_dir>/run
  struct {
    std::string level = "info";
    std::string format = "text";
  } log;
  struct {
    bool enabled = true;
    std::string socket;  // Empty: see spec, the first folder that is writable; under `up`:
                         // <run_dir>/bus.sock
    std::string group = "decnet";
    std::string allow;  // A file of rules, see bus/allow.h. Empty: the socket's mode alone decides.
    std::uint64_t queue_bytes = 8ULL << 20;
    std::uint64_t queue_frames = 65'536;
    std::uint64_t connections = 1024;
    std::uint64_t patterns = 16'384;
    std::uint64_t pattern_nodes = 262'144;
    Duration frame_wait = std::chrono::seconds{30};
    std::string bridge;       // NATS servers; empty: the bus ends at this host.
    std::string bridge_host;  // Empty: the host's own name, up to its first dot.
    std::string bridge_export =
        "attacker.>,credential.>,identity.>,campaign.>,decky.>,system.*.health";
    std::string bridge_import = ">";
    std::string bridge_tls_ca;
    std::string bridge_tls_certificate;
    std::string bridge_tls_key;
    std::string bridge_tls_name;
    std::string bridge_credentials;
    std::string bridge_user;
    std::string bridge_password_file;
    std::uint64_t bridge_queue_bytes = 8ULL << 20;
    std::uint64_t bridge_queue_events = 65'536;
  } bus;
  struct {
    std::string log_file;  // The ingest log's folder. Empty: <data_dir>/ingest
    std::uint64_t segment_bytes = 64ULL << 20;
    std::uint64_t log_bytes = 5ULL << 30;
    std::uint64_t enterprise_number = 32473;
    std::uint64_t disk_low_bytes = 1ULL << 30;  // Below: recordings and artifacts are not kept.
    std::uint64_t disk_critical_bytes = 256ULL << 20;  // Below: nothing is acknowledged.
    std::uint64_t reserve_bytes =
        64ULL << 20;     // A file that is given up for the store when the disk is full.
    std::string listen;  // RFC 5424 over TCP from elsewhere ("127.0.0.1:6514"); empty: off
  } ingest;
  struct {
    std::string url;  // Empty: sqlite:<data_dir>/decnet.sqlite
    Duration retention_age = std::chrono::days{90};
    std::uint64_t retention_bytes = 20ULL << 30;
  } store;
  struct {
    std::string address = "127.0.0.1";
    std::uint64_t port = 8080;
    std::string tls_certificate;
    std::string tls_key;
    std::uint64_t connections = 2'000;
  } api;
  struct {
    std::uint64_t shards = 2;
    Duration session_duration = std::chrono::hours{24};
    Duration session_idle = std::chrono::hours{2};
    std::uint64_t session_bytes = 64ULL << 30;
    std::uint64_t sessions = 8'000;
    std::uint64_t source_rate = 200;
    std::uint64_t source_sessions = 512;
    std::uint64_t capture_bytes = 8ULL << 20;
    std::string assets;  // Empty: beside the program, or ../share/decnet/assets.pack
  } engine;
  struct {
    // "core": all workers in one process. "each": a process per worker. "units": none here, systemd
    // starts them (as `decnet init` writes it).
    std::string host = "core";
    Duration heartbeat = std::chrono::seconds{30};  // Three missed: stale.
  } workers;
  struct {
    std::string driver = "loopback";
    std::string network = "127.66.0.0/16";
    std::uint64_t demo_deckies = 12;
  } fleet;
  struct {
    std::string country_database;  // MaxMind format; empty: no countries
    std::string asn_database;
  } geo;

  // Places that follow from data_dir and run_dir.
  std::string run_folder() const { return run_dir.empty() ? data_dir + "/run" : run_dir; }
  std::string ingest_folder() const {
    return ingest.log_file.empty() ? data_dir + "/ingest" : ingest.log_file;
  }
  std::string artifacts_folder() const { return data_dir + "/artifacts"; }
  std::string store_url() const {
    return store.url.empty() ? "sqlite:" + data_dir + "/decnet.sqlite" : store.url;
  }
  std::string api_socket() const { return run_folder() + "/api.sock"; }
  std::string bus_socket() const {
    return bus.socket.empty() ? run_folder() + "/bus.sock" : bus.socket;
  }
  std::string supervisor_socket() const { return run_folder() + "/supervisor.sock"; }
  std::string crashes_folder() const { return data_dir + "/crashes"; }
  std::string collector_socket() const { return run_folder() + "/collector.sock"; }
};

using Environment = std::map<std::string, std::string, std::less<>>;
Environment environment_of_process();  // Variables that begin with DECNET_.

struct ConfigSources {
  std::string file;  // Empty: none. One that is named must exist.
  Environment environment;
  std::map<std::string, std::string, std::less<>> overrides;  // "api.port" → "9090"
};

// Errors: invalid_argument (the detail names the key, its source, and what it takes), not_found,
// denied (the file).
Result<Config> load_config(const ConfigSources& sources);

struct ConfigKey {
  std::string name;         // "api.port"
  std::string environment;  // "DECNET_API_PORT"
  std::string type;         // text, number, size, duration, yes/no
  std::string value;        // Of the Config given.
  std::string help;
  bool reloads = false;  // SIGHUP is enough.
};
std::vector<ConfigKey> config_keys(const Config& config);

}  // namespace decnet
