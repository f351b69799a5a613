// Listpacks and LZF: how redis packs small collections and long strings.
#include <array>
#include <cstring>

#include "service/redis/number.h"
#include "service/redis/rdb.h"

namespace decnet::service::redis {

namespace {

constexpr std::size_t kHeaderBytes = 6;
constexpr char kEnd = '\xff';

void append_little(std::string& out, std::uint64_t value, std::size_t bytes) {
  for (std::size_t n = 0; n < bytes; ++n) out += static_cast<char>(value >> (8 * n));
}

std::uint64_t read_little(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t n = bytes.size(); n-- > 0;)
    value = value << 8 | static_cast<unsigned char>(bytes[n]);
  return value;
}

void append_integer(std::string& out, std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  if (value >= 0 && value <= 127) {
    out += static_cast<char>(value);
  } else if (value >= -4096 && value <= 4095) {
    const std::uint64_t low = bits & 0x1fff;
    out += static_cast<char>(0xc0 | low >> 8);
    out += static_cast<char>(low);
  } else if (value >= -32768 && value <= 32767) {
    out += '\xf1';
    append_little(out, bits, 2);
  } else if (value >= -8388608 && value <= 8388607) {
    out += '\xf2';
    append_little(out, bits, 3);
  } else if (value >= -2147483648LL && value <= 2147483647LL) {
    out += '\xf3';
    append_little(out, bits, 4);
  } else {
    out += '\xf4';
    append_little(out, bits, 8);
  }
}

// The length of an entry again, behind it, seven bits a byte from its end.
void append_back_length(std::string& out, std::size_t length) {
  std::size_t bytes = 1;
  for (std::size_t rest = length >> 7; rest > 0; rest >>= 7) ++bytes;
  for (std::size_t n = bytes; n-- > 0;) {
    const auto part = static_cast<unsigned char>((length >> (7 * n)) & 0x7f);
    out += static_cast<char>(n + 1 == bytes ? part : part | 0x80);
  }
}

std::size_t back_length_bytes(std::size_t length) {
  std::size_t bytes = 1;
  for (std::size_t rest = length >> 7; rest > 0; rest >>= 7) ++bytes;
  return bytes;
}

std::int64_t sign_extend(std::uint64_t value, unsigned bits) {
  const std::uint64_t top = 1ULL << (bits - 1);
  return static_cast<std::int64_t>((value ^ top) - top);
}

// Reads one entry off the front; false: malformed.
bool read_entry(std::string_view& rest, std::string& entry) {
  const auto first = static_cast<unsigned char>(rest[0]);
  std::size_t header = 1;
  std::size_t content = 0;
  const auto integer = [&](std::size_t bytes, unsigned bits) {
    if (rest.size() < 1 + bytes) return false;
    entry = std::to_string(sign_extend(read_little(rest.substr(1, bytes)), bits));
    header = 1 + bytes;
    return true;
  };
  bool is_string = false;
  if ((first & 0x80) == 0) {
    entry = std::to_string(first);
  } else if ((first & 0xc0) == 0x80) {
    content = first & 0x3f;
    is_string = true;
  } else if ((first & 0xe0) == 0xc0) {
    if (rest.size() < 2) return false;
    entry =
        std::to_string(sign_extend((first & 0x1fU) << 8 | static_cast<unsigned char>(rest[1]), 13));
    header = 2;
  } else if ((first & 0xf0) == 0xe0) {
    if (rest.size() < 2) return false;
    content = (first & 0x0fU) << 8 | static_cast<unsigned char>(rest[1]);
    header = 2;
    is_string = true;
  } else if (first == 0xf0) {
    if (rest.size() < 5) return false;
    content = read_little(rest.substr(1, 4));
    header = 5;
    is_string = true;
  } else if (first >= 0xf1 && first <= 0xf4) {
    constexpr std::size_t kWidths[] = {2, 3, 4, 8};
    const std::size_t width = kWidths[first - 0xf1];
    if (!integer(width, static_cast<unsigned>(width * 8))) return false;
  } else {
    return false;
  }
  if (rest.size() < header + content) return false;
  if (is_string) entry = rest.substr(header, content);
  const std::size_t back = back_length_bytes(header + content);
  if (rest.size() < header + content + back) return false;
  rest.remove_prefix(header + content + back);
  return true;
}

}  // namespace

std::string pack_list(const std::vector<std::string>& entries) {
  constexpr std::size_t kCountMax = 65535;
  std::string out(kHeaderBytes, '\0');
  for (const std::string& entry : entries) {
    const std::size_t start = out.size();
    if (const auto number = parse_integer(entry)) {
      append_integer(out, *number);
    } else {
      if (entry.size() < 64) {
        out += static_cast<char>(0x80 | entry.size());
      } else if (entry.size() < 4096) {
        out += static_cast<char>(0xe0 | entry.size() >> 8);
        out += static_cast<char>(entry.size());
      } else {
        out += '\xf0';
        append_little(out, entry.size(), 4);
      }
      out += entry;
    }
    append_back_length(out, out.size() - start);
  }
  out += kEnd;
  std::string header;
  append_little(header, out.size(), 4);
  append_little(header, std::min(entries.size(), kCountMax), 2);
  out.replace(0, kHeaderBytes, header);
  return out;
}

std::optional<std::vector<std::string>> unpack_list(std::string_view listpack) {
  if (listpack.size() < kHeaderBytes + 1 || read_little(listpack.substr(0, 4)) != listpack.size() ||
      listpack.back() != kEnd) {
    return std::nullopt;
  }
  std::vector<std::string> entries;
  std::string_view rest = listpack.substr(kHeaderBytes, listpack.size() - kHeaderBytes - 1);
  while (!rest.empty()) {
    std::string entry;
    if (!read_entry(rest, entry)) return std::nullopt;
    entries.push_back(std::move(entry));
  }
  return entries;
}

std::string lzf_compress(std::string_view text) {
  constexpr std::size_t kLiteralMax = 32;
  constexpr std::size_t kOffsetMax = 1 << 13;
  constexpr std::size_t kMatchMax = (1 << 8) + (1 << 3);
  constexpr std::size_t kShortest = 3;
  if (text.size() < kShortest + 1) return {};
  std::string out;
  std::array<std::uint32_t, 1 << 14> seen{};  // Where a run of three bytes was last, plus one.
  const auto slot = [&](std::size_t at) -> std::uint32_t& {
    const std::uint32_t three = static_cast<unsigned char>(text[at]) << 16 |
                                static_cast<unsigned char>(text[at + 1]) << 8 |
                                static_cast<unsigned char>(text[at + 2]);
    return seen[(three * 2654435761U) >> 18];
  };
  std::size_t literal = 0;  // Start of what is not written yet.
  const auto write_literals = [&](std::size_t end) {
    while (literal < end) {
      const std::size_t count = std::min(end - literal, kLiteralMax);
      out += static_cast<char>(count - 1);
      out += text.substr(literal, count);
      literal += count;
    }
  };
  std::size_t at = 0;
  while (at + kShortest - 1 < text.size()) {
    std::uint32_t& last = slot(at);
    const std::size_t reference = last;
    last = static_cast<std::uint32_t>(at + 1);
    // The genuine encoder never refers to the first byte.
    if (reference <= 1 || at - (reference - 1) > kOffsetMax ||
        text.substr(reference - 1, kShortest) != text.substr(at, kShortest)) {
      ++at;
      continue;
    }
    const std::size_t from = reference - 1;
    const std::size_t longest = std::min(kMatchMax, text.size() - at - 2);
    std::size_t length = kShortest;
    while (length < longest && text[from + length] == text[at + length]) ++length;
    write_literals(at);
    const std::size_t offset = at - from - 1;
    const std::size_t stored = length - 2;
    if (stored < 7) {
      out += static_cast<char>(offset >> 8 | stored << 5);
    } else {
      out += static_cast<char>(offset >> 8 | 7U << 5);
      out += static_cast<char>(stored - 7);
    }
    out += static_cast<char>(offset);
    at += length;
    literal = at;
    // Of what was matched it remembers the last two places only.
    for (std::size_t n = at - 2; n < at && at + 2 < text.size(); ++n)
      slot(n) = static_cast<std::uint32_t>(n + 1);
  }
  write_literals(text.size());
  return out.size() + 4 <= text.size() ? out : std::string{};
}

std::optional<std::string> lzf_expand(std::string_view packed, std::size_t size) {
  std::string out;
  while (!packed.empty()) {
    const auto control = static_cast<unsigned char>(packed[0]);
    packed.remove_prefix(1);
    if (control < 32) {
      const std::size_t count = control + 1U;
      if (packed.size() < count || out.size() + count > size) return std::nullopt;
      out += packed.substr(0, count);
      packed.remove_prefix(count);
      continue;
    }
    std::size_t length = control >> 5;
    if (length == 7) {
      if (packed.empty()) return std::nullopt;
      length += static_cast<unsigned char>(packed[0]);
      packed.remove_prefix(1);
    }
    if (packed.empty()) return std::nullopt;
    const std::size_t offset = ((control & 0x1fU) << 8 | static_cast<unsigned char>(packed[0])) + 1;
    packed.remove_prefix(1);
    length += 2;
    if (offset > out.size() || out.size() + length > size) return std::nullopt;
    for (std::size_t n = 0; n < length; ++n) out += out[out.size() - offset];
  }
  if (out.size() != size) return std::nullopt;
  return out;
}

}  // namespace decnet::service::redis
