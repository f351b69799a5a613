// cmp, comm, diff
#include <algorithm>

#include "shell/cmd/filter.h"
#include "shell/cmd/groups.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::size_t kDiffCellsMax = 4U
                                      << 20;  // Of the table of common lines; beyond: all differs.

// The two files that are compared, "-" being the input.
Task<bool> read_two(Io& io, std::vector<std::string> names, std::vector<std::string>& texts) {
  bool well = true;
  for (const std::string& name : names) {
    std::string text;
    bool more = name == "-";
    while (more && text.size() < kGatheredBytesMax) {
      const Sys<std::string> bytes = co_await io.process.read(0, kPipeBytes);
      more = bytes && !bytes->empty();
      if (more) text += *bytes;
      co_await io.process.breathe(4);
    }
    const Sys<std::string> bytes = name == "-" ? Sys<std::string>(text) : io.slurp(name);
    if (!bytes) io.fail(name, bytes.error(), io.name() == "comm" ? 1 : 2);
    well = well && bytes.has_value();
    texts.push_back(bytes.value_or(""));
  }
  co_await io.process.breathe(
      static_cast<std::uint32_t>((texts[0].size() + texts[1].size()) / 256));
  co_return well;
}

Task<int> cmp(Process& process) {
  Io io(process);
  Options options(io, "bli:n:s", {}, "[OPTION]... FILE1 [FILE2]", 2);
  bool silent = false;
  bool list = false;
  bool going = true;
  for (int id = options.next(); going && id != kNoMore; id = options.next()) {
    going = id != kStop;
    silent = silent || id == 's';
    list = list || id == 'l';
  }
  std::vector<std::string> names = options.operands;
  if (going && names.empty()) {
    io.err("cmp: missing operand after 'cmp'\ncmp: Try 'cmp --help' for more information.\n");
    io.status = 2;
    going = false;
  }
  if (names.size() == 1) names.emplace_back("-");
  names.resize(2);
  std::vector<std::string> texts;
  if (going) going = co_await read_two(io, names, texts);
  if (going && texts[0] != texts[1]) {
    const std::string& one = texts[0];
    const std::string& two = texts[1];
    const std::size_t both = std::min(one.size(), two.size());
    io.status = 1;
    std::size_t at = 0;
    std::size_t line = 1;
    const std::string end = names[one.size() < two.size() ? 0 : 1];
    const int width = static_cast<int>(std::to_string(std::max(one.size(), two.size())).size());
    for (; at < both && (one[at] == two[at] || list); ++at) {
      if (one[at] == '\n') ++line;
      if (one[at] != two[at])
        io.out(text_of("%*zu %3o %3o\n", width, at + 1, static_cast<unsigned char>(one[at]),
                       static_cast<unsigned char>(two[at])));
    }
    if (silent) {
    } else if (at < both) {
      io.out(names[0] + " " + names[1] + text_of(" differ: char %zu, line %zu\n", at + 1, line));
    } else if (both == 0) {
      io.err("cmp: EOF on " + end + " which is empty\n");
    } else if (one.size() != two.size()) {
      if (one[both - 1] == '\n') --line;
      io.err("cmp: EOF on " + end + text_of(" after byte %zu", both) +
             (list ? "\n" : text_of(", line %zu\n", line)));
    }
  }
  co_await io.flush();
  co_return io.status;
}

Task<int> comm(Process& process) {
  Io io(process);
  Options options(io, "123z", {}, "[OPTION]... FILE1 FILE2");
  bool shown[3] = {true, true, true};
  bool going = true;
  for (int id = options.next(); going && id != kNoMore; id = options.next()) {
    going = id != kStop;
    if (id >= '1' && id <= '3') shown[id - '1'] = false;
  }
  std::vector<std::string> names = options.operands;
  if (going && names.size() != 2) {
    io.misused(names.empty()       ? "missing operand"
               : names.size() == 1 ? "missing operand after " + quoted(names[0])
                                   : "extra operand " + quoted(names[2]));
    going = false;
  }
  std::vector<std::string> texts;
  if (going) going = co_await read_two(io, names, texts);
  if (going) {
    const auto one = lines_of(texts[0]);
    const auto two = lines_of(texts[1]);
    const std::string second = shown[0] ? "\t" : "";
    const std::string third = second + (shown[1] ? "\t" : "");
    bool said[2] = {false, false};
    bool unpaired = false;
    const auto check = [&](const std::vector<std::string_view>& lines, std::size_t at, int which) {
      if (!unpaired || at + 1 >= lines.size() || lines[at] <= lines[at + 1] || said[which]) return;
      said[which] = true;
      io.err(text_of("comm: file %d is not in sorted order\n", which + 1));
    };
    for (std::size_t a = 0, b = 0; a < one.size() || b < two.size();) {
      const int order = a >= one.size() ? 1 : b >= two.size() ? -1 : one[a].compare(two[b]);
      const int column = order < 0 ? 0 : order > 0 ? 1 : 2;
      unpaired = unpaired || order != 0;
      if (shown[column])
        io.out((column == 0   ? ""
                : column == 1 ? second
                              : third) +
               std::string(order <= 0 ? one[a] : two[b]) + "\n");
      if (order <= 0) check(one, a++, 0);
      if (order >= 0) check(two, b++, 1);
    }
    if (said[0] || said[1]) io.fail("input is not in sorted order");
  }
  co_await io.flush();
  co_return io.status;
}

struct Hunk {  // Lines [a, a_end) become [b, b_end).
  std::size_t a, a_end, b, b_end;
};
using Lines = std::vector<std::string_view>;

std::vector<Hunk> hunks_of(const Lines& one, const Lines& two) {
  std::size_t head = 0;
  while (head < one.size() && head < two.size() && one[head] == two[head]) ++head;
  std::size_t tail = 0;
  while (tail < one.size() - head && tail < two.size() - head &&
         one[one.size() - 1 - tail] == two[two.size() - 1 - tail])
    ++tail;
  const std::size_t rows = one.size() - head - tail;
  const std::size_t columns = two.size() - head - tail;
  std::vector<Hunk> all;
  if (rows + columns == 0) return all;
  if ((rows + 1) * (columns + 1) > kDiffCellsMax) {
    all.push_back({head, head + rows, head, head + columns});
    return all;
  }
  std::vector<std::uint32_t> common((rows + 1) * (columns + 1), 0);
  const auto cell = [&](std::size_t a, std::size_t b) -> std::uint32_t& {
    return common[a * (columns + 1) + b];
  };
  for (std::size_t a = rows; a-- > 0;) {
    for (std::size_t b = columns; b-- > 0;)
      cell(a, b) = one[head + a] == two[head + b] ? cell(a + 1, b + 1) + 1
                                                  : std::max(cell(a + 1, b), cell(a, b + 1));
  }
  std::size_t a = 0;
  std::size_t b = 0;
  while (a < rows || b < columns) {
    Hunk hunk{head + a, 0, head + b, 0};
    while ((a < rows || b < columns) &&
           !(a < rows && b < columns && one[head + a] == two[head + b])) {
      if (b >= columns || (a < rows && cell(a + 1, b) >= cell(a, b + 1)))
        ++a;
      else
        ++b;
    }
    hunk.a_end = head + a;
    hunk.b_end = head + b;
    all.push_back(hunk);
    while (a < rows && b < columns && one[head + a] == two[head + b]) {
      ++a;
      ++b;
    }
  }
  return all;
}

std::string range(std::size_t from, std::size_t to) {  // As the normal form counts.
  if (to <= from) return std::to_string(from);
  return std::to_string(from + 1) + (to > from + 1 ? "," + std::to_string(to) : "");
}

void put_lines(Io& io, const Lines& lines, std::size_t from, std::size_t to, std::string_view mark,
               bool ended) {
  for (std::size_t at = from; at < to; ++at) {
    io.out(std::string(mark) + std::string(lines[at]) + "\n");
    if (at + 1 == lines.size() && !ended) io.out("\\ No newline at end of file\n");
  }
}

void put_normal(Io& io, const Lines& one, const Lines& two, const std::vector<Hunk>& hunks,
                bool end_one, bool end_two) {
  for (const Hunk& hunk : hunks) {
    const bool removed = hunk.a_end > hunk.a;
    const bool added = hunk.b_end > hunk.b;
    io.out(range(hunk.a, hunk.a_end) +
           (removed && added ? "c"
            : removed        ? "d"
                             : "a") +
           range(hunk.b, hunk.b_end) + "\n");
    put_lines(io, one, hunk.a, hunk.a_end, "< ", end_one);
    if (removed && added) io.out("---\n");
    put_lines(io, two, hunk.b, hunk.b_end, "> ", end_two);
  }
}

void put_unified(Io& io, const Lines& one, const Lines& two, const std::vector<Hunk>& hunks,
                 bool end_one, bool end_two) {
  constexpr std::size_t kContext = 3;
  const auto span = [](std::size_t from, std::size_t to) {
    const std::size_t count = to - from;
    return std::to_string(count == 0 ? from : from + 1) +
           (count == 1 ? "" : "," + std::to_string(count));
  };
  for (std::size_t at = 0; at < hunks.size();) {
    std::size_t last = at;
    while (last + 1 < hunks.size() && hunks[last + 1].a - hunks[last].a_end <= 2 * kContext) ++last;
    const std::size_t before = std::min(hunks[at].a, kContext);
    const std::size_t after = std::min(one.size() - hunks[last].a_end, kContext);
    io.out("@@ -" + span(hunks[at].a - before, hunks[last].a_end + after) + " +" +
           span(hunks[at].b - before, hunks[last].b_end + after) + " @@\n");
    std::size_t from = hunks[at].a - before;
    for (; at <= last; ++at) {
      put_lines(io, one, from, hunks[at].a, " ", end_one);
      put_lines(io, one, hunks[at].a, hunks[at].a_end, "-", end_one);
      put_lines(io, two, hunks[at].b, hunks[at].b_end, "+", end_two);
      from = hunks[at].a_end;
    }
    put_lines(io, one, from, from + after, " ", end_one);
  }
}

Task<int> diff(Process& process) {
  Io io(process);
  static constexpr Long kLongs[] = {
      {"unified", 'u', '?'}, {"brief", 'q'}, {"report-identical-files", 's'}};
  Options options(io, "abBiNqrsuU:w", kLongs, "[OPTION]... FILES", 2);
  bool unified = false, brief = false, same = false, going = true;
  for (int id = options.next(); going && id != kNoMore; id = options.next()) {
    going = id != kStop;
    unified = unified || id == 'u' || id == 'U';
    brief = brief || id == 'q';
    same = same || id == 's';
  }
  std::vector<std::string> names = options.operands;
  if (going && names.size() != 2) {
    const std::string last = names.empty() ? "diff" : names[names.size() > 2 ? 2 : 0];
    io.err(
        "diff: " + std::string(names.size() > 2 ? "extra operand '" : "missing operand after '") +
        last + "'\ndiff: Try 'diff --help' for more information.\n");
    io.status = 2;
    going = false;
  }
  std::vector<std::string> texts;
  if (going) going = co_await read_two(io, names, texts);
  const bool equal = going && texts[0] == texts[1];
  if (equal && same) io.out("Files " + names[0] + " and " + names[1] + " are identical\n");
  if (going && !equal) {
    io.status = 1;
    const bool binary =
        texts[0].find('\0') != std::string::npos || texts[1].find('\0') != std::string::npos;
    if (brief || binary) {
      io.out((brief ? "Files " : "Binary files ") + names[0] + " and " + names[1] + " differ\n");
    } else {
      const Lines one = lines_of(texts[0]);
      const Lines two = lines_of(texts[1]);
      const bool ends[2] = {texts[0].ends_with("\n"), texts[1].ends_with("\n")};
      const std::vector<Hunk> hunks = hunks_of(one, two);
      co_await process.breathe(
          static_cast<std::uint32_t>(std::min(kDiffCellsMax, one.size() * two.size()) / 200));
      for (std::size_t at = 0; unified && at < 2; ++at) {
        const Sys<Stat> stat = io.stat(names[at]);
        const TimePoint time = stat ? stat->modified : io.now();
        io.out((at == 0 ? "--- " : "+++ ") + names[at] +
               date_text(time, "\t%Y-%m-%d %H:%M:%S.%N %z") + "\n");
      }
      (unified ? put_unified : put_normal)(io, one, two, hunks, ends[0], ends[1]);
    }
  }
  co_await io.flush();
  co_return io.status;
}

constexpr Command kRows[] = {{"cmp", &cmp}, {"comm", &comm}, {"diff", &diff}};

}  // namespace

std::span<const Command> compare_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
