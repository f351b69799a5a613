// The words of a statement.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace decnet::service::mysql {

struct Token {
  enum class Kind : std::uint8_t {
    end,
    word,    // An identifier or key word.
    quoted,  // An identifier in back quotes.
    string,  // text: the content
    integer,
    decimal,
    real,
    hex,            // text: the bytes
    bits,           // text: the bytes
    symbol,         // Operators and punctuation.
    user_variable,  // text: the name without @
    bad,            // Nothing that SQL knows, or a string without an end.
  };
  Kind kind = Kind::end;
  std::string text;
  std::size_t begin = 0;  // In the statement.
  std::size_t end = 0;

  bool is_symbol(std::string_view symbol) const { return kind == Kind::symbol && text == symbol; }
};

// `version` decides which /*!50100 … */ comments are code (100.11.19 is 101119); `mariadb` whether
// /*M! … */ ones are. The last token is `end`; at most kTokensMax of them.
std::vector<Token> lex(std::string_view statement, unsigned version, bool mariadb);

bool is_reserved(std::string_view word);  // May not be an identifier without quotes.

}  // namespace decnet::service::mysql
