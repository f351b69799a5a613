#include "codec/ssh/cipher.h"

#include <array>

#include <openssl/evp.h>

#include "base/bytes.h"

namespace decnet::codec::ssh {
namespace {

constexpr CipherInfo kCiphers[] = {
    {"chacha20-poly1305@openssh.com", 64, 0, 8, 16},
    {"aes128-ctr", 16, 16, 16, 0},
    {"aes192-ctr", 24, 16, 16, 0},
    {"aes256-ctr", 32, 16, 16, 0},
    {"aes128-gcm@openssh.com", 16, 12, 16, 16},
    {"aes256-gcm@openssh.com", 32, 12, 16, 16},
};

unsigned char* raw(std::string& bytes, std::size_t at = 0) {
  return reinterpret_cast<unsigned char*>(bytes.data()) + at;
}
const unsigned char* raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

struct ContextFree {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, ContextFree>;

class CounterMode final : public Cipher {
 public:
  CounterMode(const EVP_CIPHER* kind, std::string_view key, std::string_view iv)
      : context_(EVP_CIPHER_CTX_new()) {
    EVP_EncryptInit_ex(context_.get(), kind, nullptr, raw(key), raw(iv));
  }
  std::uint32_t length(std::string_view, std::uint32_t) override { return 0; }
  bool run(std::string& packet, std::size_t aad, std::string&, std::uint32_t) override {
    stream(packet.data() + aad, packet.size() - aad);
    return true;
  }
  void stream(char* bytes, std::size_t count) override {
    int length = 0;
    auto* at = reinterpret_cast<unsigned char*>(bytes);
    EVP_EncryptUpdate(context_.get(), at, &length, at, static_cast<int>(count));
  }

 private:
  Context context_;
};

class Gcm final : public Cipher {
 public:
  Gcm(const EVP_CIPHER* kind, std::string_view key, std::string_view iv, Direction direction)
      : context_(EVP_CIPHER_CTX_new()), iv_(iv), sealing_(direction == Direction::seal) {
    EVP_CipherInit_ex(context_.get(), kind, nullptr, raw(key), nullptr, sealing_ ? 1 : 0);
  }
  std::uint32_t length(std::string_view head, std::uint32_t) override {
    return ByteReader(head).u32();
  }
  bool run(std::string& packet, std::size_t aad, std::string& tag, std::uint32_t) override {
    auto* context = context_.get();
    EVP_CipherInit_ex(context, nullptr, nullptr, nullptr, raw(iv_), -1);
    for (std::size_t at = iv_.size(); at-- > 4;) {  // The counter is the last eight bytes.
      if (++reinterpret_cast<unsigned char&>(iv_[at]) != 0) break;
    }
    int length = 0;
    tag.resize(16);
    if (!sealing_) EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, 16, raw(tag));
    EVP_CipherUpdate(context, nullptr, &length, raw(packet), static_cast<int>(aad));
    EVP_CipherUpdate(context, raw(packet, aad), &length, raw(packet, aad),
                     static_cast<int>(packet.size() - aad));
    std::array<unsigned char, 16> rest{};
    const bool good = EVP_CipherFinal_ex(context, rest.data(), &length) == 1;
    if (sealing_) EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, 16, raw(tag));
    return good;
  }
  void stream(char*, std::size_t) override {}

 private:
  Context context_;
  std::string iv_;
  bool sealing_;
};

EVP_MAC* poly1305() {
  static EVP_MAC* const kMac = EVP_MAC_fetch(nullptr, "POLY1305", nullptr);
  return kMac;
}

class ChachaPoly final : public Cipher {
 public:
  ChachaPoly(std::string_view key, Direction direction)
      : main_(EVP_CIPHER_CTX_new()),
        head_(EVP_CIPHER_CTX_new()),
        mac_(EVP_MAC_CTX_new(poly1305())),
        sealing_(direction == Direction::seal) {
    EVP_EncryptInit_ex(main_.get(), EVP_chacha20(), nullptr, raw(key.substr(0, 32)), nullptr);
    EVP_EncryptInit_ex(head_.get(), EVP_chacha20(), nullptr, raw(key.substr(32)), nullptr);
  }
  std::uint32_t length(std::string_view head, std::uint32_t sequence) override {
    std::string bytes(head.substr(0, 4));
    crypt(head_.get(), bytes, 0, 4, 0, sequence);
    return ByteReader(bytes).u32();
  }
  bool run(std::string& packet, std::size_t aad, std::string& tag,
           std::uint32_t sequence) override {
    std::string key(32, '\0');
    crypt(main_.get(), key, 0, key.size(), 0, sequence);
    if (!sealing_ && !equal_secret(poly(key, packet), tag)) return false;
    crypt(head_.get(), packet, 0, aad, 0, sequence);
    crypt(main_.get(), packet, aad, packet.size() - aad, 1, sequence);
    if (sealing_) tag = poly(key, packet);
    return true;
  }
  void stream(char*, std::size_t) override {}

 private:
  static void crypt(EVP_CIPHER_CTX* context, std::string& bytes, std::size_t at, std::size_t count,
                    std::uint8_t counter, std::uint32_t sequence) {
    std::array<unsigned char, 16> iv{};
    iv[0] = counter;
    for (std::size_t place = 0; place < 4; ++place)
      iv[15 - place] = static_cast<unsigned char>(sequence >> (8 * place));
    EVP_EncryptInit_ex(context, nullptr, nullptr, nullptr, iv.data());
    int length = 0;
    EVP_EncryptUpdate(context, raw(bytes, at), &length, raw(bytes, at), static_cast<int>(count));
  }
  std::string poly(std::string_view key, std::string_view bytes) {
    std::string tag(16, '\0');
    std::size_t length = 0;
    EVP_MAC_init(mac_.get(), raw(key), key.size(), nullptr);
    EVP_MAC_update(mac_.get(), raw(bytes), bytes.size());
    EVP_MAC_final(mac_.get(), raw(tag), &length, tag.size());
    return tag;
  }

  Context main_;
  Context head_;
  std::unique_ptr<EVP_MAC_CTX, ContextFree> mac_;
  bool sealing_;
};

}  // namespace

const CipherInfo* find_cipher(std::string_view name) noexcept {
  for (const CipherInfo& info : kCiphers) {
    if (info.name == name) return &info;
  }
  return nullptr;
}

std::unique_ptr<Cipher> make_cipher(const CipherInfo& info, std::string_view key,
                                    std::string_view iv, Direction direction) {
  if (info.iv_bytes == 0) return std::make_unique<ChachaPoly>(key, direction);
  if (info.tag_bytes > 0) {
    return std::make_unique<Gcm>(info.key_bytes == 16 ? EVP_aes_128_gcm() : EVP_aes_256_gcm(), key,
                                 iv, direction);
  }
  const EVP_CIPHER* kind = info.key_bytes == 16   ? EVP_aes_128_ctr()
                           : info.key_bytes == 24 ? EVP_aes_192_ctr()
                                                  : EVP_aes_256_ctr();
  return std::make_unique<CounterMode>(kind, key, iv);
}

}  // namespace decnet::codec::ssh
