#include "service/mysql/lexer.h"

#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "service/mysql/limits.h"
#include "service/mysql/value.h"

namespace decnet::service::mysql {

namespace {

bool is_blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

class Lexer {
 public:
  Lexer(std::string_view text, unsigned version, bool mariadb)
      : text_(text), version_(version), mariadb_(mariadb) {}

  std::vector<Token> run() {
    std::vector<Token> out;
    while (out.size() + 1 < kTokensMax) {
      skip();
      if (at_ >= text_.size() || text_[at_] == '\0') break;
      Token token = next();
      token.end = at_;
      const bool bad = token.kind == Token::Kind::bad;
      out.push_back(std::move(token));
      if (bad) break;
    }
    Token end;
    end.begin = end.end = std::min(at_, text_.size());
    out.push_back(end);
    return out;
  }

 private:
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  void skip() {
    while (at_ < text_.size()) {
      if (is_blank(peek())) {
        ++at_;
      } else if (peek() == '#' || (peek() == '-' && peek(1) == '-' &&
                                   (at_ + 2 >= text_.size() || is_blank(peek(2)) ||
                                    static_cast<unsigned char>(peek(2)) < 0x20))) {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (in_code_comment_ && peek() == '*' && peek(1) == '/') {
        in_code_comment_ = false;
        at_ += 2;
      } else if (peek() == '/' && peek(1) == '*') {
        if (!comment()) return;
      } else {
        return;
      }
    }
  }

  bool comment() {
    const bool maria = peek(2) == 'M' && peek(3) == '!';
    if (peek(2) == '!' || maria) {
      std::size_t digits = at_ + (maria ? 4 : 3);
      unsigned wanted = 0;
      std::size_t count = 0;
      while (count < 6 && digits < text_.size() && is_digit(text_[digits])) {
        wanted = wanted * 10 + static_cast<unsigned>(text_[digits++] - '0');
        ++count;
      }
      const bool counts = count == 0 || count >= 5;
      // What MySQL 5.7 and later brought is not MariaDB's.
      const bool foreign = mariadb_ && !maria && count >= 5 && wanted >= 50700 && wanted <= 99999;
      if ((!maria || mariadb_) && counts && wanted <= version_ && !foreign) {
        in_code_comment_ = true;
        at_ = digits;
        return true;
      }
    }
    const std::size_t end = text_.find("*/", at_ + 2);
    if (end == std::string_view::npos) {
      at_ = text_.size();
      return false;
    }
    at_ = end + 2;
    return true;
  }

  Token next() {
    Token token;
    token.begin = at_;
    const char c = peek();
    const char quote = peek(1);
    if (c == '\'' || c == '"') return string(token, c);
    if (c == '`') return quoted(token);
    if ((c == 'x' || c == 'X' || c == 'b' || c == 'B') && quote == '\'') return bits(token);
    if ((c == 'n' || c == 'N') && quote == '\'') {
      ++at_;
      return string(token, '\'');
    }
    if (c == '0' && (quote == 'x' || quote == 'b')) {
      if (prefixed(token, quote == 'x')) return token;
    }
    if (is_digit(c) || (c == '.' && is_digit(quote) && !after_dot())) return number(token);
    if (is_word(c)) return word(token);
    if (c == '@' && quote != '@') return variable(token);
    return symbol(token);
  }

  bool after_dot() const { return at_ > 0 && is_word(text_[at_ - 1]); }

  Token string(Token token, char quote) {
    ++at_;
    token.kind = Token::Kind::string;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '\\' && at_ < text_.size()) {
        const char escaped = text_[at_++];
        switch (escaped) {
          case '0':
            token.text += '\0';
            break;
          case 'n':
            token.text += '\n';
            break;
          case 't':
            token.text += '\t';
            break;
          case 'r':
            token.text += '\r';
            break;
          case 'b':
            token.text += '\b';
            break;
          case 'Z':
            token.text += '\x1a';
            break;
          case '%':
          case '_':
            token.text += '\\';
            [[fallthrough]];
          default:
            token.text += escaped;
        }
      } else if (c == quote) {
        if (peek() != quote) return token;
        token.text += quote;
        ++at_;
      } else {
        token.text += c;
      }
    }
    token.kind = Token::Kind::bad;
    return token;
  }

  Token quoted(Token token) {
    ++at_;
    token.kind = Token::Kind::quoted;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '`') {
        if (peek() != '`') return token;
        ++at_;
      }
      token.text += c;
    }
    token.kind = Token::Kind::bad;
    return token;
  }

  Token bits(Token token) {
    const bool hex = (peek() | 0x20) == 'x';
    const std::size_t end = text_.find('\'', at_ + 2);
    const std::string digits(end == std::string_view::npos ? std::string_view()
                                                           : text_.substr(at_ + 2, end - at_ - 2));
    if (end == std::string_view::npos || !bytes_of(digits, hex, token)) {
      token.kind = Token::Kind::bad;
      return token;
    }
    at_ = end + 1;
    return token;
  }

  static bool bytes_of(const std::string& digits, bool hex, Token& token) {
    token.kind = hex ? Token::Kind::hex : Token::Kind::bits;
    if (hex) {
      const auto bytes = from_hex(digits);
      if (!bytes) return false;
      token.text = *bytes;
      return true;
    }
    std::string padded((8 - digits.size() % 8) % 8, '0');
    padded += digits;
    for (std::size_t n = 0; n < padded.size(); n += 8) {
      int byte = 0;
      for (std::size_t bit = n; bit < n + 8; ++bit) {
        if (padded[bit] != '0' && padded[bit] != '1') return false;
        byte = byte * 2 + (padded[bit] - '0');
      }
      token.text += static_cast<char>(byte);
    }
    return true;
  }

  bool prefixed(Token& token, bool hex) {
    std::size_t end = at_ + 2;
    while (end < text_.size() && is_word(text_[end])) ++end;
    std::string digits(text_.substr(at_ + 2, end - at_ - 2));
    if (digits.empty()) return false;
    if (hex && digits.size() % 2 != 0) digits.insert(0, 1, '0');
    if (!bytes_of(digits, hex, token)) return false;
    at_ = end;
    return true;
  }

  Token number(Token token) {
    const std::size_t begin = at_;
    token.kind = Token::Kind::integer;
    while (is_digit(peek())) ++at_;
    if (is_word(peek()) && (peek() | 0x20) != 'e') return word(token);  // 1abc is a name.
    if (peek() == '.') {
      token.kind = Token::Kind::decimal;
      ++at_;
      while (is_digit(peek())) ++at_;
    }
    if ((peek() | 0x20) == 'e') {
      const std::size_t sign = peek(1) == '-' || peek(1) == '+' ? 2 : 1;
      if (is_digit(peek(sign))) {
        token.kind = Token::Kind::real;
        at_ += sign;
        while (is_digit(peek())) ++at_;
      } else if (token.kind == Token::Kind::integer) {
        return word(token);
      }
    }
    token.text = text_.substr(begin, at_ - begin);
    return token;
  }

  Token word(Token token) {
    token.kind = Token::Kind::word;
    while (is_word(peek())) ++at_;
    token.text = text_.substr(token.begin, at_ - token.begin);
    return token;
  }

  Token variable(Token token) {
    ++at_;
    token.kind = Token::Kind::user_variable;
    const char c = peek();
    if (c == '\'' || c == '"' || c == '`') {
      Token name;
      name = c == '`' ? quoted(name) : string(name, c);
      token.text = name.text;
      if (name.kind == Token::Kind::bad) token.kind = Token::Kind::bad;
      return token;
    }
    const std::size_t begin = at_;
    while (is_word(peek()) || peek() == '.') ++at_;
    token.text = text_.substr(begin, at_ - begin);
    return token;
  }

  Token symbol(Token token) {
    static constexpr std::array<std::string_view, 15> kLong = {"<=>", "->>", "<=", ">=",  "<>",
                                                               "!=",  ":=",  "&&", "||",  "<<",
                                                               ">>",  "->",  "@@", "\\N", "=="};
    token.kind = Token::Kind::symbol;
    for (const std::string_view one : kLong) {
      if (text_.substr(at_).starts_with(one) && one != "==") {
        token.text = one;
        at_ += one.size();
        return token;
      }
    }
    token.text = text_.substr(at_, 1);
    if (std::string_view("()+-*/%=<>!,.;~^|&?:@").find(token.text[0]) == std::string_view::npos)
      token.kind = Token::Kind::bad;
    ++at_;
    return token;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  unsigned version_;
  bool mariadb_;
  bool in_code_comment_ = false;
};

constexpr std::string_view kReserved =
    " ACCESSIBLE ADD ALL ALTER ANALYZE AND AS ASC ASENSITIVE BEFORE BETWEEN BIGINT BINARY BLOB "
    "BOTH "
    "BY CALL CASCADE CASE CHANGE CHAR CHARACTER CHECK COLLATE COLUMN CONDITION CONSTRAINT CONTINUE "
    "CONVERT CREATE CROSS CURRENT_DATE CURRENT_ROLE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER "
    "CURSOR DATABASE DATABASES DAY_HOUR DAY_MICROSECOND DAY_MINUTE DAY_SECOND DEC DECIMAL DECLARE "
    "DEFAULT DELAYED DELETE DESC DESCRIBE DETERMINISTIC DISTINCT DISTINCTROW DIV DOUBLE DROP DUAL "
    "EACH ELSE ELSEIF ENCLOSED ESCAPED EXCEPT EXISTS EXIT EXPLAIN FALSE FETCH FLOAT FLOAT4 FLOAT8 "
    "FOR FORCE FOREIGN FROM FULLTEXT GRANT GROUP HAVING HIGH_PRIORITY HOUR_MICROSECOND HOUR_MINUTE "
    "HOUR_SECOND IF IGNORE IN INDEX INFILE INNER INOUT INSENSITIVE INSERT INT INT1 INT2 INT3 INT4 "
    "INT8 INTEGER INTERSECT INTERVAL INTO IS ITERATE JOIN KEY KEYS KILL LEADING LEAVE LEFT LIKE "
    "LIMIT LINEAR LINES LOAD LOCALTIME LOCALTIMESTAMP LOCK LONG LONGBLOB LONGTEXT LOOP "
    "LOW_PRIORITY "
    "MASTER_SSL_VERIFY_SERVER_CERT MATCH MAXVALUE MEDIUMBLOB MEDIUMINT MEDIUMTEXT MIDDLEINT "
    "MINUTE_MICROSECOND MINUTE_SECOND MOD MODIFIES NATURAL NOT NO_WRITE_TO_BINLOG NULL NUMERIC "
    "OFFSET ON OPTIMIZE OPTION OPTIONALLY OR ORDER OUT OUTER OUTFILE OVER PARTITION PRECISION "
    "PRIMARY PROCEDURE PURGE RANGE READ READS READ_WRITE REAL RECURSIVE REFERENCES REGEXP RELEASE "
    "RENAME REPEAT REPLACE REQUIRE RESIGNAL RESTRICT RETURN RETURNING REVOKE RIGHT RLIKE ROWS "
    "ROW_NUMBER SCHEMA SCHEMAS SECOND_MICROSECOND SELECT SENSITIVE SEPARATOR SET SHOW SIGNAL "
    "SMALLINT SPATIAL SPECIFIC SQL SQLEXCEPTION SQLSTATE SQLWARNING SQL_BIG_RESULT "
    "SQL_CALC_FOUND_ROWS SQL_SMALL_RESULT SSL STARTING STRAIGHT_JOIN TABLE TERMINATED THEN "
    "TINYBLOB TINYINT TINYTEXT TO TRAILING TRIGGER TRUE UNDO UNION UNIQUE UNLOCK UNSIGNED UPDATE "
    "USAGE USE USING UTC_DATE UTC_TIME UTC_TIMESTAMP VALUES VARBINARY VARCHAR VARCHARACTER VARYING "
    "WHEN WHERE WHILE WITH WRITE XOR YEAR_MONTH ZEROFILL ";

}  // namespace

std::vector<Token> lex(std::string_view statement, unsigned version, bool mariadb) {
  return Lexer(statement, version, mariadb).run();
}

bool is_reserved(std::string_view word) {
  if (word.empty() || word.size() > 30) return false;
  return kReserved.find(" " + upper(word) + " ") != std::string_view::npos;
}

}  // namespace decnet::service::mysql
