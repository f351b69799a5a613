// Tab.
#include <algorithm>
#include <set>

#include "shell/sh/editor.h"
#include "shell/terminal.h"

namespace decnet::shell::sh {

std::vector<std::string> Editor::candidates(const std::string& word, bool command) const {
  std::set<std::string> found;
  Process& process = *shell_.process;
  const std::size_t slash = word.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : word.substr(0, slash + 1);
  const std::string begin = slash == std::string::npos ? word : word.substr(slash + 1);
  const auto look = [&](const std::string& where, bool programs) {
    const auto entries = process.files().list(process.absolute(where), process.user);
    if (!entries) return;
    for (const DirectoryEntry& entry : *entries) {
      if (!entry.name.starts_with(begin) || (begin.empty() && entry.name.starts_with('.')))
        continue;
      const Sys<Stat> stat =
          process.files().stat(process.absolute(where + "/" + entry.name), process.user);
      const bool is_folder = stat && stat->kind == Kind::directory;
      if (programs && (is_folder || !stat || (stat->mode & 0111) == 0)) continue;
      found.insert(programs ? entry.name : folder + entry.name + (is_folder ? "/" : ""));
    }
  };
  if (!command || slash != std::string::npos) {
    std::string where = folder.empty() ? "." : folder;
    if (where.starts_with("~/")) where = shell_.get("HOME") + where.substr(1);
    look(where, false);
  } else if (!word.empty()) {
    std::string paths = shell_.get("PATH") + ":";
    for (std::size_t end = paths.find(':'); end != std::string::npos; end = paths.find(':')) {
      if (end > 0) look(paths.substr(0, end), true);
      paths.erase(0, end + 1);
    }
    for (const auto& [name, body] : *shell_.functions) {
      if (name.starts_with(begin)) found.insert(name);
    }
    for (const auto& [name, value] : *shell_.aliases) {
      if (name.starts_with(begin)) found.insert(name);
    }
    for (const std::string& name : builtin_names()) {
      if (name.starts_with(begin)) found.insert(name);
    }
  }
  return {found.begin(), found.end()};
}

void Editor::list(const std::vector<std::string>& names) {
  std::vector<std::string> shown;
  std::size_t width = 0;
  for (const std::string& name : names) {
    const bool folder = name.ends_with('/');
    const std::string core = folder ? name.substr(0, name.size() - 1) : name;
    shown.push_back(core.substr(core.rfind('/') + 1) + (folder ? "/" : ""));
    width = std::max(width, shown.back().size() + 2);
  }
  const std::size_t per_row = std::max<std::size_t>(1, columns() / width);
  const std::size_t rows = (shown.size() + per_row - 1) / per_row;
  out_ += "\n";
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t at = row; at < shown.size(); at += rows)
      out_ += shown[at] + std::string(width - shown[at].size(), ' ');
    out_ += "\n";
  }
  out_ += visible_prompt() + line_ + std::string(line_.size() - cursor_, '\b');
}

void Editor::complete() {
  std::size_t begin = cursor_;
  while (begin > 0 &&
         std::string_view(" \t;&|<>()=`\"'").find(line_[begin - 1]) == std::string_view::npos)
    --begin;
  const std::string word = line_.substr(begin, cursor_ - begin);
  std::size_t before = begin;
  while (before > 0 && line_[before - 1] == ' ') --before;
  const bool command =
      before == 0 || std::string_view(";&|(`").find(line_[before - 1]) != std::string_view::npos;
  const std::vector<std::string> names = candidates(word, command);
  const bool again = tab_before_;
  tab_before_ = true;
  if (names.empty()) return bell();
  if (names.size() == 1) {
    const std::string rest = names[0].substr(word.size()) + (names[0].ends_with('/') ? "" : " ");
    edit(line_.substr(0, cursor_) + rest + line_.substr(cursor_), cursor_ + rest.size());
    tab_before_ = false;
    return;
  }
  std::size_t same = names[0].size();
  for (const std::string& name : names) {
    std::size_t i = 0;
    while (i < same && i < name.size() && name[i] == names[0][i]) ++i;
    same = i;
  }
  if (same > word.size()) {
    bell();
    const std::string rest = names[0].substr(word.size(), same - word.size());
    edit(line_.substr(0, cursor_) + rest + line_.substr(cursor_), cursor_ + rest.size());
    tab_before_ = false;
    return;
  }
  if (again) return list(names);
  bell();
}

}  // namespace decnet::shell::sh
