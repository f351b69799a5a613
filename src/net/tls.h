// The server's side of TLS over any Stream (OpenSSL behind it).
//
//   auto context = TlsContext::create({.certificate_pem = chain, .private_key_pem = key});
//   auto accepted = co_await tls_accept(stream, *context, {}, until);
//   if (accepted) co_await (*accepted)->write("hello");
//
// The handshake's first bytes are kept, so that the caller can take the ClientHello's fingerprints,
// also where it failed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "net/stream.h"

namespace decnet::net {

inline constexpr std::size_t kTlsHelloBytesMax =
    32 * 1024;  // Kept of what the peer sends before the handshake is done.

// How a server shakes hands, beyond its key: what tells one server from another.
struct TlsManner {
  std::string alpn;  // "h2,http/1.1", in order of preference; empty: no ALPN
  // A client none of whose protocols is known: is refused, or is told the first one nevertheless.
  enum class UnknownAlpn : std::uint8_t { refused, told_first };
  UnknownAlpn unknown_alpn = UnknownAlpn::refused;
  // TLSv1, TLSv1.1, TLSv1.2, TLSv1.3; "any" sets none: then OpenSSL's security level has no
  // signature for TLS 1.0 and 1.1, and they end in the alert internal_error.
  std::string minimum = "TLSv1.2";
  std::string ciphers;  // OpenSSL's cipher list for TLS up to 1.2; empty: its default
  bool prefers_own_ciphers = false;
  bool ephemeral_dh = false;  // Has parameters for DHE, of OpenSSL's choosing.
  // Sessions are resumed by an id that the server remembers; otherwise by tickets.
  bool session_ids = false;
  // The name (SNI) that is acknowledged; "*": any; empty: none.
  std::string acknowledged_name;
  bool operator==(const TlsManner&) const = default;
};

inline constexpr long kTlsSessionsMax = 1'024;  // Remembered by one context with session ids.

struct TlsSettings {
  std::string certificate_pem;  // The chain, leaf first.
  std::string private_key_pem;
  TlsManner manner;
  bool operator==(const TlsSettings&) const = default;
};

class TlsContext {
 public:
  // Equal settings give the same context as long as somebody has it: a session begun on one
  // connection of a service can be resumed on another (FTP's data). Any thread.
  // Errors: invalid_argument (certificate, key, list; they do not belong together).
  static Result<std::shared_ptr<const TlsContext>> create(const TlsSettings& settings);
  ~TlsContext();

  struct State;
  const TlsSettings& settings() const noexcept { return settings_; }
  const State& state() const noexcept { return *state_; }

 private:
  TlsContext();
  static Result<std::shared_ptr<const TlsContext>> make(const TlsSettings& settings);

  TlsSettings settings_;
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
