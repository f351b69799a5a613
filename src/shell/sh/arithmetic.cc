#include "shell/sh/arithmetic.h"

#include <cctype>
#include <climits>

#include <fmt/format.h>

#include "shell/sh/limits.h"

namespace decnet::shell::sh {
namespace {

struct Error {
  std::string text;
};

constexpr std::uint64_t kNoDigit = 99;

struct Operator {
  std::string_view text;
  int rank;
};
// Longest first.
constexpr Operator kBinary[] = {{"**", 13}, {"<<", 10}, {">>", 10}, {"<=", 9}, {">=", 9},
                                {"==", 8},  {"!=", 8},  {"&&", 4},  {"||", 3}, {"*", 12},
                                {"/", 12},  {"%", 12},  {"+", 11},  {"-", 11}, {"<", 9},
                                {">", 9},   {"&", 7},   {"^", 6},   {"|", 5}};
constexpr std::string_view kAssign[] = {
    "<<=", ">>=", "+=", "-=", "*=", "/=", "%=", "&=", "^=", "|=", "="};

std::int64_t wrap(std::uint64_t value) {
  return static_cast<std::int64_t>(value);
}
std::uint64_t bits(std::int64_t value) {
  return static_cast<std::uint64_t>(value);
}

class Evaluator {
 public:
  Evaluator(std::string_view text, const ArithmeticNames& names, int depth)
      : text_(text), names_(names), depth_(depth) {}

  std::int64_t all() {
    skip();
    if (at_ >= text_.size()) return 0;
    const std::int64_t value = comma();
    skip();
    if (at_ < text_.size()) {
      if (names_.bash && text_[at_] == '=') fail("attempted assignment to non-variable");
      fail(std::isalnum(static_cast<unsigned char>(text_[at_])) != 0 ||
                   std::string_view("_:(").find(text_[at_]) != std::string_view::npos
               ? "syntax error in expression"
               : "syntax error: invalid arithmetic operator");
    }
    return value;
  }

 private:
  [[noreturn]] void fail(std::string_view what) {
    std::string_view shown = text_;
    while (shown.starts_with(' ')) shown.remove_prefix(1);
    if (!names_.bash) {
      if (what == "division by 0") {
        throw Error{fmt::format("arithmetic expression: division by zero: \"{}\"", text_)};
      }
      throw Error{fmt::format("arithmetic expression: {}: \"{}\"",
                              at_ >= text_.size() || what.find("operand") != std::string_view::npos
                                  ? "expecting primary"
                                  : "expecting EOF",
                              text_)};
    }
    // The token that was read last: the one ahead, or at the end the one before it.
    skip();
    throw Error{fmt::format("{}: {} (error token is \"{}\")", shown, what,
                            text_.substr(at_ < text_.size() ? at_ : last_))};
  }

  void skip() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
  }
  bool take(std::string_view token) {
    skip();
    if (text_.substr(at_, token.size()) != token) return false;
    last_ = at_;
    at_ += token.size();
    return true;
  }

  struct Deeper {
    explicit Deeper(Evaluator& of) : evaluator(of) {
      if (++evaluator.depth_ > kArithmeticDepthMax) {
        count(Limit::arithmetic_depth);
        evaluator.fail("expression recursion level exceeded");
      }
    }
    ~Deeper() { --evaluator.depth_; }
    Evaluator& evaluator;
  };

  std::int64_t comma() {
    std::int64_t value = assignment();
    while (names_.bash && take(",")) value = assignment();
    return value;
  }

  std::int64_t assignment() {
    const Deeper deeper(*this);
    skip();
    const std::size_t before = at_;
    std::string name, subscript;
    if (variable(name, subscript)) {
      skip();
      for (const std::string_view token : kAssign) {
        if (text_.substr(at_, token.size()) != token) continue;
        if (token == "=" && text_.substr(at_, 2) == "==") break;
        last_ = at_;
        at_ += token.size();
        skip();
        const std::size_t operand = at_;
        std::int64_t value = assignment();
        if (token != "=") {
          value = apply(token.substr(0, token.size() - 1), load(name, subscript), value, operand);
        }
        store(name, subscript, value);
        return value;
      }
    }
    at_ = before;
    return conditional();
  }

  std::int64_t conditional() {
    const std::int64_t chosen = binary(3);
    if (!take("?")) return chosen;
    const int quiet_before = quiet_;
    if (chosen == 0) ++quiet_;
    const std::int64_t yes = comma();
    quiet_ = quiet_before;
    if (!take(":")) fail("`:' expected for conditional expression");
    if (chosen != 0) ++quiet_;
    const std::int64_t no = assignment();
    quiet_ = quiet_before;
    return chosen != 0 ? yes : no;
  }

  const Operator* operator_ahead() {
    skip();
    for (const Operator& one : kBinary) {
      if (text_.substr(at_, one.text.size()) != one.text) continue;
      if (one.text == "**" && !names_.bash) continue;
      const char behind =
          at_ + one.text.size() < text_.size() ? text_[at_ + one.text.size()] : '\0';
      if (behind == '=' && one.rank != 8 && one.rank != 9 && one.rank > 4) return nullptr;
      return &one;
    }
    return nullptr;
  }

  std::int64_t binary(int rank) {
    std::int64_t left = unary();
    for (;;) {
      const Operator* one = operator_ahead();
      if (one == nullptr || one->rank < rank) return left;
      last_ = at_;
      at_ += one->text.size();
      skip();
      const std::size_t operand = at_;
      const bool skipped = (one->text == "&&" && left == 0) || (one->text == "||" && left != 0);
      if (skipped) ++quiet_;
      const Deeper deeper(*this);
      const std::int64_t right = binary(one->text == "**" ? one->rank : one->rank + 1);
      if (skipped) --quiet_;
      left = apply(one->text, left, right, operand);
    }
  }

  std::int64_t apply(std::string_view with, std::int64_t left, std::int64_t right,
                     std::size_t operand) {
    if (with == "+") return wrap(bits(left) + bits(right));
    if (with == "-") return wrap(bits(left) - bits(right));
    if (with == "*") return wrap(bits(left) * bits(right));
    if (with == "/" || with == "%") {
      if (right == 0) {
        if (quiet_ > 0) return 0;
        at_ = operand;
        fail("division by 0");
      }
      if (left == INT64_MIN && right == -1) return with == "/" ? left : 0;
      return with == "/" ? left / right : left % right;
    }
    if (with == "**") {
      if (right < 0) fail("exponent less than 0");
      std::uint64_t result = 1;
      std::uint64_t base = bits(left);
      for (std::uint64_t n = bits(right); n != 0; n >>= 1) {
        if ((n & 1) != 0) result *= base;
        base *= base;
      }
      return wrap(result);
    }
    if (with == "<<") return wrap(bits(left) << (bits(right) & 63));
    if (with == ">>") return left >> (bits(right) & 63);
    if (with == "<") return left < right;
    if (with == ">") return left > right;
    if (with == "<=") return left <= right;
    if (with == ">=") return left >= right;
    if (with == "==") return left == right;
    if (with == "!=") return left != right;
    if (with == "&") return left & right;
    if (with == "^") return left ^ right;
    if (with == "|") return left | right;
    if (with == "&&") return left != 0 && right != 0;
    return left != 0 || right != 0;
  }

  std::int64_t unary() {
    const Deeper deeper(*this);
    skip();
    if (names_.bash && (text_.substr(at_, 2) == "++" || text_.substr(at_, 2) == "--")) {
      const std::size_t before = at_;
      const int step = text_[at_] == '+' ? 1 : -1;
      last_ = at_;
      at_ += 2;
      skip();
      std::string name, subscript;
      if (variable(name, subscript)) {
        const std::int64_t value = load(name, subscript) + step;
        store(name, subscript, value);
        return value;
      }
      at_ = before;
    }
    if (take("!")) return unary() == 0;
    if (take("~")) return ~unary();
    if (take("-")) return wrap(0 - bits(unary()));
    if (take("+")) return unary();
    return primary();
  }

  std::int64_t primary() {
    skip();
    if (take("(")) {
      const std::int64_t value = comma();
      if (!take(")")) fail(names_.bash ? "missing `)'" : "operand");
      return value;
    }
    if (at_ < text_.size() && std::isdigit(static_cast<unsigned char>(text_[at_])) != 0) {
      return number();
    }
    std::string name, subscript;
    if (!variable(name, subscript)) fail("syntax error: operand expected");
    const std::size_t behind = at_;
    if (names_.bash) skip();
    if (names_.bash && (text_.substr(at_, 2) == "++" || text_.substr(at_, 2) == "--")) {
      const int step = text_[at_] == '+' ? 1 : -1;
      last_ = at_;
      at_ += 2;
      const std::int64_t value = load(name, subscript);
      store(name, subscript, value + step);
      return value;
    }
    at_ = behind;
    return load(name, subscript);
  }

  static std::uint64_t digit_of(char byte, std::uint64_t base) {
    if (byte >= '0' && byte <= '9') return static_cast<std::uint64_t>(byte - '0');
    if (byte >= 'a' && byte <= 'z') return static_cast<std::uint64_t>(byte - 'a') + 10;
    if (byte >= 'A' && byte <= 'Z')
      return static_cast<std::uint64_t>(byte - 'A') + (base <= 36 ? 10 : 36);
    if (byte == '@') return base > 10 ? 62 : kNoDigit;
    if (byte == '_') return 63;
    return kNoDigit;
  }

  std::int64_t number() {
    const std::size_t begin = at_;
    std::uint64_t base = 10;
    if (text_[at_] == '0' && at_ + 1 < text_.size()) {
      base = text_[at_ + 1] == 'x' || text_[at_ + 1] == 'X' ? 16 : 8;
      at_ += base == 16 ? 2 : 1;
    }
    std::uint64_t value = 0;
    bool too_large = false;
    last_ = begin;
    for (; at_ < text_.size(); ++at_) {
      const char byte = text_[at_];
      if (byte == '#' && names_.bash && base == 10) {
        if (value < 2 || value > 64) {
          at_ = begin;
          fail("invalid arithmetic base");
        }
        base = value;
        value = 0;
        continue;
      }
      const std::uint64_t digit = digit_of(byte, base);
      if (digit == kNoDigit) break;
      if (digit >= base) {
        at_ = begin;
        fail("value too great for base");
      }
      too_large = too_large || value > (static_cast<std::uint64_t>(INT64_MAX) - digit) / base;
      value = value * base + digit;
    }
    if (too_large && !names_.bash) return INT64_MAX;  // As strtoimax.
    return wrap(value);
  }

  bool variable(std::string& name, std::string& subscript) {
    std::size_t at = at_;
    while (at < text_.size() &&
           (std::isalnum(static_cast<unsigned char>(text_[at])) != 0 || text_[at] == '_')) {
      ++at;
    }
    if (at == at_ || std::isdigit(static_cast<unsigned char>(text_[at_])) != 0) return false;
    name = text_.substr(at_, at - at_);
    last_ = at_;
    at_ = at;
    if (names_.bash && at_ < text_.size() && text_[at_] == '[') {
      int open = 0;
      for (; at < text_.size(); ++at) {
        open += text_[at] == '[' ? 1 : text_[at] == ']' ? -1 : 0;
        if (open == 0) break;
      }
      if (at >= text_.size()) {
        at_ = last_;
        fail("bad array subscript");
      }
      subscript = text_.substr(at_ + 1, at - at_ - 1);
      at_ = at + 1;
    }
    return true;
  }

  std::int64_t load(const std::string& name, const std::string& subscript) {
    if (quiet_ > 0) return 0;
    const std::optional<std::string> known = names_.get(name, subscript);
    if (!known && names_.unset_is_error)
      throw Error{name + (names_.bash ? ": unbound variable" : ": parameter not set")};
    const std::string text = known.value_or(std::string{});
    if (text.empty()) return 0;
    if (!names_.bash) {
      const std::size_t digits = text.find_first_not_of(" \t+-");
      if (digits == std::string::npos ||
          std::isdigit(static_cast<unsigned char>(text[digits])) == 0)
        throw Error{"Illegal number: " + text};
    }
    const auto value = evaluate(text, names_, depth_ + 1);
    if (!value) throw Error{value.error()};
    return *value;
  }
  void store(const std::string& name, const std::string& subscript, std::int64_t value) {
    if (quiet_ == 0 && !names_.set(name, subscript, value))
      throw Error{name + ": readonly variable"};
  }

  std::string_view text_;
  const ArithmeticNames& names_;
  int depth_;
  std::size_t at_ = 0;
  std::size_t last_ = 0;  // Where the token before at_ begins.
  int quiet_ = 0;         // Inside what && || ?: leave out.
};

}  // namespace

tl::expected<std::int64_t, std::string> evaluate(std::string_view text,
                                                 const ArithmeticNames& names, int depth) {
  if (depth > kArithmeticDepthMax) {
    count(Limit::arithmetic_depth);
    return tl::unexpected(
        fmt::format("{}: expression recursion level exceeded (error token is \"{}\")", text, text));
  }
  try {
    return Evaluator(text, names, depth).all();
  } catch (const Error& error) {
    return tl::unexpected(error.text);
  }
}

}  // namespace decnet::shell::sh
