// Stream: a connected byte stream with a deadline. What a service reads from and writes to, whether
// a TCP socket, TLS over another stream, or the script of a test.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "net/endpoint.h"
#include "net/task.h"

namespace decnet::net {

class Stream {
 public:
  virtual ~Stream() = default;

  // Reads at least one byte into `buffer` and returns how many.
  // Errors: closed (orderly end of the peer's side), timeout (the deadline), io (reset), cancelled
  // (close() or stop).
  virtual Task<Result<std::size_t>> read_some(std::span<char> buffer) = 0;

  // Writes all of `bytes`, which must live until then. Errors: as read_some.
  virtual Task<Result<void>> write(std::string_view bytes) = 0;

  // From now on reads and writes that are not done by then fail with timeout; the stream stays
  // open. An operation under way keeps the deadline with which it began. The default is: never.
  virtual void set_deadline(TimePoint when) = 0;

  // Sends FIN (for TLS a close_notify before it, where the protocol calls for one); reading goes
  // on.
  virtual Task<void> shutdown_send() = 0;

  // Ends both directions at once; what waits fails with cancelled. As with a plain close(), the
  // kernel sends RST instead of FIN where bytes of the peer were left unread. reset() always sends
  // RST.
  virtual void close() = 0;
  virtual void reset() = 0;

  // The kernel's descriptor, where there is one (-1 elsewhere): to prove to another process whose
  // stream this is.
  virtual int descriptor() const { return -1; }

  virtual Endpoint local() const = 0;
  virtual Endpoint peer() const = 0;
};

using StreamPtr = std::unique_ptr<Stream>;

}  // namespace decnet::net
