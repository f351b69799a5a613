// Session: one peer talking to one service. All that a service has of the world: a stream, a clock,
// a way to tell.
//
//   net::Task<void> EchoService::serve(Session& session) {
//     net::Reader reader(session.stream());
//     while (auto line = co_await reader.line(1024)) {
//       session.command(*line);
//       if (!co_await session.stream().write(*line)) co_return;
//     }
//   }
//
// Touched on the engine's one thread only. Every event carries decky, service, session, src_ip,
// src_port, dst_ip, dst_port and proto without the service's doing.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/uuid.h"
#include "event/event.h"
#include "net/stream.h"
#include "net/tls.h"
#include "session/limits.h"
#include "session/recorder.h"
#include "session/service.h"

namespace decnet::session {

// One guess at a credential. `secret` holds what was proved: a password, or the response of a
// challenge.
struct LoginAttempt {
  std::string_view principal;
  std::string_view secret;
  std::string_view secret_kind = "plaintext";  // See event/dictionary.h for the list.
  std::string_view method = "password";
  bool accepted = false;
  std::string_view crack_format =
      {};  // For challenge and response: the name that hashcat or john uses …
  std::string_view crack_line = {};  // … and the line that they accept.
};

// A file that the peer stores, in pieces. Bytes beyond Limits::capture_bytes_max are counted and
// not kept.
class Capture {
 public:
  virtual ~Capture() = default;
  virtual void write(std::string_view bytes) = 0;
  // Sends the content as an artifact and file.captured with sha256, size, name, path (and
  // truncated=true where the limit cut it). A capture that is destroyed before is finished as it
  // stands, marked incomplete=true.
  virtual void finish() = 0;
};

// A listening socket on the decky for this session's own peer and nobody else (FTP's PASV).
class PassiveListener {
 public:
  virtual ~PassiveListener() = default;
  virtual net::Endpoint local() const = 0;
  // Others than the session's peer are turned away and recorded. Errors: timeout, cancelled.
  virtual net::Task<Result<net::StreamPtr>> accept(TimePoint deadline) = 0;
};

class Session {
 public:
  virtual ~Session() = default;

  virtual const Uuid& id() const = 0;
  virtual const Place& place() const = 0;
  const persona::Persona& persona() const { return *place().persona; }
  const Clock& clock() const { return *place().clock; }
  virtual const Limits& limits() const = 0;

  // The connection; TLS once start_tls() has succeeded. Reads and writes count towards the limits
  // and end with closed beyond them; they end with timeout after the idle limit or at the session's
  // end, whichever comes first.
  virtual net::Stream& stream() = 0;

  // The idle limit from the next read or write on. Capped by Limits::idle_max.
  virtual void set_idle_limit(Duration limit) = 0;

  // Waits, for a latency like the genuine server's. Errors: cancelled.
  virtual net::Task<Result<void>> delay(Duration how_long) = 0;

  // Speaks TLS from here on, with the place's identity. `buffered` are bytes of the peer that were
  // read already. Sends the fingerprints ja3 and ja4 of the ClientHello, also where the handshake
  // fails. Errors: those of net/tls.h.
  using TlsOptions = net::TlsManner;
  virtual net::Task<Result<void>> start_tls(const TlsOptions& options, std::string buffered) = 0;
  virtual bool is_tls() const = 0;

  // Records. `emit` fills in time, decky, service, session and the peer's fields.
  virtual void emit(event::Event event) = 0;
  void login(const LoginAttempt& attempt);  // login.attempt
  void command(std::string_view command, std::optional<std::uint64_t> output_bytes = {},
               std::optional<int> exit_status = {});
  void fingerprint(std::string_view kind, std::string_view value, std::string_view raw = {});
  void detection_probe(std::string_view name);  // A trick that tells decoys from servers was tried.
  event::Event request() const { return {.type = std::string(event::kRequest)}; }

  // Whether this login works here: true only for the persona's accounts that the decky's policy
  // opens, always the same answer for the same pair. Records nothing.
  virtual bool accepts(std::string_view principal, std::string_view password) const = 0;

  // Begins to keep a file. Never null; beyond Limits::captures_max it only counts.
  virtual std::unique_ptr<Capture> capture(std::string_view name, std::string_view path) = 0;

  // Begins to record a terminal (session/recorder.h). Never null; every segment that it closes is
  // an artifact and a `recording` event. Beyond Limits::recordings_max it only counts. Must not
  // outlive the session.
  virtual std::unique_ptr<Recording> record(RecordingFacts facts) = 0;

  // Asks netd for a listener on the decky's address. Errors: denied (policy), limit, unavailable.
  virtual net::Task<Result<std::unique_ptr<PassiveListener>>> listen_passive() = 0;

  // A connection to the session's own peer, from `source_port` where that is not 0 (FTP's PORT).
  // Errors: denied (policy: the genuine server's refusal is due), unavailable (refused), timeout.
  virtual net::Task<Result<net::StreamPtr>> connect_back(std::uint16_t port,
                                                         std::uint16_t source_port) = 0;

  // What this decky remembers of the session's peer under `topic` ("shell"): all its services share
  // it, and it outlives the engine. Errors: not_found (a new face), unavailable, timeout.
  virtual net::Task<Result<std::string>> recall(std::string topic) = 0;
  // Replaces it. What is larger than kMemoryBytesMax is refused and counted. Errors: limit,
  // unavailable (no line to core; try again later).
  virtual Result<void> remember(std::string_view topic, std::string_view memory) = 0;

  // How the session ended, for session.ended ("quit", "protocol_error"). The last word counts; the
  // default is "peer".
  virtual void set_end_reason(std::string_view reason) = 0;
};

}  // namespace decnet::session
