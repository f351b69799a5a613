// The server's side of TLS over any Stream (OpenSSL behind it).
//
//   auto context = TlsContext::create({.certificate_pem = chain, .private_key_pem = key});
//   auto accepted = co_await tls_accept(stream, *context, {}, until);
//   if (accepted) co_await (*accepted)->write("hello");
//
// The handshake's first bytes are kept, so that the caller can take the ClientHello's fingerprints,
// also where it failed.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "net/stream.h"

namespace decnet::net {

inline constexpr std::size_t kTlsHelloBytesMax =
    32 * 1024;  // Kept of what the peer sends before the handshake is done.

struct TlsSettings {
  std::string certificate_pem;  // The chain, leaf first.
  std::string private_key_pem;
  std::string minimum = "TLSv1.2";  // TLSv1, TLSv1.1, TLSv1.2, TLSv1.3
  std::string ciphers;              // OpenSSL's cipher list for TLS up to 1.2; empty: its default
  std::string alpn;                 // "h2,http/1.1", in order of preference; empty: no ALPN
};

class TlsContext {
 public:
  // Errors: invalid_argument (certificate, key, list; they do not belong together).
  static Result<std::shared_ptr<const TlsContext>> create(const TlsSettings& settings);
  ~TlsContext();

  struct State;
  const State& state() const noexcept { return *state_; }

 private:
  TlsContext();
  std::unique_ptr<State> state_;
};

class TlsStream : public Stream {
 public:
  virtual std::string alpn() const = 0;         // What was agreed; empty for none.
  virtual std::string server_name() const = 0;  // SNI; empty if absent.
  virtual std::string version() const = 0;      // "TLSv1.3"
};

// What the peer sent until the handshake was done or had failed: TLS records, at most
// kTlsHelloBytesMax bytes.
struct TlsHello {
  std::string records;
};

// Does the handshake on `stream`, which must outlive the result. `buffered` are bytes of the peer
// that were read before. `hello` is filled in any case. The alert that OpenSSL has for a failure is
// sent. Errors: invalid_argument (the peer's handshake is unacceptable; detail names OpenSSL's
// reason), and those of the stream.
Task<Result<std::unique_ptr<TlsStream>>> tls_accept(Stream& stream,
                                                    std::shared_ptr<const TlsContext> context,
                                                    std::string buffered, TlsHello& hello);

}  // namespace decnet::net
