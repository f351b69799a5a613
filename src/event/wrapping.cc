#include "event/wrapping.h"

#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "event/codec.h"

namespace decnet::event {
namespace {

constexpr std::array<std::string_view, 1> kBase64Fields = {"secret_b64"};

}  // namespace

bool is_name(std::string_view name) noexcept {
  if (name.empty() || name.size() > kFieldNameBytesMax) return false;
  bool all = true;
  for (const char c : name) all &= is_name_char(c);  // No call and no branch a character.
  return all;
}

// True if the value can stand in a line as it is. The common case (printable ASCII) is decided
// without a UTF-8 check.
bool is_plain(std::string_view value) noexcept {
  bool high = false;  // The common case, printable ASCII, needs no look at UTF-8.
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) return false;
    high |= byte >= 0x80;
  }
  return !high || is_utf8(value);
}

bool is_base64_by_declaration(std::string_view name) noexcept {
  return std::find(kBase64Fields.begin(), kBase64Fields.end(), name) != kBase64Fields.end();
}

bool looks_wrapped(std::string_view name, std::string_view value) {
  if (!name.ends_with(kBase64Suffix) || name.size() == kBase64Suffix.size() ||
      is_base64_by_declaration(name))
    return false;
  const auto bytes = from_base64(value);
  return bytes && !is_plain(*bytes);
}

}  // namespace decnet::event
