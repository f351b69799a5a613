#include "shell/sh/editor.h"

#include <algorithm>
#include <cerrno>

#include "shell/terminal.h"

namespace decnet::shell::sh {
namespace {

bool word_byte(char byte) {
  return std::isalnum(static_cast<unsigned char>(byte)) != 0 ||
         static_cast<unsigned char>(byte) >= 0x80;
}

constexpr char kEscape = 0x1b;

}  // namespace

std::size_t Editor::columns() const {
  const Terminal* terminal = shell_.process->terminal();
  return terminal != nullptr && terminal->columns > 0 ? terminal->columns : 80;
}

std::string Editor::visible_prompt() const {
  std::string out;
  bool hidden = false;
  std::size_t begin = prompt_.rfind('\n');
  begin = begin == std::string::npos ? 0 : begin + 1;
  for (std::size_t i = begin; i < prompt_.size(); ++i) {
    if (prompt_[i] == '\x01' || prompt_[i] == '\x02')
      hidden = prompt_[i] == '\x01';
    else if (!hidden)
      out.push_back(prompt_[i]);
  }
  return out;
}

// From one screen position (prompt and line counted) to another.
std::string Editor::go(std::size_t from, std::size_t to) const {
  const std::size_t width = columns();
  const std::size_t start = visible_prompt().size();
  const std::size_t row_from = (start + from) / width, row_to = (start + to) / width;
  std::string out;
  if (row_from == row_to) {
    if (to < from) return std::string(from - to, '\b');
    return line_.substr(from, to - from);
  }
  for (std::size_t i = row_to; i < row_from; ++i) out += "\x1b[A";
  for (std::size_t i = row_from; i < row_to; ++i) out += "\n";
  out += "\r";
  if (row_to == 0) return out + visible_prompt() + line_.substr(0, to);
  const std::size_t row_begin = row_to * width - start;
  return out + line_.substr(row_begin, to - row_begin);
}

// Text that is written from line position `from` on; at the right margin as readline wraps.
std::string Editor::text_at(std::size_t from, std::string_view text) const {
  const std::size_t width = columns();
  std::size_t column = visible_prompt().size() + from;
  std::string out;
  for (const char byte : text) {
    out.push_back(byte);
    ++column;
    if (column > width && column % width == 1) {
      out += "\r";
      out.push_back(byte);
    }
  }
  return out;
}

void Editor::move(std::size_t to) {
  out_ += go(cursor_, to);
  cursor_ = to;
}

void Editor::edit(std::string line, std::size_t cursor) {
  std::size_t same = 0;
  while (same < line.size() && same < line_.size() && line[same] == line_[same]) ++same;
  const std::size_t width = columns();
  const bool one_row = visible_prompt().size() + std::max(line.size(), line_.size()) < width;
  const std::size_t grown = line.size() > line_.size() ? line.size() - line_.size() : 0;
  const std::size_t cut = line_.size() > line.size() ? line_.size() - line.size() : 0;
  if (line == line_) {
    move(cursor);
    return;
  }
  if (grown > 0 && same == line_.size() && cursor_ == line_.size()) {
    out_ += text_at(same, std::string_view(line).substr(same));
    cursor_ = line.size();
  } else if (one_row && grown > 0 && cursor_ <= same &&
             line.substr(cursor_ + grown) == line_.substr(cursor_) && cursor_ < line_.size()) {
    out_ += "\x1b[" + std::to_string(grown) + "@" + line.substr(cursor_, grown);
    cursor_ += grown;
  } else if (one_row && cut > 0 && same == line.size()) {
    move(same);
    out_ += cut == 1 && cursor == same ? " \b" : "\x1b[K";
  } else if (one_row && cut > 0 && line.substr(cursor) == line_.substr(cursor + cut)) {
    move(cursor);
    out_ += "\x1b[" + std::to_string(cut) + "P";
  } else {
    move(same);
    line_ = line;
    out_ += text_at(same, std::string_view(line).substr(same));
    if (cut > 0) out_ += one_row ? "\x1b[K" : "\x1b[J";
    cursor_ = line.size();
  }
  line_ = std::move(line);
  move(cursor);
}

std::size_t Editor::word_left() const {
  std::size_t at = cursor_;
  while (at > 0 && !word_byte(line_[at - 1])) --at;
  while (at > 0 && word_byte(line_[at - 1])) --at;
  return at;
}
std::size_t Editor::word_right() const {
  std::size_t at = cursor_;
  while (at < line_.size() && !word_byte(line_[at])) ++at;
  while (at < line_.size() && word_byte(line_[at])) ++at;
  return at;
}

void Editor::history(int by) {
  const auto& lines = shell_.history->lines;
  if (by < 0 ? place_ == 0 : place_ >= lines.size()) return bell();
  if (place_ == lines.size()) kept_ = line_;
  place_ = by < 0 ? place_ - 1 : place_ + 1;
  std::string next = place_ == lines.size() ? kept_ : lines[place_];
  const std::size_t end = next.size();
  edit(std::move(next), end);
}

Editor::Key Editor::escape(char byte) {
  escape_ += byte;
  if (escape_ == "[" || escape_ == "O") return Key::go_on;
  if (escape_[0] == '[' && (std::isdigit(static_cast<unsigned char>(byte)) != 0 || byte == ';') &&
      escape_.size() < 12)
    return Key::go_on;
  const std::string is = std::exchange(escape_, {});
  if (is == "[A" || is == "OA")
    history(-1);
  else if (is == "[B" || is == "OB")
    history(1);
  else if (is == "[C" || is == "OC")
    cursor_ < line_.size() ? move(cursor_ + 1) : bell();
  else if (is == "[D" || is == "OD")
    cursor_ > 0 ? move(cursor_ - 1) : bell();
  else if (is == "[H" || is == "OH" || is == "[1~" || is == "[7~")
    move(0);
  else if (is == "[F" || is == "OF" || is == "[4~" || is == "[8~")
    move(line_.size());
  else if (is == "[3~" && cursor_ < line_.size())
    edit(line_.substr(0, cursor_) + line_.substr(cursor_ + 1), cursor_);
  else if (is == "[200~")
    pasting_ = true;
  else if (is == "[201~")
    pasting_ = false;
  else if (is == "b" || is == "[1;5D")
    move(word_left());
  else if (is == "f" || is == "[1;5C")
    move(word_right());
  else if (is == "d")
    edit(line_.substr(0, cursor_) + line_.substr(word_right()), cursor_);
  else if (is == "\x7f" || is == "\b") {
    const std::size_t at = word_left();
    killed_ = line_.substr(at, cursor_ - at);
    edit(line_.substr(0, at) + line_.substr(cursor_), at);
  }
  return Key::go_on;
}

void Editor::search(char byte) {
  const auto& lines = shell_.history->lines;
  std::size_t from = place_;
  if (byte == 0x7f || byte == '\b') {
    if (!wanted_.empty()) wanted_.pop_back();
  } else if (byte != 0x12) {
    wanted_ += byte;
    from = std::min(from + 1, lines.size());
  }
  bool found = false;
  while (from > 0 && !wanted_.empty() && !found) {
    --from;
    found = lines[from].find(wanted_) != std::string::npos;
  }
  if (found) {
    place_ = from;
    line_ = lines[from];
    cursor_ = line_.find(wanted_);
  } else if (!wanted_.empty()) {
    bell();
  }
  out_ += "\r\x1b[K(" + std::string(found || wanted_.empty() ? "" : "failed ") +
          "reverse-i-search)`" + wanted_ + "': " + line_ +
          std::string(line_.size() - cursor_, '\b');
}

Editor::Key Editor::key(char byte) {
  if (!escape_.empty() || (byte != kEscape && literal_)) {
    if (!literal_) return escape(byte == 0 ? ' ' : byte);
  }
  if (pasting_ && byte != kEscape) {
    if (byte == '\r') byte = '\n';
    edit(line_.substr(0, cursor_) + byte + line_.substr(cursor_), cursor_ + 1);
    return Key::go_on;
  }
  const bool tab = std::exchange(tab_before_, false);
  if (searching_) {
    if (byte == 0x12 || byte == 0x7f || static_cast<unsigned char>(byte) >= 0x20) {
      search(byte);
      return Key::go_on;
    }
    searching_ = false;
    out_ += "\r\x1b[K" + visible_prompt() + line_ + std::string(line_.size() - cursor_, '\b');
  }
  if (literal_) {
    literal_ = false;
    edit(line_.substr(0, cursor_) + byte + line_.substr(cursor_), cursor_ + 1);
    return Key::go_on;
  }
  switch (byte) {
    case '\r':
    case '\n':
      move(line_.size());
      return Key::done;
    case 0x03:
      return Key::cancel;
    case 0x04:
      if (line_.empty()) return Key::end;
      if (cursor_ < line_.size())
        edit(line_.substr(0, cursor_) + line_.substr(cursor_ + 1), cursor_);
      break;
    case 0x01:
      move(0);
      break;
    case 0x05:
      move(line_.size());
      break;
    case 0x02:
      cursor_ > 0 ? move(cursor_ - 1) : bell();
      break;
    case 0x06:
      cursor_ < line_.size() ? move(cursor_ + 1) : bell();
      break;
    case 0x10:
      history(-1);
      break;
    case 0x0e:
      history(1);
      break;
    case 0x08:
    case 0x7f: {
      if (cursor_ == 0) {
        bell();
        break;
      }
      std::size_t at = cursor_ - 1;
      while (at > 0 && (static_cast<unsigned char>(line_[at]) & 0xc0) == 0x80) --at;
      edit(line_.substr(0, at) + line_.substr(cursor_), at);
      break;
    }
    case 0x15:
      if (cursor_ == 0)
        bell();
      else
        killed_ = line_.substr(0, cursor_), edit(line_.substr(cursor_), 0);
      break;
    case 0x0b:
      killed_ = line_.substr(cursor_);
      if (!killed_.empty()) edit(line_.substr(0, cursor_), cursor_);
      break;
    case 0x17: {
      std::size_t at = cursor_;
      while (at > 0 && line_[at - 1] == ' ') --at;
      while (at > 0 && line_[at - 1] != ' ') --at;
      if (at == cursor_)
        bell();
      else
        killed_ = line_.substr(at, cursor_ - at),
        edit(line_.substr(0, at) + line_.substr(cursor_), at);
      break;
    }
    case 0x19:
      edit(line_.substr(0, cursor_) + killed_ + line_.substr(cursor_), cursor_ + killed_.size());
      break;
    case 0x0c:
      out_ +=
          "\x1b[H\x1b[2J" + visible_prompt() + line_ + std::string(line_.size() - cursor_, '\b');
      break;
    case 0x12:
      searching_ = true;
      wanted_.clear();
      out_ += "\r(reverse-i-search)`': " + line_;
      break;
    case 0x16:
    case 0x11:
      literal_ = true;
      break;
    case kEscape:
      escape_.clear();
      tab_before_ = false;
      pending_escape_ = true;
      break;
    case '\t':
      tab_before_ = tab;
      complete();
      break;
    default:
      if (static_cast<unsigned char>(byte) < 0x20) break;
      if (line_.size() < kTypedLineMax)
        edit(line_.substr(0, cursor_) + byte + line_.substr(cursor_), cursor_ + 1);
  }
  return Key::go_on;
}

Task<std::optional<std::string>> Editor::read_line(std::string prompt, bool continued) {
  Process& process = *shell_.process;
  interrupted_ = false;
  prompt_ = std::move(prompt);
  line_.clear();
  cursor_ = 0;
  place_ = shell_.history->lines.size();
  (void)continued;
  Terminal* terminal = process.terminal();
  const bool bare = !shell_.bash() || terminal == nullptr;
  std::string begin;
  for (const char byte : prompt_) {
    if (byte != '\x01' && byte != '\x02') begin.push_back(byte);
  }
  if (!bare) begin = "\x1b[?2004h" + begin;
  std::optional<ModeGuard> guard;
  if (!bare) {
    TerminalMode raw = terminal->mode();
    raw.canonical = raw.echo = raw.signals = raw.cr_to_newline = false;
    guard.emplace(*terminal, raw);
  }
  Sys<void> written = co_await process.write(2, begin);
  if (bare) {
    const Sys<std::string> line = co_await process.read_until(0, '\n', kTypedLineMax, std::nullopt);
    if (!line && line.error() == EINTR) {
      while (process.take_signal() != 0) continue;
      interrupted_ = true;
      written = co_await process.write(2, "\n");
      co_return std::nullopt;
    }
    if (!line || line->empty()) co_return std::nullopt;
    co_return line->ends_with('\n') ? line->substr(0, line->size() - 1) : *line;
  }
  for (;;) {
    const Sys<std::string> byte = co_await process.read(0, 1);
    if (!byte && byte.error() == EINTR) {
      while (process.take_signal() != 0) continue;
      continue;
    }
    Key result = !byte || byte->empty() ? Key::end : Key::go_on;
    if (result == Key::go_on) {
      if (std::exchange(pending_escape_, false))
        result = escape((*byte)[0]);
      else
        result = key((*byte)[0]);
    }
    std::string out = std::exchange(out_, {});
    if (result == Key::done) out += "\n\x1b[?2004l\r";
    if (result == Key::end) out += "\x1b[?2004l\r\n";
    if (result == Key::cancel) out += "^C\x1b[?2004l\r\x1b[?2004h\x1b[?2004l\r\n";
    if (!out.empty()) written = co_await process.write(2, out);
    if (result == Key::go_on) continue;
    if (result == Key::done) co_return line_;
    interrupted_ = result == Key::cancel;
    co_return std::nullopt;
  }
}

}  // namespace decnet::shell::sh
