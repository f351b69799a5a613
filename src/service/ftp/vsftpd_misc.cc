#include <fmt/format.h>

#include "service/ftp/vsftpd.h"

namespace decnet::service::ftp {

namespace {

// vsftpd's own reading of octal: it stops at the first character that is no octal digit.
unsigned octal(std::string_view text) {
  unsigned value = 0;
  for (const char c : text) {
    if (c < '0' || c > '7') break;
    value = value << 3 | static_cast<unsigned>(c - '0');
  }
  return value;
}

std::string octal_text(unsigned value) {
  return value == 0 ? "0" : fmt::format("0{:o}", value);
}

}  // namespace

Done Vsftpd::quit() {
  connection_.session.set_end_reason("quit");
  return last_words(221, "Goodbye.");
}

Done Vsftpd::noop() {
  return reply(200, "NOOP ok.");
}
Done Vsftpd::syst() {
  return reply(215, "UNIX Type: L8");
}
Done Vsftpd::allo() {
  return reply(202, "ALLO command ignored.");
}
Done Vsftpd::abor() {
  return reply(225, "No transfer to ABOR.");
}

Done Vsftpd::not_implemented() {
  const std::string text = verb_ + " not implemented.";
  co_return co_await reply(502, text);
}

Done Vsftpd::http() {
  connection_.session.set_end_reason("http");
  return last_words(500, "HTTP protocol commands not allowed.");
}

Done Vsftpd::help() {
  return connection_.send(
      "214-The following commands are recognized.\r\n"
      " ABOR ACCT ALLO APPE CDUP CWD  DELE EPRT EPSV FEAT HELP LIST MDTM MKD\r\n"
      " MODE NLST NOOP OPTS PASS PASV PORT PWD  QUIT REIN REST RETR RMD  RNFR\r\n"
      " RNTO SITE SIZE SMNT STAT STOR STOU STRU SYST TYPE USER XCUP XCWD XMKD\r\n"
      " XPWD XRMD\r\n"
      "214 Help OK.\r\n");
}

Done Vsftpd::stat() {
  if (!argument_.empty()) co_return co_await stat_path();
  const net::IpAddress peer = connection_.session.stream().peer().ip;
  // Debian's configuration listens on an IPv6 socket, on which IPv4 peers have a mapped address.
  const std::string text = fmt::format(
      "211-FTP server status:\r\n     Connected to {}{}\r\n     Logged in as {}\r\n     TYPE: "
      "{}\r\n     No session bandwidth limit\r\n"
      "     Session timeout in seconds is {}\r\n     Control connection is {}\r\n     Data "
      "connections will be {}\r\n"
      "     At session startup, client count was {}\r\n     vsFTPd {} - secure, fast, "
      "stable\r\n211 End of status\r\n",
      peer.is_v4() ? "::ffff:" : "", peer.text(), connection_.user,
      connection_.ascii ? "ASCII" : "BINARY",
      std::chrono::duration_cast<std::chrono::seconds>(connection_.profile().timeouts.idle).count(),
      connection_.session.is_tls() ? "encrypted" : "plain text",
      data_tls_ ? "encrypted" : "plain text", 1, connection_.profile().version);
  co_return co_await connection_.send(text);
}

Done Vsftpd::type() {
  const std::string kind = upper(argument_);
  const bool binary = kind == "I" || kind == "L8" || kind == "L 8";
  if (!binary && kind != "A" && kind != "A N") return reply(500, "Unrecognised TYPE command.");
  connection_.ascii = !binary;
  return binary ? reply(200, "Switching to Binary mode.") : reply(200, "Switching to ASCII mode.");
}

Done Vsftpd::stru() {
  return upper(argument_) == "F" ? reply(200, "Structure set to F.")
                                 : reply(504, "Bad STRU command.");
}
Done Vsftpd::mode() {
  return upper(argument_) == "S" ? reply(200, "Mode set to S.") : reply(504, "Bad MODE command.");
}

Done Vsftpd::rest() {
  constexpr std::size_t kDigitsMax = 15;
  std::uint64_t value = 0;
  if (argument_.size() <= kDigitsMax &&
      argument_.find_first_not_of("0123456789") == std::string::npos) {
    for (const char c : argument_) value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  connection_.restart = value;
  const std::string text = fmt::format("Restart position accepted ({}).", value);
  co_return co_await reply(350, text);
}

Done Vsftpd::pbsz() {
  return connection_.session.is_tls() ? reply(200, "PBSZ set to 0.")
                                      : reply(503, "PBSZ needs a secure connection.");
}

Done Vsftpd::prot() {
  const std::string level = upper(argument_);
  if (!connection_.session.is_tls()) return reply(503, "PROT needs a secure connection.");
  if (level == "C" || level == "P") {
    data_tls_ = level == "P";
    return data_tls_ ? reply(200, "PROT now Private.") : reply(200, "PROT now Clear.");
  }
  return level == "S" || level == "E" ? reply(536, "PROT not supported.")
                                      : reply(504, "PROT not recognized.");
}

Done Vsftpd::site() {
  const auto space = argument_.find(' ');
  const std::string what = upper(std::string_view(argument_).substr(0, space));
  const std::string arguments =
      space == std::string::npos ? std::string() : argument_.substr(space + 1);
  const bool writable = connection_.profile().writable;
  if (what == "CHMOD" && writable) co_return co_await site_chmod(arguments);
  if (what == "UMASK") {
    if (!arguments.empty()) connection_.umask = static_cast<std::uint16_t>(octal(arguments) & 0777);
    const std::string text =
        fmt::format("{} {}", arguments.empty() ? "Your current UMASK is" : "UMASK set to",
                    octal_text(connection_.umask));
    co_return co_await reply(200, text);
  }
  if (what == "HELP") co_return co_await reply(214, writable ? "CHMOD UMASK HELP" : "UMASK HELP");
  co_return co_await reply(500, "Unknown SITE command.");
}

Done Vsftpd::site_chmod(std::string_view arguments) {
  const auto space = arguments.find(' ');
  if (space == std::string_view::npos || space + 1 == arguments.size())
    co_return co_await reply(500, "SITE CHMOD needs 2 arguments.");
  const std::string path = connection_.without_tilde(arguments.substr(space + 1));
  const auto mode = static_cast<std::uint16_t>(octal(arguments.substr(0, space)) & 0777);
  const bool changed =
      connection_.tree.change_mode(connection_.cwd, path, mode).has_value() && connection_.commit();
  co_return co_await reply(changed ? 200 : 550,
                           changed ? "SITE CHMOD command ok." : "SITE CHMOD command failed.");
}

}  // namespace decnet::service::ftp
