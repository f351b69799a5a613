#include "shell/terminal.h"

#include <csignal>

namespace decnet::shell {
namespace {

constexpr char kDelete = 0x7f;

bool is_control(char byte) {
  return (static_cast<unsigned char>(byte) < 0x20 && byte != '\t' && byte != '\n') ||
         byte == kDelete;
}

bool continues(char byte) {  // A byte of UTF-8 behind the first one.
  return (static_cast<unsigned char>(byte) & 0xc0) == 0x80;
}

}  // namespace

void Terminal::set_mode(const TerminalMode& mode) {
  if (mode_.canonical && !mode.canonical) {
    ready_ += line_;  // What was typed ahead is there for the raw reader.
    line_.clear();
    lines_.clear();
    if (!ready_.empty()) readers.wake();
  } else if (!mode_.canonical && mode.canonical && !ready_.empty()) {
    // Linux leaves bytes that came in raw mode readable as they are, line by line.
    std::size_t from = 0;
    for (std::size_t at = 0; at < ready_.size(); ++at) {
      if (ready_[at] != '\n') continue;
      lines_.push_back(at + 1 - from);
      from = at + 1;
    }
    line_ = ready_.substr(from);
    ready_.resize(from);
  }
  mode_ = mode;
}

void Terminal::put(std::string_view bytes) {
  for (const char byte : bytes) {
    if (byte == '\n' && mode_.newline_to_crlf) output_.push_back('\r');
    output_.push_back(byte);
    if (byte == '\n' || byte == '\r') {
      column_ = 0;
    } else if (byte == '\t') {
      column_ = (column_ / 8 + 1) * 8;
    } else if (byte == '\b') {
      column_ -= column_ > 0 ? 1 : 0;
    } else if (!continues(byte)) {
      ++column_;
    }
  }
}

void Terminal::write(std::string_view bytes) {
  put(bytes);
  written_ += bytes.size();
}

std::string Terminal::take_output(std::size_t count) {
  std::string result;
  if (count >= output_.size()) {
    result.swap(output_);
  } else {
    result = output_.substr(0, count);
    output_.erase(0, count);
  }
  if (!result.empty()) writers.wake();
  return result;
}

void Terminal::echo(char byte) {
  if (!mode_.echo) return;
  if (is_control(byte) && mode_.echo_control) {
    const char shown[] = {'^', static_cast<char>(byte ^ 0x40)};
    put({shown, 2});
  } else {
    put({&byte, 1});
  }
}

void Terminal::input(std::string_view bytes) {
  for (char byte : bytes) {
    if (!literal_ && byte == '\r' && mode_.cr_to_newline) byte = '\n';
    if (!literal_ && mode_.signals && signal_input(byte)) continue;
    if (mode_.canonical) {
      canonical_input(byte);
    } else if (ready_.size() < kTerminalInputMax) {
      if (byte == '\n' || !mode_.echo_control) {
        if (mode_.echo) put({&byte, 1});
      } else {
        echo(byte);
      }
      ready_.push_back(byte);
    }
  }
  if (readable()) readers.wake();
}

bool Terminal::signal_input(char byte) {
  const int signal = byte == mode_.interrupt ? SIGINT
                     : byte == mode_.quit    ? SIGQUIT
                     : byte == mode_.suspend ? SIGTSTP
                                             : 0;
  if (signal == 0) return false;
  flush_input();
  echo(byte);
  signal_(signal);
  return true;
}

void Terminal::flush_input() {
  line_.clear();
  ready_.clear();
  lines_.clear();
}

void Terminal::finish_line(std::string_view end) {
  line_ += end;
  if (ready_.size() + line_.size() <= kTerminalInputMax) {
    lines_.push_back(line_.size());
    ready_ += line_;
  }
  line_.clear();
}

void Terminal::erase_one() {
  if (line_.empty()) return;
  char last = line_.back();
  while (line_.size() > 1 && continues(line_.back())) line_.pop_back();
  last = line_.back();
  line_.pop_back();
  if (!mode_.echo) return;
  if (last == '\t') {
    std::size_t columns_back = 1;
    while (column_ > 1 && (column_ - columns_back) % 8 != 0 && columns_back < 8) ++columns_back;
    for (std::size_t i = 0; i < columns_back; ++i) put("\b");
    return;
  }
  put("\b \b");
  if (is_control(last) && mode_.echo_control) put("\b \b");
}

void Terminal::canonical_input(char byte) {
  if (literal_) {
    literal_ = false;
    echo(byte);
    line_.push_back(byte);
  } else if (byte == mode_.literal_next) {
    literal_ = true;
    if (mode_.echo) put("^\b");
  } else if (byte == '\n') {
    if (mode_.echo) put("\n");
    finish_line("\n");
  } else if (byte == mode_.end) {
    finish_line("");
  } else if (byte == mode_.erase) {
    erase_one();
  } else if (byte == mode_.kill) {
    while (!line_.empty()) erase_one();
  } else if (byte == mode_.word_erase) {
    while (!line_.empty() && line_.back() == ' ') erase_one();
    while (!line_.empty() && line_.back() != ' ') erase_one();
  } else if (byte == mode_.reprint) {
    echo(byte);
    put("\n");
    put(line_);
  } else if (line_.size() < kTerminalLineBytesMax) {
    echo(byte);
    line_.push_back(byte);
  }
}

void Terminal::hang_up() {
  hung_up_ = true;
  readers.wake();
  writers.wake();
}

bool Terminal::readable() const noexcept {
  return hung_up_ || (mode_.canonical ? !lines_.empty() : !ready_.empty());
}

std::string Terminal::read(std::size_t count) {
  if (mode_.canonical) {
    if (lines_.empty()) return {};
    count = std::min(count, lines_.front());
    lines_.front() -= count;
    if (lines_.front() == 0) lines_.pop_front();
  }
  std::string result = ready_.substr(0, count);
  ready_.erase(0, result.size());
  return result;
}

std::string Terminal::read_until(char delimiter, std::size_t count) {
  const std::size_t at = ready_.find(delimiter);
  return read(at == std::string::npos ? count : std::min(count, at + 1));
}

}  // namespace decnet::shell
