// What ProFTPD tells of itself, and TLS.
#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <strings.h>

#include "service/ftp/proftpd.h"

namespace decnet::service::ftp {

namespace {

enum class Made : std::uint8_t { yes, no, with_tls };

struct HelpEntry {
  std::string_view verb;
  std::string_view syntax;
  Made made = Made::yes;
};

constexpr std::array<HelpEntry, 56> kHelp{{
    {"CWD", "<sp> pathname"},
    {"XCWD", "<sp> pathname"},
    {"CDUP", "(up one directory)"},
    {"XCUP", "(up one directory)"},
    {"SMNT", "is not implemented", Made::no},
    {"QUIT", "(close control connection)"},
    {"PORT", "<sp> h1,h2,h3,h4,p1,p2"},
    {"PASV", "(returns address/port)"},
    {"EPRT", "<sp> |proto|addr|port|"},
    {"EPSV", "(returns port |||port|)"},
    {"ALLO", "<sp> size"},
    {"RNFR", "<sp> pathname"},
    {"RNTO", "<sp> pathname"},
    {"DELE", "<sp> pathname"},
    {"MDTM", "<sp> pathname"},
    {"RMD", "<sp> pathname"},
    {"XRMD", "<sp> pathname"},
    {"MKD", "<sp> pathname"},
    {"XMKD", "<sp> pathname"},
    {"PWD", "(returns current working directory)"},
    {"XPWD", "(returns current working directory)"},
    {"SIZE", "<sp> pathname"},
    {"SYST", "(returns system type)"},
    {"HELP", "[<sp> command]"},
    {"NOOP", "(no operation)"},
    {"FEAT", "(returns feature list)"},
    {"OPTS", "<sp> command [<sp> options]"},
    {"HOST", "<cp> hostname"},
    {"CLNT", "<cp> client-info"},
    {"AUTH", "<sp> base64-data", Made::with_tls},
    {"CCC", "(clears protection level)", Made::no},
    {"CONF", "<sp> base64-data", Made::no},
    {"ENC", "<sp> base64-data", Made::no},
    {"MIC", "<sp> base64-data", Made::no},
    {"PBSZ", "<sp> protection buffer size", Made::with_tls},
    {"PROT", "<sp> protection code", Made::with_tls},
    {"TYPE", "<sp> type-code (A, I, L 7, L 8)"},
    {"STRU", "is not implemented (always F)"},
    {"MODE", "is not implemented (always S)"},
    {"RETR", "<sp> pathname"},
    {"STOR", "<sp> pathname"},
    {"STOU", "(store unique filename)"},
    {"APPE", "<sp> pathname"},
    {"REST", "<sp> byte-count"},
    {"ABOR", "(abort current operation)"},
    {"RANG", "<sp> start-point <sp> end-point"},
    {"USER", "<sp> username"},
    {"PASS", "<sp> password"},
    {"ACCT", "is not implemented", Made::no},
    {"REIN", "is not implemented", Made::no},
    {"LIST", "[<sp> pathname]"},
    {"NLST", "[<sp> (pathname)]"},
    {"STAT", "[<sp> pathname]"},
    {"SITE", "<sp> string"},
    {"MLSD", "[<sp> pathname]"},
    {"MLST", "[<sp> pathname]"},
}};
constexpr std::size_t kHelpColumns = 8;
constexpr std::size_t kOptionsMax = 8;  // Words of an OPTS command.

bool same(std::string_view a, std::string_view b) {
  return upper(a) == upper(b);
}

// What Apache-like configuration files call true and false.
std::optional<bool> boolean(std::string_view text) {
  for (const std::string_view yes : {"on", "yes", "true", "1"}) {
    if (same(text, yes)) return true;
  }
  for (const std::string_view no : {"off", "no", "false", "0"}) {
    if (same(text, no)) return false;
  }
  return std::nullopt;
}

}  // namespace

Done Proftpd::help() {
  if (words() == 1) {
    Lines lines{"The following commands are recognized (* =>'s unimplemented):"};
    for (std::size_t n = 0; n < kHelp.size(); ++n) {
      if (n % kHelpColumns == 0) lines.emplace_back();
      const bool made = kHelp[n].made == Made::yes ||
                        (kHelp[n].made == Made::with_tls && connection_.profile().tls);
      lines.back() += fmt::format("{:<8}", fmt::format("{}{}", kHelp[n].verb, made ? "" : "*"));
    }
    lines.push_back("Direct comments to root@" + connection_.world.hostname);
    co_return co_await respond(214, lines);
  }
  const std::string verb = upper(command_.words[1]);
  if (verb == "SITE") {
    if (words() == 2) {
      const Lines lines{"HELP", "CHGRP", "CHMOD"};
      co_return co_await respond(214, lines);
    }
    const std::string text = fmt::format("Unknown command 'SITE {}'", argument());
    co_return co_await respond(502, text);
  }
  const auto entry = std::find_if(kHelp.begin(), kHelp.end(),
                                  [&](const HelpEntry& one) { return one.verb == verb; });
  if (entry == kHelp.end()) {
    const std::string text = fmt::format("Unknown command '{}'", verb);
    co_return co_await respond(502, text);
  }
  const std::string text = fmt::format("Syntax: {} {}", verb, entry->syntax);
  co_return co_await respond(214, text);
}

Done Proftpd::feat() {
  if (words() != 1) co_return co_await respond(501, "Invalid number of parameters");
  Lines features{"CLNT",       "CSID",         "EPRT",        "EPSV",
                 "HOST",       "LANG en-US*",  "MDTM",        "MFF modify;UNIX.group;UNIX.mode;",
                 "MFMT",       mlst_feature(), "RANG STREAM", "REST STREAM",
                 "SITE COPY",  "SITE MKDIR",   "SITE RMDIR",  "SITE SYMLINK",
                 "SITE UTIME", "SIZE",         "TVFS",        "UTF8"};
  if (connection_.profile().tls)
    features.insert(features.end(), {"AUTH TLS", "CCC", "PBSZ", "PROT", "SSCN"});
  std::stable_sort(features.begin(), features.end(),
                   [](const std::string& a, const std::string& b) {
                     return ::strcasecmp(a.c_str(), b.c_str()) < 0;
                   });
  features.insert(features.begin(), "Features:");
  features.emplace_back("End");
  co_return co_await respond(211, features);
}

Done Proftpd::syst() {
  return respond(215, "UNIX Type: L8");
}
Done Proftpd::noop() {
  return respond(200, "NOOP command successful");
}

Done Proftpd::stat() {
  if (words() > 1) co_return co_await stat_path();
  const std::string peer = connection_.session.stream().peer().ip.text();
  Lines lines{"Status of 'Debian'"};
  lines.push_back(
      fmt::format("Connected from {} ({})", peer == "127.0.0.1" ? "localhost" : peer, peer));
  lines.push_back("Logged in as " + connection_.user);
  lines.push_back(fmt::format("TYPE: {}, STRUcture: File, Mode: Stream",
                              connection_.ascii ? "ASCII" : "BINARY"));
  if (total_bytes_ > 0)
    lines.push_back(fmt::format("Total bytes transferred for session: {}", total_bytes_));
  lines.emplace_back("No data connection");
  lines.emplace_back("End of status");
  co_return co_await respond(211, lines);
}

Done Proftpd::opts() {
  if (words() < 2) co_return co_await respond(501, "Invalid number of parameters");
  if (words() - 1 > kOptionsMax) co_return co_await refuse_path(550, "OPTS", EINVAL);
  const std::string what = upper(command_.words[1]);
  if (what == "MLST") co_return co_await opts_mlst();
  if (what != "UTF8") {
    const std::string text = fmt::format("OPTS {} not understood", what);
    co_return co_await respond(500, text);
  }
  const auto on = words() == 3 ? boolean(command_.words[2]) : std::nullopt;
  if (!on) co_return co_await respond(501, "'OPTS UTF8' not understood");
  co_return co_await respond(200, *on ? "UTF8 set to on" : "UTF8 set to off");
}

Done Proftpd::lang() {
  if (!connection_.user.empty()) co_return co_await respond(500, "Unable to handle command");
  if (words() > 2) co_return co_await respond(501, "Invalid number of parameters");
  if (words() == 1) co_return co_await respond(200, "Using default language en_US");
  const std::string language = command_.words[1];
  const bool known = language == "en-US" || language == "en_US";
  const std::string text =
      known ? "Using language " + language : fmt::format("Language {} not supported", language);
  co_return co_await respond(known ? 200 : 504, text);
}

Done Proftpd::host() {
  if (words() != 2) co_return co_await respond(500, "'HOST' not understood");
  if (!connection_.user.empty()) co_return co_await respond(503, "Bad sequence of commands");
  if (connection_.session.is_tls()) co_return co_await respond(503, "Bad sequence of commands");
  const std::string name = command_.words[1];
  const bool bracketed = name.starts_with('[');
  const std::string bare =
      bracketed && name.ends_with(']') ? name.substr(1, name.size() - 2) : name;
  const auto address = net::IpAddress::parse(bare);
  if (bracketed && (!name.ends_with(']') || !address || address->is_v4())) {
    const std::string text = name + ": Invalid IPv6 address provided";
    co_return co_await respond(501, text);
  }
  if (address && *address == connection_.session.stream().local().ip)
    co_return co_await respond(220, "HOST command successful");
  const std::string text = name + ": Unknown hostname provided";
  co_return co_await respond(504, text);
}

Done Proftpd::clnt() {
  if (words() > 1)
    connection_.session.fingerprint("banner", argument());  // The client's name for itself.
  return respond(200, "OK");
}

Done Proftpd::csid() {
  if (words() > 1) connection_.session.fingerprint("banner", argument());
  const std::string text =
      fmt::format("name=ProFTPD;version={};casesensitive=1;", connection_.profile().version);
  co_return co_await respond(200, text);
}

Done Proftpd::auth() {
  if (connection_.session.is_tls())
    co_return co_await respond(503, "Unwilling to accept second AUTH");
  if (words() < 2) co_return co_await respond(504, "AUTH requires at least one argument");
  const std::string kind = upper(command_.words[1]);
  const bool known = kind == "TLS" || kind == "TLS-C" || kind == "SSL" || kind == "TLS-P";
  if (!connection_.user.empty() && known)
    co_return co_await respond(534, "Unwilling to accept security parameters");
  if (!known) co_return co_await respond(500, "AUTH not understood");
  const std::string text = fmt::format("AUTH {} successful", kind);
  DECNET_CO_CHECK(co_await respond(234, text));
  const session::Session::TlsOptions options = tls_manner(connection_.profile().server);
  std::string buffered(reader_.buffered());
  reader_.consume(buffered.size());
  const auto started = co_await connection_.session.start_tls(options, std::move(buffered));
  if (!started) {
    connection_.session.set_end_reason("tls_failed");
    co_return co_await last_words(421, "TLS handshake failed");
  }
  reader_.switch_to(connection_.session.stream());
  data_tls_ = kind == "SSL" || kind == "TLS-P";
  co_return Result<void>{};
}

Done Proftpd::pbsz() {
  if (!connection_.session.is_tls()) return respond(500, "PBSZ not understood");
  if (words() != 2) return respond(501, "Invalid number of parameters");
  return command_.words[1] == "0" ? respond(200, "PBSZ 0 successful")
                                  : respond(200, "PBSZ=0 successful");
}

Done Proftpd::prot() {
  if (!connection_.session.is_tls()) co_return co_await respond(500, "PROT not understood");
  if (words() != 2) co_return co_await respond(501, "Invalid number of parameters");
  const std::string level = command_.words[1];
  if (level == "C" || level == "P") {
    data_tls_ = level == "P";
    co_return co_await respond(200,
                               data_tls_ ? "Protection set to Private" : "Protection set to Clear");
  }
  const std::string text = fmt::format("PROT {} unsupported", level);
  co_return co_await respond(level == "S" || level == "E" ? 536 : 504, text);
}

// TLS of a session cannot be taken off again: after the answer the connection ends.
Done Proftpd::ccc() {
  if (!connection_.session.is_tls()) return respond(500, "CCC not understood");
  return last_words(200, "Clearing control channel protection");
}

Done Proftpd::sscn() {
  if (!connection_.session.is_tls()) return respond(500, "SSCN not understood");
  if (words() > 2) return respond(504, "SSCN: Invalid argument");
  if (words() == 1 || command_.words[1] == "OFF") return respond(200, "SSCN:SERVER METHOD");
  return command_.words[1] == "ON" ? respond(200, "SSCN:CLIENT METHOD")
                                   : respond(501, "SSCN: Invalid argument");
}

}  // namespace decnet::service::ftp
