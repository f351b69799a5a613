#include "service/ftp/proftpd_line.h"

#include <algorithm>
#include <array>

#include "service/ftp/connection.h"

namespace decnet::service::ftp {

namespace {

// Telnet (RFC 854).
constexpr unsigned char kWill = 251;
constexpr unsigned char kWont = 252;
constexpr unsigned char kDo = 253;
constexpr unsigned char kDont = 254;
constexpr unsigned char kIac = 255;
constexpr unsigned char kInterrupt = 244;
constexpr unsigned char kDataMark = 242;

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

// Cuts the next word off `rest`. In quotes a backslash takes the next character as it is.
bool next_word(std::string_view& rest, bool keep_blanks, std::string& word) {
  if (!keep_blanks) {
    while (!rest.empty() && is_space(rest.front())) rest.remove_prefix(1);
  }
  if (rest.empty()) return false;
  word.clear();
  const bool quoted = rest.front() == '"';
  if (quoted) rest.remove_prefix(1);
  while (!rest.empty() && (quoted ? rest.front() != '"' : !is_space(rest.front()))) {
    if (quoted && rest.front() == '\\' && rest.size() > 1) rest.remove_prefix(1);
    word += rest.front();
    rest.remove_prefix(1);
  }
  if (!rest.empty()) rest.remove_prefix(1);
  return true;
}

}  // namespace

// Takes one byte; true if it is no end of a line.
bool TelnetLine::take(char byte, std::string& replies) {
  const auto code = static_cast<unsigned char>(byte);
  const char before = std::exchange(last_, byte);
  if (byte == '\n' && before == '\r') return false;
  switch (telnet_) {
    case kIac:
      if (code == kWill || code == kWont || code == kDo || code == kDont || code == kInterrupt ||
          code == kDataMark) {
        telnet_ = code;
        return true;
      }
      if (code != kIac) line_ += static_cast<char>(kIac);
      telnet_ = 0;
      break;
    case kWill:
    case kWont:
    case kDo:
    case kDont:
      replies += static_cast<char>(kIac);
      replies += static_cast<char>(telnet_ == kWill || telnet_ == kWont ? kDont : kWont);
      replies += byte;
      telnet_ = 0;
      return true;
    default:
      if (code == kIac) {
        telnet_ = code;
        telnet_seen_ = true;
        return true;
      }
  }
  line_ += byte;
  return true;
}

TelnetLine::Event TelnetLine::feed(std::string_view& bytes, std::string& replies) {
  while (!bytes.empty()) {
    if (line_.size() >= kProftpdLineMax) {
      line_.clear();
      last_ = 0;  // A CR that was thrown away ends nothing.
      overlong_ = true;
      return Event::too_long;
    }
    const bool goes_on = take(bytes.front(), replies);
    bytes.remove_prefix(1);
    if (goes_on) continue;
    done_ = std::exchange(line_, {});
    done_telnet_ = std::exchange(telnet_seen_, false);
    for (int n = 0; n < 2 && !done_.empty() && (done_.back() == '\r' || done_.back() == '\n'); ++n)
      done_.pop_back();
    return std::exchange(overlong_, false) ? Event::too_long : Event::line;
  }
  return Event::more;
}

ProftpdCommand parse_proftpd_command(std::string_view line) {
  ProftpdCommand command;
  if (line.starts_with('\r')) line.remove_prefix(1);
  line = line.substr(0, line.find('\0'));
  if (line.empty() || is_space(line.front())) return command;
  const bool keep_blanks = upper(line.substr(0, 4)) == "SITE";
  std::string word;
  std::string_view rest = line;
  next_word(rest, keep_blanks, word);
  command.words.push_back(word);
  command.argument = rest;
  while (next_word(rest, keep_blanks, word)) command.words.push_back(word);
  command.verb = upper(command.words.front());
  return command;
}

std::string_view foreign_protocol(const ProftpdCommand& command) noexcept {
  static constexpr std::array<std::string_view, 8> kHttp{"CONNECT", "DELETE", "GET",  "HEAD",
                                                         "OPTIONS", "PATCH",  "POST", "PUT"};
  static constexpr std::array<std::string_view, 7> kSmtp{"DATA", "EHLO", "HELO", "MAIL",
                                                         "RCPT", "RSET", "VRFY"};
  if (command.words.empty()) return {};
  const std::string_view word = command.words.front();  // Capitals matter here.
  if (std::find(kHttp.begin(), kHttp.end(), word) != kHttp.end()) return "HTTP";
  if (word.starts_with("SSH-2.0-") || word.starts_with("SSH-1.99-")) return "SSH2";
  if (std::find(kSmtp.begin(), kSmtp.end(), word) != kSmtp.end()) return "SMTP";
  return {};
}

}  // namespace decnet::service::ftp
