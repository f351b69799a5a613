// What an API process is told: the whole of its configuration.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/disk.h"
#include "net/endpoint.h"

namespace decnet::api {

class WorkerHost;

struct Options {
  // Any address but loopback needs `certificate_file` and `key_file`; port 0: the kernel chooses.
  std::vector<net::Endpoint> listen{{net::IpAddress::v4(0x7f000001), 8080}};
  std::string certificate_file, key_file;  // PEM
  std::string run_folder;                  // For api.sock; empty: no local socket.
  std::string local_group = "decnet";      // Its members may do everything on the local socket.
  std::string data_folder;                 // For artifacts, the first password and free space.
  DiskLimits disk;                         // As the collector keeps them.
  std::string country_database, network_database;  // .mmdb; empty or absent: no geography.
  std::string version = "0";
  std::vector<std::string> workers;         // Shown as unknown until they are heard.
  std::uint32_t enterprise_number = 32473;  // Of rebuilt RFC 5424 lines.

  std::shared_ptr<WorkerHost> worker_host;  // Who starts workers; null: nobody.
  Duration heartbeat = std::chrono::seconds{30};
  std::string crashes_folder;  // Empty: no reports are shown.

  std::size_t database_threads = 4;
  Duration session_idle = std::chrono::hours{12};
  Duration session_age = std::chrono::hours{24 * 7};
  std::size_t stream_clients_max = 1'000;
};

}  // namespace decnet::api
