// Key exchanges over the integers modulo a safe prime.
#include <charconv>
#include <memory>

#include <openssl/bn.h>

#include "base/random.h"
#include "codec/ssh/kex_parts.h"
#include "codec/ssh/wire.h"

namespace decnet::codec::ssh {
namespace {

struct NumberFree {
  void operator()(BIGNUM* number) const { BN_clear_free(number); }
  void operator()(BN_CTX* context) const { BN_CTX_free(context); }
};
using Number = std::unique_ptr<BIGNUM, NumberFree>;
using NumberContext = std::unique_ptr<BN_CTX, NumberFree>;

constexpr int kPublicBitsMin = 4;  // Of a public value, set: OpenSSH refuses less.
constexpr int kPrivateBits = 512;  // Twice what the longest key needs, as OpenSSH takes.

Number number(std::string_view bytes) {
  return Number(BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()),
                          static_cast<int>(bytes.size()), nullptr));
}

std::string bytes_of(const BIGNUM* of) {
  std::string out(static_cast<std::size_t>(BN_num_bytes(of)), '\0');
  BN_bn2bin(of, reinterpret_cast<unsigned char*>(out.data()));
  return out;
}

bool is_valid_public(const BIGNUM* value, const BIGNUM* prime) {
  if (BN_cmp(value, BN_value_one()) <= 0) return false;
  const Number last(BN_dup(prime));
  BN_sub_word(last.get(), 1);
  if (BN_cmp(value, last.get()) >= 0) return false;
  int set = 0;
  for (int bit = 0; bit < BN_num_bits(value) && set < kPublicBitsMin; ++bit)
    set += BN_is_bit_set(value, bit);
  return set >= kPublicBitsMin;
}

// e → (f, K), or false.
bool agree(const DhGroup& group, std::string_view peer, std::string& own, std::string& shared) {
  const NumberContext context(BN_CTX_new());
  const Number prime = number(group.prime);
  const Number theirs = number(peer);
  if (!is_valid_public(theirs.get(), prime.get())) return false;
  const Number secret(BN_new());
  const Number ours(BN_new());
  const Number common(BN_new());
  const Number generator(BN_new());
  BN_set_word(generator.get(), group.generator);
  BN_priv_rand(secret.get(), kPrivateBits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY);
  BN_set_flags(secret.get(), BN_FLG_CONSTTIME);
  if (BN_mod_exp(ours.get(), generator.get(), secret.get(), prime.get(), context.get()) != 1 ||
      BN_mod_exp(common.get(), theirs.get(), secret.get(), prime.get(), context.get()) != 1)
    return false;
  own = bytes_of(ours.get());
  shared = bytes_of(common.get());
  return true;
}

// A positive mpint of reasonable size.
bool read_public(ByteReader& reader, std::string_view& out) {
  out = get_string(reader);
  if (!reader.ok() || !reader.empty()) return false;
  if (out.empty() || (static_cast<unsigned char>(out.front()) & 0x80) != 0) return false;
  return out.size() <= kGroupBitsMax / 8 + 1;
}

Result<ExchangeStep> finish(const DhGroup& group, std::string_view payload,
                            std::string_view hashed_before) {
  ByteReader reader(payload);
  reader.skip(1);
  std::string_view peer;
  if (!read_public(reader, peer)) return fail(Errc::invalid_argument, "no public value");
  std::string own;
  std::string shared;
  if (!agree(group, peer, own, shared)) return fail(Errc::invalid_argument, "bad public value");
  ExchangeStep step;
  step.hashed = Message().raw(hashed_before).mpint(peer).mpint(own).take();
  step.reply = Message().mpint(own).take();
  put_mpint(step.secret, shared);
  return step;
}

class DhExchange final : public Exchange {
 public:
  DhExchange(DhGroup group, std::string_view digest) : group_(std::move(group)), digest_(digest) {}
  std::string_view digest() const override { return digest_; }
  std::uint8_t expects() const override { return kKexInitPublic; }
  std::uint8_t reply_number() const override { return kKexReply; }
  Result<ExchangeStep> take(std::string_view payload) override {
    return finish(group_, payload, {});
  }

 private:
  DhGroup group_;
  std::string_view digest_;
};

// As OpenSSH chooses: the smallest size that is enough, else the largest one; any group of it.
DhGroup choose_group(const std::vector<DhGroup>& groups, std::uint32_t min, std::uint32_t want,
                     std::uint32_t max) {
  unsigned best = 0;
  std::vector<const DhGroup*> candidates;
  for (const DhGroup& group : groups) {
    if (group.bits < min || group.bits > max) continue;
    const bool better = best == 0 || (group.bits < best && group.bits >= want) ||
                        (group.bits > best && best < want);
    if (better) {
      best = group.bits;
      candidates.clear();
    }
    if (group.bits == best) candidates.push_back(&group);
  }
  if (!candidates.empty())
    return *candidates[static_cast<std::size_t>(random_below(candidates.size()))];
  if (max < 3072) return fixed_group(2048);
  return fixed_group(max < 6144 ? 4096 : 8192);
}

class GroupExchange final : public Exchange {
 public:
  explicit GroupExchange(const std::vector<DhGroup>* groups) : groups_(groups) {}
  std::string_view digest() const override { return "SHA256"; }
  std::uint8_t expects() const override { return hashed_.empty() ? kGexRequest : kGexInit; }
  std::uint8_t reply_number() const override { return kGexReply; }
  Result<ExchangeStep> take(std::string_view payload) override {
    if (!hashed_.empty()) return finish(group_, payload, hashed_);
    ByteReader reader(payload);
    reader.skip(1);
    const std::uint32_t min = reader.u32();
    const std::uint32_t want = reader.u32();
    const std::uint32_t max = reader.u32();
    if (!reader.ok() || !reader.empty() || max < min || want < min || max < want ||
        max < kGroupBitsMin)
      return fail(Errc::invalid_argument, "no sizes that fit");
    const auto within = [](std::uint32_t bits) {
      return std::min(std::max(bits, kGroupBitsMin), kGroupBitsMax);
    };
    static const std::vector<DhGroup> kNone;
    group_ =
        choose_group(groups_ != nullptr ? *groups_ : kNone, within(min), within(want), within(max));
    const std::string generator(1, static_cast<char>(group_.generator));
    ExchangeStep step;
    step.message = Message(kKexReply).mpint(group_.prime).mpint(generator).take();
    hashed_ = Message().u32(min).u32(want).u32(max).mpint(group_.prime).mpint(generator).take();
    return step;
  }

 private:
  const std::vector<DhGroup>* groups_;
  DhGroup group_;
  std::string hashed_;  // Of the request and the group; empty until there was one.
};

}  // namespace

DhGroup fixed_group(unsigned bits) {
  const Number prime(bits == 2048   ? BN_get_rfc3526_prime_2048(nullptr)
                     : bits == 4096 ? BN_get_rfc3526_prime_4096(nullptr)
                                    : BN_get_rfc3526_prime_8192(nullptr));
  return {bytes_of(prime.get()), 2, bits};
}

// Time Type Tests Tries Size Generator Modulus
std::vector<DhGroup> read_moduli(std::string_view text) {
  constexpr std::size_t kFields = 7;
  constexpr std::string_view kSafe = "2";
  std::vector<DhGroup> out;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    std::vector<std::string_view> fields;
    while (!line.empty() && fields.size() < kFields) {
      fields.push_back(line.substr(0, line.find(' ')));
      line.remove_prefix(std::min(fields.back().size() + 1, line.size()));
    }
    if (fields.size() != kFields || fields[1] != kSafe) continue;
    DhGroup group;
    const auto number_of = [](std::string_view field, unsigned& into) {
      return std::from_chars(field.data(), field.data() + field.size(), into).ec == std::errc{};
    };
    const auto prime = from_hex(fields[6]);
    if (!prime || !number_of(fields[4], group.bits) || !number_of(fields[5], group.generator))
      continue;
    ++group.bits;  // The file counts from zero.
    group.prime = *prime;
    if (group.prime.size() * 8 != group.bits || group.generator > 127) continue;
    out.push_back(std::move(group));
  }
  return out;
}

std::unique_ptr<Exchange> make_dh_exchange(DhGroup group, std::string_view digest) {
  return std::make_unique<DhExchange>(std::move(group), digest);
}

std::unique_ptr<Exchange> make_group_exchange(const std::vector<DhGroup>* groups) {
  return std::make_unique<GroupExchange>(groups);
}

}  // namespace decnet::codec::ssh
