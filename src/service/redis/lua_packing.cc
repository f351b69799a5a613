// bit.*, struct.pack and cmsgpack.pack: what scripts use to build binary values.
#include <cmath>
#include <cstring>

#include "service/redis/lua_interpreter.h"

namespace decnet::service::redis::lua {

namespace {

// Numbers wrap around 32 bits.
std::uint32_t to_bits(double number) {
  return static_cast<std::uint32_t>(
      static_cast<std::int64_t>(std::fmod(std::floor(number), 4294967296.0)));
}

Value from_bits(std::uint32_t bits) {
  return Value(static_cast<double>(static_cast<std::int32_t>(bits)));
}

bool take_bits(Interpreter& machine, const Values& args, std::size_t number, std::uint32_t& out) {
  double value = 0;
  if (!take_number(machine, args, number, value)) return false;
  out = std::isfinite(value) ? to_bits(value) : 0;
  return true;
}

template <class Join>
bool joined(Interpreter& machine, Values& args, Values& results, Join join) {
  std::uint32_t bits = 0;
  if (!take_bits(machine, args, 1, bits)) return false;
  for (std::size_t n = 2; n <= args.size(); ++n) {
    std::uint32_t other = 0;
    if (!take_bits(machine, args, n, other)) return false;
    bits = join(bits, other);
  }
  results.push_back(from_bits(bits));
  return true;
}

bool bit_and(Interpreter& machine, void*, Values& args, Values& results) {
  return joined(machine, args, results, [](std::uint32_t a, std::uint32_t b) { return a & b; });
}
bool bit_or(Interpreter& machine, void*, Values& args, Values& results) {
  return joined(machine, args, results, [](std::uint32_t a, std::uint32_t b) { return a | b; });
}
bool bit_xor(Interpreter& machine, void*, Values& args, Values& results) {
  return joined(machine, args, results, [](std::uint32_t a, std::uint32_t b) { return a ^ b; });
}

bool bit_not(Interpreter& machine, void*, Values& args, Values& results) {
  std::uint32_t bits = 0;
  if (!take_bits(machine, args, 1, bits)) return false;
  results.push_back(from_bits(~bits));
  return true;
}

bool bit_tobit(Interpreter& machine, void*, Values& args, Values& results) {
  std::uint32_t bits = 0;
  if (!take_bits(machine, args, 1, bits)) return false;
  results.push_back(from_bits(bits));
  return true;
}

enum class Shift : std::uint8_t { left, right, arithmetic, rotate_left, rotate_right };

template <Shift kHow>
bool shifted(Interpreter& machine, void*, Values& args, Values& results) {
  std::uint32_t bits = 0, by = 0;
  if (!take_bits(machine, args, 1, bits) || !take_bits(machine, args, 2, by)) return false;
  by &= 31;
  switch (kHow) {
    case Shift::left:
      bits <<= by;
      break;
    case Shift::right:
      bits >>= by;
      break;
    case Shift::arithmetic:
      bits = static_cast<std::uint32_t>(static_cast<std::int32_t>(bits) >> by);
      break;
    case Shift::rotate_left:
      bits = bits << by | bits >> ((32 - by) & 31);
      break;
    case Shift::rotate_right:
      bits = bits >> by | bits << ((32 - by) & 31);
      break;
  }
  results.push_back(from_bits(bits));
  return true;
}

bool bit_bswap(Interpreter& machine, void*, Values& args, Values& results) {
  std::uint32_t bits = 0;
  if (!take_bits(machine, args, 1, bits)) return false;
  results.push_back(from_bits(__builtin_bswap32(bits)));
  return true;
}

bool bit_tohex(Interpreter& machine, void*, Values& args, Values& results) {
  std::uint32_t bits = 0;
  std::int64_t digits = 8;
  if (!take_bits(machine, args, 1, bits) || !take_integer_or(machine, args, 2, 8, digits))
    return false;
  const bool upper = digits < 0;
  digits = std::min<std::int64_t>(upper ? -digits : digits, 8);
  std::string out;
  for (std::int64_t n = digits; n-- > 0;)
    out += (upper ? "0123456789ABCDEF" : "0123456789abcdef")[bits >> (4 * n) & 15];
  results.push_back(machine.string(std::move(out)));
  return true;
}

// --- struct ---

void append_number(std::string& out, std::uint64_t bits, std::size_t bytes, bool big) {
  for (std::size_t n = 0; n < bytes; ++n)
    out += static_cast<char>(bits >> (8 * (big ? bytes - 1 - n : n)));
}

// b B h H i I l L s f d x < > and sizes; alignment ('!') is not done, as by default.
bool struct_pack(Interpreter& machine, void*, Values& args, Values& results) {
  std::string form, out;
  if (!take_text(machine, args, 1, form)) return false;
  bool big = false;
  std::size_t number = 1;
  for (std::size_t n = 0; n < form.size(); ++n) {
    const char kind = form[n];
    std::size_t size = 0;
    while (n + 1 < form.size() && form[n + 1] >= '0' && form[n + 1] <= '9' && size < 1000) {
      size = size * 10 + static_cast<std::size_t>(form[++n] - '0');
    }
    if (kind == '<' || kind == '>' || kind == '=' || kind == '!' || kind == ' ') {
      if (kind == '<' || kind == '>') big = kind == '>';
    } else if (std::string_view("bBhHiIlLjJT").find(kind) != std::string_view::npos) {
      if (size == 0)
        size = kind == 'b' || kind == 'B'   ? 1
               : kind == 'h' || kind == 'H' ? 2
               : kind == 'i' || kind == 'I' ? 4
                                            : 8;
      if (size > 32)
        return machine.fail("integral size " + std::to_string(size) +
                            " is larger than limit of 32");
      std::int64_t value = 0;
      if (!take_integer(machine, args, ++number, value)) return false;
      append_number(out, static_cast<std::uint64_t>(value), std::min<std::size_t>(size, 8), big);
    } else if (kind == 'd' || kind == 'f') {
      double value = 0;
      if (!take_number(machine, args, ++number, value)) return false;
      std::uint64_t bits = 0;
      if (kind == 'd') {
        std::memcpy(&bits, &value, 8);
      } else {
        const auto narrow = static_cast<float>(value);
        std::memcpy(&bits, &narrow, 4);
      }
      append_number(out, bits, kind == 'd' ? 8 : 4, big);
    } else if (kind == 's' || kind == 'c') {
      std::string text;
      if (!take_text(machine, args, ++number, text)) return false;
      out += kind == 'c' && size > 0 ? text.substr(0, size) : text;
      if (kind == 's') out += '\0';
    } else if (kind == 'x') {
      out += '\0';
    } else {
      return machine.fail("invalid format option '" + std::string(1, kind) + "'");
    }
    if (!machine.step(1 + out.size() / 256)) return false;
  }
  results.push_back(machine.string(std::move(out)));
  return machine.check_memory();
}

// --- cmsgpack ---

void append_head(std::string& out, char fixed, std::size_t fixed_max, char wide, std::size_t size) {
  if (size <= fixed_max) {
    out += static_cast<char>(static_cast<unsigned char>(fixed) | size);
  } else if (size <= 0xffff) {
    out += wide;
    append_number(out, size, 2, true);
  } else {
    out += static_cast<char>(wide + 1);
    append_number(out, size, 4, true);
  }
}

void pack_number(std::string& out, double number) {
  if (number != std::floor(number) || std::fabs(number) > 9e15) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &number, 8);
    out += '\xcb';
    append_number(out, bits, 8, true);
    return;
  }
  const auto whole = static_cast<std::int64_t>(number);
  const auto bits = static_cast<std::uint64_t>(whole);
  struct Range {
    std::int64_t low, high;
    char mark;
    std::size_t bytes;
  };
  constexpr Range kRanges[] = {{0, 127, 0, 0},
                               {-32, -1, 0, 0},
                               {0, 0xff, '\xcc', 1},
                               {0, 0xffff, '\xcd', 2},
                               {0, 0xffffffffLL, '\xce', 4},
                               {0, INT64_MAX, '\xcf', 8},
                               {-128, -1, '\xd0', 1},
                               {-32768, -1, '\xd1', 2},
                               {-2147483648LL, -1, '\xd2', 4},
                               {INT64_MIN, -1, '\xd3', 8}};
  for (const Range& range : kRanges) {
    if (whole < range.low || whole > range.high) continue;
    if (range.bytes == 0) {
      out += static_cast<char>(whole);
    } else {
      out += range.mark;
      append_number(out, bits, range.bytes, true);
    }
    return;
  }
  return;
}

bool message_pack(Interpreter& machine, const Value& value, std::string& out, int depth);

bool pack_table(Interpreter& machine, const Table& table, std::string& out, int depth) {
  constexpr int kNestingMax = 16;
  if (depth >= kNestingMax) {
    out += '\xc0';
    return true;
  }
  const std::size_t length = table.length();
  std::size_t entries = 0;
  Value key, item;
  while (table.next(key, key, item) && !key.is_nil()) ++entries;
  if (entries == length) {
    append_head(out, '\x90', 15, '\xdc', length);
    for (std::size_t n = 1; n <= length; ++n) {
      if (!message_pack(machine, table.at(n), out, depth + 1)) return false;
    }
    return true;
  }
  append_head(out, '\x80', 15, '\xde', entries);
  key = Value();
  while (table.next(key, key, item) && !key.is_nil()) {
    if (!message_pack(machine, key, out, depth + 1) || !message_pack(machine, item, out, depth + 1))
      return false;
  }
  return true;
}

bool message_pack(Interpreter& machine, const Value& value, std::string& out, int depth) {
  if (!machine.step() || !machine.heap.grow(8)) return machine.check_memory() && false;
  switch (value.type()) {
    case Type::boolean:
      out += value.truth() ? '\xc3' : '\xc2';
      return true;
    case Type::string: {
      const std::string& text = value.text();
      machine.heap.grow(text.size());
      if (text.size() > 31 && text.size() <= 0xff) {
        out += '\xd9';
        out += static_cast<char>(text.size());
      } else {
        append_head(out, '\xa0', 31, '\xda', text.size());
      }
      out += text;
      return machine.check_memory();
    }
    case Type::number:
      pack_number(out, value.number());
      return true;
    case Type::table:
      return pack_table(machine, *value.table(), out, depth);
    default:
      out += '\xc0';
      return true;
  }
}

bool msgpack_pack(Interpreter& machine, void*, Values& args, Values& results) {
  if (args.empty()) return machine.fail_argument(0, "MessagePack pack needs input.");
  std::string out;
  for (const Value& value : args) {
    if (!message_pack(machine, value, out, 0)) return false;
  }
  results.push_back(machine.string(std::move(out)));
  return machine.check_memory();
}

constexpr Entry kBit[] = {{"arshift", shifted<Shift::arithmetic>},
                          {"band", bit_and},
                          {"bnot", bit_not},
                          {"bor", bit_or},
                          {"bswap", bit_bswap},
                          {"bxor", bit_xor},
                          {"lshift", shifted<Shift::left>},
                          {"rol", shifted<Shift::rotate_left>},
                          {"ror", shifted<Shift::rotate_right>},
                          {"rshift", shifted<Shift::right>},
                          {"tobit", bit_tobit},
                          {"tohex", bit_tohex}};
constexpr Entry kStruct[] = {{"pack", struct_pack}};
constexpr Entry kMessagePack[] = {{"pack", msgpack_pack}};

}  // namespace

void open_packing(Interpreter& machine) {
  make_library(machine, "bit", kBit, std::size(kBit));
  make_library(machine, "struct", kStruct, std::size(kStruct));
  make_library(machine, "cmsgpack", kMessagePack, std::size(kMessagePack));
}

}  // namespace decnet::service::redis::lua
