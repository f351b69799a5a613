// WholeNumber: integers of any size, as expr, factor and python count. A value.
//
//   const auto left = WholeNumber::parse("9999999999999999999999");
//   std::string text = (*left * WholeNumber(3)).text();   // "29999999999999999999997"
//
// Numbers of more than kWholeBitsMax bits do not exist: what would give one gives a number that is
// not ok(), and so does all that is made of it; so does a division by zero.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct bignum_st;  // OpenSSL's.

namespace decnet::shell::cmd {

inline constexpr int kWholeBitsMax = 32'768;
inline constexpr std::size_t kWholeDigitsMax = 9'800;  // Of a text that is read.

class WholeNumber {
 public:
  WholeNumber() : WholeNumber(0) {}
  explicit WholeNumber(std::int64_t value);
  WholeNumber(const WholeNumber& other);
  WholeNumber(WholeNumber&&) noexcept = default;
  WholeNumber& operator=(const WholeNumber& other);
  WholeNumber& operator=(WholeNumber&&) noexcept = default;
  ~WholeNumber() = default;

  // Decimal digits behind an optional '-'; base 16 without a prefix.
  static std::optional<WholeNumber> parse(std::string_view text, int base = 10);
  static std::optional<WholeNumber> from_real(double value);  // Towards zero; finite ones only.

  bool ok() const noexcept { return bits_ != nullptr; }
  std::string text() const;
  std::string hexadecimal() const;  // Lower case, "-" before it.
  double real() const;
  std::optional<std::int64_t> small() const;  // Where it fits.
  int sign() const noexcept;                  // -1, 0, 1

  friend WholeNumber operator+(const WholeNumber& left, const WholeNumber& right);
  friend WholeNumber operator-(const WholeNumber& left, const WholeNumber& right);
  friend WholeNumber operator*(const WholeNumber& left, const WholeNumber& right);
  WholeNumber divided(const WholeNumber& by) const;    // Towards zero …
  WholeNumber remainder(const WholeNumber& by) const;  // … with the sign of this.
  WholeNumber floor_divided(const WholeNumber& by) const;
  WholeNumber modulo(const WholeNumber& by) const;  // With the sign of `by`.
  WholeNumber power(std::uint64_t exponent) const;
  std::strong_ordering operator<=>(const WholeNumber& other) const;
  bool operator==(const WholeNumber& other) const { return (*this <=> other) == 0; }

 private:
  struct Free {
    void operator()(bignum_st* number) const noexcept;
  };
  using Bits = std::unique_ptr<bignum_st, Free>;
  explicit WholeNumber(Bits bits);
  Bits bits_;
};

}  // namespace decnet::shell::cmd
