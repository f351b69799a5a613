#include "shell/cmd/whole_number.h"

#include <cctype>
#include <cmath>
#include <cstdlib>

#include <openssl/bn.h>
#include <openssl/crypto.h>

namespace decnet::shell::cmd {
namespace {

struct Context {
  BN_CTX* of = BN_CTX_new();
  Context() = default;
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() { BN_CTX_free(of); }
};

}  // namespace

void WholeNumber::Free::operator()(bignum_st* number) const noexcept {
  BN_free(number);
}

WholeNumber::WholeNumber(Bits bits) : bits_(std::move(bits)) {
  if (bits_ && BN_num_bits(bits_.get()) > kWholeBitsMax) bits_.reset();
}

WholeNumber::WholeNumber(std::int64_t value) : bits_(BN_new()) {
  const auto magnitude =
      value < 0 ? ~static_cast<std::uint64_t>(value) + 1 : static_cast<std::uint64_t>(value);
  BN_set_word(bits_.get(), magnitude);
  BN_set_negative(bits_.get(), value < 0 ? 1 : 0);
}

WholeNumber::WholeNumber(const WholeNumber& other)
    : bits_(other.bits_ ? BN_dup(other.bits_.get()) : nullptr) {}

WholeNumber& WholeNumber::operator=(const WholeNumber& other) {
  if (this != &other) bits_.reset(other.bits_ ? BN_dup(other.bits_.get()) : nullptr);
  return *this;
}

std::optional<WholeNumber> WholeNumber::parse(std::string_view text, int base) {
  const std::string digits(text.starts_with("-") ? text.substr(1) : text);
  if (digits.empty() || digits.size() > kWholeDigitsMax) return {};
  for (const char digit : digits) {
    const auto code = static_cast<unsigned char>(digit);
    if (base == 16 ? std::isxdigit(code) == 0 : std::isdigit(code) == 0) return {};
  }
  BIGNUM* made = nullptr;
  const std::string whole(text);
  const int used = base == 16 ? BN_hex2bn(&made, whole.c_str()) : BN_dec2bn(&made, whole.c_str());
  WholeNumber number{Bits(made)};
  if (used == 0 || !number.ok()) return {};
  return number;
}

std::optional<WholeNumber> WholeNumber::from_real(double value) {
  if (!std::isfinite(value)) return {};
  int exponent = 0;
  const double part = std::frexp(std::trunc(value), &exponent);
  WholeNumber number(static_cast<std::int64_t>(std::ldexp(part, 53)));
  const int shift = exponent - 53;
  if (shift > 0) BN_lshift(number.bits_.get(), number.bits_.get(), shift);
  if (shift < 0) BN_rshift(number.bits_.get(), number.bits_.get(), -shift);
  if (BN_is_zero(number.bits_.get())) BN_set_negative(number.bits_.get(), 0);
  return number;
}

std::string WholeNumber::text() const {
  if (!ok()) return {};
  char* digits = BN_bn2dec(bits_.get());
  std::string made = digits != nullptr ? digits : "";
  OPENSSL_free(digits);
  return made;
}

std::string WholeNumber::hexadecimal() const {
  if (!ok()) return {};
  char* digits = BN_bn2hex(bits_.get());
  std::string made = digits != nullptr ? digits : "";
  OPENSSL_free(digits);
  for (char& digit : made)
    digit = static_cast<char>(std::tolower(static_cast<unsigned char>(digit)));
  const std::size_t from = made.starts_with("-") ? 1 : 0;
  while (made.size() > from + 1 && made[from] == '0') made.erase(from, 1);
  return made;
}

double WholeNumber::real() const {
  return std::strtod(text().c_str(), nullptr);
}

std::optional<std::int64_t> WholeNumber::small() const {
  if (!ok() || BN_num_bits(bits_.get()) > 62) return {};
  const auto magnitude = static_cast<std::int64_t>(BN_get_word(bits_.get()));
  return BN_is_negative(bits_.get()) != 0 ? -magnitude : magnitude;
}

int WholeNumber::sign() const noexcept {
  if (!ok() || BN_is_zero(bits_.get())) return 0;
  return BN_is_negative(bits_.get()) != 0 ? -1 : 1;
}

WholeNumber operator+(const WholeNumber& left, const WholeNumber& right) {
  if (!left.ok() || !right.ok()) return WholeNumber(WholeNumber::Bits());
  WholeNumber::Bits made(BN_new());
  BN_add(made.get(), left.bits_.get(), right.bits_.get());
  return WholeNumber(std::move(made));
}

WholeNumber operator-(const WholeNumber& left, const WholeNumber& right) {
  if (!left.ok() || !right.ok()) return WholeNumber(WholeNumber::Bits());
  WholeNumber::Bits made(BN_new());
  BN_sub(made.get(), left.bits_.get(), right.bits_.get());
  return WholeNumber(std::move(made));
}

WholeNumber operator*(const WholeNumber& left, const WholeNumber& right) {
  if (!left.ok() || !right.ok()) return WholeNumber(WholeNumber::Bits());
  const Context context;
  WholeNumber::Bits made(BN_new());
  BN_mul(made.get(), left.bits_.get(), right.bits_.get(), context.of);
  return WholeNumber(std::move(made));
}

WholeNumber WholeNumber::divided(const WholeNumber& by) const {
  if (!ok() || by.sign() == 0) return WholeNumber(Bits());
  const Context context;
  Bits made(BN_new());
  BN_div(made.get(), nullptr, bits_.get(), by.bits_.get(), context.of);
  return WholeNumber(std::move(made));
}

WholeNumber WholeNumber::remainder(const WholeNumber& by) const {
  if (!ok() || by.sign() == 0) return WholeNumber(Bits());
  const Context context;
  Bits made(BN_new());
  BN_div(nullptr, made.get(), bits_.get(), by.bits_.get(), context.of);
  return WholeNumber(std::move(made));
}

WholeNumber WholeNumber::floor_divided(const WholeNumber& by) const {
  const WholeNumber down = divided(by);
  const WholeNumber rest = remainder(by);
  return rest.sign() != 0 && rest.sign() != by.sign() ? down - WholeNumber(1) : down;
}

WholeNumber WholeNumber::modulo(const WholeNumber& by) const {
  WholeNumber rest = remainder(by);
  return rest.sign() != 0 && rest.sign() != by.sign() ? rest + by : rest;
}

WholeNumber WholeNumber::power(std::uint64_t exponent) const {
  if (!ok()) return WholeNumber(Bits());
  WholeNumber result(1);
  WholeNumber square = *this;
  for (; exponent > 0 && result.ok(); exponent >>= 1) {
    if ((exponent & 1) != 0) result = result * square;
    if (exponent > 1) square = square * square;
    // Beyond 1 and -1 the square is soon too large: then so is the result.
  }
  return result;
}

std::strong_ordering WholeNumber::operator<=>(const WholeNumber& other) const {
  if (!ok() || !other.ok()) return ok() <=> other.ok();
  return BN_cmp(bits_.get(), other.bits_.get()) <=> 0;
}

}  // namespace decnet::shell::cmd
