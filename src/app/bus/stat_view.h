// The broker's report (src/bus/README.md) as numbers, rates, tables and JSON.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace decnet::app {

struct ClientRow {
  std::uint64_t id = 0;
  std::string name;
  std::int64_t pid = 0, uid = 0, gid = 0;
  double connected_s = 0;
  std::uint64_t subscriptions = 0;
  std::uint64_t frames_in = 0, bytes_in = 0, frames_out = 0, bytes_out = 0;
  std::uint64_t queued_frames = 0, queued_bytes = 0, dropped = 0, denied = 0;
  std::string pace;  // keeps_up, pressed, behind
};

struct BusReport {
  std::int64_t pid = 0;
  double uptime_s = 0;
  std::uint64_t connections = 0, subscriptions = 0, published = 0, delivered = 0, dropped = 0;
  std::uint64_t protocol_errors = 0, refused = 0, denied_connections = 0, denied_frames = 0;
  std::uint64_t pauses = 0;
  std::vector<ClientRow> clients;
  std::uint64_t omitted = 0;  // Clients that did not fit.
};

// Unknown fields are ignored and absent ones are 0, so that a stat understands other brokers.
// Errors: corrupt (no JSON object, or its clients are none).
Result<BusReport> parse_report(std::string_view payload);

// What happened between two reports of one broker, per second. A client is the same where its id
// is. All 0 where no time has passed, or the broker is another one.
struct ClientRates {
  double frames_in = 0, bytes_in = 0, frames_out = 0, bytes_out = 0, dropped = 0;
};
struct BusRates {
  double published = 0, delivered = 0, dropped = 0;
  std::vector<ClientRates> clients;  // As report.clients.
};
BusRates rates_between(const BusReport& before, const BusReport& now);

// The indices of report.clients, the slowest consumer first: by what it loses, by what waits for
// it.
std::vector<std::size_t> slowest_first(const BusReport& report, const BusRates& rates);

void print_report(const BusReport& report, const BusRates& rates);
std::string report_json(const BusReport& report, const BusRates& rates);  // One line.

}  // namespace decnet::app
