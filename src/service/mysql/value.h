// One value of SQL, and the type of a column or expression as clients are told it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace decnet::service::mysql {

__extension__ using Int128 = __int128;

struct Decimal {
  Int128 digits = 0;
  int scale = 0;  // Digits after the point.
};

inline constexpr int kScaleMax = 18;

// NULL, BIGINT, BIGINT UNSIGNED, DECIMAL, DOUBLE, and everything else as text.
using Value =
    std::variant<std::monostate, std::int64_t, std::uint64_t, Decimal, double, std::string>;
using Row = std::vector<Value>;

inline bool is_null(const Value& value) {
  return std::holds_alternative<std::monostate>(value);
}
inline bool is_text(const Value& value) {
  return std::holds_alternative<std::string>(value);
}

std::string to_text(const Value& value);  // As it is sent; NULL is empty.
double to_real(const Value& value);
std::int64_t to_integer(const Value& value);
Decimal to_decimal(const Value& value);
std::optional<bool> to_truth(const Value& value);
std::optional<Decimal> parse_decimal(std::string_view text);  // Up to 30 digits.
Decimal rescaled(Decimal value, int scale);                   // Rounds half away from zero.
std::string text_of(Decimal value);
std::string text_of(double value);

// <0, 0, >0; nothing if one of them is NULL. Texts without regard to case, unless `binary`.
std::optional<int> compare(const Value& a, const Value& b, bool binary = false);
int compare_texts(std::string_view a, std::string_view b, bool binary);
std::string folded(std::string_view text);  // Lower case, ASCII only.
std::string upper(std::string_view text);
bool equal_case(std::string_view a, std::string_view b);

// Characters of UTF-8.
std::size_t characters(std::string_view text);
std::string_view sub_characters(std::string_view text, std::size_t from, std::size_t count);

bool like(std::string_view text, std::string_view pattern, char escape, bool binary,
          std::uint64_t& steps);

// The protocol's numbers of types.
enum class Type : std::uint8_t {
  decimal = 246,
  tiny = 1,
  small = 2,
  integer = 3,
  real32 = 4,
  real = 5,
  null = 6,
  timestamp = 7,
  big = 8,
  medium = 9,
  date = 10,
  time = 11,
  datetime = 12,
  year = 13,
  bit = 16,
  json = 245,
  medium_blob = 250,
  long_blob = 251,
  blob = 252,
  text = 253,
  character = 254,
};

inline constexpr std::uint16_t kNotNull = 1;
inline constexpr std::uint16_t kPrimary = 2;
inline constexpr std::uint16_t kUnique = 4;
inline constexpr std::uint16_t kMultiple = 8;
inline constexpr std::uint16_t kBlob = 0x10;
inline constexpr std::uint16_t kUnsigned = 0x20;
inline constexpr std::uint16_t kBinary = 0x80;
inline constexpr std::uint16_t kEnum = 0x100;
inline constexpr std::uint16_t kAutoIncrement = 0x200;
inline constexpr std::uint16_t kTimestampFlag = 0x400;
inline constexpr std::uint16_t kSetFlag = 0x800;
inline constexpr std::uint16_t kNoDefault = 0x1000;
inline constexpr std::uint16_t kPartOfKey = 0x4000;
inline constexpr std::uint16_t kGrouped = 0x8000;

struct Shape {
  Type type = Type::text;
  std::uint32_t length = 0;  // Characters where it is text, else bytes as shown.
  std::uint16_t flags = 0;
  std::uint8_t decimals = 0;
  bool is_characters = false;  // Sent in the client's character set.

  bool not_null() const { return (flags & kNotNull) != 0; }
  bool is_unsigned() const { return (flags & kUnsigned) != 0; }
};

struct Field {
  std::string schema, table, org_table, name, org_name;
  Shape shape;
};

Shape text_shape(std::size_t characters, bool not_null = false);
Shape integer_shape(std::size_t length, bool not_null = true, bool is_unsigned = false);

}  // namespace decnet::service::mysql
