// Tab.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "shell/passwords.h"
#include "shell/sh/editor.h"
#include "shell/terminal.h"

namespace decnet::shell::sh {
namespace {

constexpr std::string_view kBreaks = " \t\n\"'><=;|&(:`";
constexpr std::string_view kQuoted = " \t\n\\\"'@<>=;|&()#$`?*[!:{~";
constexpr std::string_view kReserved[] = {
    "if", "then", "else", "elif",     "fi",   "case", "esac", "for", "select", "while", "until",
    "do", "done", "in",   "function", "time", "{",    "}",    "!",   "[[",     "]]",    "coproc"};

std::string quoted_name(const std::string& name) {
  std::string out;
  for (const char byte : name) {
    if (kQuoted.find(byte) != std::string_view::npos && byte != '~' && byte != '@' && byte != ':')
      out.push_back('\\');
    out.push_back(byte);
  }
  return out;
}

std::string without_backslashes(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    out.push_back(text[i]);
  }
  return out;
}

std::string shown_name(const std::string& name) {
  if (name == ".") return "./";  // The builtin is a folder, too.
  const bool folder = name.size() > 1 && name.ends_with('/');
  const std::string core = folder ? name.substr(0, name.size() - 1) : name;
  return core.substr(core.rfind('/') + 1) + (folder ? "/" : "");
}

}  // namespace

std::vector<std::string> Editor::candidates(const std::string& word, bool command) const {
  std::set<std::string> found;
  Process& process = *shell_.process;
  const auto add = [&](std::string name) {
    if (found.size() < kCandidatesMax) found.insert(std::move(name));
  };
  const std::size_t slash = word.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : word.substr(0, slash + 1);
  const std::string begin = slash == std::string::npos ? word : word.substr(slash + 1);
  if (word.starts_with('$')) {
    const bool braces = word.starts_with("${");
    const std::string name = word.substr(braces ? 2 : 1);
    for (const auto& [one, variable] : shell_.variables.all()) {
      if (one.starts_with(name) && one[0] != '\x01')
        add((braces ? "${" : "$") + one + (braces ? "}" : ""));
    }
    return {found.begin(), found.end()};
  }
  if (word.starts_with('~') && slash == std::string::npos) {
    const std::string passwd = process.files().read_file("/etc/passwd", process.user).value_or("");
    for (std::size_t at = 0; at < passwd.size();) {
      const std::size_t end = std::min(passwd.find('\n', at), passwd.size());
      const std::string user = passwd.substr(at, std::min(passwd.find(':', at), end) - at);
      if (user.starts_with(word.substr(1))) add("~" + user + "/");
      at = end + 1;
    }
    return {found.begin(), found.end()};
  }
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
      if (command && !is_folder && (!stat || (stat->mode & 0111) == 0)) continue;
      add(programs ? entry.name : folder + entry.name + (is_folder ? "/" : ""));
    }
  };
  if (!command || slash != std::string::npos) {
    std::string where = folder.empty() ? "." : folder;
    if (where.starts_with("~/")) where = shell_.get("HOME") + where.substr(1);
    look(where, false);
    return {found.begin(), found.end()};
  }
  std::string paths = shell_.get("PATH") + ":";
  for (std::size_t end = paths.find(':'); end != std::string::npos; end = paths.find(':')) {
    if (end > 0) look(paths.substr(0, end), true);
    paths.erase(0, end + 1);
  }
  for (const auto& [name, body] : *shell_.functions) {
    if (name.starts_with(begin)) add(name);
  }
  for (const auto& [name, value] : *shell_.aliases) {
    if (name.starts_with(begin)) add(name);
  }
  for (const std::string& name : builtin_names()) {
    if (name.starts_with(begin)) add(name);
  }
  for (const std::string_view name : kReserved) {
    if (name.starts_with(begin)) add(std::string(name));
  }
  if (found.empty()) look(".", false);
  return {found.begin(), found.end()};
}

// The choices in columns, sorted downwards, a screen at a time.
void Editor::list() {
  std::size_t width = 0;
  std::vector<std::string> names;
  for (const std::string& choice : choices_) {
    names.push_back(shown_name(choice));
    width = std::max(width, names.back().size() + 2);
  }
  const std::size_t screen = columns();
  std::size_t per_row = std::max<std::size_t>(1, screen / width);
  if (per_row != 1 && per_row * width == screen) --per_row;
  const std::size_t rows_needed = (names.size() + per_row - 1) / per_row;
  page_lines_.clear();
  for (std::size_t row = 0; row < rows_needed; ++row) {
    std::string text;
    for (std::size_t place = 0; place < per_row; ++place) {
      const std::size_t at = row + place * rows_needed;
      if (at >= names.size()) break;
      text += names[at];
      if (place + 1 < per_row) text.append(width - names[at].size(), ' ');
    }
    page_lines_.push_back(std::move(text));
  }
  page_at_ = 0;
  page();
}

void Editor::page() {
  const Terminal* terminal = shell_.process->terminal();
  const std::size_t height = terminal != nullptr && terminal->rows > 2 ? terminal->rows : 24;
  for (std::size_t shown = 0; page_at_ < page_lines_.size(); ++shown) {
    if (shown + 1 >= height) {
      paging_ = true;
      out_ += "--More--";
      return;
    }
    out_ += page_lines_[page_at_++] + "\n";
  }
  paging_ = false;
  page_lines_.clear();
  redraw();
}

// A key for "Display all …? (y or n)" or "--More--".
void Editor::answer(char byte) {
  const bool yes = byte == 'y' || byte == 'Y' || byte == ' ';
  const bool no = byte == 'n' || byte == 'N' || byte == 'q' || byte == 'Q' || byte == 0x7f ||
                  byte == 0x03 || byte == 0x07;
  if (std::exchange(asking_, false)) {
    if (!yes && !no) {
      asking_ = true;
      return bell();
    }
    out_ += "\n";
    if (yes) return list();
    return redraw();
  }
  if (no) {
    paging_ = false;
    page_lines_.clear();
    out_ += "\r\x1b[K";
    return redraw();
  }
  if (byte == '\r' || byte == '\n') {
    out_ += "\r\x1b[K";
    if (page_at_ < page_lines_.size()) out_ += page_lines_[page_at_++] + "\n";
    if (page_at_ < page_lines_.size()) {
      out_ += "--More--";
      return;
    }
    return page();
  }
  if (!yes) return bell();
  out_ += "\r\x1b[K";
  page();
}

void Editor::complete() {
  std::size_t begin = cursor_;
  while (begin > 0) {
    const bool escaped = begin > 1 && line_[begin - 2] == '\\';
    if (!escaped && kBreaks.find(line_[begin - 1]) != std::string_view::npos) break;
    --begin;
  }
  char quote =
      begin > 0 && (line_[begin - 1] == '"' || line_[begin - 1] == '\'') ? line_[begin - 1] : '\0';
  const std::string typed = line_.substr(begin, cursor_ - begin);
  const std::string word = quote != '\0' ? typed : without_backslashes(typed);
  std::size_t before = begin - (quote != '\0' ? 1 : 0);
  while (before > 0 && line_[before - 1] == ' ') --before;
  const bool command =
      before == 0 || std::string_view(";&|(`{").find(line_[before - 1]) != std::string_view::npos;
  choices_ = candidates(word, command && !word.starts_with('$'));
  const bool again = tab_before_;
  tab_before_ = true;
  if (choices_.empty()) return bell();
  const bool plain = word.starts_with('$') || word.starts_with('~') || quote != '\0';
  const auto written = [&](const std::string& name) { return plain ? name : quoted_name(name); };
  if (choices_.size() == 1) {
    std::string text = written(choices_[0]);
    if (!text.ends_with('/')) {
      if (quote != '\0') text += quote;
      text += ' ';
    }
    replace(begin, cursor_, text);
    tab_before_ = false;
    return;
  }
  std::size_t same = choices_[0].size();
  for (const std::string& name : choices_) {
    std::size_t i = 0;
    while (i < same && i < name.size() && name[i] == choices_[0][i]) ++i;
    same = i;
  }
  if (same > word.size()) {
    bell();
    replace(begin, cursor_, written(choices_[0].substr(0, same)));
    tab_before_ = false;
    return;
  }
  if (!again) return bell();
  tab_before_ = false;
  out_ += "\n";
  if (choices_.size() >= kAskBeforeList) {
    out_ += fmt::format("Display all {} possibilities? (y or n)", choices_.size());
    asking_ = true;
    appended_ = true;  // Nothing is drawn until the answer.
    return;
  }
  list();
  appended_ = paging_;
}

}  // namespace decnet::shell::sh
