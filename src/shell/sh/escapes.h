// Backslash escapes of $'…', echo -e and printf.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace decnet::shell::sh {

enum class Escapes : std::uint8_t { ansi, echo, printf, dash_echo, dash_printf };

std::string ansi_unescape(std::string_view text);
// One escape at text[at] == '\\'; moves `at` behind it. False: "\c", output ends here.
bool append_escape(std::string& out, std::string_view text, std::size_t& at, Escapes kind);
void append_utf8(std::string& out, std::uint32_t code);
// As bash writes a word that could be read again: 'it'\''s'; $'a\nb' where it must.
std::string shell_quote(std::string_view text);
std::string always_quote(std::string_view text);  // '…' even where no need is.

}  // namespace decnet::shell::sh
