#include "service/ftp/vsftpd.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace decnet::service::ftp {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kLineMax = 4096;            // VSFTP_MAX_COMMAND_LINE, with its line end
constexpr std::size_t kUserNameMax = 128;         // VSFTP_USERNAME_MAX
constexpr std::size_t kPasswordMax = 128;         // VSFTP_PASSWORD_MAX
constexpr std::size_t kMessageBytesMax = 4000;    // Of a .message file.
constexpr std::size_t kMessagesRemembered = 100;  // Folders whose message has been shown.
constexpr int kFailuresMax = 3;                   // max_login_fails
constexpr Duration kFailureDelay = 1s;            // delay_failed_login

bool plausible_user(std::string_view name) {
  if (name.empty() || name.size() > kUserNameMax) return false;
  const auto alphanumeric = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  if (!alphanumeric(name.front())) return false;
  return std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

// OpenSSL's number of a reason for which a handshake fails, as its error texts show it.
std::string_view openssl_code(std::string_view reason) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kCodes{{
      {"wrong version number", "0A00010B"},
      {"http request", "0A00009C"},
      {"https proxy request", "0A00009B"},
      {"unsupported protocol", "0A000102"},
      {"no shared cipher", "0A0000C1"},
      {"unexpected eof while reading", "0A000126"},
      {"no suitable signature algorithm", "0A000076"},
      {"sslv3 alert certificate unknown", "0A000416"},
      {"tlsv1 alert unknown ca", "0A000418"},
  }};
  const auto at = std::find_if(kCodes.begin(), kCodes.end(),
                               [reason](const auto& code) { return code.first == reason; });
  return at != kCodes.end() ? at->second : "0A000126";
}

}  // namespace

// Who may use a command; the others are told "550 Permission denied."
enum class Needs : std::uint8_t {
  nothing,
  write,
  write_local,
  write_mkdir,
  local,
  no_epsv_all,
  tls
};

struct Vsftpd::Command {
  std::string_view name;
  Done (Vsftpd::*run)();
  Needs needs = Needs::nothing;
};

const Vsftpd::Command* Vsftpd::find_command() const {
  static constexpr std::array kCommands{Command{"QUIT", &Vsftpd::quit},
                                        Command{"PWD", &Vsftpd::pwd},
                                        Command{"XPWD", &Vsftpd::pwd},
                                        Command{"CWD", &Vsftpd::cwd},
                                        Command{"XCWD", &Vsftpd::cwd},
                                        Command{"CDUP", &Vsftpd::cdup},
                                        Command{"XCUP", &Vsftpd::cdup},
                                        Command{"PASV", &Vsftpd::pasv, Needs::no_epsv_all},
                                        Command{"P@SW", &Vsftpd::pasv, Needs::no_epsv_all},
                                        Command{"EPSV", &Vsftpd::epsv},
                                        Command{"RETR", &Vsftpd::retr},
                                        Command{"NOOP", &Vsftpd::noop},
                                        Command{"SYST", &Vsftpd::syst},
                                        Command{"HELP", &Vsftpd::help},
                                        Command{"LIST", &Vsftpd::list},
                                        Command{"TYPE", &Vsftpd::type},
                                        Command{"PORT", &Vsftpd::port, Needs::no_epsv_all},
                                        Command{"STOR", &Vsftpd::stor, Needs::write},
                                        Command{"MKD", &Vsftpd::mkd, Needs::write_mkdir},
                                        Command{"XMKD", &Vsftpd::mkd, Needs::write_mkdir},
                                        Command{"RMD", &Vsftpd::rmd, Needs::write_local},
                                        Command{"XRMD", &Vsftpd::rmd, Needs::write_local},
                                        Command{"DELE", &Vsftpd::dele, Needs::write_local},
                                        Command{"REST", &Vsftpd::rest},
                                        Command{"RNFR", &Vsftpd::rnfr, Needs::write_local},
                                        Command{"RNTO", &Vsftpd::rnto, Needs::write_local},
                                        Command{"NLST", &Vsftpd::nlst},
                                        Command{"SIZE", &Vsftpd::size},
                                        Command{"SITE", &Vsftpd::site, Needs::local},
                                        Command{"ABOR", &Vsftpd::abor},
                                        Command{"\377\364\377\362ABOR", &Vsftpd::abor},
                                        Command{"APPE", &Vsftpd::appe, Needs::write_local},
                                        Command{"MDTM", &Vsftpd::mdtm},
                                        Command{"EPRT", &Vsftpd::eprt},
                                        Command{"STRU", &Vsftpd::stru},
                                        Command{"MODE", &Vsftpd::mode},
                                        Command{"STOU", &Vsftpd::stou, Needs::write},
                                        Command{"ALLO", &Vsftpd::allo},
                                        Command{"REIN", &Vsftpd::not_implemented},
                                        Command{"ACCT", &Vsftpd::not_implemented},
                                        Command{"SMNT", &Vsftpd::not_implemented},
                                        Command{"FEAT", &Vsftpd::feat},
                                        Command{"OPTS", &Vsftpd::opts},
                                        Command{"STAT", &Vsftpd::stat},
                                        Command{"PBSZ", &Vsftpd::pbsz, Needs::tls},
                                        Command{"PROT", &Vsftpd::prot, Needs::tls},
                                        Command{"USER", &Vsftpd::user_again},
                                        Command{"PASS", &Vsftpd::pass_again},
                                        Command{"GET", &Vsftpd::http},
                                        Command{"POST", &Vsftpd::http},
                                        Command{"HEAD", &Vsftpd::http},
                                        Command{"OPTIONS", &Vsftpd::http},
                                        Command{"CONNECT", &Vsftpd::http}};
  const auto at = std::find_if(kCommands.begin(), kCommands.end(),
                               [this](const Command& command) { return command.name == verb_; });
  return at != kCommands.end() ? &*at : nullptr;
}

Vsftpd::Vsftpd(session::Session& session, const World& world, Store& store)
    : connection_(session, world, store), reader_(session.stream()) {
  connection_.umask = 077;
}

net::Task<void> Vsftpd::run() {
  Result<void> alive =
      co_await reply(220, fmt::format("(vsFTPd {})", connection_.profile().version));
  while (alive && !connection_.over) {
    alive = co_await read_command();
    if (!alive) {
      if (alive.error().code == Errc::timeout) {
        connection_.session.set_end_reason("idle");
        (void)co_await reply(421, "Timeout.");
      } else if (alive.error().code == Errc::limit) {
        connection_.session.set_end_reason("line_too_long");
        (void)co_await reply(500, "Input line too long.");
      }
      break;
    }
    const std::uint64_t before = connection_.sent();
    if (connection_.user.empty()) {
      alive = co_await dispatch_before_login();
    } else {
      alive = co_await dispatch();
    }
    const bool secret = verb_ == "PASS";
    connection_.session.command(secret || argument_.empty() ? verb_ : verb_ + " " + argument_,
                                connection_.sent() - before);
  }
  connection_.data.abort();
}

Done Vsftpd::read_command() {
  connection_.session.set_idle_limit(connection_.profile().timeouts.idle);
  std::size_t searched = 0;
  for (;;) {
    const std::string_view have = reader_.buffered();
    const auto end = have.find('\n', searched);
    if (end != std::string_view::npos ? end >= kLineMax : have.size() >= kLineMax)
      co_return fail(Errc::limit, "the line is too long");
    if (end != std::string_view::npos) {
      std::string line(have.substr(0, end));
      reader_.consume(end + 1);
      std::replace(line.begin(), line.end(), '\0', '\n');
      if (line.ends_with('\r')) line.pop_back();
      const auto space = line == " " ? std::string::npos
                                     : line.find(' ');  // A blank alone is a command of that name.
      verb_ = upper(std::string_view(line).substr(0, space));
      argument_ = space == std::string::npos ? std::string() : line.substr(space + 1);
      if (const auto probe = known_probe(verb_, argument_, line.size()); !probe.empty())
        connection_.session.detection_probe(probe);
      const auto attack = known_attack(verb_, argument_, !connection_.user.empty());
      if (!attack.empty()) connection_.record_attack(verb_, argument_, attack);
      co_return Result<void>{};
    }
    searched = have.size();
    DECNET_CO_CHECK(co_await reader_.fill());
  }
}

Done Vsftpd::reply(int code, std::string_view text) {
  std::string line = fmt::format("{} ", code);
  for (const char c : text) {
    if (c == '\377') line += c;  // A telnet IAC counts twice.
    line += c == '\n' ? '\0' : c;
  }
  line += "\r\n";
  co_return co_await connection_.send(line);
}

Done Vsftpd::part(int code, std::string_view text) {
  const std::string line = fmt::format("{}-{}\r\n", code, text);
  co_return co_await connection_.send(line);
}

Done Vsftpd::last_words(int code, std::string_view text) {
  connection_.over = true;
  co_return co_await reply(code, text);
}

Done Vsftpd::dispatch_before_login() {
  if (verb_ == "USER") co_return co_await user();
  if (verb_ == "PASS") co_return co_await pass();
  if (verb_ == "QUIT") co_return co_await quit();
  if (verb_ == "FEAT") co_return co_await feat();
  if (verb_ == "OPTS") co_return co_await opts();
  if (connection_.profile().tls) {
    if (verb_ == "AUTH" && !connection_.session.is_tls()) co_return co_await auth();
    if (verb_ == "PBSZ") co_return co_await pbsz();
    if (verb_ == "PROT") co_return co_await prot();
  }
  if (verb_.empty() && argument_.empty())
    co_return Result<void>{};  // Some NAT devices send empty lines.
  co_return co_await reply(530, "Please login with USER and PASS.");
}

Done Vsftpd::dispatch() {
  connection_.refresh();
  if (verb_.empty() && argument_.empty()) co_return Result<void>{};
  const Command* command = find_command();
  if (command == nullptr) co_return co_await reply(500, "Unknown command.");
  const Profile& profile = connection_.profile();
  bool allowed = true;
  switch (command->needs) {
    case Needs::nothing:
      break;
    case Needs::write:
    case Needs::write_mkdir:
      allowed = profile.writable;
      break;
    case Needs::write_local:
      allowed = profile.writable && !connection_.anonymous;
      break;
    case Needs::local:
      allowed = !connection_.anonymous;
      break;
    case Needs::no_epsv_all:
      allowed = !epsv_all_;
      break;
    case Needs::tls:
      allowed = profile.tls;
      break;
  }
  if (!allowed) co_return co_await reply(550, "Permission denied.");
  co_return co_await (this->*command->run)();
}

Done Vsftpd::user() {
  user_ = argument_;
  const std::string name = upper(argument_);
  const bool guest = name == "FTP" || name == "ANONYMOUS";
  if (guest && connection_.profile().anonymous && connection_.session.is_tls()) {
    user_.clear();
    co_return co_await reply(530, "Anonymous sessions may not use encryption.");
  }
  co_return co_await reply(331, "Please specify the password.");
}

Done Vsftpd::pass() {
  if (user_.empty()) co_return co_await reply(503, "Login with USER first.");
  const bool asks_pam = plausible_user(user_) && argument_.size() <= kPasswordMax;
  if (asks_pam && connection_.log_in(user_, argument_)) {
    const std::string name = upper(user_);
    if (name == "FTP" || name == "ANONYMOUS") {
      connection_.enter_anonymous("ftp");
    } else {
      const User& user = *connection_.world.users.find(user_);
      connection_.enter(user, "", user.name);
      connection_.home = connection_.cwd = user.home;
    }
    DECNET_CO_CHECK(co_await show_message(230));
    co_return co_await reply(230, "Login successful.");
  }
  if (!asks_pam) connection_.session.login({.principal = user_, .secret = argument_});
  user_.clear();
  const Duration wait = kFailureDelay + (asks_pam ? pam_failure_delay() : Duration{0});
  DECNET_CO_CHECK(co_await connection_.session.delay(wait));
  DECNET_CO_CHECK(co_await reply(530, "Login incorrect."));
  if (++failures_ >= kFailuresMax) {
    connection_.session.set_end_reason("login_failures");
    connection_.over = true;
  }
  co_return Result<void>{};
}

Done Vsftpd::auth() {
  const std::string kind = upper(argument_);
  if (kind != "TLS" && kind != "TLS-C" && kind != "SSL" && kind != "TLS-P")
    co_return co_await reply(504, "Unknown AUTH type.");
  DECNET_CO_CHECK(co_await reply(234, "Proceed with negotiation."));
  const session::Session::TlsOptions options = tls_manner(connection_.profile().server);
  std::string buffered(reader_.buffered());
  reader_.consume(buffered.size());
  const auto started = co_await connection_.session.start_tls(options, std::move(buffered));
  if (!started) {
    connection_.session.set_end_reason("tls_failed");
    connection_.over = true;
    const std::string& reason = started.error().detail;
    const std::string text =
        fmt::format("500 OOPS: error:{}:SSL routines::{}\r\n", openssl_code(reason), reason);
    co_return co_await connection_.send(text);
  }
  reader_.switch_to(connection_.session.stream());
  data_tls_ = kind == "SSL" || kind == "TLS-P";
  co_return Result<void>{};
}

Done Vsftpd::feat() {
  std::string text = "211-Features:\r\n";
  if (connection_.profile().tls) text += " AUTH TLS\r\n";
  text += " EPRT\r\n EPSV\r\n MDTM\r\n PASV\r\n";
  if (connection_.profile().tls) text += " PBSZ\r\n PROT\r\n";
  text += " REST STREAM\r\n SIZE\r\n TVFS\r\n211 End\r\n";
  co_return co_await connection_.send(text);
}

Done Vsftpd::opts() {
  if (upper(argument_) == "UTF8 ON") co_return co_await reply(200, "Always in UTF8 mode.");
  co_return co_await reply(501, "Option not understood.");
}

Done Vsftpd::user_again() {
  if (connection_.anonymous) co_return co_await reply(530, "Can't change from guest user.");
  if (argument_ == connection_.user) co_return co_await reply(331, "Any password will do.");
  co_return co_await reply(530, "Can't change to another user.");
}

Done Vsftpd::pass_again() {
  return reply(230, "Already logged in.");
}

// What a folder has to say (.message), once a session.
Done Vsftpd::show_message(int code) {
  if (messages_shown_.contains(connection_.cwd)) co_return Result<void>{};
  if (messages_shown_.size() >= kMessagesRemembered) messages_shown_.clear();
  messages_shown_.insert(connection_.cwd);
  const auto found = connection_.tree.find(connection_.cwd, ".message");
  if (!found || found->node->kind != Kind::file || !connection_.tree.may(*found->node, kRead))
    co_return Result<void>{};
  const std::string text = connection_.content(*found->node).substr(0, kMessageBytesMax);
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string line = text.substr(begin, end - begin);
    DECNET_CO_CHECK(co_await part(code, line));
    begin = end + 1;
  }
  co_return Result<void>{};
}

}  // namespace decnet::service::ftp
