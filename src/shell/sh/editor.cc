// Keys.
#include "shell/sh/editor.h"

#include <algorithm>
#include <cctype>
#include <cerrno>

#include "shell/terminal.h"

namespace decnet::shell::sh {
namespace {

constexpr char kEscape = 0x1b;
constexpr std::size_t kSequenceMax = 12;  // Of an escape sequence; longer ones end there.

bool word_byte(char byte) {
  return std::isalnum(static_cast<unsigned char>(byte)) != 0 ||
         static_cast<unsigned char>(byte) >= 0x80;
}

bool continues(char byte) {
  return (static_cast<unsigned char>(byte) & 0xc0) == 0x80;
}

}  // namespace

std::size_t Editor::letter_left() const {
  std::size_t at = cursor_;
  while (at > 0 && continues(line_[--at])) continue;
  return at;
}
std::size_t Editor::letter_right() const {
  std::size_t at = std::min(cursor_ + 1, line_.size());
  while (at < line_.size() && continues(line_[at])) ++at;
  return at;
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

void Editor::replace(std::size_t from, std::size_t to, std::string_view with) {
  if (line_.size() - (to - from) + with.size() > kTypedLineMax) {
    count(Limit::typed_line);
    return bell();
  }
  line_.replace(from, to - from, with);
  cursor_ = from + with.size();
}

void Editor::kill(std::size_t from, std::size_t to) {
  const std::string taken = line_.substr(from, to - from);
  if (!killing_)
    killed_ = taken;
  else
    killed_ = from < cursor_ ? taken + killed_ : killed_ + taken;
  if (killed_.size() > kTypedLineMax) killed_.clear();
  killing_ = true;
  replace(from, to, "");
}

void Editor::transpose() {
  if (line_.size() < 2 || cursor_ == 0) return bell();
  if (cursor_ == line_.size()) --cursor_;
  std::swap(line_[cursor_ - 1], line_[cursor_]);
  ++cursor_;
}

void Editor::change_case(char how) {
  const std::size_t end = word_right();
  bool first = true;
  for (std::size_t i = cursor_; i < end; ++i) {
    const auto code = static_cast<unsigned char>(line_[i]);
    if (!word_byte(line_[i])) continue;
    const bool upper = how == 'u' || (how == 'c' && first);
    line_[i] = static_cast<char>(upper ? std::toupper(code) : std::tolower(code));
    first = false;
  }
  cursor_ = end;
}

void Editor::command(const std::string& is) {
  const bool argument = std::exchange(argument_before_, false);
  if (is == "[A" || is == "OA")
    history(-1);
  else if (is == "[B" || is == "OB")
    history(1);
  else if (is == "[C" || is == "OC")
    cursor_ < line_.size() ? move(letter_right()) : bell();
  else if (is == "[D" || is == "OD")
    cursor_ > 0 ? move(letter_left()) : bell();
  else if (is == "[H" || is == "OH" || is == "[1~" || is == "[7~")
    move(0);
  else if (is == "[F" || is == "OF" || is == "[4~" || is == "[8~")
    move(line_.size());
  else if (is == "[3~")
    cursor_ < line_.size() ? replace(cursor_, letter_right(), "") : bell();
  else if (is == "[200~")
    pasting_ = true;
  else if (is == "b" || is == "[1;5D" || is == "[1;3D")
    move(word_left());
  else if (is == "f" || is == "[1;5C" || is == "[1;3C")
    move(word_right());
  else if (is == "d") {
    killing_ = kill_before_;
    kill(cursor_, word_right());
  } else if (is == "\x7f" || is == "\b") {
    killing_ = kill_before_;
    kill(word_left(), cursor_);
  } else if (is == "u" || is == "l" || is == "c")
    change_case(is[0]);
  else if (is == "<" && !shell_.history->lines.empty()) {
    if (place_ == shell_.history->lines.size()) kept_ = line_;
    place_ = 1;
    history(-1);
  } else if (is == ">" && place_ < shell_.history->lines.size()) {
    place_ = shell_.history->lines.size() - 1;
    history(1);
  } else if (is == "." || is == "_") {
    argument_before_ = argument;
    last_argument();
  }
}

Editor::Key Editor::escape(char byte) {
  escape_ += byte;
  if (escape_ == "[" || escape_ == "O") return Key::go_on;
  if (escape_[0] == '[' && (std::isdigit(static_cast<unsigned char>(byte)) != 0 || byte == ';') &&
      escape_.size() < kSequenceMax)
    return Key::go_on;
  const std::string is = std::exchange(escape_, {});
  pending_escape_ = false;
  command(is);
  if (!pasting_) draw();
  return Key::go_on;
}

Editor::Key Editor::key(char byte) {
  if (pasting_) {  // Up to its end it is one insertion, whatever is in it.
    pasted_ += byte == '\r' ? '\n' : byte;
    if (pasted_.size() > kTypedLineMax) {
      count(Limit::typed_line);
      pasted_.clear();
    }
    if (!pasted_.ends_with("\x1b[201~")) return Key::go_on;
    pasted_.resize(pasted_.size() - 6);
    pasting_ = false;
    inverse_from_ = cursor_;
    replace(cursor_, cursor_, std::exchange(pasted_, {}));
    inverse_to_ = cursor_;
    draw();
    return Key::go_on;
  }
  if (pending_escape_) return escape(byte);
  if (asking_ || paging_) {
    answer(byte);
    return Key::go_on;
  }
  kill_before_ = std::exchange(killing_, false);
  if (!searching_ && inverse_to_ > 0) {
    inverse_from_ = inverse_to_ = 0;
    draw();
  }
  if (byte == kEscape && !literal_) {
    if (searching_) {
      (void)search_key(byte);
      draw();
    }
    pending_escape_ = true;
    return Key::go_on;
  }
  if (searching_) {
    const bool taken = byte != 0x03 && search_key(byte);
    if (byte != 0x03) draw();
    if (taken) return Key::go_on;
  }
  const Key result = plain_key(byte);
  if (result == Key::go_on && !std::exchange(appended_, false)) draw();
  return result;
}

Editor::Key Editor::plain_key(char byte) {
  const bool tab = std::exchange(tab_before_, false);
  argument_before_ = false;
  if (std::exchange(literal_, false)) {
    replace(cursor_, cursor_, std::string_view(&byte, 1));
    return Key::go_on;
  }
  switch (byte) {
    case '\r':
    case '\n':
      leave_screen();
      return Key::done;
    case 0x03:
      return Key::cancel;
    case 0x04:
      if (line_.empty()) return Key::end;
      cursor_ < line_.size() ? replace(cursor_, letter_right(), "") : bell();
      break;
    case 0x01:
      move(0);
      break;
    case 0x05:
      move(line_.size());
      break;
    case 0x02:
      cursor_ > 0 ? move(letter_left()) : bell();
      break;
    case 0x06:
      cursor_ < line_.size() ? move(letter_right()) : bell();
      break;
    case 0x10:
      history(-1);
      break;
    case 0x0e:
      history(1);
      break;
    case 0x07:
      bell();
      break;
    case 0x08:
    case 0x7f:
      cursor_ > 0 ? replace(letter_left(), cursor_, "") : bell();
      break;
    case 0x14:
      transpose();
      break;
    case 0x15:
      killing_ = kill_before_;
      cursor_ > 0 ? kill(0, cursor_) : bell();
      break;
    case 0x0b:
      killing_ = kill_before_;
      if (cursor_ < line_.size()) {
        const std::size_t at = cursor_;
        kill(cursor_, line_.size());
        cursor_ = at;
      }
      break;
    case 0x17: {
      std::size_t at = cursor_;
      while (at > 0 && (line_[at - 1] == ' ' || line_[at - 1] == '\t')) --at;
      while (at > 0 && line_[at - 1] != ' ' && line_[at - 1] != '\t') --at;
      killing_ = kill_before_;
      at < cursor_ ? kill(at, cursor_) : bell();
      break;
    }
    case 0x19:
      replace(cursor_, cursor_, killed_);
      break;
    case 0x0c:
      out_ += "\x1b[H\x1b[2J";
      redraw();
      break;
    case 0x12:
      searching_ = true;
      failed_ = false;
      wanted_.clear();
      before_search_ = line_;
      cursor_before_ = cursor_;
      place_before_ = place_;
      fresh_prompt_ = true;
      break;
    case 0x16:
    case 0x11:
      literal_ = true;
      break;
    case '\t':
      tab_before_ = tab;
      complete();
      break;
    default:
      if (static_cast<unsigned char>(byte) < 0x20) break;
      appended_ = cursor_ == line_.size() && static_cast<unsigned char>(byte) < 0x7f &&
                  line_.size() < kTypedLineMax;
      if (appended_)
        append(byte);
      else
        replace(cursor_, cursor_, std::string_view(&byte, 1));
  }
  return Key::go_on;
}

Task<std::optional<std::string>> Editor::read_line(std::string prompt, bool) {
  Process& process = *shell_.process;
  interrupted_ = false;
  prompt_ = std::move(prompt);
  line_.clear();
  cursor_ = 0;
  place_ = shell_.history->lines.size();
  searching_ = failed_ = pasting_ = pending_escape_ = literal_ = asking_ = paging_ = false;
  killing_ = tab_before_ = argument_before_ = false;
  inverse_from_ = inverse_to_ = 0;
  Terminal* terminal = process.terminal();
  const bool bare = !shell_.bash() || terminal == nullptr;
  std::string begin;
  for (const char byte : prompt_) {
    // Newlines within the prompt are written by readline, which goes to the margin first.
    if (byte == '\n' && !bare) begin += '\r';
    if (byte != '\x01' && byte != '\x02') begin.push_back(byte);
  }
  if (!bare) begin = "\x1b[?2004h" + begin;
  std::optional<ModeGuard> guard;
  if (!bare) {
    TerminalMode raw = terminal->mode();
    raw.canonical = raw.echo = raw.signals = raw.cr_to_newline = false;
    guard.emplace(*terminal, raw);
    begin_screen();
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
  for (std::uint32_t quiet_keys = 0;;) {
    const Sys<std::string> byte = co_await process.read(0, 1);
    if (!byte && byte.error() == EINTR) {
      while (process.take_signal() != 0) continue;
      continue;
    }
    Key result = !byte || byte->empty() ? Key::end : Key::go_on;
    if (result == Key::go_on) result = key((*byte)[0]);
    std::string out = std::exchange(out_, {});
    if (result == Key::done) out += "\n\x1b[?2004l\r";
    if (result == Key::end) out += "\x1b[?2004l\r\n";
    if (result == Key::cancel) out += "^C\x1b[?2004l\r\x1b[?2004h\x1b[?2004l\r";
    if (!out.empty()) written = co_await process.write(2, out);
    if (!out.empty() || ++quiet_keys % 256 == 0)
      co_await process.breathe(static_cast<std::uint32_t>(1 + out.size() / 64));
    if (result == Key::go_on) continue;
    if (result == Key::done) co_return line_;
    interrupted_ = result == Key::cancel;
    co_return std::nullopt;
  }
}

}  // namespace decnet::shell::sh
