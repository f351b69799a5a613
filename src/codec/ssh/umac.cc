#include "codec/ssh/umac.h"

#include <cstring>

#include <openssl/evp.h>

#include "base/bytes.h"

namespace decnet::codec::ssh {
namespace {

constexpr std::size_t kBlock = 1024;  // Bytes that one NH takes.
constexpr std::uint64_t kPrime36 = 0x0000000FFFFFFFFBULL;
constexpr std::uint64_t kPrime64 = 0xFFFFFFFFFFFFFFC5ULL;  // 2^64 - 59
constexpr std::uint64_t kPolyMask = 0x01ffffff01ffffffULL;
constexpr std::uint64_t kWordRange = 0xFFFFFFFF00000000ULL;  // 2^64 - 2^32

std::uint32_t little(const char* at) {
  std::uint32_t word = 0;
  std::memcpy(&word, at, 4);
  return word;
}

// NH over whole groups of eight words.
std::uint64_t nh(const std::uint32_t* key, const char* bytes, std::size_t count) {
  std::uint64_t sum = 0;
  for (std::size_t at = 0; at < count; at += 32, key += 8) {
    for (std::size_t lane = 0; lane < 4; ++lane) {
      const std::uint32_t low = little(bytes + at + 4 * lane) + key[lane];
      const std::uint32_t high = little(bytes + at + 16 + 4 * lane) + key[lane + 4];
      sum += static_cast<std::uint64_t>(low) * high;
    }
  }
  return sum;
}

std::uint64_t multiply(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>(static_cast<Wide>(a) * b % kPrime64);
}

std::uint64_t add(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>((static_cast<Wide>(a) + b) % kPrime64);
}

std::uint64_t poly_step(std::uint64_t key, std::uint64_t sum, std::uint64_t word) {
  if (word >= kWordRange) {
    sum = add(multiply(key, sum), kPrime64 - 1);
    word -= 59;
  }
  return add(multiply(key, sum), word);
}

}  // namespace

struct Umac::Aes {
  explicit Aes(std::string_view key) : context(EVP_CIPHER_CTX_new()) {
    EVP_EncryptInit_ex(context, EVP_aes_128_ecb(), nullptr,
                       reinterpret_cast<const unsigned char*>(key.data()), nullptr);
    EVP_CIPHER_CTX_set_padding(context, 0);
  }
  ~Aes() { EVP_CIPHER_CTX_free(context); }
  Aes(const Aes&) = delete;
  Aes& operator=(const Aes&) = delete;

  std::string block(std::string_view bytes) {
    std::string out(16, '\0');
    int length = 0;
    EVP_EncryptUpdate(context, reinterpret_cast<unsigned char*>(out.data()), &length,
                      reinterpret_cast<const unsigned char*>(bytes.data()), 16);
    return out;
  }

  EVP_CIPHER_CTX* context;
};

Umac::Umac(std::string_view key, std::size_t tag_bytes)
    : rounds_(tag_bytes / 4), aes_(std::make_unique<Aes>(key)) {
  const std::string l1 = derive(1, kBlock + (rounds_ - 1) * 16);
  for (ByteReader reader(l1); !reader.empty();) l1_.push_back(reader.u32());
  const std::string l2 = derive(2, rounds_ * 24);
  const std::string l3 = derive(3, rounds_ * 64);
  const std::string mask = derive(4, rounds_ * 4);
  ByteReader poly(l2);
  ByteReader inner(l3);
  ByteReader outer(mask);
  for (std::size_t round = 0; round < rounds_; ++round) {
    l2_.push_back(poly.u64() & kPolyMask);
    poly.skip(16);
    std::array<std::uint64_t, 8> keys{};
    for (auto& one : keys) one = inner.u64() % kPrime36;
    l3_.push_back(keys);
    l3_mask_.push_back(outer.u32());
  }
  aes_ = std::make_unique<Aes>(derive(0, kKeyBytes));  // From now on: the pad's.
}

Umac::~Umac() = default;
Umac::Umac(Umac&&) noexcept = default;

std::string Umac::derive(std::uint8_t index, std::size_t count) {
  std::string out;
  for (std::uint64_t at = 1; out.size() < count; ++at) {
    std::string input;
    ByteWriter(input).u64(index).u64(at);
    out += aes_->block(input);
  }
  out.resize(count);
  return out;
}

std::uint32_t Umac::hash(std::string_view message, std::size_t round) const {
  const std::uint32_t* key = l1_.data() + 4 * round;
  std::uint64_t sum = 1;
  std::uint64_t last = 0;
  const bool one_block = message.size() <= kBlock;
  do {
    const std::string_view part = message.substr(0, kBlock);
    message.remove_prefix(part.size());
    const std::size_t whole = part.size() / 32 * 32;
    last = nh(key, part.data(), whole);
    if (whole < part.size() || part.empty()) {
      std::array<char, 32> rest{};
      if (!part.empty()) std::memcpy(rest.data(), part.data() + whole, part.size() - whole);
      last += nh(key + whole / 4, rest.data(), rest.size());
    }
    last += static_cast<std::uint64_t>(part.size()) * 8;
    if (!one_block) sum = poly_step(l2_[round], sum, last);
  } while (!message.empty());
  const std::uint64_t value = one_block ? last : sum;
  std::uint64_t out = 0;
  for (std::size_t lane = 0; lane < 4; ++lane) {  // The upper four words are zero.
    out += (value >> (48 - 16 * lane) & 0xffff) * l3_[round][lane + 4];
  }
  return static_cast<std::uint32_t>(out % kPrime36) ^ l3_mask_[round];
}

std::string Umac::tag(std::string_view message, std::uint64_t nonce) {
  const std::uint64_t index = rounds_ == 2 ? nonce & 1 : 0;
  std::string input;
  ByteWriter(input).u64(nonce - index).u64(0);
  const std::string pad = aes_->block(input);
  ByteReader masks(std::string_view(pad).substr(static_cast<std::size_t>(index) * 8));
  std::string out;
  for (std::size_t round = 0; round < rounds_; ++round) {
    ByteWriter(out).u32(hash(message, round) ^ masks.u32());
  }
  return out;
}

}  // namespace decnet::codec::ssh
