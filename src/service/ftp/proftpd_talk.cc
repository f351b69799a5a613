#include "service/ftp/proftpd_talk.h"

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

namespace decnet::service::ftp {

namespace {

using namespace std::chrono_literals;

constexpr Duration kLongLineDelay = 250ms;
// A timer of the genuine server interrupts its count sooner or later.
constexpr Duration kLongLinesForgotten = 5s;
constexpr std::size_t kDisplayBytesMax = 8'192;  // Of a file that is displayed.

std::string seconds_text(Duration duration) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
  return fmt::format("{} {}", seconds, seconds == 1 ? "second" : "seconds");
}

}  // namespace

ProftpdTalk::ProftpdTalk(session::Session& session, const World& world, Store& store)
    : connection_(session, world, store), reader_(session.stream()) {
  transfer_due_ = session.clock().now() + connection_.profile().timeouts.login;
}

Done ProftpdTalk::read_command() {
  for (;;) {
    std::string_view bytes = reader_.buffered();
    const std::size_t had = bytes.size();
    std::string replies;
    const TelnetLine::Event event = line_.feed(bytes, replies);
    reader_.consume(had - bytes.size());
    if (!replies.empty()) {
      DECNET_CO_CHECK(co_await connection_.send(replies));
    }
    if (event == TelnetLine::Event::line) break;
    if (event == TelnetLine::Event::too_long) {
      connection_.session.detection_probe("ftp_long_line");
      DECNET_CO_CHECK(co_await connection_.session.delay(kLongLineDelay));
      const TimePoint now = connection_.session.clock().now();
      if (now - last_long_line_ > kLongLinesForgotten) long_lines_ = 0;
      last_long_line_ = now;
      if (++long_lines_ > kProftpdLongLinesMax) co_return fail(Errc::limit, "too many long lines");
      continue;
    }
    const TimePoint now = connection_.session.clock().now();
    connection_.session.set_idle_limit(
        std::min(connection_.profile().timeouts.idle,
                 transfer_due_ > now ? transfer_due_ - now : Duration{0}));
    DECNET_CO_CHECK(co_await reader_.fill());
  }
  long_lines_ = 0;
  command_ = parse_proftpd_command(line_.line());
  const auto probe = known_probe(command_.verb, argument(), line_.line().size());
  if (!probe.empty()) connection_.session.detection_probe(probe);
  const auto attack = known_attack(command_.verb, argument(), !connection_.user.empty());
  if (!attack.empty()) connection_.record_attack(command_.verb, argument(), attack);
  co_return Result<void>{};
}

Done ProftpdTalk::respond(int code, std::string_view text) {
  const std::string line = fmt::format("{} {}\r\n", code, text);
  co_return co_await connection_.send(line);
}

Done ProftpdTalk::respond(int code, const Lines& lines) {
  std::string text;
  for (std::size_t n = 0; n < lines.size(); ++n) {
    if (n + 1 == lines.size())
      text += fmt::format("{} {}\r\n", code, lines[n]);
    else if (n == 0)
      text += fmt::format("{}-{}\r\n", code, lines[n]);
    else
      text += fmt::format(" {}\r\n", lines[n]);
  }
  co_return co_await connection_.send(text);
}

Done ProftpdTalk::refuse_path(int code, std::string_view path, int error) {
  const std::string text = fmt::format("{}: {}", path, errno_text(error));
  co_return co_await respond(code, text);
}

Done ProftpdTalk::last_words(int code, std::string_view text) {
  connection_.over = true;
  co_return co_await respond(code, text);
}

std::string ProftpdTalk::whole() const {
  std::string out = command_.verb;
  for (std::size_t n = 1; n < command_.words.size(); ++n) out += " " + command_.words[n];
  return out;
}

std::string ProftpdTalk::rest_of(std::size_t first) const {
  std::string out;
  for (std::size_t n = first; n < command_.words.size(); ++n) {
    if (!out.empty()) out += ' ';
    out += command_.words[n];
  }
  return out;
}

// "~" and "~/x" are the user's home. ("~~" is, too; "~name" is a name like any other here, but not
// in canonical().)
std::string ProftpdTalk::interpolated(std::string_view path) const {
  if (path != "~" && path != "~~" && !path.starts_with("~/")) return std::string(path);
  const User* user = connection_.world.users.find(connection_.user);
  const std::string home = user != nullptr ? user->home : "/";
  const auto slash = path.find('/');
  return slash == std::string_view::npos ? home : home + std::string(path.substr(slash));
}

std::string ProftpdTalk::canonical(std::string_view path) const {
  std::string whole = interpolated(path);
  if (whole.starts_with('~')) {
    const auto slash = std::min(whole.find('/'), whole.size());
    if (const User* user = connection_.world.users.find(whole.substr(1, slash - 1));
        user != nullptr)
      whole = user->home + whole.substr(slash);
  }
  if (!whole.starts_with('/')) whole = join_path(connection_.cwd, whole);
  std::vector<std::string_view> names;
  for (std::size_t begin = 0; begin < whole.size();) {
    const std::size_t end = std::min(whole.find('/', begin), whole.size());
    const std::string_view name = std::string_view(whole).substr(begin, end - begin);
    if (name == "..") {
      if (!names.empty()) names.pop_back();
    } else if (!name.empty() && name != ".") {
      names.push_back(name);
    }
    begin = end + 1;
  }
  std::string out;
  for (const std::string_view name : names) out.append("/").append(name);
  return out.empty() ? "/" : out;
}

Posix<Found> ProftpdTalk::real(std::string_view path) const {
  auto found = connection_.tree.find(connection_.cwd, interpolated(path));
  // A component in the middle that is no folder counts as absent.
  if (!found && found.error() == ENOTDIR) return tl::unexpected(ENOENT);
  return found;
}

// Debian's sample <Anonymous> block: nothing may be written but into incoming, and what is there
// may not be read.
bool ProftpdTalk::limited(Limit limit, const std::string& canonical_path) const {
  if (!connection_.anonymous) return false;
  const bool incoming = canonical_path == "/incoming" || canonical_path.starts_with("/incoming/");
  switch (limit) {
    case Limit::read:
      return incoming;
    case Limit::store:
      return !incoming;
    case Limit::write:
      break;
  }
  return true;
}

ProftpdTalk::Lines ProftpdTalk::display_file(const std::string& path) {
  Lines lines;
  const auto found = connection_.tree.find(connection_.cwd, path);
  if (!found || found->node->kind != Kind::file || !connection_.tree.may(*found->node, kRead))
    return lines;
  const std::string text = connection_.content(*found->node).substr(0, kDisplayBytesMax);
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string line = text.substr(begin, end - begin);
    if (line.ends_with('\r')) line.pop_back();
    lines.push_back(std::move(line));
    begin = end + 1;
  }
  return lines;
}

std::string ProftpdTalk::login_timeout_text() const {
  return fmt::format("Login timeout ({}): closing control connection",
                     seconds_text(connection_.profile().timeouts.login));
}

std::string ProftpdTalk::no_transfer_text() const {
  return fmt::format("No transfer timeout ({}): closing control connection",
                     seconds_text(connection_.profile().timeouts.no_transfer));
}

void ProftpdTalk::expect_transfer() {
  transfer_due_ = connection_.session.clock().now() + connection_.profile().timeouts.no_transfer;
}

}  // namespace decnet::service::ftp
