#include "shell/cmd/keyboard.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <string>

#include <fcntl.h>

namespace decnet::shell::cmd {
namespace {

// The sequence behind "\e[" or "\eO".
int named_key(std::string_view text) {
  struct Row {
    std::string_view text;
    int key;
  };
  static constexpr Row kRows[] = {
      {"A", kKeyUp},      {"B", kKeyDown},      {"C", kKeyRight},          {"D", kKeyLeft},
      {"H", kKeyHome},    {"F", kKeyLast},      {"1~", kKeyHome},          {"4~", kKeyLast},
      {"7~", kKeyHome},   {"8~", kKeyLast},     {"2~", kKeyInsert},        {"3~", kKeyDelete},
      {"5~", kKeyPageUp}, {"6~", kKeyPageDown}, {"200~", kKeyPasteBegins}, {"201~", kKeyPasteEnds},
      {"M", '\r'}};
  for (const Row& row : kRows) {
    if (row.text == text) return row.key;
  }
  return kKeyUnknown;
}

}  // namespace

bool Keyboard::open(KeyboardModes modes) {
  if (process_.terminal() == nullptr) return false;
  if (!process_.is_terminal(0)) {
    const Sys<int> opened = process_.open("/dev/tty", O_RDONLY);
    if (!opened && !process_.is_terminal(2)) return false;
    descriptor_ = opened ? *opened : 2;
  }
  modes_ = modes;
  process_.catch_signal(SIGINT);
  raw();
  return true;
}

std::size_t Keyboard::rows() {
  const bool said = process_.terminal() != nullptr && terminal().rows > 1;
  return said ? std::min<std::size_t>(terminal().rows, kScreenRowsMax) : 24;
}

std::size_t Keyboard::columns() {
  const bool said = process_.terminal() != nullptr && terminal().columns > 1;
  return said ? std::min<std::size_t>(terminal().columns, kScreenColumnsMax) : 80;
}

void Keyboard::raw() {
  guard_.reset();
  TerminalMode mode = terminal().mode();
  mode.canonical = mode.echo = false;
  mode.signals = modes_.signals;
  mode.cr_to_newline = false;
  mode.newline_to_crlf = modes_.newline_as_return;
  guard_ = std::make_unique<ModeGuard>(terminal(), mode);
}

void Keyboard::cooked() {
  guard_.reset();
}

void Keyboard::unread(int byte) {
  if (held_.size() < kKeysHeldMax) held_.push_front(byte);
}

Task<int> Keyboard::byte() {
  if (!held_.empty()) {
    const int first = held_.front();
    held_.pop_front();
    co_return first;
  }
  const Sys<std::string> got = co_await process_.read(descriptor_, 1);
  if (process_.take_signal() != 0) co_return kKeyInterrupted;
  int result = kKeyEnd;
  if (!got && got.error() == EINTR) result = kKeyInterrupted;
  if (got && !got->empty()) result = static_cast<unsigned char>(got->front());
  co_return result;
}

Task<int> Keyboard::byte_within(Duration patience) {
  int result = kKeyNone;
  if (!held_.empty()) {
    result = held_.front();
    held_.pop_front();
    co_return result;
  }
  const std::optional<TimePoint> until = process_.clock().now() + patience;
  const Sys<std::string> got = co_await process_.read_until(descriptor_, '\0', 1, until);
  if (process_.take_signal() != 0) co_return kKeyInterrupted;
  if (!got && got.error() == EINTR) result = kKeyInterrupted;
  if (!got && got.error() != EINTR && got.error() != ETIMEDOUT) result = kKeyEnd;
  if (got) result = got->empty() ? int{kKeyEnd} : static_cast<unsigned char>(got->front());
  co_return result;
}

Task<int> Keyboard::key() {
  const int first = co_await byte();
  if (first != 0x1b) co_return first;
  const int second = co_await byte_within(kEscapePatience);
  if (second == kKeyNone) co_return first;
  if (second < 0) co_return second;
  if (second != '[' && second != 'O') co_return kKeyMeta + second;
  std::string text;
  bool complete = false;
  while (!complete && text.size() < kEscapeBytesMax) {
    const int next = co_await byte_within(kEscapePatience);
    if (next < 0) break;
    text.push_back(static_cast<char>(next));
    complete = next >= 0x40 && next <= 0x7e;
  }
  if (text.empty()) co_return kKeyMeta + second;
  co_return complete ? named_key(text) : kKeyUnknown;
}

}  // namespace decnet::shell::cmd
