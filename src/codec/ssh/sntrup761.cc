#include "codec/ssh/sntrup761.h"

#include <array>
#include <cstdint>
#include <vector>

#include <openssl/sha.h>

#include "base/bytes.h"
#include "base/random.h"

namespace decnet::codec::ssh {
namespace {

constexpr std::size_t kP = 761;
constexpr std::int32_t kQ = 4591;
constexpr std::int32_t kHalfQ = (kQ - 1) / 2;
constexpr std::size_t kWeight = 286;
constexpr std::uint32_t kLimit = 16384;  // Of the encoding of sequences.
constexpr std::size_t kShortBytes = (kP + 3) / 4;

using Short = std::array<std::int8_t, kP>;  // Coefficients -1, 0, 1.
using Ring = std::array<std::int16_t, kP>;  // Coefficients -kHalfQ … kHalfQ.
using Numbers = std::vector<std::uint32_t>;

// SHA-512 of a domain byte and the input, cut to 32 bytes.
std::string hash(std::uint8_t domain, std::string_view input) {
  std::string bytes(1, static_cast<char>(domain));
  bytes += input;
  std::array<unsigned char, SHA512_DIGEST_LENGTH> digest{};
  SHA512(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  return std::string(reinterpret_cast<const char*>(digest.data()), kSntrupSecretBytes);
}

// The smaller one first, without a branch.
void order(std::uint32_t& a, std::uint32_t& b) {
  const std::uint64_t difference = static_cast<std::uint64_t>(b) - a;
  const auto swap = static_cast<std::uint32_t>(difference >> 32);  // All ones where b < a.
  const std::uint32_t change = (a ^ b) & swap;
  a ^= change;
  b ^= change;
}

// Batcher's merge exchange (Knuth, volume 3, 5.2.2, algorithm M): which pairs are compared depends
// on nothing but their number.
void sort(std::array<std::uint32_t, kP>& numbers) {
  std::size_t top = 1;
  while (top * 2 < kP) top *= 2;
  for (std::size_t p = top; p > 0; p /= 2) {
    std::size_t q = top;
    std::size_t r = 0;
    std::size_t distance = p;
    for (;;) {
      for (std::size_t at = 0; at + distance < kP; ++at) {
        if ((at & p) == r) order(numbers[at], numbers[at + distance]);
      }
      if (q == p) break;
      distance = q - p;
      q /= 2;
      r = p;
    }
  }
}

Short short_from(std::string_view random) {
  std::array<std::uint32_t, kP> numbers{};
  ByteReader reader(random);
  for (std::size_t at = 0; at < kP; ++at) {
    const std::uint32_t number = reader.u32_le();
    numbers[at] = at < kWeight ? number & ~1U : (number & ~2U) | 1U;
  }
  sort(numbers);
  Short out{};
  for (std::size_t at = 0; at < kP; ++at)
    out[at] = static_cast<std::int8_t>(static_cast<int>(numbers[at] & 3U) - 1);
  return out;
}

std::string encode_short(const Short& from) {
  std::string out(kShortBytes, '\0');
  for (std::size_t at = 0; at < kP; ++at) {
    const int part = (from[at] + 1) << (2 * (at % 4));
    out[at / 4] = static_cast<char>(static_cast<unsigned char>(out[at / 4]) + part);
  }
  return out;
}

void encode(std::string& out, Numbers values, Numbers moduli) {
  const auto push = [&out](std::uint32_t& value, std::uint32_t& modulus) {
    out.push_back(static_cast<char>(value & 0xff));
    value >>= 8;
    modulus = (modulus + 255) >> 8;
  };
  while (values.size() > 1) {
    Numbers next_values;
    Numbers next_moduli;
    for (std::size_t at = 0; at + 1 < values.size(); at += 2) {
      std::uint32_t value = values[at] + moduli[at] * values[at + 1];
      std::uint32_t modulus = moduli[at] * moduli[at + 1];
      while (modulus >= kLimit) push(value, modulus);
      next_values.push_back(value);
      next_moduli.push_back(modulus);
    }
    if (values.size() % 2 != 0) {
      next_values.push_back(values.back());
      next_moduli.push_back(moduli.back());
    }
    values = std::move(next_values);
    moduli = std::move(next_moduli);
  }
  while (moduli.front() > 1) push(values.front(), moduli.front());
}

Numbers decode(ByteReader& bytes, const Numbers& moduli) {
  if (moduli.size() == 1) {
    std::uint32_t value = 0;
    std::uint32_t scale = 1;
    for (std::uint32_t modulus = moduli.front(); modulus > 1; modulus = (modulus + 255) >> 8) {
      value += bytes.u8() * scale;
      scale <<= 8;
    }
    return {value % moduli.front()};
  }
  Numbers low;
  Numbers scales;
  Numbers next_moduli;
  for (std::size_t at = 0; at + 1 < moduli.size(); at += 2) {
    std::uint32_t modulus = moduli[at] * moduli[at + 1];
    std::uint32_t value = 0;
    std::uint32_t scale = 1;
    while (modulus >= kLimit) {
      value += bytes.u8() * scale;
      scale <<= 8;
      modulus = (modulus + 255) >> 8;
    }
    low.push_back(value);
    scales.push_back(scale);
    next_moduli.push_back(modulus);
  }
  if (moduli.size() % 2 != 0) next_moduli.push_back(moduli.back());
  const Numbers upper = decode(bytes, next_moduli);
  Numbers out;
  for (std::size_t at = 0; at + 1 < moduli.size(); at += 2) {
    const std::uint32_t value = low[at / 2] + scales[at / 2] * upper[at / 2];
    out.push_back(value % moduli[at]);
    out.push_back(value / moduli[at] % moduli[at + 1]);
  }
  if (moduli.size() % 2 != 0) out.push_back(upper.back());
  return out;
}

std::int32_t reduce(std::int32_t value, std::int32_t modulus) {  // To the range around zero.
  const std::int32_t half = (modulus - 1) / 2;
  return ((value + half) % modulus + modulus) % modulus - half;
}

// f·g in Z/q[x]/(x^p - x - 1).
Ring multiply(const Ring& f, const Short& g) {
  std::array<std::int32_t, 2 * kP> product{};
  for (std::size_t at = 0; at < kP; ++at) {
    const std::int32_t factor = g[at];
    for (std::size_t other = 0; other < kP; ++other) product[at + other] += factor * f[other];
  }
  for (std::size_t at = 2 * kP - 2; at >= kP; --at) {
    product[at] = reduce(product[at], kQ);
    product[at - kP] += product[at];
    product[at - kP + 1] += product[at];
  }
  Ring out{};
  for (std::size_t at = 0; at < kP; ++at)
    out[at] = static_cast<std::int16_t>(reduce(product[at], kQ));
  return out;
}

}  // namespace

Encapsulated sntrup761_encapsulate(std::string_view public_key, std::string_view random) {
  const Short r = short_from(random);
  const std::string r_bytes = encode_short(r);

  ByteReader reader(public_key);
  const Numbers coefficients = decode(reader, Numbers(kP, static_cast<std::uint32_t>(kQ)));
  Ring h{};
  for (std::size_t at = 0; at < kP; ++at)
    h[at] = static_cast<std::int16_t>(static_cast<std::int32_t>(coefficients[at]) - kHalfQ);

  const Ring product = multiply(h, r);
  Numbers rounded;
  for (const std::int16_t value : product) {
    const std::int32_t near = value - reduce(value, 3);  // The nearest multiple of three.
    rounded.push_back(static_cast<std::uint32_t>(near + kHalfQ) / 3);
  }
  Encapsulated out;
  encode(out.ciphertext, std::move(rounded), Numbers(kP, (kQ + 2) / 3));
  const std::string r_hash = hash(3, r_bytes);
  out.ciphertext += hash(2, r_hash + hash(4, public_key));
  out.secret = hash(1, r_hash + out.ciphertext);
  return out;
}

Encapsulated sntrup761_encapsulate(std::string_view public_key) {
  return sntrup761_encapsulate(public_key, random_bytes(4 * kP));
}

}  // namespace decnet::codec::ssh
