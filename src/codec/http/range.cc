#include "codec/http/range.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "codec/http/message.h"

namespace decnet::codec::http {

namespace {

constexpr std::string_view kUnit = "bytes=";
constexpr auto kOffsetMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
using Kind = RangeAnswer::Kind;

bool has_unit(std::string_view value) noexcept {
  return equals_ignoring_case(value.substr(0, kUnit.size()), kUnit);
}

// Digits off the front; nothing if there are none or too many of them.
std::optional<std::uint64_t> take_number(std::string_view& text) noexcept {
  if (text.empty() || !is_digit(text.front())) return std::nullopt;
  std::uint64_t value = 0;
  while (!text.empty() && is_digit(text.front())) {
    const auto digit = static_cast<std::uint64_t>(text.front() - '0');
    if (value > (kOffsetMax - digit) / 10) return std::nullopt;
    value = value * 10 + digit;
    text.remove_prefix(1);
  }
  return value;
}

std::optional<std::uint64_t> whole_number(std::string_view text) noexcept {
  const auto value = take_number(text);
  return text.empty() ? value : std::nullopt;
}

void skip_blanks(std::string_view& text) noexcept {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
}

// One "a-b", "a-" or "-n" off the front, as half-open [start, end). Nothing where nginx answers
// 416.
struct Span {
  std::uint64_t start = 0;
  std::uint64_t end = 0;
};
std::optional<Span> take_nginx_span(std::string_view& text, std::uint64_t size) noexcept {
  Span span;
  skip_blanks(text);
  const bool suffix = text.starts_with('-');
  if (!suffix) {
    const auto start = take_number(text);
    if (!start) return std::nullopt;
    span.start = *start;
    skip_blanks(text);
    if (!text.starts_with('-')) return std::nullopt;
  }
  text.remove_prefix(1);
  if (!suffix) {
    skip_blanks(text);
    if (text.empty() || text.front() == ',') {
      span.end = size;
      return span;
    }
  }
  const auto end = take_number(text);
  if (!end) return std::nullopt;
  skip_blanks(text);
  if (!text.empty() && text.front() != ',') return std::nullopt;
  if (suffix) {
    span.start = *end < size ? size - *end : 0;
    span.end = size;
  } else {
    span.end = *end >= size ? size : *end + 1;
  }
  return span;
}

// Apache's running union: the set that grows, and those that are done.
class Union {
 public:
  void add(ByteRange range) {
    if (!open_) {
      current_ = range;
      open_ = true;
      return;
    }
    bool joined = range.first >= current_.first && range.last <= current_.last;
    if (range.first < current_.first && range.last + 1 >= current_.first) {
      current_.first = range.first;
      ++reversals_;
      joined = true;
    }
    if (range.last >= current_.last && range.first <= current_.last + 1) {
      current_.last = range.last;
      joined = true;
    }
    if (joined) {
      ++overlaps_;
      return;
    }
    done_.push_back(current_);
    current_ = range;
  }
  void only(ByteRange range) {
    done_.clear();
    current_ = range;
    open_ = true;
  }
  bool too_much() const {
    return overlaps_ > kApacheOverlapsMax || reversals_ > kApacheReversalsMax;
  }
  std::vector<ByteRange> take() {
    if (open_) done_.push_back(current_);
    return std::move(done_);
  }

 private:
  std::vector<ByteRange> done_;
  ByteRange current_;
  bool open_ = false;
  std::size_t overlaps_ = 0;
  std::size_t reversals_ = 0;
};

}  // namespace

RangeAnswer nginx_ranges(std::string_view value, std::uint64_t size) {
  if (value.size() <= kUnit.size() || !has_unit(value)) return {};
  std::string_view rest = value.substr(kUnit.size());
  RangeAnswer answer{.kind = Kind::partial, .ranges = {}};
  std::uint64_t sum = 0;
  for (;;) {
    const auto span = take_nginx_span(rest, size);
    if (!span) return {.kind = Kind::unsatisfiable, .ranges = {}};
    if (span->start < span->end) {
      answer.ranges.push_back({span->start, span->end - 1});
      sum += span->end - span->start;
    } else if (span->start == 0) {
      return {};
    }
    if (rest.empty()) break;
    rest.remove_prefix(1);  // the comma
  }
  if (answer.ranges.empty()) answer.kind = Kind::unsatisfiable;
  return sum > size ? RangeAnswer{} : answer;
}

RangeAnswer apache_ranges(std::string_view value, std::uint64_t size) {
  if (!has_unit(value) || size == 0) return {};
  std::string_view rest = value.substr(kUnit.size());
  Union set;
  bool unsatisfiable = false;
  while (!rest.empty()) {
    const auto comma = rest.find(',');
    const std::string_view spec = rest.substr(0, comma);
    // Commas in a row count as one.
    rest.remove_prefix(std::min(comma, rest.size()));
    rest.remove_prefix(std::min(rest.find_first_not_of(','), rest.size()));
    if (spec.empty()) break;
    const auto dash = spec.find('-');
    if (dash == std::string_view::npos) return {};
    ByteRange range{0, size - 1};
    const auto last = whole_number(spec.substr(dash + 1));
    if (dash == 0) {
      if (!last || *last < 1) return {};
      range.first = *last < size ? size - *last : 0;
    } else {
      const auto first = whole_number(spec.substr(0, dash));
      const bool open_end = dash + 1 == spec.size();
      if (!first || (!open_end && (!last || *first > *last))) return {};
      range.first = *first;
      if (open_end && *first == 0) {
        set.only(range);
        break;
      }
      if (!open_end) range.last = std::min(*last, size - 1);
    }
    if (range.first >= size) {
      unsatisfiable = true;
    } else {
      set.add(range);
    }
  }
  if (set.too_much()) return {};
  auto ranges = set.take();
  if (ranges.empty())
    return {.kind = unsatisfiable ? Kind::unsatisfiable : Kind::whole, .ranges = {}};
  std::uint64_t sum = 0;
  for (const ByteRange& range : ranges) sum += range.last - range.first + 1;
  if (sum > size || ranges.size() > kApacheRangesMax) return {};
  return {.kind = Kind::partial, .ranges = std::move(ranges)};
}

}  // namespace decnet::codec::http
