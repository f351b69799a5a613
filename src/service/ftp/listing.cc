#include "service/ftp/listing.h"

#include <algorithm>
#include <array>
#include <chrono>

#include <fmt/format.h>

#include "base/hash.h"

namespace decnet::service::ftp {

namespace {

constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::int64_t kDayS = 86'400;
constexpr int kGlobStepsMax = 20'000;

struct Broken {
  int year;
  unsigned month;  // 1 … 12
  unsigned day;
  std::int64_t second_of_day;
};

Broken broken_down(std::int64_t when) {
  const std::chrono::sys_seconds time{std::chrono::seconds{when}};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  return {static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day()), (time - day).count()};
}

// "[a-z]" at the front of `pattern`: whether `c` is in it, and how long it is (0: not a bracket
// expression).
std::size_t bracket(std::string_view pattern, char c, bool& in) {
  std::size_t at = 1;
  const bool negated = at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^');
  if (negated) ++at;
  in = false;
  for (bool first = true; at < pattern.size() && (first || pattern[at] != ']'); first = false) {
    char low = pattern[at++];
    if (low == '\\' && at < pattern.size()) low = pattern[at++];
    char high = low;
    if (at + 1 < pattern.size() && pattern[at] == '-' && pattern[at + 1] != ']') {
      high = pattern[at + 1];
      at += 2;
    }
    in = in || (low <= c && c <= high);
  }
  if (at >= pattern.size()) return 0;
  in = in != negated;
  return at + 1;
}

bool matches_from(std::string_view name, std::string_view pattern, int& steps) {
  while (!pattern.empty()) {
    if (--steps < 0) return false;
    if (pattern.front() == '*') {
      while (!pattern.empty() && pattern.front() == '*') pattern.remove_prefix(1);
      if (pattern.empty()) return true;
      for (std::size_t skip = 0; skip <= name.size(); ++skip) {
        if (matches_from(name.substr(skip), pattern, steps)) return true;
        if (steps < 0) return false;
      }
      return false;
    }
    if (name.empty()) return false;
    std::size_t used = 1;
    bool same = pattern.front() == '?' || pattern.front() == name.front();
    if (pattern.front() == '[') {
      bool in = false;
      if (const std::size_t length = bracket(pattern, name.front(), in); length != 0) {
        used = length;
        same = in;
      }
    } else if (pattern.front() == '\\' && pattern.size() > 1) {
      same = pattern[1] == name.front();
      used = 2;
    }
    if (!same) return false;
    pattern.remove_prefix(used);
    name.remove_prefix(1);
  }
  return name.empty();
}

}  // namespace

std::string permissions_text(const Node& node) {
  std::string out = node.kind == Kind::folder ? "d" : node.kind == Kind::link ? "l" : "-";
  for (int shift = 6; shift >= 0; shift -= 3) {
    const int bits = node.mode >> shift;
    out += (bits & 4) != 0 ? 'r' : '-';
    out += (bits & 2) != 0 ? 'w' : '-';
    const bool runs = (bits & 1) != 0;
    const bool special = shift == 6   ? (node.mode & 04000) != 0
                         : shift == 3 ? (node.mode & 02000) != 0
                                      : (node.mode & 01000) != 0;
    const char mark = shift == 0 ? 't' : 's';
    out += special ? (runs ? mark : static_cast<char>(mark - 32)) : runs ? 'x' : '-';
  }
  return out;
}

std::string date_text(std::int64_t when, std::int64_t now, std::int64_t recent_s,
                      bool future_has_year) {
  const Broken time = broken_down(when);
  const std::string_view month = kMonths[time.month - 1];
  if (now - when > recent_s || (future_has_year && when > now)) {
    return fmt::format("{} {:02} {:5}", month, time.day, time.year);
  }
  return fmt::format("{} {:02} {:02}:{:02}", month, time.day, time.second_of_day / 3600,
                     time.second_of_day / 60 % 60);
}

std::string compact_time(std::int64_t when) {
  const Broken time = broken_down(when);
  return fmt::format("{:04}{:02}{:02}{:02}{:02}{:02}", time.year, time.month, time.day,
                     time.second_of_day / 3600, time.second_of_day / 60 % 60,
                     time.second_of_day % 60);
}

std::optional<std::int64_t> parse_compact_time(std::string_view text) {
  if (text.size() != 14 || text.find_first_not_of("0123456789") != std::string_view::npos)
    return std::nullopt;
  const auto number = [text](std::size_t at, std::size_t count) {
    return static_cast<unsigned>(std::stoul(std::string(text.substr(at, count))));
  };
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(number(0, 4))},
                                         std::chrono::month{number(4, 2)},
                                         std::chrono::day{number(6, 2)}};
  if (number(4, 2) < 1 || number(4, 2) > 12 || number(6, 2) < 1 || number(6, 2) > 31)
    return std::nullopt;
  if (number(8, 2) > 23 || number(10, 2) > 59 || number(12, 2) > 61) return std::nullopt;
  const std::chrono::sys_days first = date.year() / date.month() / 1;
  return (first.time_since_epoch().count() + number(6, 2) - 1) * std::int64_t{86'400} +
         number(8, 2) * 3600 + number(10, 2) * 60 + number(12, 2);
}

std::string Names::find(const std::vector<Named>& in, std::uint32_t id) {
  const auto at =
      std::find_if(in.begin(), in.end(), [&](const Named& named) { return named.id == id; });
  return at != in.end() ? at->name : std::to_string(id);
}

std::string vsftpd_line(const Node& node, std::string_view shown, std::int64_t now) {
  std::string out = fmt::format("{} {:4} {:<8} {:<8} {:8} {} {}", permissions_text(node),
                                node.links(), node.uid, node.gid, node.shown_size(),
                                date_text(node.modified, now, 182 * kDayS, true), shown);
  if (node.kind == Kind::link) out.append(" -> ").append(node.text);
  return out;
}

std::string proftpd_line(const Node& node, std::string_view shown, std::int64_t now,
                         const Names& names, const ProftpdLineStyle& style) {
  std::string size = fmt::format("{:8}", node.shown_size());
  if (style.human && node.shown_size() >= 1000) {
    static constexpr std::array<std::string_view, 6> kUnits{"", "k", "M", "G", "T", "P"};
    double value = static_cast<double>(node.shown_size());
    std::size_t unit = 0;
    while (value >= 1024.0) {
      value /= 1024.0;
      ++unit;
    }
    size = fmt::format("{:7.1f}{}", value, kUnits[unit]);
  }
  std::string user = style.fake_user.empty() ? names.user(node.uid) : style.fake_user;
  std::string group = style.fake_group.empty() ? names.group(node.gid) : style.fake_group;
  if (style.numeric) {
    user = std::to_string(node.uid);
    group = std::to_string(node.gid);
  }
  std::string date = date_text(node.modified, now, 180 * kDayS, false);
  if (date[4] == '0') date[4] = ' ';
  std::string out = fmt::format("{} {:3} {:<8} {:<8} {} {} {}", permissions_text(node),
                                node.links(), user, group, size, date, shown);
  if (node.kind == Kind::link) out.append(" -> ").append(node.text);
  if (style.mark != 0) out += style.mark;
  return out;
}

namespace {

constexpr int kVsftpdStepsMax = 1000;  // VSFTP_MATCHITERS_MAX

bool vsftpd_matches_from(std::string_view name, std::string_view pattern, int& steps) {
  bool here = true;  // The next piece must begin where we are: no "*" came before it.
  char token = 0;
  while (!pattern.empty()) {
    if (++steps >= kVsftpdStepsMax) return false;
    const auto at = pattern.find_first_of("*?{");
    const std::string_view piece = pattern.substr(0, at);
    token = at == std::string_view::npos ? '\0' : pattern[at];
    pattern = at == std::string_view::npos ? std::string_view{} : pattern.substr(at + 1);
    if (!piece.empty()) {
      auto found = name.find(piece);
      if (found == std::string_view::npos || (found > 0 && here)) return false;
      // Behind a "*" it is the last place of those that do not overlap, counted from the front.
      for (auto next = found; !here && next != std::string_view::npos;
           next = name.find(piece, next + piece.size()))
        found = next;
      name.remove_prefix(found + piece.size());
    }
    here = token != '*' && token != '\0';
    if (token == '?' || (token == '{' && pattern.find('}') == std::string_view::npos)) {
      if (name.empty() || (token == '{' && name.front() != '{')) return false;
      name.remove_prefix(1);
    } else if (token == '{') {
      const auto end = pattern.find('}');
      std::string_view choices = pattern.substr(0, end);
      while (!choices.empty()) {
        const auto comma = choices.find(',');
        const std::string one =
            std::string(choices.substr(0, comma)).append(pattern.substr(end + 1));
        if (vsftpd_matches_from(name, one, steps)) return true;
        choices = comma == std::string_view::npos ? std::string_view{} : choices.substr(comma + 1);
      }
      return false;
    }
  }
  return name.empty() || token == '*';
}

}  // namespace

bool vsftpd_matches(std::string_view name, std::string_view pattern) {
  int steps = 0;
  return vsftpd_matches_from(name, pattern, steps);
}

bool glob_matches(std::string_view name, std::string_view pattern) {
  if (name.starts_with('.') && !pattern.starts_with('.')) return false;
  int steps = kGlobStepsMax;
  return matches_from(name, pattern, steps);
}

bool has_glob(std::string_view text) noexcept {
  bool open = false;
  for (const char c : text) {
    if (c == '?' || c == '*') return true;
    if (c == '[') open = true;
    if (c == ']' && open) return true;
  }
  return false;
}

std::vector<std::string> glob(const Tree& tree, std::string_view cwd, std::string_view pattern,
                              std::size_t at_most) {
  std::vector<std::string> found{pattern.starts_with('/') ? "/" : ""};
  while (!pattern.empty() && !found.empty()) {
    const auto begin = pattern.find_first_not_of('/');
    if (begin == std::string_view::npos) break;
    pattern.remove_prefix(begin);
    const auto slash = pattern.find('/');
    const std::string_view piece = pattern.substr(0, slash);
    pattern = slash == std::string_view::npos ? std::string_view{} : pattern.substr(slash);
    std::vector<std::string> next;
    for (const std::string& base : found) {
      const auto extend = [&](std::string_view name) {
        next.push_back(base.empty() || base == "/" ? base + std::string(name)
                                                   : base + "/" + std::string(name));
      };
      if (next.size() >= at_most) break;
      if (!has_glob(piece)) {
        const std::string whole = base.empty() ? std::string(piece) : join_path(base, piece);
        if (tree.find(cwd, whole, Follow::no)) extend(piece);
        continue;
      }
      const auto folder = tree.find(cwd, base.empty() ? "." : base);
      if (!folder || folder->node->kind != Kind::folder || !tree.may(*folder->node, kRead))
        continue;
      if (piece.starts_with('.')) {
        for (const std::string_view dots : {".", ".."}) {
          if (glob_matches(dots, piece)) extend(dots);
        }
      }
      for (const Entry& entry : folder->node->entries) {
        if (next.size() >= at_most) break;
        if (glob_matches(entry.name, piece)) extend(entry.name);
      }
    }
    found = std::move(next);
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<const Entry*> readdir_order(const Node& folder) {
  std::vector<const Entry*> out;
  for (const Entry& entry : folder.entries) out.push_back(&entry);
  std::sort(out.begin(), out.end(), [](const Entry* a, const Entry* b) {
    return stable_hash(a->name) < stable_hash(b->name);
  });
  return out;
}

}  // namespace decnet::service::ftp
