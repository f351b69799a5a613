// What ${x#…}, ${x/…}, ${x^^} and ${x@Q} make of a text; brace words.
#include <cctype>

#include <fmt/format.h>

#include "shell/sh/escapes.h"
#include "shell/sh/expander.h"
#include "shell/sh/limits.h"
#include "shell/sh/pattern.h"

namespace decnet::shell::sh {
namespace {

constexpr std::size_t kPatternTextMax = 64 * 1024;  // Longer texts are not searched for patterns.

bool fits(const std::string& pattern, std::string_view text, bool fold = false) {
  return matches(pattern, text, {.extended = true, .ignore_case = fold});
}

// "&" is what was matched, "\\&" the letter.
std::string replacement(const std::string& with, std::string_view matched) {
  std::string out;
  for (std::size_t i = 0; i < with.size(); ++i) {
    if (with[i] == '&')
      out += matched;
    else if (with[i] == '\\' && i + 1 < with.size() &&
             std::string_view("*?[]\\()|!+@-^&").find(with[i + 1]) != std::string_view::npos)
      out.push_back(with[++i]);
    else
      out.push_back(with[i]);
  }
  return out;
}

// What one expansion may spend on its pattern.
class Work {
 public:
  bool spent() {
    if (pattern_steps() - begin_ <= kPatternWorkMax) return false;
    if (!std::exchange(told_, true)) count(Limit::pattern_work);
    return true;
  }

 private:
  std::uint64_t begin_ = pattern_steps();
  bool told_ = false;
};

char letter(char byte, char op) {
  const auto code = static_cast<unsigned char>(byte);
  return static_cast<char>(op == '^' ? std::toupper(code) : std::tolower(code));
}

}  // namespace

std::string remove_pattern(const std::string& text, const std::string& pattern,
                           const std::string& op) {
  if (!has_pattern(pattern, true)) {
    const std::string plain = unescape_pattern(pattern);
    if (op[0] == '#') return text.starts_with(plain) ? text.substr(plain.size()) : text;
    return text.ends_with(plain) ? text.substr(0, text.size() - plain.size()) : text;
  }
  if (text.size() > kPatternTextMax) return text;
  const std::string_view view = text;
  const std::size_t size = text.size();
  Work work;
  for (std::size_t i = 0; i <= size && !work.spent(); ++i) {
    if (op == "#" && fits(pattern, view.substr(0, i))) return text.substr(i);
    if (op == "##" && fits(pattern, view.substr(0, size - i))) return text.substr(size - i);
    if (op == "%" && fits(pattern, view.substr(size - i))) return text.substr(0, size - i);
    if (op == "%%" && fits(pattern, view.substr(i))) return text.substr(0, i);
  }
  return text;
}

std::string replace_pattern(const std::string& text, const std::string& pattern,
                            const std::string& with, const std::string& op, bool fold) {
  if (pattern.empty()) return op == "/#" ? with + text : op == "/%" ? text + with : text;
  const bool special = has_pattern(pattern, true);
  const std::string plain = unescape_pattern(pattern);
  if (text.size() > kPatternTextMax && special) return text;
  const std::string_view view = text;
  Work work;
  const auto longest = [&](std::size_t at) -> std::size_t {
    if (!special && !fold)
      return view.substr(at, plain.size()) == plain ? plain.size() : std::string::npos;
    for (std::size_t size = text.size() - at + 1; size-- > 0 && !work.spent();) {
      if (fits(pattern, view.substr(at, size), fold)) return size;
    }
    return std::string::npos;
  };
  if (op == "/%") {
    for (std::size_t i = 0; i <= text.size() && !work.spent(); ++i) {
      if (special ? fits(pattern, view.substr(i)) : view.substr(i) == plain)
        return text.substr(0, i) + replacement(with, view.substr(i));
    }
    return text;
  }
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t size = longest(at);
    if (size == std::string::npos || size == 0) {
      if (op == "/#") return text;
      out.push_back(text[at++]);
      continue;
    }
    out += replacement(with, view.substr(at, size));
    at += size;
    if (op != "//") break;
  }
  return out + text.substr(std::min(at, text.size()));
}

std::string change_letters(const std::string& text, const std::string& pattern,
                           const std::string& op) {
  std::string out = text;
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (pattern.empty() || fits(pattern, std::string_view(out).substr(i, 1)))
      out[i] = letter(out[i], op[0]);
    if (op.size() == 1) break;
  }
  return out;
}

std::string transform(char op, const std::string& name, const std::string& value, bool set) {
  switch (op) {
    case 'Q':
      return set ? (shell_quote(value).starts_with("$'") ? shell_quote(value) : always_quote(value))
                 : "";
    case 'U':
      return change_letters(value, "", "^^");
    case 'u':
      return change_letters(value, "", "^");
    case 'L':
      return change_letters(value, "", ",,");
    case 'E':
      return ansi_unescape(value);
    case 'A': {
      const std::string quoted = shell_quote(value);
      return set ? name + "=" + (quoted.starts_with("$'") ? quoted : always_quote(value)) : "";
    }
    case 'K':
    case 'k':
      return set ? always_quote(value) : "";
    default:
      return value;
  }
}

namespace {

struct Letter {
  char byte = 0;
  const Part* part = nullptr;  // Instead: something that is no unquoted literal.
};
using Letters = std::vector<Letter>;

bool whole_number(const std::string& text) {
  if (text.empty() || text.size() > 12) return false;
  const std::size_t begin = text[0] == '-' || text[0] == '+' ? 1 : 0;
  return begin < text.size() && text.find_first_not_of("0123456789", begin) == std::string::npos;
}

Letters letters_of(const std::string& text) {
  Letters out;
  for (const char byte : text) out.push_back({byte, nullptr});
  return out;
}

class Braces {
 public:
  std::vector<Letters> expand(const Letters& in, int depth) {
    if (depth > 30 || refused != 0) return {in};
    for (std::size_t open = 0; open < in.size(); ++open) {
      if (in[open].part != nullptr || in[open].byte != '{') continue;
      if (open > 0 && in[open - 1].part == nullptr && in[open - 1].byte == '$') continue;
      std::vector<std::size_t> commas;
      const std::size_t close = closing(in, open, commas);
      if (close == 0) continue;
      std::vector<Letters> choices;
      if (commas.empty()) {
        choices = sequence(Letters(in.begin() + static_cast<std::ptrdiff_t>(open) + 1,
                                   in.begin() + static_cast<std::ptrdiff_t>(close)));
        if (choices.empty()) continue;
      } else {
        commas.push_back(close);
        std::size_t from = open + 1;
        for (const std::size_t comma : commas) {
          const Letters choice(in.begin() + static_cast<std::ptrdiff_t>(from),
                               in.begin() + static_cast<std::ptrdiff_t>(comma));
          for (Letters& one : expand(choice, depth + 1)) choices.push_back(std::move(one));
          from = comma + 1;
        }
      }
      const Letters rest(in.begin() + static_cast<std::ptrdiff_t>(close) + 1, in.end());
      const std::vector<Letters> tails = expand(rest, depth + 1);
      if (choices.size() * tails.size() > kBraceWordsMax) {
        refused = choices.size() * tails.size();
        return {in};
      }
      std::vector<Letters> out;
      for (const Letters& choice : choices) {
        for (const Letters& tail : tails) {
          Letters one(in.begin(), in.begin() + static_cast<std::ptrdiff_t>(open));
          one.insert(one.end(), choice.begin(), choice.end());
          one.insert(one.end(), tail.begin(), tail.end());
          out.push_back(std::move(one));
        }
      }
      return out;
    }
    return {in};
  }
  std::size_t refused = 0;

 private:
  static std::size_t closing(const Letters& in, std::size_t open,
                             std::vector<std::size_t>& commas) {
    int depth = 0;
    for (std::size_t i = open; i < in.size(); ++i) {
      if (in[i].part != nullptr) continue;
      if (in[i].byte == '{') ++depth;
      if (in[i].byte == ',' && depth == 1) commas.push_back(i);
      if (in[i].byte == '}' && --depth == 0) return i;
    }
    return 0;
  }

  std::vector<Letters> sequence(const Letters& in) {
    std::string text;
    for (const Letter& one : in) {
      if (one.part != nullptr) return {};
      text.push_back(one.byte);
    }
    std::vector<std::string> ends;
    std::size_t from = 0;
    for (;;) {
      const std::size_t dots = text.find("..", from);
      ends.push_back(text.substr(from, dots == std::string::npos ? dots : dots - from));
      if (dots == std::string::npos) break;
      from = dots + 2;
    }
    if (ends.size() < 2 || ends.size() > 3 || (ends.size() == 3 && !whole_number(ends[2])))
      return {};
    std::int64_t step = ends.size() == 3 ? std::abs(std::stoll(ends[2])) : 1;
    if (step == 0) step = 1;
    const bool numbers = whole_number(ends[0]) && whole_number(ends[1]);
    const auto single = [](const std::string& one) {
      return one.size() == 1 && std::isalpha(static_cast<unsigned char>(one[0])) != 0;
    };
    if (!numbers && !(single(ends[0]) && single(ends[1]))) return {};
    const std::int64_t first = numbers ? std::stoll(ends[0]) : ends[0][0];
    const std::int64_t last = numbers ? std::stoll(ends[1]) : ends[1][0];
    const auto count = static_cast<std::size_t>(std::abs(last - first) / step) + 1;
    if (count > kBraceWordsMax) {
      refused = count;
      return {};
    }
    std::size_t width = 0;
    for (int i = 0; numbers && i < 2; ++i) {
      const std::string& end = ends[static_cast<std::size_t>(i)];
      const std::size_t sign = end[0] == '-' ? 1 : 0;
      if (end.size() > sign + 1 && end[sign] == '0')
        width = std::max({width, ends[0].size(), ends[1].size()});
    }
    std::vector<Letters> out;
    for (std::size_t i = 0; i < count; ++i) {
      const std::int64_t value =
          first + (first <= last ? 1 : -1) * step * static_cast<std::int64_t>(i);
      out.push_back(numbers ? letters_of(width > 0 ? fmt::format("{:0{}}", value, width)
                                                   : std::to_string(value))
                            : Letters{{static_cast<char>(value), nullptr}});
    }
    return out;
  }
};

}  // namespace

std::vector<Word> brace_words(const Word& word, std::size_t& refused) {
  Letters letters;
  for (const Part& part : word.parts) {
    if (part.kind == Part::Kind::literal && !part.quoted) {
      for (const char byte : part.text) letters.push_back({byte, nullptr});
    } else {
      letters.push_back({0, &part});
    }
  }
  Braces braces;
  const std::vector<Letters> all = braces.expand(letters, 0);
  refused = braces.refused;
  std::vector<Word> out;
  if (all.size() < 2 && refused == 0 && all[0].size() == letters.size()) return out;
  for (const Letters& one : all) {
    Word made;
    for (const Letter& letter_of : one) {
      if (letter_of.part != nullptr) {
        made.parts.push_back(*letter_of.part);
      } else if (!made.parts.empty() && made.parts.back().kind == Part::Kind::literal &&
                 !made.parts.back().quoted) {
        made.parts.back().text.push_back(letter_of.byte);
      } else {
        Part part;
        part.text = std::string(1, letter_of.byte);
        made.parts.push_back(std::move(part));
      }
    }
    out.push_back(std::move(made));
  }
  return out;
}

}  // namespace decnet::shell::sh
