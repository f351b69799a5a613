// What vi searches for.
#include "shell/cmd/text.h"
#include "shell/cmd/vi.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::uint64_t kStepsAUnit = 64;  // Of the matcher for a unit of breathe().

}  // namespace

// The first match of a line, backwards the last one; `beside`: only behind that letter, backwards
// only before it.
Task<Vi::Found> Vi::find_in_line(const Regex& regex, std::size_t row, int way, Found beside) {
  const std::string& line = lines_[row];
  Found last;
  std::vector<Span> groups;
  for (std::size_t from = 0; from <= line.size();) {
    const std::uint64_t steps = Regex::steps();
    const bool met = regex.search(line, from, groups, from == 0);
    const std::uint64_t work = (Regex::steps() - steps) / kStepsAUnit + line.size() / kViBytesAUnit;
    co_await process_.breathe(static_cast<std::uint32_t>(work) + 1);
    if (!met) break;
    const std::size_t at = groups[0].from;
    if (way == '/' && (!beside || at > *beside)) {
      last = at;
      break;
    }
    if (way == '?' && beside && at >= *beside) break;
    if (way == '?') last = at;
    from = at + 1;
  }
  co_return last;
}

// `again`: n and N; otherwise a pattern is typed.
Task<bool> Vi::search(int key, bool again, std::size_t count, Place& to) {
  int way = again ? direction_ : key;
  if (again && key == 'N') way = way == '/' ? int{'?'} : int{'/'};
  if (again) {
    const char shown = static_cast<char>(way);
    screen_.print("");
    screen_.move(screen_.rows() - 1, 0);
    if (screen_.differs(screen_.rows() - 1, shown)) {
      screen_.letter(std::string_view(&shown, 1));
      screen_.move(screen_.rows() - 1, 0);
    }
  } else {
    const std::optional<std::string> typed = co_await command_line(static_cast<char>(key));
    if (!typed) co_return false;
    direction_ = key;
    if (!typed->empty()) pattern_ = *typed;
    if (pattern_.ends_with(static_cast<char>(way)) && !pattern_.ends_with("\\/"))
      pattern_.pop_back();
  }
  RegexOptions options;
  options.fold = fold_;
  const auto regex = Regex::compile(pattern_, options);
  if (pattern_.empty() || !regex) {
    complain(pattern_.empty() ? "E35: No previous regular expression"
                              : "E486: Pattern not found: " + pattern_);
    co_return false;
  }
  for (; count > 0; --count) {
    bool found = false;
    for (std::size_t tried = 0; tried <= lines_.size() && !found; ++tried) {
      const std::size_t lines = lines_.size();
      const std::size_t row =
          way == '/' ? (to.line + tried) % lines : (to.line + lines - tried % lines) % lines;
      const Found beside = tried == 0 ? Found(to.at) : std::nullopt;
      const Found at = co_await find_in_line(*regex, row, way, beside);
      if (process_.take_signal() != 0) {
        complain("Interrupted");
        co_return false;
      }
      found = at.has_value();
      if (found) to = {row, *at};
    }
    if (!found) {
      complain("E486: Pattern not found: " + pattern_);
      co_return false;
    }
  }
  co_return true;
}

}  // namespace decnet::shell::cmd
