// The compiler of sed's scripts.
#include <cctype>
#include <map>

#include "shell/cmd/sed.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

class SedParser {
 public:
  SedParser(std::string_view text, bool extended) : text_(text), extended_(extended) {}

  tl::expected<SedScript, std::string> run() {
    if (text_ == "#n" || text_.starts_with("#n\n")) script_.silent = true;
    while (error_.empty()) {
      skip(" \t\n;");
      if (!more()) break;
      command();
      if (script_.commands.size() > kSedCommandsMax) fail("too many commands");
    }
    if (error_.empty() && !open_.empty()) {
      error_ = "-e expression #1, char 0: unmatched `{'";
    }
    if (error_.empty()) resolve();
    if (!error_.empty()) return tl::unexpected<std::string>(error_);
    return std::move(script_);
  }

 private:
  bool more() const { return at_ < text_.size(); }
  char peek() const { return more() ? text_[at_] : '\0'; }
  void skip(std::string_view set) {
    while (more() && set.find(text_[at_]) != std::string_view::npos) ++at_;
  }
  void fail(std::string_view what) {
    if (error_.empty()) {
      error_ = "-e expression #1, char " + std::to_string(at_) + ": " + std::string(what);
    }
  }
  std::uint64_t number() {
    std::uint64_t value = 0;
    while (std::isdigit(static_cast<unsigned char>(peek())) != 0) {
      value = std::min<std::uint64_t>(value * 10 + static_cast<std::uint64_t>(text_[at_++] - '0'),
                                      1'000'000'000'000ULL);
    }
    return value;
  }

  // Up to an unescaped `end`. "\end" is `end`, other escapes stay; "\n" stays for the regex.
  std::optional<std::string> until(char end, bool regex) {
    std::string all;
    bool bracket = false;
    while (more()) {
      const char byte = text_[at_++];
      if (byte == end && !bracket) return all;
      if (byte == '\n' && regex) return {};
      if (byte == '\\' && more()) {
        const char next = text_[at_++];
        if (next == end &&
            !(regex && std::string_view("()|+?{}1").find(next) != std::string_view::npos)) {
          if (regex && end != '/' && std::string_view(".*[]^$").find(end) != std::string_view::npos)
            all += '\\';
          all += end;
        } else if (next == '\n' && regex) {
          all += '\n';
        } else {
          all += byte;
          all += next;
        }
        continue;
      }
      if (regex && byte == '[' && !bracket) {
        bracket = true;
        all += byte;
        if (peek() == '^') all += text_[at_++];
        if (peek() == ']') all += text_[at_++];
        continue;
      }
      if (bracket && byte == '[' && (peek() == ':' || peek() == '.' || peek() == '=')) {
        const std::size_t close = text_.find(std::string{peek(), ']'}, at_ + 1);
        if (close != std::string_view::npos) {
          all += byte;
          all += text_.substr(at_, close + 2 - at_);
          at_ = close + 2;
          continue;
        }
      }
      if (byte == ']') bracket = false;
      all += byte;
    }
    return {};
  }

  // "\n" and "\t" become what they name: sed does so before the regex sees them.
  static std::string with_controls(std::string_view pattern) {
    std::string all;
    for (std::size_t at = 0; at < pattern.size(); ++at) {
      if (pattern[at] == '\\' && at + 1 < pattern.size()) {
        const char next = pattern[++at];
        if (next == 'n') {
          all += '\n';
        } else if (next == 't') {
          all += '\t';
        } else {
          all += '\\';
          all += next;
        }
        continue;
      }
      all += pattern[at];
    }
    return all;
  }

  std::shared_ptr<Regex> compiled(const std::string& pattern, bool fold, bool multiline) {
    if (pattern.empty()) return nullptr;
    auto regex = Regex::compile(with_controls(pattern),
                                {.extended = extended_, .fold = fold, .multiline = multiline});
    if (!regex) {
      fail(regex.error());
      return nullptr;
    }
    return std::make_shared<Regex>(std::move(*regex));
  }

  bool address(SedAddress& into) {
    const char first = peek();
    if (std::isdigit(static_cast<unsigned char>(first)) != 0) {
      into.number = number();
      into.kind = into.number == 0 ? SedAddress::Kind::zero : SedAddress::Kind::line;
      if (peek() == '~') {
        ++at_;
        into.step = number();
        into.kind = SedAddress::Kind::step;
      }
      return true;
    }
    if (first == '$') {
      ++at_;
      into.kind = SedAddress::Kind::last;
      return true;
    }
    if (first != '/' && first != '\\') return false;
    ++at_;
    char end = '/';
    if (first == '\\') end = more() ? text_[at_++] : '/';
    const auto pattern = until(end, true);
    if (!pattern) {
      fail("unterminated address regex");
      return false;
    }
    bool fold = false;
    bool multiline = false;
    while (peek() == 'I' || peek() == 'M') {
      fold = fold || peek() == 'I';
      multiline = multiline || peek() == 'M';
      ++at_;
    }
    into.kind = SedAddress::Kind::pattern;
    into.regex = compiled(*pattern, fold, multiline);
    return true;
  }

  void addresses(SedCommand& one) {
    if (!address(one.from)) return;
    skip(" \t");
    if (peek() != ',') {
      if (one.from.kind == SedAddress::Kind::zero) fail("invalid usage of line address 0");
      return;
    }
    ++at_;
    skip(" \t");
    if (peek() == '+' || peek() == '~') {
      one.to.kind = peek() == '+' ? SedAddress::Kind::plus : SedAddress::Kind::multiple;
      ++at_;
      one.to.number = number();
      return;
    }
    if (!address(one.to)) return fail("unexpected `,'");
    if (one.from.kind == SedAddress::Kind::zero && one.to.kind != SedAddress::Kind::pattern) {
      fail("invalid usage of line address 0");
    }
  }

  void command();
  void substitute(SedCommand& one);
  void transliterate(SedCommand& one);
  void text_argument(SedCommand& one);
  void resolve();
  void finish() {
    skip(" \t");
    if (peek() == '}' || peek() == '#') return;
    if (more() && peek() != '\n' && peek() != ';') {
      ++at_;
      fail("extra characters after command");
    }
  }
  std::string word(std::string_view stops) {
    skip(" \t");
    std::string all;
    while (more() && stops.find(peek()) == std::string_view::npos) all += text_[at_++];
    return all;
  }

  std::string_view text_;
  bool extended_;
  std::size_t at_ = 0;
  SedScript script_;
  std::vector<std::size_t> open_;
  std::string error_;
};

void SedParser::substitute(SedCommand& one) {
  const char end = more() ? text_[at_++] : '\n';
  const auto pattern = end == '\n' || end == '\\' ? std::nullopt : until(end, true);
  const auto with = pattern ? until(end, false) : std::nullopt;
  if (!pattern || !with) return fail("unterminated `s' command");
  one.with = *with;
  bool fold = false;
  bool multiline = false;
  for (bool going = true; going && more();) {
    const char flag = peek();
    if (flag == 'g') {
      one.global = true;
    } else if (flag == 'p') {
      one.print = true;
    } else if (flag == 'i' || flag == 'I') {
      fold = true;
    } else if (flag == 'm' || flag == 'M') {
      multiline = true;
    } else if (flag == 'e') {
      one.evaluate = true;
    } else if (flag == 'w') {
      ++at_;
      one.text = word("\n");
      break;
    } else if (std::isdigit(static_cast<unsigned char>(flag)) != 0) {
      one.number = number();
      if (one.number == 0) return fail("number option to `s' command may not be zero");
      continue;
    } else {
      going = false;
      continue;
    }
    ++at_;
  }
  skip(" \t");
  if (more() && std::string_view("\n;}#").find(peek()) == std::string_view::npos) {
    ++at_;
    return fail("unknown option to `s'");
  }
  one.regex = compiled(*pattern, fold, multiline);
  if (one.regex != nullptr) {
    for (std::size_t at = 0; at + 1 < one.with.size(); ++at) {
      if (one.with[at] != '\\') continue;
      const char digit = one.with[++at];
      if (digit >= '1' && digit <= '9' &&
          static_cast<std::size_t>(digit - '0') > one.regex->groups()) {
        return fail(std::string("invalid reference \\") + digit + " on `s' command's RHS");
      }
    }
  }
}

void SedParser::transliterate(SedCommand& one) {
  const char end = more() ? text_[at_++] : '\n';
  const auto from = until(end, false);
  const auto to = from ? until(end, false) : std::nullopt;
  if (!from || !to) return fail("unterminated `y' command");
  bool ended = false;
  one.text = unescaped(*from, ended, false);
  one.with = unescaped(*to, ended, false);
  if (one.text.size() != one.with.size()) {
    return fail("strings for `y' command are different lengths");
  }
  finish();
}

void SedParser::text_argument(SedCommand& one) {
  skip(" \t");
  if (peek() == '\\') {
    ++at_;
    skip(" \t");
    if (peek() == '\n') ++at_;
  }
  if (!more() && one.text.empty()) return fail("expected \\ after `a', `c' or `i'");
  while (more() && peek() != '\n') {
    if (peek() == '\\' && at_ + 1 < text_.size()) ++at_;
    one.text += text_[at_++];
  }
  one.text += '\n';
}

void SedParser::command() {
  SedCommand one;
  addresses(one);
  if (!error_.empty()) return;
  skip(" \t");
  while (peek() == '!') {
    one.inverted = true;
    ++at_;
    skip(" \t!");
  }
  if (!more()) return fail("missing command");
  one.name = text_[at_++];
  switch (one.name) {
    case '#':
      while (more() && peek() != '\n') ++at_;
      return;
    case '{':
      open_.push_back(script_.commands.size());
      break;
    case '}':
      if (open_.empty()) return fail("unexpected `}'");
      script_.commands[open_.back()].target = script_.commands.size();
      open_.pop_back();
      finish();
      break;
    case 's':
      substitute(one);
      break;
    case 'y':
      transliterate(one);
      break;
    case 'a':
    case 'i':
    case 'c':
      text_argument(one);
      break;
    case ':':
      one.text = word("\n;");
      if (one.text.empty()) return fail("\":\" lacks a label");
      break;
    case 'b':
    case 't':
    case 'T':
      one.text = word("\n;}");
      break;
    case 'r':
    case 'R':
    case 'w':
    case 'W':
      one.text = word("\n");
      if (one.text.empty()) return fail("missing filename in r/R/w/W commands");
      break;
    case 'q':
    case 'Q':
    case 'l':
    case 'L':
      skip(" \t");
      one.number = number();
      finish();
      break;
    default:
      if (std::string_view("=dDeFgGhHnNpPxz").find(one.name) == std::string_view::npos)
        return fail(std::string("unknown command: `") + one.name + "'");
      finish();
      break;
  }
  script_.commands.push_back(std::move(one));
}

void SedParser::resolve() {
  std::map<std::string, std::size_t> labels;
  for (std::size_t at = 0; at < script_.commands.size(); ++at) {
    if (script_.commands[at].name == ':') labels[script_.commands[at].text] = at;
  }
  for (SedCommand& one : script_.commands) {
    if (one.name != 'b' && one.name != 't' && one.name != 'T') continue;
    while (one.text.ends_with(" ")) one.text.pop_back();
    if (one.text.empty()) {
      one.target = script_.commands.size();
    } else if (const auto found = labels.find(one.text); found != labels.end()) {
      one.target = found->second;
    } else {
      error_ = "can't find label for jump to `" + one.text + "'";
    }
  }
}

}  // namespace

tl::expected<SedScript, std::string> parse_sed(std::string_view text, bool extended) {
  return SedParser(text, extended).run();
}

}  // namespace decnet::shell::cmd
