#include "fingerprint/jarm.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/hash.h"

namespace decnet::fingerprint {
namespace {

constexpr std::size_t kHashDigits = 32;
constexpr std::size_t kJarmDigits = 62;

// A cipher is written as its place in this list, counted from 1; 69 are known.
constexpr std::string_view kCiphers[] = {
    "0004", "0005", "0007", "000a", "0016", "002f", "0033", "0035", "0039", "003c", "003d", "0041",
    "0045", "0067", "006b", "0084", "0088", "009a", "009c", "009d", "009e", "009f", "00ba", "00be",
    "00c0", "00c4", "c007", "c008", "c009", "c00a", "c011", "c012", "c013", "c014", "c023", "c024",
    "c027", "c028", "c02b", "c02c", "c02f", "c030", "c060", "c061", "c072", "c073", "c076", "c077",
    "c09c", "c09d", "c09e", "c09f", "c0a0", "c0a1", "c0a2", "c0a3", "c0ac", "c0ad", "c0ae", "c0af",
    "cc13", "cc14", "cca8", "cca9", "1301", "1302", "1303", "1304", "1305"};

// Two digits. One that is not in the list has the place behind its end.
std::string place_of(std::string_view cipher) {
  if (cipher.empty()) return "00";
  const auto found = std::find(std::begin(kCiphers), std::end(kCiphers), cipher);
  return fmt::format("{:02x}", found - std::begin(kCiphers) + 1);
}

// "0303" → 'd': 0300 is 'a', 0304 would be 'e'.
char letter_of(std::string_view version) {
  if (version.size() != 4 || version[3] < '0' || version[3] > '5') return '0';
  return static_cast<char>('a' + (version[3] - '0'));
}

}  // namespace

std::string jarm(const std::array<JarmAnswer, kJarmProbes>& answers) {
  std::string fuzzy, rest;
  for (const JarmAnswer& answer : answers) {
    fuzzy += place_of(answer.cipher);
    fuzzy += letter_of(answer.version);
    rest += answer.alpn + answer.extensions;
  }
  const bool is_silent = std::all_of(answers.begin(), answers.end(), [](const JarmAnswer& answer) {
    return answer.cipher.empty() && answer.version.empty();
  });
  if (is_silent) return std::string(kJarmDigits, '0');
  return fuzzy + sha256_hex(rest).substr(0, kHashDigits);
}

Result<std::array<JarmAnswer, kJarmProbes>> parse_jarm_raw(std::string_view raw) {
  const auto bad = [] { return fail(Errc::invalid_argument, "this is no raw JARM"); };
  if (raw.size() > kJarmRawBytesMax) return bad();
  if (std::count(raw.begin(), raw.end(), ',') != kJarmProbes - 1) return bad();
  std::array<JarmAnswer, kJarmProbes> answers;
  for (JarmAnswer& answer : answers) {
    const std::string_view one = raw.substr(0, raw.find(','));
    raw.remove_prefix(std::min(one.size() + 1, raw.size()));
    if (std::count(one.begin(), one.end(), '|') != 3) return bad();
    const std::size_t first = one.find('|'), second = one.find('|', first + 1),
                      third = one.find('|', second + 1);
    answer.cipher = one.substr(0, first);
    answer.version = one.substr(first + 1, second - first - 1);
    answer.alpn = one.substr(second + 1, third - second - 1);
    answer.extensions = one.substr(third + 1);
  }
  return answers;
}

}  // namespace decnet::fingerprint
