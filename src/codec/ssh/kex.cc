#include "codec/ssh/kex.h"

#include <array>

#include <openssl/evp.h>

#include "codec/ssh/kex_parts.h"
#include "codec/ssh/wire.h"

namespace decnet::codec::ssh {

std::string digest_of(std::string_view digest, std::string_view bytes) {
  const EVP_MD* kind = digest == "SHA256"   ? EVP_sha256()
                       : digest == "SHA384" ? EVP_sha384()
                                            : EVP_sha512();
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned length = 0;
  EVP_Digest(bytes.data(), bytes.size(), out.data(), &length, kind, nullptr);
  return std::string(reinterpret_cast<const char*>(out.data()), length);
}

std::string exchange_hash(std::string_view digest, const ExchangeNames& names,
                          std::string_view hashed, std::string_view secret) {
  Message all;
  all.string(names.client_version).string(names.server_version);
  all.string(names.client_kexinit).string(names.server_kexinit).string(names.host_key);
  all.raw(hashed).raw(secret);
  return digest_of(digest, all.bytes());
}

std::string derive_key(std::string_view digest, std::string_view secret, std::string_view hash,
                       char letter, std::string_view session_id, std::size_t count) {
  std::string base(secret);
  base += hash;
  std::string out = digest_of(digest, base + letter + std::string(session_id));
  while (out.size() < count) out += digest_of(digest, base + out);
  out.resize(count);
  return out;
}

std::unique_ptr<Exchange> make_exchange(std::string_view name, const std::vector<DhGroup>* groups) {
  if (name.starts_with("sntrup761x25519-sha512")) return make_curve_exchange(Curve::sntrup);
  if (name.starts_with("curve25519-sha256")) return make_curve_exchange(Curve::plain);
  if (name == "ecdh-sha2-nistp256") return make_nist_exchange("P-256", "SHA256");
  if (name == "ecdh-sha2-nistp384") return make_nist_exchange("P-384", "SHA384");
  if (name == "ecdh-sha2-nistp521") return make_nist_exchange("P-521", "SHA512");
  if (name == "diffie-hellman-group14-sha256") return make_dh_exchange(fixed_group(2048), "SHA256");
  if (name == "diffie-hellman-group16-sha512") return make_dh_exchange(fixed_group(4096), "SHA512");
  if (name == "diffie-hellman-group18-sha512") return make_dh_exchange(fixed_group(8192), "SHA512");
  if (name == "diffie-hellman-group-exchange-sha256") return make_group_exchange(groups);
  return nullptr;
}

}  // namespace decnet::codec::ssh
