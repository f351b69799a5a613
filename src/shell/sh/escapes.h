// Backslash escapes of $'…', echo -e and printf.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace decnet::shell::sh {

// echo: of bash; argument: of printf %b; dash: its echo and %b; dash_format: its printf.
enum class Escapes : std::uint8_t { ansi, echo, argument, printf, dash, dash_format };

std::string ansi_unescape(std::string_view text);
// One escape at text[at] == '\\'; moves `at` behind it. False: "\c", output ends here.
bool append_escape(std::string& out, std::string_view text, std::size_t& at, Escapes kind);
void append_utf8(std::string& out, std::uint32_t code);
// As bash writes a word that could be read again: 'it'\''s'; $'a\nb' where it must.
std::string shell_quote(std::string_view text);
std::string backslash_quote(std::string_view text);  // As printf %q.
// As `set -x` shows a word.
std::string trace_quote(std::string_view text);
std::string printable(std::string_view name);  // As it is, or $'…' where it has control letters.
std::string always_quote(std::string_view text);  // '…' even where no need is.

}  // namespace decnet::shell::sh
