// Any bytes as a public key, as a signature by it, as a file of moduli, and as public values.
#include <cstdint>

#include "codec/ssh/kex.h"
#include "codec/ssh/key.h"
using namespace decnet::codec;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto key = ssh::read_public_key(bytes);
  for (const char* algorithm : {"rsa-sha2-256", "ssh-ed25519", "ecdsa-sha2-nistp256"})
    static_cast<void>(
        ssh::verify(bytes.substr(0, size / 2), algorithm, bytes.substr(size / 2), "x"));
  static_cast<void>(ssh::read_moduli(bytes));
  for (const char* name : {"curve25519-sha256", "ecdh-sha2-nistp256", "sntrup761x25519-sha512",
                           "diffie-hellman-group-exchange-sha256"}) {
    const auto exchange = ssh::make_exchange(name, nullptr);
    if (!bytes.empty()) static_cast<void>(exchange->take(bytes));
  }
  return 0;
}
