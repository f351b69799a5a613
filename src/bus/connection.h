// Connection: what the broker knows of one client. Inside the broker.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <set>
#include <string>

#include "base/fd.h"
#include "bus/allow.h"
#include "bus/outbox.h"
#include "net/listener.h"

namespace decnet::bus {

// How a subscriber copes with what is sent to it.
enum class Pace : std::uint8_t {
  keeps_up,  // Its queue is short.
  pressed,   // Its queue is long, but it may just not have had its turn: publishers are held back.
  behind,    // It has had its time. Nobody waits for it any more; its oldest events go.
};

// Whether publishers are held back for a subscriber that is pressed.
enum class Patience : std::uint8_t { some, none };

struct Connection {
  using Time = std::chrono::nanoseconds;  // Of the monotonic clock.

  Connection(UniqueFd socket, net::PeerCredentials who, QueueLimits limits, Patience with = {})
      : fd(std::move(socket)), peer(who), out(limits), patience(with) {}

  UniqueFd fd;
  std::uint32_t slot = 0;
  std::uint64_t id = 0;  // Never the same twice in the life of a broker.
  Time since{0};
  net::PeerCredentials peer;
  std::string name;  // From HELLO, safe to log; empty until then.
  bool greeted = false;
  bool dead = false;  // Closed in this turn, buried after it.

  // Reading.
  std::string partial;     // The start of a frame whose rest has not come.
  std::size_t wanted = 0;  // The size of that frame, where its header is complete.
  Time frame_since{0};     // When its start came.
  bool backlog = false;    // `partial` has whole frames, too: its turn was over.
  std::set<std::string, std::less<>> patterns;
  std::size_t pattern_bytes = 0;

  // Writing.
  Outbox out;
  bool dirty = false;    // Has got frames in this turn.
  bool blocked = false;  // The socket is full; EPOLLOUT will tell.
  Patience patience;
  Pace pace = Pace::keeps_up;
  Time pressed_since{0};
  Time progress_at{0};  // Since it is pressed.
  Time taken_at{0};     // The last time that it took anything.

  // Held back as a publisher.
  bool paused = false;
  Time paused_until{0};
  std::uint32_t paused_for = 0;  // The slot of the subscriber.

  // What has gone through it.
  std::uint64_t frames_in = 0;
  std::uint64_t bytes_in = 0;
  std::uint64_t frames_out = 0;
  std::uint64_t bytes_out = 0;

  // What it may do; null: everything.
  std::unique_ptr<const Rights> rights;
  std::uint64_t denied = 0;  // Frames of topics and patterns that it may not use.

  // What it has lost.
  std::uint64_t dropped = 0;
  std::uint64_t dropped_at_last_health = 0;
  std::uint64_t dropped_unsaid = 0;
  Time warned_at{0};
  bool warned = false;

  // For the log.
  std::string label() const;
};

}  // namespace decnet::bus
