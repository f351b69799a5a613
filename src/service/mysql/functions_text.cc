#include <algorithm>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "service/mysql/functions.h"
#include "service/mysql/limits.h"

namespace decnet::service::mysql {

namespace {

using Arguments = std::vector<Value>;

std::string text(const Arguments& arguments, std::size_t n) {
  return n < arguments.size() ? to_text(arguments[n]) : std::string();
}
std::int64_t number(const Arguments& arguments, std::size_t n, std::int64_t fallback = 0) {
  return n < arguments.size() ? to_integer(arguments[n]) : fallback;
}

std::string hex_text(std::string_view bytes) {
  return upper(to_hex(bytes));
}

Value concat(Engine&, const Expr&, Arguments& arguments) {
  std::string out;
  for (const Value& one : arguments) out += to_text(one);
  return out;
}

Value concat_ws(Engine&, const Expr&, Arguments& arguments) {
  if (is_null(arguments[0])) return {};
  std::string out;
  bool first = true;
  for (std::size_t n = 1; n < arguments.size(); ++n) {
    if (is_null(arguments[n])) continue;
    out += (first ? "" : to_text(arguments[0])) + to_text(arguments[n]);
    first = false;
  }
  return out;
}

Value hex(Engine&, const Expr&, Arguments& arguments) {
  if (is_text(arguments[0])) return hex_text(to_text(arguments[0]));
  return fmt::format("{:X}", static_cast<std::uint64_t>(to_integer(arguments[0])));
}

Value unhex(Engine&, const Expr&, Arguments& arguments) {
  std::string digits = text(arguments, 0);
  if (digits.size() % 2 != 0) digits.insert(0, 1, '0');
  const auto bytes = from_hex(digits);
  return bytes ? Value(*bytes) : Value();
}

Value sha2(Engine&, const Expr&, Arguments& arguments) {
  const std::string digest =
      sha2_digest(text(arguments, 0), static_cast<unsigned>(number(arguments, 1) & 0xffff));
  return digest.empty() ? Value() : Value(to_hex(digest));
}

Value character(Engine&, const Expr&, Arguments& arguments) {
  std::string out;
  for (const Value& one : arguments) {
    if (is_null(one)) continue;
    const auto code = static_cast<std::uint32_t>(to_integer(one));
    bool begun = false;
    for (int shift = 24; shift >= 0; shift -= 8) {
      const auto byte = static_cast<char>((code >> shift) & 0xff);
      begun = begun || byte != 0 || shift == 0;
      if (begun) out += byte;
    }
  }
  return out;
}

Value substring(Engine&, const Expr&, Arguments& arguments) {
  const std::string whole = text(arguments, 0);
  const auto size = static_cast<std::int64_t>(characters(whole));
  std::int64_t from = number(arguments, 1);
  const std::int64_t count = arguments.size() > 2 ? number(arguments, 2) : size;
  if (from < 0) from = size + from + 1;
  if (from < 1 || from > size || count <= 0) return std::string();
  return std::string(sub_characters(whole, static_cast<std::size_t>(from - 1),
                                    static_cast<std::size_t>(std::min(count, size))));
}

Value left(Engine&, const Expr&, Arguments& arguments) {
  const std::int64_t count = std::max<std::int64_t>(number(arguments, 1), 0);
  return std::string(sub_characters(text(arguments, 0), 0, static_cast<std::size_t>(count)));
}

Value right(Engine&, const Expr&, Arguments& arguments) {
  const std::string whole = text(arguments, 0);
  const auto size = static_cast<std::int64_t>(characters(whole));
  const std::int64_t count = std::clamp<std::int64_t>(number(arguments, 1), 0, size);
  return std::string(sub_characters(whole, static_cast<std::size_t>(size - count),
                                    static_cast<std::size_t>(count)));
}

Value position_of(std::string_view needle, std::string_view whole, std::int64_t from) {
  const std::string in = folded(whole);
  const std::size_t at =
      in.find(folded(needle), static_cast<std::size_t>(std::max<std::int64_t>(from - 1, 0)));
  return at == std::string::npos ? std::int64_t{0}
                                 : static_cast<std::int64_t>(characters(in.substr(0, at))) + 1;
}

Value locate(Engine&, const Expr&, Arguments& arguments) {
  return position_of(text(arguments, 0), text(arguments, 1), number(arguments, 2, 1));
}
Value instr(Engine&, const Expr&, Arguments& arguments) {
  return position_of(text(arguments, 1), text(arguments, 0), 1);
}

Value replace(Engine&, const Expr&, Arguments& arguments) {
  std::string out = text(arguments, 0);
  const std::string from = text(arguments, 1);
  const std::string to = text(arguments, 2);
  if (from.empty()) return out;
  for (std::size_t at = 0; (at = out.find(from, at)) != std::string::npos; at += to.size()) {
    out.replace(at, from.size(), to);
    if (out.size() > kTextBytesMax) break;
  }
  return out;
}

Value repeat(Engine&, const Expr&, Arguments& arguments) {
  const std::string one = text(arguments, 0);
  std::string out;
  for (std::int64_t n = number(arguments, 1); n > 0 && !one.empty() && out.size() <= kTextBytesMax;
       --n)
    out += one;
  return out;
}

Value space(Engine&, const Expr&, Arguments& arguments) {
  return std::string(static_cast<std::size_t>(
                         std::clamp<std::int64_t>(number(arguments, 0), 0, kTextBytesMax + 1)),
                     ' ');
}

Value pad(Engine&, const Expr& expr, Arguments& arguments) {
  std::string out = text(arguments, 0);
  const std::string with = arguments.size() > 2 ? text(arguments, 2) : " ";
  const std::int64_t wanted = number(arguments, 1);
  if (wanted < 0 || wanted > static_cast<std::int64_t>(kTextBytesMax)) return {};
  const auto size = static_cast<std::int64_t>(characters(out));
  if (size >= wanted) return std::string(sub_characters(out, 0, static_cast<std::size_t>(wanted)));
  std::string filling;
  while (static_cast<std::int64_t>(characters(filling)) < wanted - size && !with.empty())
    filling += with;
  filling = sub_characters(filling, 0, static_cast<std::size_t>(wanted - size));
  return expr.name == "LPAD" ? filling + out : out + filling;
}

Value trim(Engine&, const Expr& expr, Arguments& arguments) {
  std::string out = text(arguments, 0);
  const std::string what = arguments.size() > 1 ? text(arguments, 1) : " ";
  if (what.empty()) return out;
  if (expr.name != "RTRIM" && expr.table != "TRAILING")
    while (out.starts_with(what)) out.erase(0, what.size());
  if (expr.name != "LTRIM" && expr.table != "LEADING")
    while (out.ends_with(what)) out.resize(out.size() - what.size());
  return out;
}

Value substring_index(Engine&, const Expr&, Arguments& arguments) {
  const std::string whole = text(arguments, 0);
  const std::string by = text(arguments, 1);
  std::int64_t count = number(arguments, 2);
  if (by.empty() || count == 0) return std::string();
  std::size_t at = count > 0 ? 0 : whole.size();
  while (count > 0) {
    at = whole.find(by, at);
    if (at == std::string::npos) return whole;
    if (--count == 0) return whole.substr(0, at);
    at += by.size();
  }
  while (count < 0) {
    at = at == 0 ? std::string::npos : whole.rfind(by, at - 1);
    if (at == std::string::npos) return whole;
    if (++count == 0) return whole.substr(at + by.size());
  }
  return whole;
}

Value quote(Engine&, const Expr&, Arguments& arguments) {
  if (is_null(arguments[0])) return std::string("NULL");
  std::string out = "'";
  for (const char c : text(arguments, 0)) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

Value elt(Engine&, const Expr&, Arguments& arguments) {
  const std::int64_t n = number(arguments, 0);
  if (n < 1 || n >= static_cast<std::int64_t>(arguments.size())) return {};
  return arguments[static_cast<std::size_t>(n)];
}

Value field(Engine&, const Expr&, Arguments& arguments) {
  for (std::size_t n = 1; n < arguments.size(); ++n) {
    if (compare(arguments[0], arguments[n]) == 0) return static_cast<std::int64_t>(n);
  }
  return std::int64_t{0};
}

Value find_in_set(Engine&, const Expr&, Arguments& arguments) {
  const std::string list = text(arguments, 1);
  std::int64_t n = 1;
  for (std::size_t begin = 0; begin <= list.size() && !list.empty(); ++n) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    if (equal_case(list.substr(begin, end - begin), text(arguments, 0))) return n;
    begin = end + 1;
  }
  return std::int64_t{0};
}

// A message with its place in the document, as scanners use it to make an error say something.
Value xml(Engine&, const Expr& expr, Arguments& arguments) {
  std::string path = text(arguments, 1);
  if (path.starts_with('.') && path.size() > 1 && path[1] != '/' && path[1] != '.')
    throw sql_error(1105, fmt::format("XPATH syntax error: '{}'", path.substr(1, 32)));
  if (path.starts_with('/')) {
    const std::size_t odd = path.find_first_not_of(
        "/abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-*@[]()=.:");
    if (odd == std::string::npos)
      return expr.name == "UPDATEXML" ? arguments[0] : Value(std::string());
    throw sql_error(1105, fmt::format("XPATH syntax error: '{}'", path.substr(odd, 32)));
  }
  const bool word = !path.empty() && ((path[0] | 0x20) >= 'a' && (path[0] | 0x20) <= 'z');
  if (path.empty() || word) return expr.name == "UPDATEXML" ? arguments[0] : Value(std::string());
  throw sql_error(1105, fmt::format("XPATH syntax error: '{}'", path.substr(0, 32)));
}

Value base64_of(Engine&, const Expr&, Arguments& arguments) {
  std::string out = to_base64(text(arguments, 0));
  for (std::size_t at = 76; at < out.size(); at += 77) out.insert(at, 1, '\n');
  return out;
}
Value from_base64_of(Engine&, const Expr&, Arguments& arguments) {
  std::string whole = text(arguments, 0);
  std::erase(whole, '\n');
  const auto bytes = from_base64(whole);
  return bytes ? Value(*bytes) : Value();
}

Value strcmp_of(Engine&, const Expr&, Arguments& arguments) {
  return std::int64_t{compare_texts(text(arguments, 0), text(arguments, 1), false)};
}

Value reverse(Engine&, const Expr&, Arguments& arguments) {
  const std::string whole = text(arguments, 0);
  std::string out;
  for (std::size_t n = characters(whole); n-- > 0;) {
    if (whole.size() > 4096) return std::string(whole.rbegin(), whole.rend());
    out += sub_characters(whole, n, 1);
  }
  return out;
}

Value ord(Engine&, const Expr& expr, Arguments& arguments) {
  const std::string whole = text(arguments, 0);
  if (whole.empty()) return std::int64_t{0};
  std::int64_t out = 0;
  const std::string_view first =
      expr.name == "ORD" ? sub_characters(whole, 0, 1) : std::string_view(whole).substr(0, 1);
  for (const char c : first) out = out * 256 + static_cast<unsigned char>(c);
  return out;
}

Value insert_text(Engine&, const Expr&, Arguments& arguments) {
  const std::string whole = text(arguments, 0);
  const std::int64_t from = number(arguments, 1);
  if (from < 1 || from > static_cast<std::int64_t>(whole.size())) return whole;
  const auto at = static_cast<std::size_t>(from - 1);
  const std::int64_t count = number(arguments, 2);
  const std::size_t end =
      count < 0 ? whole.size() : std::min(whole.size(), at + static_cast<std::size_t>(count));
  return whole.substr(0, at) + text(arguments, 3) + whole.substr(end);
}

Value nothing(Engine&, const Expr&, Arguments&) {
  return {};
}

#define TEXT1(expression) [](Engine&, const Expr&, Arguments& a) -> Value { return expression; }

constexpr std::size_t kMany = 255;

constexpr Function kFunctions[] = {
    {"CONCAT", 1, kMany, concat, Rule::text, 0, false, true},
    {"CONCAT_WS", 2, kMany, concat_ws, Rule::text},
    {"HEX", 1, 1, hex, Rule::text, 32, false, true},
    {"UNHEX", 1, 1, unhex, Rule::bytes, 0, false, true},
    {"MD5", 1, 1, TEXT1(md5_hex(text(a, 0))), Rule::text, 32, false, true},
    {"SHA1", 1, 1, TEXT1(to_hex(sha1(text(a, 0)))), Rule::text, 40, false, true},
    {"SHA", 1, 1, TEXT1(to_hex(sha1(text(a, 0)))), Rule::text, 40, false, true},
    {"SHA2", 2, 2, sha2, Rule::text, 64, false, true},
    {"PASSWORD", 1, 1, TEXT1(native_hash(text(a, 0))), Rule::text, 41, false, true},
    {"LENGTH", 1, 1, TEXT1(static_cast<std::int64_t>(text(a, 0).size())), Rule::integer, 10, false,
     true},
    {"OCTET_LENGTH", 1, 1, TEXT1(static_cast<std::int64_t>(text(a, 0).size())), Rule::integer, 10,
     false, true},
    {"BIT_LENGTH", 1, 1, TEXT1(static_cast<std::int64_t>(text(a, 0).size() * 8)), Rule::integer, 11,
     false, true},
    {"CHAR_LENGTH", 1, 1, TEXT1(static_cast<std::int64_t>(characters(text(a, 0)))), Rule::integer,
     10, false, true},
    {"CHARACTER_LENGTH", 1, 1, TEXT1(static_cast<std::int64_t>(characters(text(a, 0)))),
     Rule::integer, 10, false, true},
    {"CHAR", 1, kMany, character, Rule::bytes, 4},
    {"CHR", 1, 1, character, Rule::text, 4},
    {"ASCII", 1, 1, ord, Rule::integer, 3, false, true},
    {"ORD", 1, 1, ord, Rule::integer, 7, false, true},
    {"SUBSTRING", 2, 3, substring, Rule::text_first, 0, false, true},
    {"SUBSTR", 2, 3, substring, Rule::text_first, 0, false, true},
    {"MID", 2, 3, substring, Rule::text_first, 0, false, true},
    {"LEFT", 2, 2, left, Rule::text_first, 0, false, true},
    {"RIGHT", 2, 2, right, Rule::text_first, 0, false, true},
    {"LOCATE", 2, 3, locate, Rule::integer, 11, false, true},
    {"POSITION", 2, 2, locate, Rule::integer, 11, false, true},
    {"INSTR", 2, 2, instr, Rule::integer, 11, false, true},
    {"REPLACE", 3, 3, replace, Rule::text_first, 0, false, true},
    {"INSERT", 4, 4, insert_text, Rule::text, 0, false, true},
    {"REPEAT", 2, 2, repeat, Rule::text_first, 0, false, true},
    {"SPACE", 1, 1, space, Rule::text_first, 0, false, true},
    {"LPAD", 2, 3, pad, Rule::text_first, 0, false, true},
    {"RPAD", 2, 3, pad, Rule::text_first, 0, false, true},
    {"TRIM", 1, 2, trim, Rule::text_first, 0, false, true},
    {"LTRIM", 1, 1, trim, Rule::text_first, 0, false, true},
    {"RTRIM", 1, 1, trim, Rule::text_first, 0, false, true},
    {"UPPER", 1, 1, TEXT1(upper(text(a, 0))), Rule::text_first, 0, false, true},
    {"UCASE", 1, 1, TEXT1(upper(text(a, 0))), Rule::text_first, 0, false, true},
    {"LOWER", 1, 1, TEXT1(folded(text(a, 0))), Rule::text_first, 0, false, true},
    {"LCASE", 1, 1, TEXT1(folded(text(a, 0))), Rule::text_first, 0, false, true},
    {"REVERSE", 1, 1, reverse, Rule::text_first, 0, false, true},
    {"SUBSTRING_INDEX", 3, 3, substring_index, Rule::text_first, 0, false, true},
    {"QUOTE", 1, 1, quote, Rule::text, 0},
    {"ELT", 2, kMany, elt, Rule::text, 0},
    {"FIELD", 2, kMany, field, Rule::integer, 3, true},
    {"FIND_IN_SET", 2, 2, find_in_set, Rule::integer, 3, false, true},
    {"EXTRACTVALUE", 2, 2, xml, Rule::long_text, 0, false, true},
    {"UPDATEXML", 3, 3, xml, Rule::long_text, 0, false, true},
    {"TO_BASE64", 1, 1, base64_of, Rule::text, 8, false, true},
    {"FROM_BASE64", 1, 1, from_base64_of, Rule::bytes, 0, false, true},
    {"STRCMP", 2, 2, strcmp_of, Rule::integer, 2, false, true},
    {"WEIGHT_STRING", 1, 2, TEXT1(a[0]), Rule::bytes, 0, false, true},
    {"COMPRESS", 1, 1, nothing, Rule::bytes},
    {"UNCOMPRESS", 1, 1, nothing, Rule::bytes},
    {"AES_ENCRYPT", 2, 3, nothing, Rule::bytes},
    {"AES_DECRYPT", 2, 3, nothing, Rule::bytes},
    {"JSON_VALID", 1, 1,
     TEXT1(std::int64_t{text(a, 0).starts_with('{') || text(a, 0).starts_with('[')}), Rule::integer,
     1, false, true},
};

#undef TEXT1

}  // namespace

std::span<const Function> text_functions() {
  return kFunctions;
}

}  // namespace decnet::service::mysql
