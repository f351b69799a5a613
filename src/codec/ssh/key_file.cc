// A key as ssh-keygen writes it. Source: OpenSSH's PROTOCOL.key.
#include <openssl/core_names.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "codec/ssh/key.h"
#include "codec/ssh/key_state.h"
#include "codec/ssh/wire.h"

namespace decnet::codec::ssh {
namespace {

constexpr std::size_t kLineLetters = 70;
constexpr std::size_t kBlockBytes = 8;  // Of the cipher "none".

// The fields of the private part behind the type.
std::string private_fields(const EVP_PKEY* key, const std::string& type, std::string_view blob) {
  ByteReader reader(blob);
  get_string(reader);
  if (type == "ssh-rsa") {
    Message fields;
    for (const char* name : {OSSL_PKEY_PARAM_RSA_N, OSSL_PKEY_PARAM_RSA_E, OSSL_PKEY_PARAM_RSA_D,
                             OSSL_PKEY_PARAM_RSA_COEFFICIENT1, OSSL_PKEY_PARAM_RSA_FACTOR1,
                             OSSL_PKEY_PARAM_RSA_FACTOR2}) {
      fields.mpint(evp_number(key, name));
    }
    return fields.take();
  }
  if (type == "ssh-ed25519") {
    const std::string_view point = get_string(reader);
    std::string seed(32, '\0');
    std::size_t length = seed.size();
    EVP_PKEY_get_raw_private_key(key, reinterpret_cast<unsigned char*>(seed.data()), &length);
    return Message().string(point).string(seed.append(point)).take();
  }
  const std::string_view curve = get_string(reader);
  const std::string_view point = get_string(reader);
  return Message()
      .string(curve)
      .string(point)
      .mpint(evp_number(key, OSSL_PKEY_PARAM_PRIV_KEY))
      .take();
}

}  // namespace

std::string HostKey::private_file(std::string_view comment) const {
  const std::string fields = private_fields(state_->key.get(), type_, blob_);
  // Two equal numbers that ssh-keygen draws. Here they are the key's own: the file stays the same.
  const std::string check = sha256("check " + fields).substr(0, 4);
  Message secret;
  secret.raw(check).raw(check).string(type_).raw(fields).string(comment);
  for (std::uint8_t pad = 1; secret.bytes().size() % kBlockBytes != 0; ++pad) secret.u8(pad);
  Message file;
  file.raw(std::string_view("openssh-key-v1\0", 15)).string("none").string("none").string("");
  file.u32(1).string(blob_).string(secret.bytes());
  const std::string letters = to_base64(file.bytes());
  std::string out = "-----BEGIN OPENSSH PRIVATE KEY-----\n";
  for (std::size_t at = 0; at < letters.size(); at += kLineLetters) {
    out.append(letters, at, kLineLetters).push_back('\n');
  }
  return out + "-----END OPENSSH PRIVATE KEY-----\n";
}

std::string HostKey::public_file(std::string_view comment) const {
  return type_ + " " + to_base64(blob_) + " " + std::string(comment) + "\n";
}

std::string_view HostKey::file_name() const noexcept {
  if (type_ == "ssh-rsa") return "ssh_host_rsa_key";
  return type_ == "ssh-ed25519" ? "ssh_host_ed25519_key" : "ssh_host_ecdsa_key";
}

}  // namespace decnet::codec::ssh
