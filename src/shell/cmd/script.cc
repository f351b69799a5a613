// python3, perl: what one-liners do with them. Their language is not there: a program is looked at
// for the few things that are done in passing, which are then done.
#include <algorithm>
#include <cctype>
#include <cmath>

#include "shell/cmd/fetch.h"
#include "shell/cmd/groups.h"
#include "shell/cmd/mention.h"
#include "shell/cmd/text.h"
#include "shell/cmd/whole_number.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::size_t kScriptBytesMax = 64 * 1024;
constexpr int kNestingMax = 40;
constexpr std::uint64_t kPatienceSeconds = 900;

// Sums and strings: "1+2*3", "'a'*3", "'a' + 'b'".
class Sum {
 public:
  explicit Sum(std::string_view text) : text_(text) {}
  // Nothing where it is anything else.
  std::optional<std::string> run() {
    Value value = sum();
    skip();
    if (bad_ || at_ < text_.size()) return {};
    return shown(value);
  }
  bool divided_by_zero() const { return zero_; }

 private:
  struct Value {
    std::string text;
    double number = 0;
    WholeNumber exact;
    bool is_text = false, whole = true;
  };
  static std::string shown(const Value& value) {
    if (value.is_text) return value.text;
    if (value.whole) return value.exact.text();
    const std::string text = text_of("%.16g", value.number);
    return text.find_first_of(".en") == std::string::npos ? text + ".0" : text;
  }
  void skip() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool take(std::string_view what) {
    skip();
    if (!text_.substr(at_).starts_with(what)) return false;
    at_ += what.size();
    return true;
  }
  Value sum() {
    Value left = product();
    for (;;) {
      const bool plus = take("+");
      if (!plus && !take("-")) return left;
      const Value right = product();
      if (left.is_text != right.is_text || (left.is_text && !plus)) bad_ = true;
      left.text += right.text;
      left.number += plus ? right.number : -right.number;
      left.exact = plus ? left.exact + right.exact : left.exact - right.exact;
      left.whole = left.whole && right.whole;
    }
  }
  Value product() {
    Value left = factor();
    for (;;) {
      const bool power = take("**");
      const bool floor = !power && take("//");
      const char how = power       ? '^'
                       : floor     ? 'f'
                       : take("*") ? '*'
                       : take("/") ? '/'
                       : take("%") ? '%'
                                   : 0;
      if (how == 0) return left;
      const Value right = factor();
      if (how == '*' && left.is_text && !right.is_text) {
        std::string all;
        for (double n = 0; n < right.number && all.size() < kScriptBytesMax; ++n) all += left.text;
        left.text = std::move(all);
        continue;
      }
      if (left.is_text || right.is_text) bad_ = true;
      if ((how == '/' || how == 'f' || how == '%') && right.number == 0) zero_ = bad_ = true;
      if (bad_) return left;
      left.whole = left.whole && right.whole && how != '/';
      if (left.whole && how == '^') left.whole = right.exact.sign() >= 0;
      if (left.whole) {
        const auto exponent = static_cast<std::uint64_t>(right.exact.small().value_or(1 << 20));
        left.exact = how == '*'   ? left.exact * right.exact
                     : how == 'f' ? left.exact.floor_divided(right.exact)
                     : how == '%' ? left.exact.modulo(right.exact)
                                  : left.exact.power(exponent);
        if (!left.exact.ok()) bad_ = true;
      }
      const double a = left.number;
      const double b = right.number;
      left.number = how == '*'   ? a * b
                    : how == '/' ? a / b
                    : how == '^' ? std::pow(a, b)
                    : how == 'f' ? std::floor(a / b)
                                 : a - b * std::floor(a / b);
    }
  }
  Value factor() {
    Value value;
    if (++depth_ > kNestingMax) bad_ = true;
    skip();
    if (bad_ || at_ >= text_.size()) {
      bad_ = true;
    } else if (take("-")) {
      value = factor();
      value.number = -value.number;
      value.exact = WholeNumber(0) - value.exact;
    } else if (take("(")) {
      value = sum();
      if (!take(")")) bad_ = true;
    } else if (text_[at_] == '"' || text_[at_] == '\'') {
      const char quote = text_[at_];
      const std::size_t end = text_.find(quote, at_ + 1);
      bad_ = bad_ || end == std::string_view::npos;
      bool ended = false;
      value.is_text = true;
      if (!bad_) value.text = unescaped(text_.substr(at_ + 1, end - at_ - 1), ended, false);
      at_ = bad_ ? text_.size() : end + 1;
    } else if (std::isdigit(static_cast<unsigned char>(text_[at_])) != 0) {
      const std::size_t end = std::min(text_.find_first_not_of("0123456789.", at_), text_.size());
      const std::string digits(text_.substr(at_, end - at_));
      value.number = std::strtod(digits.c_str(), nullptr);
      value.whole = digits.find('.') == std::string::npos;
      if (value.whole) {
        const auto exact = WholeNumber::parse(digits);
        if (exact) value.exact = *exact;
        bad_ = bad_ || !exact;
      }
      at_ = end;
    } else {
      bad_ = true;
    }
    --depth_;
    return value;
  }
  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
  bool bad_ = false, zero_ = false;
};

bool is_python(const Io& io) {
  return io.name().starts_with("python");
}

Task<void> connect_in_vain(Io& io, std::string url, std::string host, std::string port,
                           Duration patience) {
  const Target target = target_of(url.empty() ? "tcp://" + host + ":" + port + "/" : url);
  report(io, io.name(), target, url.empty() ? "CONNECT" : "GET", "");
  co_await io.flush();
  const Duration took = co_await wait_for_nobody(io, target, patience);
  const bool gave_up = took >= patience;
  const bool here = local(target.host);
  const bool named = !here && !is_address(target.host);
  io.status = 1;
  if (!is_python(io)) {
    if (!url.empty()) io.err("Can't connect to " + target.host + " at -e line 1.\n");
    io.status = 255;
    co_return;
  }
  const std::string why = named ? "socket.gaierror: [Errno -3] Temporary failure in name resolution"
                          : here    ? "ConnectionRefusedError: [Errno 111] Connection refused"
                          : gave_up ? "TimeoutError: timed out"
                                    : "TimeoutError: [Errno 110] Connection timed out";
  io.err("Traceback (most recent call last):\n  File \"<string>\", line 1, in <module>\n" +
         (url.empty()
              ? why
              : "urllib.error.URLError: <urlopen error " + why.substr(why.find(": ") + 2) + ">") +
         "\n");
}

Task<void> run_words(Io& io, std::vector<std::string> words) {
  co_await io.flush();
  const Sys<int> status = co_await run_program(io.process, std::move(words));
  if (!status) io.status = 1;
}

void print_line(Io& io, std::string statement) {
  const bool python = is_python(io);
  std::string inner = statement.substr(5);
  while (!inner.empty() && inner[0] == ' ') inner.erase(0, 1);
  while (inner.ends_with(" ")) inner.pop_back();
  if (inner.starts_with("(") && inner.ends_with(")")) inner = inner.substr(1, inner.size() - 2);
  std::string line;
  bool known = true;
  bool by_zero = false;
  for (const std::string_view one : listed(inner)) {
    Sum sum(one);
    const std::optional<std::string> text = sum.run();
    known = known && text.has_value();
    by_zero = by_zero || sum.divided_by_zero();
    if (python && !line.empty()) line += " ";
    line += text.value_or("");
  }
  if (known) {
    io.out(line + (python ? "\n" : ""));
  } else if (by_zero) {
    io.err(python ? "Traceback (most recent call last):\n  File \"<string>\", line 1, in "
                    "<module>\nZeroDivisionError: division by zero\n"
                  : "Illegal division by zero at -e line 1.\n");
    io.status = python ? 1 : 255;
  }
}

// Runs the statements of a program that it knows, in their order.
Task<void> run_code(Io& io, std::string code) {
  std::string host;
  std::string port;
  std::string url = quoted_behind(code, "urlopen(");
  if (url.empty()) url = quoted_behind(code, "urlretrieve(");
  if (url.empty()) url = quoted_behind(code, "requests.get(");
  if (url.empty()) url = quoted_behind(code, "getstore(");
  if (!url.empty() || connects(code, host, port)) {
    std::string given = number_behind(code, "settimeout(");
    if (given.empty()) given = number_behind(code, "timeout=");
    const Duration patience = std::chrono::seconds(number_of(given).value_or(kPatienceSeconds));
    co_await connect_in_vain(io, std::move(url), std::move(host), std::move(port), patience);
    co_return;
  }
  std::replace(code.begin(), code.end(), ';', '\n');
  std::size_t count = 0;
  for (const std::string& raw : split(code, '\n')) {
    std::string one = raw.substr(std::min(raw.find_first_not_of(" \t"), raw.size()));
    if (one.empty() || io.status != 0) continue;
    const bool system = one.find("system") != std::string::npos ||
                        one.find("subprocess.") != std::string::npos ||
                        one.find("popen(") != std::string::npos || one.starts_with("exec");
    const std::string given =
        quoted_behind(one, system ? (one.starts_with("exec") ? "exec" : "s") : "spawn(");
    if (one.find("pty.spawn") != std::string::npos) {
      std::vector<std::string> words = words_of(given);
      if (!words.empty()) co_await run_words(io, std::move(words));
    } else if (system && !given.empty()) {
      std::vector<std::string> words = {"sh", "-c", given};
      co_await run_words(io, std::move(words));
    } else if (one.starts_with("print")) {
      print_line(io, one);
    } else if (is_python(io) && one.starts_with("import ")) {
      constexpr std::string_view kKnown =
          " os sys re pty socket subprocess time json base64 urllib urllib.request platform random "
          "hashlib struct threading string shutil datetime math getpass select ssl ";
      for (const std::string& name : words_of(one.substr(7))) {
        const std::string plain = name.substr(0, name.find(','));
        if (plain.empty() || kKnown.find(" " + plain + " ") != std::string_view::npos) continue;
        io.err(
            "Traceback (most recent call last):\n  File \"<string>\", line 1, in "
            "<module>\nModuleNotFoundError: No module named '" +
            plain + "'\n");
        io.status = 1;
        break;
      }
    }
    if (++count % 16 == 0) co_await io.process.breathe(50);
  }
}

Task<void> converse(Io& io) {
  io.out(
      "Python 3.11.2 (main, Nov 30 2024, 21:22:50) [GCC 12.2.0] on linux\nType \"help\", "
      "\"copyright\", \"credits\" or \"license\" for more information.\n");
  for (;;) {
    io.out(">>> ");
    co_await io.flush();
    const Sys<std::string> line = co_await io.process.read_until(0, '\n', 4096, {});
    if (!line || line->empty()) break;
    std::string text = *line;
    while (text.ends_with("\n") || text.ends_with(" ")) text.pop_back();
    if (text == "exit()" || text == "quit()") co_return;
    if (text == "exit" || text == "quit") {
      io.out("Use " + text + "() or Ctrl-D (i.e. EOF) to exit\n");
      continue;
    }
    Sum sum(text);
    const std::optional<std::string> value = sum.run();
    if (value && !text.empty()) {
      const bool is_text = text[0] == '"' || text[0] == '\'';
      io.out((is_text ? "'" + *value + "'" : *value) + "\n");
    } else {
      co_await run_code(io, text);
    }
    io.status = 0;
  }
  io.out("\n");
}

Task<int> script(Process& process) {
  Io io(process);
  const bool python = is_python(io);
  std::string code;
  bool given = false;
  bool done = false;
  for (std::size_t at = 1; at < io.argc() && !given && !done; ++at) {
    const std::string& word = io.arg(at);
    if (python ? word == "-V" || word == "--version" : word == "-v" || word == "--version") {
      io.out(python ? "Python 3.11.2\n"
                    : "\nThis is perl 5, version 36, subversion 0 (v5.36.0) built for "
                      "x86_64-linux-gnu-thread-multi\n");
      done = true;
    } else if (word.size() > 1 && word[0] == '-') {
      const char last = word.back();
      const bool takes = python ? last == 'c' : last == 'e' || last == 'E';
      if (!takes || at + 1 >= io.argc()) continue;
      code = io.arg(at + 1);
      given = true;
    } else if (word != "-") {
      const Sys<std::string> bytes = io.slurp(word);
      given = bytes.has_value();
      done = !given;
      if (given) code = bytes->substr(0, kScriptBytesMax);
      if (done && python)
        io.err(std::string(io.name()) + ": can't open file '" + io.absolute(word) + "': [Errno " +
               std::to_string(bytes.error()) + "] " + std::string(sys_error(bytes.error())) + "\n");
      if (done && !python)
        io.err("Can't open perl script \"" + word + "\": " + std::string(sys_error(bytes.error())) +
               "\n");
      if (done) io.status = 2;
    }
  }
  if (!given && !done && python && process.is_terminal(0)) {
    co_await converse(io);
    done = true;
  }
  while (!given && !done && code.size() < kScriptBytesMax) {
    const Sys<std::string> bytes = co_await process.read(0, kPipeBytes);
    if (!bytes || bytes->empty()) break;
    code += *bytes;
  }
  if (!done) {
    co_await process.breathe(3'000);
    co_await run_code(io, std::move(code));
  }
  co_await io.flush();
  co_return io.status;
}

constexpr Command kRows[] = {
    {"python3", &script}, {"python3.11", &script}, {"python", &script}, {"perl", &script}};

}  // namespace

std::span<const Command> script_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
