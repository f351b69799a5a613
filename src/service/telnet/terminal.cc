#include "service/telnet/terminal.h"

#include <cctype>
#include <utility>

#include "base/counters.h"

namespace decnet::service::telnet {
namespace {

bool is_control(char byte) {
  return (static_cast<unsigned char>(byte) < 0x20 && byte != '\t') || byte == '\x7f';
}

constexpr char kErase = '\x7f';
constexpr char kKill = '\x15';
constexpr char kWordErase = '\x17';
constexpr char kReprint = '\x12';
constexpr char kLiteral = '\x16';
constexpr char kEndOfFile = '\x04';
constexpr char kStop = '\x13';
constexpr char kStart = '\x11';

}  // namespace

void Terminal::show(char byte, std::string& shown) const {
  if (!echoes_) return;
  if (is_control(byte)) {
    shown += '^';
    shown += static_cast<char>(byte ^ 0x40);
  } else {
    shown += byte;
  }
}

void Terminal::erase_one(std::string& shown) {
  if (line_.empty()) return;
  const int width = is_control(line_.back()) ? 2 : 1;
  line_.pop_back();
  for (int at = 0; echoes_ && at < width; ++at) shown += "\b \b";
}

void Terminal::erase_word(std::string& shown) {
  const auto is_word = [this] {
    return std::isalnum(static_cast<unsigned char>(line_.back())) != 0 || line_.back() == '_';
  };
  while (!line_.empty() && !is_word()) erase_one(shown);
  while (!line_.empty() && is_word()) erase_one(shown);
}

void Terminal::finish_line(bool by_end_of_file) {
  std::string text = std::exchange(line_, {});
  if (waiting_ + text.size() + 1 > kTypedBytesMax) {
    static Counter& dropped =
        counter("telnet_limit_typed_bytes_total", "Telnet lines dropped before login read them");
    dropped.add();
    return;
  }
  waiting_ += text.size() + 1;
  lines_.push_back({std::move(text), by_end_of_file});
}

void Terminal::insert(char byte, std::string& shown) {
  if (line_.size() < kLineBytesMax) line_ += byte;
  show(byte, shown);
}

// Whether the byte was one that edits.
bool Terminal::edit(char byte, std::string& shown) {
  switch (byte) {
    case kErase:
      erase_one(shown);
      return true;
    case kKill:
      while (!line_.empty()) erase_one(shown);
      return true;
    case kWordErase:
      erase_word(shown);
      return true;
    case kReprint:
      show(byte, shown);
      shown += echoes_ ? "\r\n" : "";
      for (const char old : line_) show(old, shown);
      return true;
    case kLiteral:
      is_literal_ = true;
      shown += echoes_ ? "^\b" : "";
      return true;
    case kEndOfFile:
      finish_line(true);
      return true;
    case kStop:
    case kStart:
      is_stopped_ = byte == kStop;
      return true;
    default:
      return false;
  }
}

Signal Terminal::type(char byte, std::string& shown) {
  if (std::exchange(is_literal_, false)) {
    insert(byte, shown);
    return Signal::none;
  }
  const Signal signal = byte == '\x03'   ? Signal::interrupt
                        : byte == '\x1c' ? Signal::quit
                        : byte == '\x1a' ? Signal::suspend
                                         : Signal::none;
  if (signal != Signal::none) {
    flush_input();
    is_stopped_ = false;
    show(byte, shown);
  } else if (byte == '\r' || byte == '\n') {
    if (echoes_) shown += "\r\n";
    finish_line(false);
  } else if (!edit(byte, shown)) {
    insert(byte, shown);
  }
  return signal;
}

std::optional<Terminal::Line> Terminal::take_line() {
  if (lines_.empty()) return std::nullopt;
  Line line = std::move(lines_.front());
  lines_.pop_front();
  waiting_ -= line.text.size() + 1;
  return line;
}

void Terminal::flush_input() {
  line_.clear();
  lines_.clear();
  waiting_ = 0;
}

}  // namespace decnet::service::telnet
