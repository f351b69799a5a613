// expr, factor
#include <algorithm>

#include "shell/cmd/groups.h"
#include "shell/cmd/regex.h"
#include "shell/cmd/text.h"
#include "shell/cmd/whole_number.h"

namespace decnet::shell::cmd {
namespace {

constexpr int kExprDepthMax = 200;                  // Of parentheses; beyond, expr says so.
constexpr std::uint64_t kTrialsMax = 2'000'000;     // Divisions that factor tries.
constexpr std::size_t kFactorsTextMax = 64 * 1024;  // Of standard input.

class Expr {
 public:
  Expr(Io& io, std::vector<std::string> words) : io_(io), words_(std::move(words)) {}

  int run() {
    const std::string value = either();
    if (!failed_ && at_ < words_.size())
      fail("syntax error: unexpected argument " + quoted(words_[at_]));
    if (failed_) return 2;
    io_.out(value + "\n");
    return is_null(value) ? 1 : 0;
  }

 private:
  void fail(const std::string& what) {
    if (!failed_) io_.fail(what, 0, 2);
    failed_ = true;
    at_ = words_.size();
  }
  bool take(std::string_view word) {
    if (failed_ || at_ >= words_.size() || words_[at_] != word) return false;
    ++at_;
    return true;
  }
  static bool is_null(const std::string& value) {
    if (value.empty()) return true;
    const auto number = WholeNumber::parse(value);
    return number && number->sign() == 0;
  }
  std::string either() {
    std::string left = both();
    while (take("|")) {
      const std::string right = both();
      if (is_null(left)) left = is_null(right) ? "0" : right;
    }
    return left;
  }
  std::string both() {
    std::string left = compared();
    while (take("&")) {
      const std::string right = compared();
      if (is_null(left) || is_null(right)) left = "0";
    }
    return left;
  }
  std::string compared() {
    std::string left = sum();
    for (;;) {
      std::string how;
      for (const char* one : {"<=", "<", "==", "=", "!=", ">=", ">"}) {
        if (!take(one)) continue;
        how = one;
        break;
      }
      if (how.empty()) return left;
      const std::string right = sum();
      const auto a = WholeNumber::parse(left);
      const auto b = WholeNumber::parse(right);
      const int text = left.compare(right);
      const auto order = a && b ? *a <=> *b : text <=> 0;
      const bool met = how == "<"    ? order < 0
                       : how == "<=" ? order <= 0
                       : how == "!=" ? order != 0
                       : how == ">=" ? order >= 0
                       : how == ">"  ? order > 0
                                     : order == 0;
      left = met ? "1" : "0";
    }
  }
  std::string sum() {
    std::string left = product();
    for (;;) {
      const bool plus = take("+");
      if (!plus && !take("-")) return left;
      left = computed(plus ? '+' : '-', left, product());
    }
  }
  std::string product() {
    std::string left = matched();
    for (;;) {
      const char how = take("*") ? '*' : take("/") ? '/' : take("%") ? '%' : '\0';
      if (how == 0) return left;
      left = computed(how, left, matched());
    }
  }
  std::string computed(char how, const std::string& left, const std::string& right) {
    if (failed_) return {};
    const auto a = WholeNumber::parse(left);
    const auto b = WholeNumber::parse(right);
    if (!a || !b) {
      fail("non-integer argument");
      return {};
    }
    if ((how == '/' || how == '%') && b->sign() == 0) {
      fail("division by zero");
      return {};
    }
    return (how == '+'   ? *a + *b
            : how == '-' ? *a - *b
            : how == '*' ? *a * *b
            : how == '/' ? a->divided(*b)
                         : a->remainder(*b))
        .text();
  }
  std::string matched() {
    std::string left = keyword();
    while (take(":")) {
      const std::string pattern = keyword();
      left = match(left, pattern);
    }
    return left;
  }
  std::string match(const std::string& text, const std::string& pattern) {
    if (failed_) return {};
    const auto regex = Regex::compile(pattern.starts_with("^") ? pattern : "^" + pattern, {});
    if (!regex) {
      fail(regex.error());
      return {};
    }
    std::vector<Span> groups;
    const bool met = regex->search(text, 0, groups);
    if (regex->groups() > 0) {
      if (!met || groups.size() < 2 || !groups[1].met()) return "";
      return text.substr(groups[1].from, groups[1].to - groups[1].from);
    }
    return std::to_string(met ? groups[0].to : 0);
  }
  std::string keyword() {
    if (take("+")) return word("+");
    if (take("length")) return std::to_string(primary("length").size());
    if (take("match")) {
      const std::string text = primary("match");
      return match(text, primary(text));
    }
    if (take("index")) {
      const std::string text = primary("index");
      const std::size_t found = text.find_first_of(primary(text));
      return std::to_string(found == std::string::npos ? 0 : found + 1);
    }
    if (take("substr")) {
      const std::string text = primary("substr");
      const auto from = signed_number_of(primary(text));
      const auto count = signed_number_of(primary("substr"));
      if (!from || !count || *from < 1 || *count < 1 ||
          static_cast<std::size_t>(*from) > text.size())
        return "";
      return text.substr(static_cast<std::size_t>(*from) - 1, static_cast<std::size_t>(*count));
    }
    return primary(at_ > 0 ? words_[at_ - 1] : "");
  }
  std::string word(const std::string& after) {
    if (failed_) return {};
    if (at_ >= words_.size()) {
      fail("syntax error: missing argument after " + quoted(after));
      return {};
    }
    return words_[at_++];
  }
  std::string primary(const std::string& after) {
    if (take("(")) {
      if (++depth_ > kExprDepthMax) {
        fail("memory exhausted");
        return {};
      }
      std::string inner = either();
      --depth_;
      if (failed_) return {};
      if (take(")")) return inner;
      fail(at_ < words_.size() ? "syntax error: expecting ')' instead of " + quoted(words_[at_])
                               : "syntax error: expecting ')' after " + quoted(words_[at_ - 1]));
      return {};
    }
    if (at_ < words_.size() && words_[at_] == ")" && !failed_) {
      fail("syntax error: unexpected ')'");
      return {};
    }
    return word(at_ > 0 ? words_[at_ - 1] : after);
  }

  Io& io_;
  std::vector<std::string> words_;
  std::size_t at_ = 0;
  int depth_ = 0;
  bool failed_ = false;
};

int expr(Io& io) {
  std::vector<std::string> words(io.process.arguments.begin() + 1, io.process.arguments.end());
  if (words.size() == 1 && words[0] == "--version") {
    io.out(version_text(io, "expr"));
    return 0;
  }
  if (!words.empty() && words[0] == "--") words.erase(words.begin());
  if (words.empty()) return io.misused("missing operand", 2);
  return Expr(io, std::move(words)).run();
}

// "12: 2 2 3"; false where it would take too long.
bool put_factors(Io& io, WholeNumber number, std::uint64_t& trials) {
  std::string line = number.text() + ":";
  const auto small = number.small();
  const auto push = [&](const std::string& factor) { line += " " + factor; };
  bool whole = true;
  if (small) {
    auto left = static_cast<std::uint64_t>(*small);
    for (std::uint64_t by = 2; by * by <= left; by += by == 2 ? 1 : 2) {
      if (++trials > kTrialsMax) {
        whole = false;
        break;
      }
      for (; left % by == 0; left /= by) push(std::to_string(by));
    }
    if (left > 1) push(std::to_string(left));
  } else {
    for (std::int64_t by = 2; by < 100'000 && whole && number.small().value_or(2) > 1; ++by) {
      if (++trials > kTrialsMax / 8) whole = false;
      const WholeNumber divisor(by);
      while (number.remainder(divisor).sign() == 0) {
        push(divisor.text());
        number = number.divided(divisor);
      }
    }
    if (number.small().value_or(2) > 1) push(number.text());
  }
  io.out(line + "\n");
  return whole;
}

Task<int> factor(Process& process) {
  Io io(process);
  std::vector<std::string> words(process.arguments.begin() + 1, process.arguments.end());
  std::string text;
  while (words.empty() && text.size() < kFactorsTextMax) {
    const Sys<std::string> bytes = co_await process.read(0, kPipeBytes);
    if (!bytes || bytes->empty()) break;
    text += *bytes;
  }
  if (words.empty()) words = words_of(text);
  std::uint64_t trials = 0;
  for (const std::string& word : words) {
    const auto number = WholeNumber::parse(word);
    if (!number || number->sign() < 0) {
      io.fail(quoted(word) + " is not a valid positive integer");
      continue;
    }
    put_factors(io, *number, trials);
    const auto cost = static_cast<std::uint32_t>(trials / 100 + 1);
    co_await process.breathe(cost);
    co_await io.flush();
    if (trials > kTrialsMax) break;
  }
  co_await io.flush();
  co_return io.status;
}

constexpr Command kRows[] = {{"expr", &plain<expr>}, {"factor", &factor}};

}  // namespace

std::span<const Command> calculate_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
