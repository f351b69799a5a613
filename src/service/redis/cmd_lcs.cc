// LCS: the longest common subsequence of two strings.
#include <algorithm>
#include <array>

#include "service/redis/call.h"

namespace decnet::service::redis {

namespace {

constexpr std::size_t kCellsMax = 4U << 20;

struct LcsOptions {
  bool wants_length = false, wants_indexes = false, wants_match_length = false;
  std::int64_t least = 0;
};

struct Match {
  std::size_t a_first, a_last, b_first, b_last;
};

std::optional<LcsOptions> parse_options(Call& call) {
  LcsOptions options;
  for (std::size_t n = 3; n < call.size(); ++n) {
    if (call.is(n, "IDX")) {
      options.wants_indexes = true;
    } else if (call.is(n, "LEN")) {
      options.wants_length = true;
    } else if (call.is(n, "WITHMATCHLEN")) {
      options.wants_match_length = true;
    } else if (call.is(n, "MINMATCHLEN") && n + 1 < call.size()) {
      const auto least = call.integer(++n);
      if (!least) return std::nullopt;
      options.least = std::max<std::int64_t>(*least, 0);
    } else {
      call.syntax_error();
      return std::nullopt;
    }
  }
  if (options.wants_indexes && options.wants_length) {
    call.out.error("ERR If you want both the length and indexes, please just use IDX.");
    return std::nullopt;
  }
  return options;
}

// Fills (a+1) x (b+1) lengths of common subsequences of prefixes.
std::vector<std::uint32_t> fill_table(const std::string& a, const std::string& b) {
  const std::size_t width = b.size() + 1;
  std::vector<std::uint32_t> cells((a.size() + 1) * width, 0);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      cells[i * width + j] = a[i - 1] == b[j - 1]
                                 ? cells[(i - 1) * width + j - 1] + 1
                                 : std::max(cells[(i - 1) * width + j], cells[i * width + j - 1]);
    }
  }
  return cells;
}

// Walks back through the table: the subsequence, and the runs in which it lies, the last one first.
std::string walk(const std::string& a, const std::string& b,
                 const std::vector<std::uint32_t>& cells, std::vector<Match>& matches) {
  const std::size_t width = b.size() + 1;
  std::string common;
  std::size_t i = a.size();
  std::size_t j = b.size();
  while (i > 0 && j > 0) {
    if (a[i - 1] == b[j - 1]) {
      common += a[i - 1];
      if (!matches.empty() && matches.back().a_first == i && matches.back().b_first == j) {
        --matches.back().a_first;
        --matches.back().b_first;
      } else {
        matches.push_back({i - 1, i - 1, j - 1, j - 1});
      }
      --i;
      --j;
    } else if (cells[(i - 1) * width + j] > cells[i * width + j - 1]) {
      --i;
    } else {
      --j;
    }
  }
  std::reverse(common.begin(), common.end());
  return common;
}

void lcs(Call& call) {
  std::string texts[2];
  for (std::size_t n = 0; n < 2; ++n) {
    const Object* object = call.read_any(call.arg(n + 1));
    if (object == nullptr) continue;
    if (object->type != Type::string)
      return call.out.error("ERR The specified keys must contain string values");
    texts[n] = object->string;
  }
  const auto options = parse_options(call);
  if (!options) return;
  const auto& [a, b] = texts;
  if ((a.size() + 1) > kCellsMax / (b.size() + 1)) {
    return call.out.error(
        "ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len");
  }
  if (!call.spend(a.size() * b.size())) return;
  const auto cells = fill_table(a, b);
  const std::int64_t length = cells.back();
  if (options->wants_length) return call.out.integer(length);
  std::vector<Match> matches;
  const std::string common = walk(a, b, cells, matches);
  if (!options->wants_indexes) return call.out.bulk(common);
  std::erase_if(matches, [&](const Match& one) {
    return static_cast<std::int64_t>(one.a_last - one.a_first + 1) < options->least;
  });
  call.out.map(2);
  call.out.bulk("matches");
  call.out.array(matches.size());
  for (const Match& one : matches) {
    call.out.array(options->wants_match_length ? 3 : 2);
    for (const auto& [first, last] :
         {std::pair(one.a_first, one.a_last), std::pair(one.b_first, one.b_last)}) {
      call.out.array(2);
      call.out.integer(static_cast<std::int64_t>(first));
      call.out.integer(static_cast<std::int64_t>(last));
    }
    if (options->wants_match_length)
      call.out.integer(static_cast<std::int64_t>(one.a_last - one.a_first + 1));
  }
  call.out.bulk("len");
  call.out.integer(length);
}

constexpr auto kCommands = std::to_array<Binding>({{"lcs", lcs}});

}  // namespace

std::span<const Binding> lcs_commands() {
  return kCommands;
}

}  // namespace decnet::service::redis
