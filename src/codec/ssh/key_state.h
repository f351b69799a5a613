// What a HostKey holds. Private to the folder.
#pragma once

#include <string>

#include "codec/ssh/key.h"
#include "codec/ssh/key_evp.h"

namespace decnet::codec::ssh {

struct HostKey::State {
  EvpKey key;
};

// A number of a key by OpenSSL's name for it, big endian.
inline std::string evp_number(const EVP_PKEY* key, const char* name) {
  BIGNUM* raw = nullptr;
  EVP_PKEY_get_bn_param(key, name, &raw);
  const EvpNumber number(raw);
  std::string out(static_cast<std::size_t>(BN_num_bytes(raw)), '\0');
  BN_bn2bin(raw, reinterpret_cast<unsigned char*>(out.data()));
  return out;
}

}  // namespace decnet::codec::ssh
