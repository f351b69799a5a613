#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "base/bytes.h"
#include "codec/ssh/cipher.h"
#include "codec/ssh/umac.h"

namespace decnet::codec::ssh {
namespace {

constexpr MacInfo kMacs[] = {
    {"umac-64-etm@openssh.com", 16, 8, true},
    {"umac-128-etm@openssh.com", 16, 16, true},
    {"hmac-sha2-256-etm@openssh.com", 32, 32, true},
    {"hmac-sha2-512-etm@openssh.com", 64, 64, true},
    {"hmac-sha1-etm@openssh.com", 20, 20, true},
    {"umac-64@openssh.com", 16, 8, false},
    {"umac-128@openssh.com", 16, 16, false},
    {"hmac-sha2-256", 32, 32, false},
    {"hmac-sha2-512", 64, 64, false},
    {"hmac-sha1", 20, 20, false},
};

class UmacMac final : public Mac {
 public:
  UmacMac(std::string_view key, std::size_t tag_bytes) : umac_(key, tag_bytes) {}
  std::string tag(std::uint32_t sequence, std::string_view packet) override {
    return umac_.tag(packet, sequence);
  }

 private:
  Umac umac_;
};

EVP_MAC* hmac() {
  static EVP_MAC* const kMac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  return kMac;
}

class HmacMac final : public Mac {
 public:
  HmacMac(std::string_view key, std::size_t tag_bytes)
      : context_(EVP_MAC_CTX_new(hmac())), tag_bytes_(tag_bytes) {
    std::string digest = tag_bytes == 20 ? "SHA1" : tag_bytes == 32 ? "SHA256" : "SHA512";
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
        OSSL_PARAM_construct_end()};
    EVP_MAC_init(context_, reinterpret_cast<const unsigned char*>(key.data()), key.size(),
                 parameters);
  }
  ~HmacMac() override { EVP_MAC_CTX_free(context_); }
  HmacMac(const HmacMac&) = delete;
  HmacMac& operator=(const HmacMac&) = delete;

  std::string tag(std::uint32_t sequence, std::string_view packet) override {
    std::string head;
    ByteWriter(head).u32(sequence);
    std::string out(tag_bytes_, '\0');
    std::size_t length = 0;
    EVP_MAC_init(context_, nullptr, 0, nullptr);
    EVP_MAC_update(context_, reinterpret_cast<const unsigned char*>(head.data()), head.size());
    EVP_MAC_update(context_, reinterpret_cast<const unsigned char*>(packet.data()), packet.size());
    EVP_MAC_final(context_, reinterpret_cast<unsigned char*>(out.data()), &length, out.size());
    return out;
  }

 private:
  EVP_MAC_CTX* context_;
  std::size_t tag_bytes_;
};

}  // namespace

const MacInfo* find_mac(std::string_view name) noexcept {
  for (const MacInfo& info : kMacs) {
    if (info.name == name) return &info;
  }
  return nullptr;
}

std::unique_ptr<Mac> make_mac(const MacInfo& info, std::string_view key) {
  if (info.name.starts_with("umac")) return std::make_unique<UmacMac>(key, info.tag_bytes);
  return std::make_unique<HmacMac>(key, info.tag_bytes);
}

}  // namespace decnet::codec::ssh
