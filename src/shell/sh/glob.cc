// Names of files that a pattern fits.
#include <algorithm>
#include <cctype>

#include "shell/sh/expander.h"
#include "shell/sh/limits.h"
#include "shell/sh/pattern.h"

namespace decnet::shell::sh {
namespace {

constexpr int kGlobDepthMax = 32;

class Walk {
 public:
  Walk(Process& process, bool dots, bool extended, bool recursive, bool nocase)
      : process_(process),
        dots_(dots),
        extended_(extended),
        recursive_(recursive),
        nocase_(nocase) {}

  // `done` is what was matched so far, ending in a slash or empty.
  void step(const std::string& done, std::string_view rest, int depth) {
    if (beyond(depth)) return;
    while (rest.starts_with('/')) return step(done + "/", rest.substr(1), depth + 1);
    const std::size_t end = std::min(rest.find('/'), rest.size());
    const std::string part(rest.substr(0, end));
    if (recursive_ && part == "**") return every(done, rest, depth);
    const bool more = end < rest.size();
    if (rest.empty()) {
      if (exists(done)) found.push_back(done);
      return;
    }
    if (!has_pattern(part, extended_)) {
      const std::string next = done + unescape_pattern(part);
      if (more) return step(next + "/", rest.substr(end + 1), depth + 1);
      if (exists(next)) found.push_back(next);
      return;
    }
    const auto entries =
        process_.files().list(process_.absolute(done.empty() ? "." : done), process_.user);
    if (!entries) return;
    std::vector<std::string> names;
    for (const DirectoryEntry& entry : *entries) names.push_back(entry.name);
    if (part.starts_with('.') || part.starts_with("\\.")) {
      names.emplace_back(".");
      names.emplace_back("..");
    }
    looked_ += names.size();
    for (const std::string& name : names) {
      if (!matches(part, name, {.extended = extended_, .ignore_case = nocase_, .period = !dots_}))
        continue;
      if (more) {
        const Sys<Stat> stat = process_.files().stat(process_.absolute(done + name), process_.user);
        if (stat && stat->kind == Kind::directory)
          step(done + name + "/", rest.substr(end + 1), depth + 1);
      } else {
        found.push_back(done + name);
      }
    }
  }
  std::vector<std::string> found;

 private:
  bool beyond(int depth) {
    if (looked_ > kGlobNamesMax && !std::exchange(told_, true)) count(Limit::glob_names);
    return depth > kGlobDepthMax || looked_ > kGlobNamesMax;
  }
  // "**": this folder and all below, and their files where nothing follows.
  void every(const std::string& done, std::string_view rest, int depth) {
    if (beyond(depth)) return;
    const bool more = rest.size() > 2;
    if (more) step(done, rest.substr(3), depth + 1);
    if (!more && !done.empty()) found.push_back(done);
    const auto entries =
        process_.files().list(process_.absolute(done.empty() ? "." : done), process_.user);
    if (!entries) return;
    looked_ += entries->size();
    for (const DirectoryEntry& entry : *entries) {
      if (entry.name.starts_with('.') && !dots_) continue;
      const std::string path = done + entry.name;
      const Sys<Stat> stat =
          process_.files().stat(process_.absolute(path), process_.user, Follow::no);
      if (stat && stat->kind == Kind::directory) {
        if (!more) found.push_back(path);
        const std::size_t before = found.size();
        every(path + "/", rest, depth + 1);
        if (!more && found.size() > before && found[before] == path + "/")
          found.erase(found.begin() + static_cast<std::ptrdiff_t>(before));
      } else if (!more) {
        found.push_back(path);
      }
    }
  }
  bool exists(const std::string& path) const {
    return process_.files().stat(process_.absolute(path), process_.user, Follow::no).has_value();
  }
  Process& process_;
  bool dots_;
  bool extended_;
  bool recursive_;
  bool nocase_;
  std::size_t looked_ = 0;
  bool told_ = false;
};

// As the collation of en_US.UTF-8 orders: letters before case, marks do not count at first.
std::string sort_key(const std::string& name) {
  std::string key;
  for (const char byte : name) {
    const auto code = static_cast<unsigned char>(byte);
    if (std::isalnum(code) != 0) key.push_back(static_cast<char>(std::tolower(code)));
  }
  return key;
}

}  // namespace

std::vector<std::string> glob(Process& process, const std::string& pattern, bool dots,
                              bool extended, bool recursive, bool nocase) {
  Walk walk(process, dots, extended, recursive, nocase);
  walk.step("", pattern, 0);
  const std::string locale =
      process.variable("LC_ALL").empty() ? process.variable("LANG") : process.variable("LC_ALL");
  if (locale.empty() || locale == "C" || locale == "POSIX" || locale == "C.UTF-8") {
    std::sort(walk.found.begin(), walk.found.end());
    return std::move(walk.found);
  }
  std::vector<std::pair<std::string, std::string>> keyed;
  for (std::string& name : walk.found) keyed.emplace_back(sort_key(name), std::move(name));
  std::sort(keyed.begin(), keyed.end());
  std::vector<std::string> out;
  for (auto& [key, name] : keyed) out.push_back(std::move(name));
  return out;
}

}  // namespace decnet::shell::sh
