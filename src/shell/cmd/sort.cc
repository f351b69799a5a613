// sort, uniq, shuf
#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

#include "base/random.h"
#include "shell/cmd/filter.h"
#include "shell/cmd/groups.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

struct SortFlags {
  bool numeric = false, general = false, human = false, month = false, version = false;
  bool reverse = false, fold = false, blanks = false, dictionary = false, random = false;
  bool any() const {
    return numeric || general || human || month || version || reverse || fold || blanks ||
           dictionary;
  }
};

struct SortKey {
  std::size_t from_field = 1, from_byte = 1, to_field = 0, to_byte = 0;
  SortFlags flags;
};

bool set_flag(SortFlags& flags, char letter) {
  switch (letter) {
    case 'n':
      flags.numeric = true;
      break;
    case 'g':
      flags.general = true;
      break;
    case 'h':
      flags.human = true;
      break;
    case 'M':
      flags.month = true;
      break;
    case 'V':
      flags.version = true;
      break;
    case 'r':
      flags.reverse = true;
      break;
    case 'f':
      flags.fold = true;
      break;
    case 'b':
      flags.blanks = true;
      break;
    case 'd':
      flags.dictionary = true;
      break;
    case 'R':
      flags.random = true;
      break;
    case 'i':
      break;
    default:
      return false;
  }
  return true;
}

double number_at(std::string_view text) {
  while (!text.empty() && (text[0] == ' ' || text[0] == '\t')) text.remove_prefix(1);
  double value = 0;
  const bool minus = text.starts_with("-");
  if (minus) text.remove_prefix(1);
  std::size_t size = 0;
  while (size < text.size() &&
         (std::isdigit(static_cast<unsigned char>(text[size])) != 0 || text[size] == '.'))
    ++size;
  std::from_chars(text.data(), text.data() + size, value);
  return minus ? -value : value;
}

int suffix_rank(std::string_view text) {
  while (!text.empty() && (text[0] == ' ' || text[0] == '-')) text.remove_prefix(1);
  const std::size_t end = text.find_first_not_of("0123456789.");
  if (end == std::string_view::npos) return 0;
  const std::size_t found =
      std::string_view("KMGTPEZY").find(static_cast<char>(std::toupper(text[end])));
  return found == std::string_view::npos ? 0 : static_cast<int>(found) + 1;
}

int month_rank(std::string_view text) {
  while (!text.empty() && text[0] == ' ') text.remove_prefix(1);
  const std::size_t found = std::string_view("jan feb mar apr may jun jul aug sep oct nov dec")
                                .find(lower(text.substr(0, 3)));
  return text.size() < 3 || found == std::string_view::npos ? 0 : static_cast<int>(found / 4) + 1;
}

int version_compare(std::string_view left, std::string_view right) {
  std::size_t a = 0;
  std::size_t b = 0;
  const auto digit = [](std::string_view text, std::size_t at) {
    return at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0;
  };
  while (a < left.size() && b < right.size()) {
    if (digit(left, a) && digit(right, b)) {
      while (a + 1 < left.size() && left[a] == '0' && digit(left, a + 1)) ++a;
      while (b + 1 < right.size() && right[b] == '0' && digit(right, b + 1)) ++b;
      std::size_t end_a = a;
      std::size_t end_b = b;
      while (digit(left, end_a)) ++end_a;
      while (digit(right, end_b)) ++end_b;
      if (end_a - a != end_b - b) return end_a - a < end_b - b ? -1 : 1;
      const int order = left.substr(a, end_a - a).compare(right.substr(b, end_b - b));
      if (order != 0) return order;
      a = end_a;
      b = end_b;
      continue;
    }
    if (left[a] != right[b]) return left[a] < right[b] ? -1 : 1;
    ++a;
    ++b;
  }
  return static_cast<int>(left.size() - a > 0) - static_cast<int>(right.size() - b > 0);
}

int compared(std::string_view left, std::string_view right, const SortFlags& flags) {
  int order = 0;
  if (flags.numeric || flags.general || flags.human) {
    if (flags.human && suffix_rank(left) != suffix_rank(right)) {
      order = suffix_rank(left) < suffix_rank(right) ? -1 : 1;
    } else {
      const double a = number_at(left);
      const double b = number_at(right);
      order = a < b ? -1 : a > b ? 1 : 0;
    }
  } else if (flags.month) {
    order = month_rank(left) - month_rank(right);
  } else if (flags.version) {
    order = version_compare(left, right);
  } else if (flags.fold || flags.dictionary) {
    const auto made = [&](std::string_view text) {
      std::string all;
      for (const char byte : text) {
        const auto code = static_cast<unsigned char>(byte);
        if (flags.dictionary && std::isalnum(code) == 0 && byte != ' ' && byte != '\t') continue;
        all += flags.fold ? static_cast<char>(std::toupper(code)) : byte;
      }
      return all;
    };
    order = made(left).compare(made(right));
  } else {
    order = left.compare(right);
  }
  return flags.reverse ? -order : order;
}

class Sort final : public LineFilter {
 public:
  bool start(Io& io) override;
  void finish(Io& io) override;
  void unreadable(Io& io, std::string_view name, int error_number) override {
    io.fail((error_number == EISDIR ? "read failed: " : "cannot read: ") + std::string(name),
            error_number, 2);
    failed_ = true;
    done = true;
  }

 protected:
  void line(Io&, std::string_view text, bool) override {
    held_ += text.size() + 32;
    if (held_ <= kGatheredBytesMax) lines_.emplace_back(text);
  }

 private:
  bool add_key(Io& io, const std::string& text);
  std::string_view key_of(const std::string& text, const SortKey& key) const;
  int order(const std::string& left, const std::string& right, bool last) const;

  SortFlags flags_;
  std::vector<SortKey> keys_;
  std::vector<std::string> lines_;
  bool unique_ = false, check_ = false, check_quiet_ = false, stable_ = false, failed_ = false;
  char between_ = 0;
  std::string output_;
  std::size_t held_ = 0;
};

bool Sort::start(Io& io) {
  static constexpr Long kLongs[] = {{"numeric-sort", 'n'},
                                    {"reverse", 'r'},
                                    {"unique", 'u'},
                                    {"key", 'k', ':'},
                                    {"field-separator", 't', ':'},
                                    {"output", 'o', ':'},
                                    {"ignore-case", 'f'},
                                    {"human-numeric-sort", 'h'},
                                    {"version-sort", 'V'},
                                    {"month-sort", 'M'},
                                    {"check", 'c', '?'},
                                    {"stable", 's'},
                                    {"random-sort", 'R'},
                                    {"general-numeric-sort", 'g'},
                                    {"ignore-leading-blanks", 'b'},
                                    {"dictionary-order", 'd'},
                                    {"merge", 'm'},
                                    {"zero-terminated", 'z'},
                                    {"buffer-size", 'S', ':'},
                                    {"parallel", 300, ':'},
                                    {"temporary-directory", 'T', ':'}};
  Options options(io, "bcCdfghik:mMno:rRsS:t:T:uVz", kLongs, {}, 2);
  for (int id = options.next(); id != kNoMore; id = options.next()) {
    switch (id) {
      case kStop:
        return false;
      case 'k':
        if (!add_key(io, options.value)) return false;
        break;
      case 't':
        if (options.value.size() != 1 && options.value != "\\0") {
          io.fail(
              options.value.empty() ? "empty tab" : "multi-character tab " + quoted(options.value),
              0, 2);
          return false;
        }
        between_ = options.value == "\\0" ? '\0' : options.value[0];
        break;
      case 'o':
        output_ = options.value;
        break;
      case 'u':
        unique_ = true;
        break;
      case 'c':
      case 'C':
        check_ = true;
        check_quiet_ = id == 'C';
        break;
      case 's':
        stable_ = true;
        break;
      case 'z':
        separator = '\0';
        break;
      default:
        set_flag(flags_, static_cast<char>(id));
        break;
    }
  }
  for (SortKey& key : keys_) {
    if (!key.flags.any()) key.flags = flags_;
  }
  operands = options.operands;
  return true;
}

bool Sort::add_key(Io& io, const std::string& text) {
  SortKey key;
  std::size_t at = 0;
  const auto number = [&](std::size_t& into) {
    const std::size_t from = at;
    while (at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0) ++at;
    into = static_cast<std::size_t>(number_of(text.substr(from, at - from)).value_or(0));
    return at > from;
  };
  if (!number(key.from_field)) {
    io.fail("invalid number at field start: invalid count at start of " + quoted(text), 0, 2);
    return false;
  }
  if (key.from_field == 0) {
    io.fail("field number is zero: invalid field specification " + quoted(text), 0, 2);
    return false;
  }
  if (at < text.size() && text[at] == '.') {
    ++at;
    number(key.from_byte);
  }
  while (at < text.size() && set_flag(key.flags, text[at])) ++at;
  if (at < text.size() && text[at] == ',') {
    ++at;
    number(key.to_field);
    if (at < text.size() && text[at] == '.') {
      ++at;
      number(key.to_byte);
    }
    while (at < text.size() && set_flag(key.flags, text[at])) ++at;
  }
  if (at < text.size()) {
    io.fail("stray character in field spec: invalid field specification " + quoted(text), 0, 2);
    return false;
  }
  keys_.push_back(key);
  return true;
}

std::string_view Sort::key_of(const std::string& text, const SortKey& key) const {
  const auto blank = [](char byte) { return byte == ' ' || byte == '\t'; };
  // Where field `number` begins and ends.
  const auto field = [&](std::size_t number) {
    std::size_t from = 0;
    std::size_t to = 0;
    for (std::size_t count = 1;; ++count) {
      if (between_ != 0) {
        to = std::min(text.find(between_, from), text.size());
      } else {
        to = from;
        while (to < text.size() && blank(text[to])) ++to;
        while (to < text.size() && !blank(text[to])) ++to;
      }
      if (count == number || to >= text.size()) {
        if (count < number) from = to = text.size();
        return std::pair(from, to);
      }
      from = between_ != 0 ? to + 1 : to;
    }
  };
  auto [from, first_end] = field(key.from_field);
  static_cast<void>(first_end);
  if (key.flags.blanks) {
    while (from < text.size() && blank(text[from])) ++from;
  }
  from = std::min(from + std::max<std::size_t>(key.from_byte, 1) - 1, text.size());
  std::size_t to = text.size();
  if (key.to_field != 0) {
    const auto [begin, end] = field(key.to_field);
    to = key.to_byte == 0 ? end : std::min(begin + key.to_byte, text.size());
  }
  return std::string_view(text).substr(from, to > from ? to - from : 0);
}

int Sort::order(const std::string& left, const std::string& right, bool last) const {
  if (keys_.empty()) {
    const int result = compared(left, right, flags_);
    if (result != 0 || !flags_.any()) return result;
  }
  for (const SortKey& key : keys_) {
    const int result = compared(key_of(left, key), key_of(right, key), key.flags);
    if (result != 0) return result;
  }
  if (!last) return 0;
  const int result = left.compare(right);
  return flags_.reverse ? -result : result;
}

void Sort::finish(Io& io) {
  if (failed_) return;
  const bool last = !stable_ && !unique_;
  if (check_) {
    for (std::size_t at = 1; at < lines_.size(); ++at) {
      const int result = order(lines_[at - 1], lines_[at], last);
      if (result < 0 || (result == 0 && !unique_)) continue;
      if (!check_quiet_) {
        const std::string name = operands.empty() ? "-" : operands[0];
        io.err("sort: " + name + ":" + std::to_string(at + 1) + ": disorder: " + lines_[at] + "\n");
      }
      io.status = 1;
      return;
    }
    return;
  }
  if (flags_.random) {
    for (std::size_t at = lines_.size(); at > 1; --at)
      std::swap(lines_[at - 1], lines_[random_below(at)]);
  } else {
    std::stable_sort(lines_.begin(), lines_.end(),
                     [&](const std::string& left, const std::string& right) {
                       return order(left, right, last) < 0;
                     });
  }
  work += static_cast<std::uint32_t>(lines_.size() / 4);
  std::string out;
  for (std::size_t at = 0; at < lines_.size(); ++at) {
    if (unique_ && at > 0 && order(lines_[at - 1], lines_[at], false) == 0) continue;
    out += lines_[at];
    out += separator;
  }
  if (output_.empty()) return io.out(out);
  const Sys<void> wrote =
      io.files.write_file(io.absolute(output_), out, io.who, 0666 & ~io.process.umask);
  if (!wrote) io.fail("open failed: " + output_, wrote.error(), 2);
}

constexpr Command kRows[] = {{"sort", &filter<Sort>}};

}  // namespace

std::span<const Command> sort_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
