#include "service/ftp/proftpd.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace decnet::service::ftp {

namespace {

constexpr std::size_t kUserNameMax = 256;  // PR_TUNABLE_LOGIN_MAX
constexpr int kFailuresMax = 3;            // MaxLoginAttempts

}  // namespace

struct Proftpd::Verb {
  std::string_view name;
  Done (Proftpd::*run)();
  bool needs_login;
  bool only_with_tls = false;
};

const Proftpd::Verb* Proftpd::find_verb() const {
  static constexpr std::array kVerbs{
      Verb{"HELP", &Proftpd::help, false},       Verb{"PORT", &Proftpd::port, true},
      Verb{"PASV", &Proftpd::pasv, true},        Verb{"EPRT", &Proftpd::eprt, true},
      Verb{"EPSV", &Proftpd::epsv, true},        Verb{"SYST", &Proftpd::syst, false},
      Verb{"PWD", &Proftpd::pwd, true},          Verb{"XPWD", &Proftpd::pwd, true},
      Verb{"CWD", &Proftpd::cwd, true},          Verb{"XCWD", &Proftpd::cwd, true},
      Verb{"MKD", &Proftpd::mkd, true},          Verb{"XMKD", &Proftpd::mkd, true},
      Verb{"RMD", &Proftpd::rmd, true},          Verb{"XRMD", &Proftpd::rmd, true},
      Verb{"CDUP", &Proftpd::cdup, true},        Verb{"XCUP", &Proftpd::cdup, true},
      Verb{"DELE", &Proftpd::dele, true},        Verb{"MDTM", &Proftpd::mdtm, true},
      Verb{"RNFR", &Proftpd::rnfr, true},        Verb{"RNTO", &Proftpd::rnto, true},
      Verb{"SIZE", &Proftpd::size, true},        Verb{"QUIT", &Proftpd::quit, false},
      Verb{"NOOP", &Proftpd::noop, false},       Verb{"FEAT", &Proftpd::feat, false},
      Verb{"OPTS", &Proftpd::opts, false},       Verb{"HOST", &Proftpd::host, false},
      Verb{"CLNT", &Proftpd::clnt, false},       Verb{"CSID", &Proftpd::csid, true},
      Verb{"TYPE", &Proftpd::type, false},       Verb{"STRU", &Proftpd::stru, true},
      Verb{"MODE", &Proftpd::mode, true},        Verb{"ALLO", &Proftpd::allo, true},
      Verb{"SMNT", &Proftpd::smnt, true},        Verb{"RETR", &Proftpd::retr, true},
      Verb{"STOR", &Proftpd::stor, true},        Verb{"STOU", &Proftpd::stou, true},
      Verb{"APPE", &Proftpd::appe, true},        Verb{"ABOR", &Proftpd::abor, true},
      Verb{"REST", &Proftpd::rest, true},        Verb{"RANG", &Proftpd::rang, true},
      Verb{"USER", &Proftpd::user, false},       Verb{"PASS", &Proftpd::pass, false},
      Verb{"ACCT", &Proftpd::acct, false},       Verb{"REIN", &Proftpd::rein, false},
      Verb{"LIST", &Proftpd::list, true},        Verb{"NLST", &Proftpd::nlst, true},
      Verb{"STAT", &Proftpd::stat, true},        Verb{"SITE", &Proftpd::site, false},
      Verb{"MFF", &Proftpd::mff, true},          Verb{"MFMT", &Proftpd::mfmt, true},
      Verb{"MLSD", &Proftpd::mlsd, true},        Verb{"MLST", &Proftpd::mlst, true},
      Verb{"LANG", &Proftpd::lang, false},       Verb{"AUTH", &Proftpd::auth, false, true},
      Verb{"PBSZ", &Proftpd::pbsz, false, true}, Verb{"PROT", &Proftpd::prot, false, true},
      Verb{"CCC", &Proftpd::ccc, true, true},    Verb{"SSCN", &Proftpd::sscn, true, true}};
  const auto at = std::find_if(kVerbs.begin(), kVerbs.end(),
                               [this](const Verb& verb) { return verb.name == command_.verb; });
  if (at == kVerbs.end() || (at->only_with_tls && !connection_.profile().tls)) return nullptr;
  return &*at;
}

net::Task<void> Proftpd::run() {
  const net::IpAddress local = connection_.session.stream().local().ip;
  const std::string greeting =
      fmt::format("ProFTPD Server (Debian) [{}{}]", local.is_v4() ? "::ffff:" : "", local.text());
  Result<void> alive = co_await respond(220, greeting);
  while (alive && !connection_.over) {
    alive = co_await read_command();
    if (!alive) {
      if (alive.error().code != Errc::timeout) break;
      connection_.session.set_end_reason("idle");
      const std::string text = connection_.user.empty() ? login_timeout_text() : no_transfer_text();
      (void)co_await respond(421, text);
      break;
    }
    const std::uint64_t before = connection_.sent();
    alive = co_await dispatch();
    const bool secret = command_.verb == "PASS";
    const std::string shown =
        secret || argument().empty() ? command_.verb : command_.verb + " " + argument();
    connection_.session.command(shown, connection_.sent() - before);
  }
  connection_.data.abort();
}

Done Proftpd::dispatch() {
  connection_.refresh();
  if (command_.verb.empty())
    co_return co_await respond(500, "Invalid command: try being more creative");
  if (const auto protocol = foreign_protocol(command_); !protocol.empty()) {
    connection_.session.set_end_reason(protocol);
    connection_.over = true;
    co_return Result<void>{};
  }
  // DenyFilter \*.*/
  const auto star = argument().find('*');
  if (command_.verb != "PASS" && star != std::string::npos &&
      argument().find('/', star) != std::string::npos) {
    const std::string text = argument() + ": Forbidden command argument";
    co_return co_await respond(550, text);
  }
  if (renaming_ && command_.verb != "RNTO" && command_.verb != "HELP" && command_.verb != "NOOP" &&
      command_.verb != "QUIT" && command_.verb != "STAT") {
    co_return co_await respond(501, "Bad sequence of commands");
  }
  const Verb* verb = find_verb();
  if (verb == nullptr) {
    std::string name = command_.verb;
    std::replace(name.begin(), name.end(), '_', ' ');
    const std::string text = name + " not understood";
    co_return co_await respond(500, text);
  }
  if (verb->needs_login && connection_.user.empty()) {
    // Two modules look at RNTO, and both say it.
    if (verb->name == "RNTO") {
      DECNET_CO_CHECK(co_await respond(530, "Please login with USER and PASS"));
    }
    co_return co_await respond(530, "Please login with USER and PASS");
  }
  co_return co_await (this->*verb->run)();
}

Done Proftpd::user() {
  if (words() < 2) co_return co_await respond(500, "USER: command requires a parameter");
  const std::string shown = command_.words[1];
  const std::string name = argument();  // With all its blanks: only "USER alice" is alice.
  if (!connection_.user.empty()) {
    if (name == user_) {
      const std::string text = fmt::format("User {} logged in", name);
      co_return co_await respond(230, text);
    }
    co_return co_await respond(501, "Reauthentication not supported");
  }
  user_.clear();
  if (name.size() > kUserNameMax) co_return co_await respond(501, "Login incorrect.");
  user_ = name;
  if (connection_.profile().anonymous && (name == "anonymous" || name == "ftp")) {
    co_return co_await respond(
        331, "Anonymous login ok, send your complete email address as your password");
  }
  const std::string text = "Password required for " + shown;
  co_return co_await respond(331, text);
}

Done Proftpd::pass() {
  if (!connection_.user.empty()) co_return co_await respond(503, "You are already logged in");
  if (user_.empty()) co_return co_await respond(503, "Login with USER first");
  const bool guest = connection_.profile().anonymous && (user_ == "anonymous" || user_ == "ftp");
  const std::string upper_name = upper(user_);
  // "ANONYMOUS" is nobody here: names are what they are.
  const bool misspelt = !guest && (upper_name == "ANONYMOUS" || upper_name == "FTP");
  bool accepted = false;
  if (misspelt)
    connection_.session.login({.principal = user_, .secret = argument()});
  else
    accepted = connection_.log_in(user_, argument());
  if (accepted) {
    Lines lines;
    if (guest) {
      connection_.enter_anonymous("ftp");
      lines = display_file("welcome.msg");
      lines.push_back("Anonymous access granted, restrictions apply");
    } else {
      const User& as = *connection_.world.users.find(user_);
      connection_.enter(as, "", as.name);
      connection_.home = connection_.cwd = as.home;
      lines = display_file("welcome.msg");
      lines.push_back(fmt::format("User {} logged in", user_));
    }
    expect_transfer();
    co_return co_await respond(230, lines);
  }
  user_.clear();
  const Duration wait = pam_failure_delay();
  DECNET_CO_CHECK(co_await connection_.session.delay(wait));
  DECNET_CO_CHECK(co_await respond(530, "Login incorrect."));
  if (++failures_ >= kFailuresMax) {
    connection_.session.set_end_reason("login_failures");
    connection_.over = true;
  }
  co_return Result<void>{};
}

Done Proftpd::acct() {
  return respond(502, "ACCT command not implemented");
}
Done Proftpd::rein() {
  return respond(502, "REIN command not implemented");
}

Done Proftpd::quit() {
  connection_.session.set_end_reason("quit");
  return last_words(221, "Goodbye.");
}

}  // namespace decnet::service::ftp
