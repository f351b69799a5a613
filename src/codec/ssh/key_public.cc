// Public keys and certificates of clients.
#include <memory>

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include "codec/ssh/key.h"
#include "codec/ssh/key_evp.h"
#include "codec/ssh/wire.h"

namespace decnet::codec::ssh {
namespace {

constexpr std::string_view kCertificate = "-cert-v01@openssh.com";
constexpr unsigned kRsaBitsMin = 1024;
constexpr std::size_t kPrincipalsMax = 256;

struct KeyType {
  std::string_view name;   // As a blob begins.
  std::string_view curve;  // Of ECDSA keys.
  const char* group;       // The same, as OpenSSL calls it.
  unsigned numbers;        // mpints that follow.
  unsigned strings;        // Strings that follow.
  unsigned bits;           // 0: of the first large number.
};

constexpr KeyType kTypes[] = {
    {"ssh-rsa", "", nullptr, 2, 0, 0},
    {"ssh-dss", "", nullptr, 4, 0, 0},
    {"ecdsa-sha2-nistp256", "nistp256", "P-256", 0, 2, 256},
    {"ecdsa-sha2-nistp384", "nistp384", "P-384", 0, 2, 384},
    {"ecdsa-sha2-nistp521", "nistp521", "P-521", 0, 2, 521},
    {"ssh-ed25519", "", nullptr, 0, 1, 256},
    {"sk-ecdsa-sha2-nistp256@openssh.com", "nistp256", "P-256", 0, 3, 256},
    {"sk-ssh-ed25519@openssh.com", "", nullptr, 0, 2, 256},
};

struct AlgorithmType {
  std::string_view algorithm;
  std::string_view type;
};

constexpr AlgorithmType kAlgorithms[] = {
    {"rsa-sha2-256", "ssh-rsa"},
    {"rsa-sha2-512", "ssh-rsa"},
    {"rsa-sha2-256-cert-v01@openssh.com", "ssh-rsa-cert-v01@openssh.com"},
    {"rsa-sha2-512-cert-v01@openssh.com", "ssh-rsa-cert-v01@openssh.com"},
    {"sk-ssh-ed25519-cert-v01@openssh.com", "sk-ssh-ed25519-cert-v01@openssh.com"},
    {"sk-ecdsa-sha2-nistp256-cert-v01@openssh.com", "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com"},
    {"webauthn-sk-ecdsa-sha2-nistp256@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com"},
};

// The name of a certificate's key: certificates of security keys bear the suffix before the @.
std::string plain_name(std::string_view type) {
  std::string name(type.substr(0, type.size() - kCertificate.size()));
  if (name.starts_with("sk-")) name += "@openssh.com";
  return name;
}

const KeyType* find_type(std::string_view name) {
  for (const KeyType& type : kTypes) {
    if (type.name == name) return &type;
  }
  return nullptr;
}

unsigned bits_of(std::string_view number) {
  while (!number.empty() && number.front() == '\0') number.remove_prefix(1);
  if (number.empty()) return 0;
  unsigned bits = static_cast<unsigned>(number.size() - 1) * 8;
  for (unsigned top = static_cast<unsigned char>(number.front()); top > 0; top >>= 1) ++bits;
  return bits;
}

// The fields of a key after its name; false where they do not fit the type.
bool read_fields(ByteReader& reader, const KeyType& type, PublicKey& key) {
  Message plain;
  plain.string(type.name);
  unsigned largest = 0;
  for (unsigned at = 0; at < type.numbers; ++at) {
    const std::string_view number = get_string(reader);
    if (number.empty() || (static_cast<unsigned char>(number.front()) & 0x80) != 0) return false;
    largest = std::max(largest, bits_of(number));
    plain.string(number);
  }
  for (unsigned at = 0; at < type.strings; ++at) {
    const std::string_view text = get_string(reader);
    if (at == 0 && !type.curve.empty() && text != type.curve) return false;
    if (type.group == nullptr && at == 0 && text.size() != 32) return false;
    plain.string(text);
  }
  key.bits = type.bits != 0 ? type.bits : largest;
  key.plain_blob = plain.take();
  if (!reader.ok()) return false;
  return type.name != "ssh-rsa" || key.bits >= kRsaBitsMin;
}

// PROTOCOL.certkeys: serial, type, key id, principals, validity, options, reserved, authority.
bool read_certificate(ByteReader& reader, PublicKey& key) {
  reader.skip(8 + 4);
  key.certificate_id = get_string(reader);
  ByteReader names(get_string(reader));
  while (names.ok() && !names.empty() && key.principals.size() < kPrincipalsMax)
    key.principals.emplace_back(get_string(names));
  reader.skip(8 + 8);
  get_string(reader);
  get_string(reader);
  get_string(reader);
  key.authority = fingerprint_of(get_string(reader));
  get_string(reader);
  return reader.ok() && reader.empty() && names.ok();
}

EvpKey evp_of(std::string_view blob) {
  ByteReader reader(blob);
  const KeyType* type = find_type(get_string(reader));
  if (type == nullptr) return nullptr;
  if (type->name == "ssh-rsa") {
    const std::string_view exponent = get_string(reader);
    return rsa_public(get_string(reader), exponent);
  }
  if (type->name == "ssh-ed25519") return ed25519_public(get_string(reader));
  if (!type->name.starts_with("ecdsa")) return nullptr;
  get_string(reader);
  return ec_public(type->group, get_string(reader));
}

// r and s as DER wants them; empty where they are none.
std::string der_signature(std::string_view blob) {
  ByteReader reader(blob);
  const std::string_view r = get_string(reader);
  const std::string_view s = get_string(reader);
  if (!reader.ok() || !reader.empty()) return {};
  ECDSA_SIG* signature = ECDSA_SIG_new();
  ECDSA_SIG_set0(signature, BN_bin2bn(evp_bytes(r), static_cast<int>(r.size()), nullptr),
                 BN_bin2bn(evp_bytes(s), static_cast<int>(s.size()), nullptr));
  unsigned char* der = nullptr;
  const int length = i2d_ECDSA_SIG(signature, &der);
  std::string out;
  if (length > 0) out.assign(reinterpret_cast<const char*>(der), static_cast<std::size_t>(length));
  OPENSSL_free(der);
  ECDSA_SIG_free(signature);
  return out;
}

EvpKey from_parameters(const char* kind, OSSL_PARAM_BLD* builder) {
  OSSL_PARAM* parameters = OSSL_PARAM_BLD_to_param(builder);
  const EvpKeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr));
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1)
    key = nullptr;
  OSSL_PARAM_free(parameters);
  OSSL_PARAM_BLD_free(builder);
  return EvpKey(key);
}

}  // namespace

EvpKey rsa_public(std::string_view modulus, std::string_view exponent) {
  constexpr std::size_t kBytesMax = 2049;  // OpenSSL's own limit.
  if (modulus.size() > kBytesMax || exponent.size() > kBytesMax) return nullptr;
  const EvpNumber n(BN_bin2bn(evp_bytes(modulus), static_cast<int>(modulus.size()), nullptr));
  const EvpNumber e(BN_bin2bn(evp_bytes(exponent), static_cast<int>(exponent.size()), nullptr));
  OSSL_PARAM_BLD* builder = OSSL_PARAM_BLD_new();
  OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n.get());
  OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e.get());
  return from_parameters("RSA", builder);
}

EvpKey ec_public(const char* group, std::string_view point) {
  OSSL_PARAM_BLD* builder = OSSL_PARAM_BLD_new();
  OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, group, 0);
  OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size());
  return from_parameters("EC", builder);
}

EvpKey ed25519_public(std::string_view point) {
  return EvpKey(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, evp_bytes(point), point.size()));
}

const EVP_MD* signature_digest(std::string_view algorithm) {
  if (algorithm == "rsa-sha2-256" || algorithm == "ecdsa-sha2-nistp256") return EVP_sha256();
  if (algorithm == "rsa-sha2-512" || algorithm == "ecdsa-sha2-nistp521") return EVP_sha512();
  if (algorithm == "ecdsa-sha2-nistp384") return EVP_sha384();
  return nullptr;
}

Result<PublicKey> read_public_key(std::string_view blob) {
  ByteReader reader(blob);
  PublicKey key;
  std::string name(get_string(reader));
  if (name.ends_with(kCertificate) && name.size() > kCertificate.size()) {
    key.is_certificate = true;
    name = plain_name(name);
    get_string(reader);  // The nonce.
  }
  const KeyType* type = find_type(name);
  if (type == nullptr) return fail(Errc::unsupported, "an unknown type of key");
  key.type = name;
  if (!read_fields(reader, *type, key)) return fail(Errc::invalid_argument, "a malformed key");
  const bool good = key.is_certificate ? read_certificate(reader, key) : reader.empty();
  if (!good) return fail(Errc::invalid_argument, "a malformed key");
  return key;
}

std::string_view key_type_of(std::string_view algorithm) noexcept {
  for (const AlgorithmType& one : kAlgorithms) {
    if (one.algorithm == algorithm) return one.type;
  }
  std::string_view plain = algorithm;
  if (plain.ends_with(kCertificate)) plain.remove_suffix(kCertificate.size());
  return find_type(plain) != nullptr ? algorithm : std::string_view{};
}

bool verify(std::string_view blob, std::string_view algorithm, std::string_view signature,
            std::string_view bytes) {
  const EvpKey key = evp_of(blob);
  ByteReader reader(signature);
  if (key == nullptr || get_string(reader) != algorithm) return false;
  std::string value(get_string(reader));
  if (!reader.ok() || !reader.empty()) return false;
  if (algorithm.starts_with("ecdsa")) value = der_signature(value);
  const EvpDigest context(EVP_MD_CTX_new());
  return EVP_DigestVerifyInit(context.get(), nullptr, signature_digest(algorithm), nullptr,
                              key.get()) == 1 &&
         EVP_DigestVerify(context.get(), evp_bytes(value), value.size(), evp_bytes(bytes),
                          bytes.size()) == 1;
}

}  // namespace decnet::codec::ssh
