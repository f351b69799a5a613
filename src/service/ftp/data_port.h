// DataPort: the data connection of one FTP session, from PASV or PORT to its end.
//
// Where it goes is the session's business: a passive port admits the session's own peer only, and
// an active connection goes to that peer only. Whether a foreign address in a PORT command is
// refused, and how, says the dialogue.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "net/stream.h"
#include "service/ftp/world.h"
#include "session/session.h"

namespace decnet::service::ftp {

inline constexpr std::size_t kTransferChunkBytes = 64 * 1024;
// Of one transfer; beyond it the disk is full.
inline constexpr std::uint64_t kUploadBytesMax = 64ULL << 20;

// Of commands that have come during a transfer and wait for their turn: no more is read then.
inline constexpr std::size_t kCommandsBytesMax = 16 * 1024;

// How a transfer ended.
enum class Outcome : std::uint8_t {
  complete,
  failed,   // The network failed in the middle.
  stalled,  // Nothing moved for Timeouts::data.
  full,     // There was no room for it.
  aborted,  // The peer sent ABOR.
};

struct Transfer {
  Outcome outcome = Outcome::complete;
  std::uint64_t bytes = 0;
};

// Asked between the pieces of a transfer, and before the first one that comes: true ends it as
// aborted.
using Interrupted = std::function<net::Task<bool>()>;

class DataPort {
 public:
  // Both outlive it. No transfer goes on beyond what Limits::duration_max allows the session.
  DataPort(session::Session& session, const World& world);

  // Errors: those of Session::listen_passive.
  net::Task<Result<std::uint16_t>> listen();
  void aim(std::uint16_t port) noexcept;
  void forget();

  bool passive() const noexcept { return listener_ != nullptr; }
  bool active() const noexcept { return port_ != 0; }
  bool ready() const noexcept { return passive() || active(); }
  std::uint16_t port() const noexcept { return shown_port_; }

  // Waits for the peer, or goes to it; afterwards there is a connection. `source_port` is for an
  // active one. Errors: those of PassiveListener::accept and Session::connect_back.
  net::Task<Result<void>> open(std::uint16_t source_port);
  // Speaks TLS on it. Errors: those of World::secure_data.
  net::Task<Result<void>> secure();
  bool is_open() const noexcept { return stream_ != nullptr; }
  bool is_secure() const noexcept { return secure_; }
  bool was_passive() const noexcept { return was_passive_; }  // Of the connection opened last.
  // Ends the connection: orderly (everything sent arrives), or at once.
  net::Task<void> finish();
  void abort();

  net::Task<Transfer> send(std::string_view bytes, Interrupted interrupted = {});
  // Hands each piece to `take`, which says whether there was room for it.
  net::Task<Transfer> receive(std::function<bool(std::string_view)> take,
                              Interrupted interrupted = {});

 private:
  TimePoint deadline(Duration from_now) const;

  session::Session* session_;
  const World* world_;
  TimePoint ends_at_;
  std::unique_ptr<session::PassiveListener> listener_;
  std::uint16_t port_ = 0;
  std::uint16_t shown_port_ = 0;
  net::StreamPtr stream_;
  bool secure_ = false;
  bool was_passive_ = false;
};

// LF → CR LF, as a server in ASCII mode sends; and back.
std::string to_network_lines(std::string_view bytes);
class FromNetworkLines {
 public:
  std::string convert(std::string_view bytes);
  std::string rest();  // A CR that came last.

 private:
  bool pending_cr_ = false;
};

}  // namespace decnet::service::ftp
