// What the writer and the reader of lines must agree on: which names and values stand in a line as
// they are.
#pragma once

#include <string_view>

namespace decnet::event {

inline constexpr std::string_view kBase64Suffix = "_b64";
inline constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
inline constexpr std::string_view kMessageField =
    "message";  // Carries a message that is not plain.

// In the header: every character of every name of every line is asked.
constexpr bool is_name_char(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}
bool is_name(std::string_view name) noexcept;

// True if the value can stand in a line as it is: UTF-8 without control characters.
bool is_plain(std::string_view value) noexcept;

// Fields that are base64 by declaration: their text stays as it is.
bool is_base64_by_declaration(std::string_view name) noexcept;

// Would the reader take this literal field for a wrapped one?
bool looks_wrapped(std::string_view name, std::string_view value);

}  // namespace decnet::event
