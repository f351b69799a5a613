// Key exchanges over elliptic curves, and the one that joins a curve with a lattice.
#include <memory>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "codec/ssh/kex_parts.h"
#include "codec/ssh/sntrup761.h"
#include "codec/ssh/wire.h"

namespace decnet::codec::ssh {
namespace {

struct KeyFree {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
};
using Key = std::unique_ptr<EVP_PKEY, KeyFree>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, KeyFree>;

constexpr std::size_t kX25519Bytes = 32;

// The common secret, or nothing (a point that is not on the curve, an all-zero result).
std::string derive(EVP_PKEY* own, EVP_PKEY* peer) {
  const KeyContext context(EVP_PKEY_CTX_new(own, nullptr));
  std::size_t length = 0;
  if (EVP_PKEY_derive_init(context.get()) != 1 ||
      EVP_PKEY_derive_set_peer(context.get(), peer) != 1 ||
      EVP_PKEY_derive(context.get(), nullptr, &length) != 1)
    return {};
  std::string out(length, '\0');
  if (EVP_PKEY_derive(context.get(), reinterpret_cast<unsigned char*>(out.data()), &length) != 1)
    return {};
  out.resize(length);
  return out;
}

std::string encoded_public(EVP_PKEY* key) {
  unsigned char* bytes = nullptr;
  const std::size_t length = EVP_PKEY_get1_encoded_public_key(key, &bytes);
  std::string out(reinterpret_cast<const char*>(bytes), length);
  OPENSSL_free(bytes);
  return out;
}

// Both have one message each way, with a string in it.
class OneRound : public Exchange {
 public:
  std::uint8_t expects() const override { return kKexInitPublic; }
  std::uint8_t reply_number() const override { return kKexReply; }
  Result<ExchangeStep> take(std::string_view payload) final {
    ByteReader reader(payload);
    reader.skip(1);
    const std::string_view peer = get_string(reader);
    if (!reader.ok() || !reader.empty()) return fail(Errc::invalid_argument, "no public value");
    ExchangeStep step;
    std::string own;
    if (!agree(peer, own, step.secret)) return fail(Errc::invalid_argument, "bad public value");
    step.hashed = Message().string(peer).string(own).take();
    step.reply = Message().string(own).take();
    return step;
  }

 protected:
  // `secret` as the hash takes it.
  virtual bool agree(std::string_view peer, std::string& own, std::string& secret) = 0;
};

class CurveExchange final : public OneRound {
 public:
  explicit CurveExchange(Curve kind) : kind_(kind) {}
  std::string_view digest() const override { return kind_ == Curve::sntrup ? "SHA512" : "SHA256"; }

 protected:
  bool agree(std::string_view peer, std::string& own, std::string& secret) override {
    std::string joined;
    if (kind_ == Curve::sntrup) {
      if (peer.size() != kSntrupPublicBytes + kX25519Bytes) return false;
      Encapsulated lattice = sntrup761_encapsulate(peer.substr(0, kSntrupPublicBytes));
      peer.remove_prefix(kSntrupPublicBytes);
      own = std::move(lattice.ciphertext);
      joined = std::move(lattice.secret);
    }
    if (peer.size() != kX25519Bytes) return false;
    const Key theirs(EVP_PKEY_new_raw_public_key(
        EVP_PKEY_X25519, nullptr, reinterpret_cast<const unsigned char*>(peer.data()),
        peer.size()));
    const Key ours(EVP_PKEY_Q_keygen(nullptr, nullptr, "X25519"));
    if (theirs == nullptr || ours == nullptr) return false;
    const std::string shared = derive(ours.get(), theirs.get());
    if (shared.empty()) return false;
    own += encoded_public(ours.get());
    if (kind_ == Curve::sntrup)
      secret = Message().string(digest_of("SHA512", joined + shared)).take();
    else
      put_mpint(secret, shared);
    return true;
  }

 private:
  Curve kind_;
};

class NistExchange final : public OneRound {
 public:
  NistExchange(const char* curve, std::string_view digest) : curve_(curve), digest_(digest) {}
  std::string_view digest() const override { return digest_; }

 protected:
  bool agree(std::string_view peer, std::string& own, std::string& secret) override {
    constexpr char kUncompressed = 4;
    if (peer.empty() || peer.front() != kUncompressed) return false;
    const Key ours(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve_));
    const Key theirs(EVP_PKEY_new());
    if (ours == nullptr || EVP_PKEY_copy_parameters(theirs.get(), ours.get()) != 1 ||
        EVP_PKEY_set1_encoded_public_key(
            theirs.get(), reinterpret_cast<const unsigned char*>(peer.data()), peer.size()) != 1)
      return false;
    const std::string shared = derive(ours.get(), theirs.get());
    if (shared.empty()) return false;
    own = encoded_public(ours.get());
    put_mpint(secret, shared);
    return true;
  }

 private:
  const char* curve_;
  std::string_view digest_;
};

}  // namespace

std::unique_ptr<Exchange> make_curve_exchange(Curve kind) {
  return std::make_unique<CurveExchange>(kind);
}

std::unique_ptr<Exchange> make_nist_exchange(const char* curve, std::string_view digest) {
  return std::make_unique<NistExchange>(curve, digest);
}

}  // namespace decnet::codec::ssh
