// ":s" of vi.
#include <algorithm>

#include "shell/cmd/text.h"
#include "shell/cmd/vi.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::size_t kSubstitutionsMax = 100'000;  // Of one command.
constexpr std::uint64_t kStepsAUnit = 64;           // Of the matcher for a unit of breathe().

// "/pattern/text/flags", whatever the letter between them is.
std::vector<std::string> parts_of(std::string_view rest) {
  const char mark = rest.empty() ? '/' : rest[0];
  std::vector<std::string> parts(1);
  for (std::size_t at = 1; at < rest.size(); ++at) {
    if (rest[at] == '\\' && at + 1 < rest.size()) {
      if (rest[at + 1] != mark) parts.back() += '\\';
      parts.back() += rest[++at];
    } else if (rest[at] == mark && parts.size() < 3) {
      parts.emplace_back();
    } else {
      parts.back() += rest[at];
    }
  }
  parts.resize(3);
  return parts;
}

// What stands for a match: & is the match, \1 a group. False: the line becomes too long.
bool add_replacement(std::string& out, std::string_view with, std::string_view line,
                     const std::vector<Span>& groups) {
  for (std::size_t at = 0; at < with.size(); ++at) {
    const char letter = with[at];
    const char next = at + 1 < with.size() ? with[at + 1] : '\0';
    const bool group = letter == '\\' && next >= '0' && next <= '9';
    if (letter == '&' || group) {
      const auto which = static_cast<std::size_t>(group ? next - '0' : 0);
      if (which < groups.size() && groups[which].met())
        out += line.substr(groups[which].from, groups[which].to - groups[which].from);
      if (group) ++at;
    } else {
      out += letter == '\\' && next != '\0' ? with[++at] : letter;
    }
    if (out.size() > kViLineBytesMax) return false;
  }
  return true;
}

}  // namespace

// The line as it shall be; nothing: it stays as it is.
Task<std::optional<std::string>> Vi::substituted(Substitution& how, const std::string& line) {
  std::optional<std::string> result;
  std::string out;
  std::size_t from = 0;
  bool any = false;
  std::vector<Span> groups;
  while (from <= line.size() && how.done < kSubstitutionsMax) {
    const std::uint64_t steps = Regex::steps();
    const bool met = how.regex.search(line, from, groups, from == 0);
    const std::uint64_t work = (Regex::steps() - steps) / kStepsAUnit + line.size() / kViBytesAUnit;
    co_await process_.breathe(static_cast<std::uint32_t>(work) + 1);
    how.stopped = process_.take_signal() != 0;
    if (how.stopped) co_return result;
    if (!met) break;
    const Span match = groups[0];
    out.append(line, from, match.from - from);
    how.stopped = !add_replacement(out, how.with, line, groups) || !room_for(out.size());
    if (how.stopped) co_return result;
    ++how.done;
    any = true;
    from = match.to;
    if (match.to == match.from && from < line.size()) out += line[from];
    if (match.to == match.from) ++from;
    if (!how.all) break;
  }
  if (!any) co_return result;
  if (from < line.size()) out.append(line, from);
  result = std::move(out);
  co_return result;
}

Task<void> Vi::substitute(std::string_view rest, Range range) {
  const std::vector<std::string> parts = parts_of(rest);
  if (!parts[0].empty()) pattern_ = parts[0];
  RegexOptions options;
  options.fold = fold_ || parts[2].find('i') != std::string::npos;
  auto regex = Regex::compile(pattern_, options);
  if (!regex || pattern_.empty()) {
    complain("E486: Pattern not found: " + pattern_);
    co_return;
  }
  Substitution how;
  how.regex = std::move(*regex);
  how.with = parts[1];
  how.all = parts[2].find('g') != std::string::npos;
  std::size_t lines = 0;
  for (std::size_t row = range.from; row <= range.to && row < lines_.size(); ++row) {
    std::optional<std::string> changed = co_await substituted(how, lines_[row]);
    if (how.stopped) break;
    if (!changed) continue;
    if (lines++ == 0) remember();
    bytes_ += changed->size();
    bytes_ -= std::min(bytes_, lines_[row].size());
    lines_[row] = std::move(*changed);
    cursor_ = {row, 0};
  }
  if (how.done == 0 && !how.stopped) complain("E486: Pattern not found: " + pattern_);
  if (how.done > 2)
    say(std::to_string(how.done) + " substitutions on " + std::to_string(lines) +
        (lines == 1 ? " line" : " lines"));
}

}  // namespace decnet::shell::cmd
