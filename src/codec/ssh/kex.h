// The server's half of SSH's key exchanges, by their names.
//
//   auto exchange = make_exchange("curve25519-sha256", {});
//   auto step = exchange->take(payload);      // of the message exchange->expects()
//   if (!step->message.empty()) send(step->message);             // group exchange: go on
//   else hash = exchange_hash(exchange->digest(), names, *step);
//
// Sources: RFC 4253 section 8, RFC 4419, RFC 5656, RFC 8268, RFC 8731, OpenSSH's PROTOCOL and
// draft-josefsson-ntruprime-ssh.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace decnet::codec::ssh {

struct DhGroup {
  std::string prime;  // Big endian.
  unsigned generator = 2;
  unsigned bits = 0;
};

// The groups of a moduli file (moduli(5)) that are safe primes. Lines that are none are passed
// over.
std::vector<DhGroup> read_moduli(std::string_view text);
// The well-known MODP groups that OpenSSH falls back on.
DhGroup fixed_group(unsigned bits);  // 2048, 4096 or 8192

inline constexpr std::uint32_t kGroupBitsMin = 2048;
inline constexpr std::uint32_t kGroupBitsMax = 8192;

struct ExchangeStep {
  std::string message;  // To be sent; the exchange goes on.
  std::string hashed;   // What the exchange hash takes between host key and shared secret.
  std::string reply;    // The server's public value, as the reply carries it.
  std::string secret;   // K, as the hash takes it.
};

class Exchange {
 public:
  virtual ~Exchange() = default;
  virtual std::string_view digest() const = 0;  // "SHA256"
  virtual std::uint8_t expects() const = 0;     // The number of the peer's next message.
  virtual std::uint8_t reply_number() const = 0;
  // Errors: invalid_argument (the connection ends without a word).
  virtual Result<ExchangeStep> take(std::string_view payload) = 0;
};

// `groups` outlives the exchange; null or empty: the fixed groups. Null for an unknown name.
std::unique_ptr<Exchange> make_exchange(std::string_view name, const std::vector<DhGroup>* groups);

struct ExchangeNames {
  std::string client_version, server_version;  // Without line ends.
  std::string client_kexinit, server_kexinit;  // Payloads.
  std::string host_key;                        // Blob.
};

std::string digest_of(std::string_view digest, std::string_view bytes);
std::string exchange_hash(std::string_view digest, const ExchangeNames& names,
                          std::string_view hashed, std::string_view secret);
// RFC 4253 section 7.2: `letter` is 'A' … 'F'.
std::string derive_key(std::string_view digest, std::string_view secret, std::string_view hash,
                       char letter, std::string_view session_id, std::size_t count);

}  // namespace decnet::codec::ssh
