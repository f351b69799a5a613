#include "service/redis/vitals.h"

#include <algorithm>
#include <array>

#include "service/redis/server.h"

namespace decnet::service::redis {

namespace {

constexpr std::uint64_t kClientBytes = 20'504;  // Its query buffer.
constexpr std::uint64_t kReplyBufferBytes = 16'384;

std::uint64_t keys_bytes(const Server& server) {
  constexpr std::uint64_t kOverCounted =
      96;  // Keyspace's limit counts more for a key than redis takes.
  std::uint64_t keys = 0;
  for (int db = 0; db < kDatabases; ++db) keys += server.keyspace.size(db);
  const std::uint64_t bytes = server.keyspace.bytes();
  return bytes > keys * kOverCounted ? bytes - keys * kOverCounted : bytes;
}

std::uint64_t table_bytes(const Server& server) {
  std::uint64_t bytes = 0;
  for (int db = 0; db < kDatabases; ++db) {
    bytes += server.keyspace.keys(db).table_size() * 8 + server.keyspace.size(db) * 40;
  }
  return bytes;
}

}  // namespace

std::uint64_t Server::used_memory() const {
  return kStartupBytes + 200 + clients_.size() * (kClientBytes + kReplyBufferBytes) +
         keys_bytes(*this) + scripts.bytes();
}

Vitals vitals_of(const Server& server) {
  constexpr std::uint64_t kPage = 4096;
  SeededRandom random = server.options().persona->stream("redis.memory");
  Vitals out;
  out.used = server.used_memory();
  out.peak = std::max(
      {server.stats.peak_memory, out.used, kStartupBytes + kClientBytes + random.below(90'000)});
  out.overhead = kStartupBytes + 200 + table_bytes(server);
  out.scripts = server.scripts.bytes() + server.scripts.size() * 184;
  out.lua = 32'768 + server.scripts.size() * 512;
  out.allocated = out.used + 970'000 + random.below(120'000);
  out.active = (out.allocated + 180'000 + random.below(160'000)) / kPage * kPage;
  out.resident = out.active + (600 + random.below(300)) * kPage;
  out.rss = out.resident + (1'600 + random.below(400)) * kPage;
  constexpr std::array<std::uint64_t, 6> kGibibytes = {2, 4, 4, 8, 8, 16};
  // What the firmware and the kernel keep is not told.
  out.system = random.pick(kGibibytes) * (1ULL << 30) - (20'000 + random.below(30'000)) * kPage;
  return out;
}

Background background_of(const Server& server) {
  const std::int64_t uptime_us =
      std::max<std::int64_t>(0, server.now_us() - server.boot.started_us);
  const auto uptime = static_cast<double>(uptime_us) / 1e6;
  SeededRandom random = server.options().persona->stream("redis.pace");
  Background out;
  // serverCron ten times a second, the same work each time.
  out.cpu_system = 0.0067 + uptime * (0.0007 + random.unit() * 0.0006);
  out.cpu_user = 0.0052 + uptime * (0.0006 + random.unit() * 0.0005);
  out.expire_millis = static_cast<std::uint64_t>(uptime * 0.011);
  if (server.boot.monitoring_interval_s > 0) {
    const auto visits =
        static_cast<std::uint64_t>(uptime_us / 1'000'000 / server.boot.monitoring_interval_s);
    out.connections = out.commands = visits;
    out.bytes_in = visits * 14;
    out.bytes_out = visits * 5'108;
  }
  return out;
}

std::uint64_t recent_rate(const Server& server) {
  const auto& samples = server.stats.samples;
  if (samples.size() < 2) return 0;
  const std::int64_t span = server.now_ms() - samples.front().first;
  constexpr std::int64_t kWindowMs = 1600;  // Sixteen samples of a hundred milliseconds.
  if (span <= 0 || span > kWindowMs * 2) return 0;
  return (samples.back().second - samples.front().second) * 1000 / static_cast<std::uint64_t>(span);
}

}  // namespace decnet::service::redis
