#include "fingerprint/quic_packet.h"

#include <array>
#include <memory>

#include <openssl/evp.h>

#include "base/bytes.h"
#include "base/hash.h"

namespace decnet::fingerprint {
namespace {

constexpr std::uint32_t kVersion1 = 1, kVersion2 = 0x6b3343cf;
constexpr std::uint32_t kDraftFirst = 0xff00001d, kDraftLast = 0xff000022;  // 29 … 34
constexpr std::size_t kSampleBytes = 16, kTagBytes = 16, kKeyBytes = 16, kNonceBytes = 12;
constexpr std::size_t kConnectionIdBytesMax = 20, kNumberBytesMax = 4;

struct CipherFree {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, CipherFree>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

// RFC 9000 section 16.
std::uint64_t read_varint(ByteReader& reader) {
  const std::uint8_t first = reader.u8();
  std::uint64_t value = first & 0x3f;
  for (int more = (1 << (first >> 6)) - 1; more > 0; --more) value = value << 8 | reader.u8();
  return value;
}

std::string_view salt_of(std::uint32_t version) {
  using namespace std::string_view_literals;
  switch (version) {
    case kVersion1:
      return "\x38\x76\x2c\xf7\xf5\x59\x34\xb3\x4d\x17\x9a\xe6\xa4\xc8\x0c\xad\xcc\xbb\x7f\x0a"sv;
    case kVersion2:
      return "\x0d\xed\xe3\xde\xf7\x00\xa6\xdb\x81\x93\x81\xbe\x6e\x26\x9d\xcb\xf9\xbd\x2e\xd9"sv;
    default:
      return "\xaf\xbf\xec\x28\x99\x93\xd2\x4c\x9e\x97\x86\xf1\x9c\x61\x11\xe0\x43\x90\xa8\x99"sv;
  }
}

// HKDF-Expand-Label of RFC 8446 section 7.1 with an empty context; at most 32 bytes.
std::string expand(std::string_view secret, std::string_view label, std::size_t count) {
  std::string info;
  ByteWriter writer(info);
  writer.u16(static_cast<std::uint16_t>(count));
  writer.u8(static_cast<std::uint8_t>(6 + label.size())).bytes("tls13 ").bytes(label);
  writer.u8(0).u8(1);
  return hmac_sha256(secret, info).substr(0, count);
}

struct Keys {
  std::string key, iv, header;
};

Keys keys_of(std::uint32_t version, std::string_view key_id, std::string_view label) {
  const std::string secret =
      expand(hmac_sha256(salt_of(version), key_id), label, 32);  // HKDF-Extract is one HMAC.
  const std::string prefix = version == kVersion2 ? "quicv2 " : "quic ";
  return {expand(secret, prefix + "key", kKeyBytes), expand(secret, prefix + "iv", kNonceBytes),
          expand(secret, prefix + "hp", kKeyBytes)};
}

// The mask that hides the packet number: one block of AES.
std::string mask_of(const std::string& key, std::string_view sample) {
  std::string mask(kSampleBytes, '\0');
  int written = 0;
  const CipherContext context(EVP_CIPHER_CTX_new());
  EVP_EncryptInit_ex(context.get(), EVP_aes_128_ecb(), nullptr, bytes_of(key), nullptr);
  EVP_CIPHER_CTX_set_padding(context.get(), 0);
  EVP_EncryptUpdate(context.get(), bytes_of(mask), &written, bytes_of(sample), kSampleBytes);
  return mask;
}

Result<std::string> decrypt(const Keys& keys, std::uint64_t number, std::string_view header,
                            std::string_view sealed) {
  std::string nonce = keys.iv;
  for (std::size_t n = 0; n < 8; ++n) {
    nonce[kNonceBytes - 1 - n] =
        static_cast<char>(nonce[kNonceBytes - 1 - n] ^ (number >> (8 * n)));
  }
  const std::string_view text = sealed.substr(0, sealed.size() - kTagBytes);
  std::string tag(sealed.substr(sealed.size() - kTagBytes));
  std::string clear(text.size(), '\0');
  int written = 0;
  const CipherContext context(EVP_CIPHER_CTX_new());
  const bool good =
      EVP_DecryptInit_ex(context.get(), EVP_aes_128_gcm(), nullptr, bytes_of(keys.key),
                         bytes_of(nonce)) == 1 &&
      EVP_DecryptUpdate(context.get(), nullptr, &written, bytes_of(header),
                        static_cast<int>(header.size())) == 1 &&
      EVP_DecryptUpdate(context.get(), bytes_of(clear), &written, bytes_of(text),
                        static_cast<int>(text.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()) == 1 &&
      EVP_DecryptFinal_ex(context.get(), nullptr, &written) == 1;
  if (!good) return fail(Errc::invalid_argument, "the packet does not decrypt");
  return clear;
}

}  // namespace

Result<QuicHeader> parse_quic_header(std::string_view packet) {
  ByteReader reader(packet);
  const std::uint8_t first = reader.u8();
  QuicHeader header;
  header.version = reader.u32();
  if (!reader.ok() || (first & 0xc0) != 0xc0) {
    return fail(Errc::invalid_argument, "this is no long header of QUIC");
  }
  const bool is_draft = header.version >= kDraftFirst && header.version <= kDraftLast;
  if (header.version != kVersion1 && header.version != kVersion2 && !is_draft) {
    return fail(Errc::unsupported, "this version of QUIC is not known");
  }
  const unsigned type = first >> 4 & 3;
  header.is_initial = type == (header.version == kVersion2 ? 1 : 0);
  const std::size_t id_bytes = reader.u8();
  header.destination = reader.take(id_bytes);
  reader.skip(reader.u8());
  if (header.is_initial) reader.skip(static_cast<std::size_t>(read_varint(reader)));
  const std::uint64_t length = read_varint(reader);
  header.number_offset = packet.size() - reader.rest().size();
  if (!reader.ok() || id_bytes > kConnectionIdBytesMax || length > reader.rest().size()) {
    return fail(Errc::invalid_argument, "the header of QUIC is cut off");
  }
  header.bytes = header.number_offset + static_cast<std::size_t>(length);
  return header;
}

Result<std::string> decrypt_quic_initial(std::string_view packet, const QuicHeader& header,
                                         std::string_view key_id, std::string_view label) {
  packet = packet.substr(0, header.bytes);
  if (packet.size() < header.number_offset + kNumberBytesMax + kSampleBytes) {
    return fail(Errc::invalid_argument, "the packet is too short");
  }
  const Keys keys = keys_of(header.version, key_id, label);
  const std::string mask =
      mask_of(keys.header, packet.substr(header.number_offset + kNumberBytesMax, kSampleBytes));
  std::string clear_header(packet.substr(0, header.number_offset + kNumberBytesMax));
  clear_header[0] = static_cast<char>(clear_header[0] ^ (mask[0] & 0x0f));
  const std::size_t number_bytes = (static_cast<std::size_t>(clear_header[0]) & 3) + 1;
  std::uint64_t number = 0;
  for (std::size_t n = 0; n < number_bytes; ++n) {
    char& byte = clear_header[header.number_offset + n];
    byte = static_cast<char>(byte ^ mask[1 + n]);
    number = number << 8 | static_cast<std::uint8_t>(byte);
  }
  clear_header.resize(header.number_offset + number_bytes);
  const std::string_view sealed = packet.substr(clear_header.size());
  if (sealed.size() < kTagBytes) return fail(Errc::invalid_argument, "the packet is too short");
  return decrypt(keys, number, clear_header, sealed);
}

}  // namespace decnet::fingerprint
