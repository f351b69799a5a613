// What telnetd does with the peer's subnegotiations.
#include <algorithm>
#include <array>
#include <cctype>

#include "base/counters.h"
#include "service/telnet/telnetd.h"

namespace decnet::service::telnet {
namespace {

// Those that Debian's ncurses-base knows.
constexpr std::array<std::string_view, 37> kTerminals = {"ansi",
                                                         "cons25",
                                                         "cons25-debian",
                                                         "cygwin",
                                                         "dumb",
                                                         "eterm",
                                                         "eterm-color",
                                                         "hurd",
                                                         "linux",
                                                         "mach",
                                                         "mach-bold",
                                                         "mach-color",
                                                         "mach-gnu",
                                                         "mach-gnu-color",
                                                         "pcansi",
                                                         "rxvt",
                                                         "rxvt-basic",
                                                         "rxvt-unicode",
                                                         "rxvt-unicode-256color",
                                                         "screen",
                                                         "screen-256color",
                                                         "screen-256color-bce",
                                                         "screen-bce",
                                                         "screen-s",
                                                         "screen-w",
                                                         "screen.xterm-256color",
                                                         "sun",
                                                         "tmux",
                                                         "tmux-256color",
                                                         "vt100",
                                                         "vt102",
                                                         "vt220",
                                                         "vt52",
                                                         "xterm",
                                                         "xterm-256color",
                                                         "xterm-color",
                                                         "xterm-mono"};

}  // namespace

// A type that is not known is asked for again, until the peer's list is over; then its first one
// counts.
void Telnetd::take_terminal(std::string_view content) {
  if (!is_awaited_[kTerminalType]) return;
  if (content.empty() || content.front() != '\0') {
    is_awaited_[kTerminalType] = false;
    return;
  }
  std::string name(content.substr(1));
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char one) { return static_cast<char>(std::tolower(one)); });
  const bool is_known = std::find(kTerminals.begin(), kTerminals.end(), name) != kTerminals.end();
  const bool is_repeated = terminal_asks_ > 0 && (name == terminal_ || name == first_terminal_);
  if (terminal_asks_ == 0) first_terminal_ = name;
  terminal_ = name;
  if (!is_known && !is_list_over_ && ++terminal_asks_ < kTerminalAsksMax) {
    is_list_over_ = is_repeated;
    output_ += subnegotiation(kTerminalType, "\x01");
    return;
  }
  if (!is_known) terminal_ = first_terminal_;
  is_awaited_[kTerminalType] = false;
  if (!std::exchange(has_told_terminal_, true)) session_.fingerprint("terminal_type", terminal_);
}

void Telnetd::note_variable(std::string_view name, std::string_view value) {
  if (++variables_ > kEnvironMax) {
    static Counter& dropped =
        counter("telnet_limit_environ_total", "Variables of telnet peers that were not recorded");
    dropped.add();
    return;
  }
  event::Event event = session_.request();
  event.add("request", "environ").add("name", name).add("value", value);
  // CVE-2026-24061: a USER that login would take for an option. Debian 12's update ignores it.
  if (name == "USER" && value.starts_with('-')) {
    event.add("attack", "CVE-2026-24061");
    event.severity = event::Severity::warning;
  }
  session_.emit(std::move(event));
}

// RFC 1572: VAR (0) or USERVAR (3), then a name; VALUE (1), then a value; ESC (2) quotes.
void Telnetd::take_environ(std::string_view content) {
  std::string parts[2];
  std::size_t part = 0;
  bool is_begun = false;
  const auto finish = [&] {
    if (is_begun) note_variable(parts[0], parts[1]);
    parts[0].clear();
    parts[1].clear();
    part = 0;
    is_begun = true;
  };
  for (std::size_t at = 1; at < content.size(); ++at) {
    const char byte = content[at];
    if (byte == '\0' || byte == '\3') {
      finish();
    } else if (byte == '\1') {
      part = 1;
    } else {
      if (byte == '\2' && at + 1 < content.size()) ++at;
      parts[part] += content[at];
    }
  }
  finish();
}

void Telnetd::take_window(std::string_view content) {
  if (content.size() != 4 || !options_.is_on(Side::peer, kWindowSize)) return;
  const auto number = [&](std::size_t at) {
    return static_cast<std::uint16_t>((static_cast<unsigned char>(content[at]) << 8) |
                                      static_cast<unsigned char>(content[at + 1]));
  };
  columns_ = number(0) != 0 ? number(0) : columns_;
  rows_ = number(2) != 0 ? number(2) : rows_;
  if (shell_ != nullptr) shell_->resize(columns_, rows_);
}

// Local characters (RFC 1184): telnetd agrees to what the peer has.
void Telnetd::acknowledge_characters(std::string_view content) {
  std::string answer(1, '\x03');
  for (std::size_t at = 1; at + 2 < content.size(); at += 3) {
    const auto flags = static_cast<unsigned char>(content[at + 1]);
    if ((flags & 0x80U) != 0 || content[at] == '\0') continue;
    answer += content[at];
    answer += static_cast<char>(flags | 0x80U);
    answer += content[at + 2];
  }
  if (answer.size() > 1) output_ += subnegotiation(kLineMode, answer);
}

void Telnetd::send_status() {
  std::string content(1, '\0');
  for (std::size_t one = 0; one < 256; ++one) {
    const auto option = static_cast<std::uint8_t>(one);
    if (options_.is_wanted(Side::us, option))
      content += {static_cast<char>(Verb::will), static_cast<char>(option)};
    if (options_.is_wanted(Side::peer, option))
      content += {static_cast<char>(Verb::do_it), static_cast<char>(option)};
  }
  output_ += subnegotiation(kStatus, content);
}

void Telnetd::on_subnegotiation(std::string_view content) {
  const auto option = static_cast<std::uint8_t>(content.front());
  const std::string_view body = content.substr(1);
  const bool is_answer = !body.empty() && body.front() == '\0';
  if (option == kTerminalType) return take_terminal(body);
  if (option == kWindowSize) return take_window(body);
  if (option == kStatus && body == "\x01" && options_.is_on(Side::us, kStatus))
    return send_status();
  if (option == kLineMode && body.starts_with('\x03')) return acknowledge_characters(body);
  if (option != kTerminalSpeed && option != kDisplay && option != kNewEnviron &&
      option != kOldEnviron)
    return;
  const bool is_environ = option == kNewEnviron || option == kOldEnviron;
  if (!is_answer && !is_environ) return;
  if (is_environ && !body.empty() && (is_answer || body.front() == '\2')) take_environ(body);
  if (is_answer) is_awaited_[option] = false;
}

}  // namespace decnet::service::telnet
