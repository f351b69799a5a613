// A place in a running engine: the service that stands there, and what its sessions share.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/data_ports.h"
#include "engine/memories.h"
#include "ingest/sender.h"
#include "net/tls.h"
#include "session/session.h"

namespace decnet::engine {

inline constexpr std::uint64_t kCaptureMemoryMax =
    48ULL << 20;  // Of all files that are being captured in an engine.

inline constexpr std::uint64_t kRecordingMemoryMax =
    32ULL
    << 20;  // Of all segments of recordings that are not closed yet. Past it they leave early …
inline constexpr std::size_t kEarlySegmentBytes = 4096;  // … if they have this much.

class LiveRecording;

// What every session of an engine uses. Outlives them.
struct Surroundings {
  const Clock& clock;
  ingest::Sender& sender;
  session::Limits limits;
  std::uint64_t capture_bytes = 0;  // Held by captures under way.
  std::uint64_t events_total = 0;
  DataPorts data_ports = {};
  Memories memories = {};
  std::uint64_t recording_bytes = 0;  // Held by segments of recordings under way.
  std::set<LiveRecording*> recordings = {};
};

struct RunningPlace {
  session::Place place;
  std::unique_ptr<session::Service> service;
  std::string saved_state;  // What core was told last.
  // TLS contexts with their options: made at the first handshake, shared by all.
  std::vector<std::pair<net::TlsManner, std::shared_ptr<const net::TlsContext>>> tls;

  Result<std::shared_ptr<const net::TlsContext>> tls_context(
      const session::Session::TlsOptions& options);
};

}  // namespace decnet::engine
