#include "service/telnet/telnetd.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/counters.h"

namespace decnet::service::telnet {
namespace {

constexpr std::size_t kTakeBytes = 32 * 1024;
constexpr std::string_view kAsk("\x01", 1);
constexpr std::array kFirst = {kTerminalType, kTerminalSpeed, kDisplay, kNewEnviron, kOldEnviron};

}  // namespace

std::unique_ptr<Talk> make_telnetd(session::Session& session, Host& host) {
  return std::make_unique<Telnetd>(session, host);
}

Telnetd::Telnetd(session::Session& session, Host& host) : session_(session), host_(host) {
  for (const std::uint8_t option : {kBinary, kEcho, kSuppressGoAhead, kStatus, kEncryption})
    options_.support(Side::us, option);
  for (const std::uint8_t option :
       {kBinary, kSuppressGoAhead, kTerminalType, kWindowSize, kTerminalSpeed, kFlowControl,
        kLineMode, kDisplay, kOldEnviron, kAuthentication, kEncryption, kNewEnviron})
    options_.support(Side::peer, option);
  options_.ask(Side::us, kAuthentication);
  options_.ask(Side::us, kEncryption);
  for (const std::uint8_t option : kFirst) options_.ask(Side::peer, option);
}

void Telnetd::end(std::string_view reason) {
  if (phase_ == Phase::over) return;
  phase_ = Phase::over;
  reason_ = reason;
  peer_options_.tell(session_);
}

void Telnetd::say(std::string_view text) {
  output_ += encoder_.encode(text, options_.is_on(Side::us, kBinary));
}

void Telnetd::feed(std::string_view bytes) {
  decoder_.feed(bytes, *this);
  advance();
}

void Telnetd::type(char byte) {
  if (phase_ == Phase::login) {
    std::string shown;
    const char seven = options_.is_on(Side::peer, kBinary) ? byte : static_cast<char>(byte & 0x7f);
    if (seven == '\x12' && held_.size() + 2 * kLineBytesMax > kHeldBytesMax) return;  // ^R
    const Signal signal = tty_.type(seven, shown);
    if (signal != Signal::none) {  // What nobody has read is flushed; a data mark says so.
      held_.clear();
      output_ += "\xff\xf2";
    }
    if (held_.size() + shown.size() <= kHeldBytesMax) held_ += shown;
    login_->take_signal(signal);
    if (!login_->is_over()) return;
    say(std::exchange(held_, {}));
    end("interrupted");
  } else if (phase_ == Phase::shell) {
    if (pending_.size() < kShellInputBytesMax) pending_ += byte;
  }
}

void Telnetd::on_text(char byte) {
  if (phase_ == Phase::login || phase_ == Phase::shell) return type(byte);
  if (phase_ == Phase::over) return;
  if (early_.size() < kEarlyTextBytesMax) {
    early_ += byte;
    return;
  }
  static Counter& dropped =
      counter("telnet_limit_early_text_bytes_total", "Telnet text dropped before login ran");
  dropped.add();
}

void Telnetd::on_command(Command command) {
  switch (command) {
    case Command::are_you_there:
      output_ += "\r\n[Yes]\r\n";
      return;
    case Command::break_key:
    case Command::interrupt:
      return on_text('\x03');
    case Command::abort_output:
      output_ += "\xff\xf2";
      return on_text('\x0f');
    case Command::erase_character:
      return on_text('\x7f');
    case Command::erase_line:
      return on_text('\x15');
    case Command::end_of_file:
      return on_text('\x04');
    case Command::suspend:
      return on_text('\x1a');
    case Command::abort:
      return on_text('\x1c');
    default:
      return;
  }
}

void Telnetd::peer_agreed(std::uint8_t option) {
  if (option == kLineMode) {
    output_ += subnegotiation(kLineMode, "\x01\x03") + '\0';  // The NUL is telnetd's own slip.
  } else if (option == kFlowControl) {
    output_ += subnegotiation(kFlowControl, "\x03") + '\0';
  } else if (option == kAuthentication) {
    output_ += subnegotiation(kAuthentication, std::string_view("\x01\x02\x02\x02\x00", 5));
  } else if (option == kEncryption) {
    output_ += subnegotiation(kEncryption, kAsk);
  }
}

void Telnetd::on_option(Verb verb, std::uint8_t option) {
  peer_options_.note(verb, option);
  if (peer_options_.is_flood()) return end("option_flood");
  if (option == kTimingMark) {
    if (verb == Verb::do_it) output_ += "\xff\xfb\x06";
    if (verb == Verb::will) options_.end(Side::us, kSuppressGoAhead);  // A kludge of line mode.
    return;
  }
  const Change change = options_.receive(verb, option);
  if (verb == Verb::will && change == Change::on) peer_agreed(option);
  if (option == kBinary) decoder_.set_binary(options_.is_on(Side::peer, kBinary));
}

bool Telnetd::is_answered() const {
  return options_.is_settled(Side::us, kEncryption) &&
         std::all_of(kFirst.begin(), kFirst.end(),
                     [this](std::uint8_t one) { return options_.is_settled(Side::peer, one); });
}

void Telnetd::begin_answers() {
  phase_ = Phase::answers;
  const bool has_new = options_.is_on(Side::peer, kNewEnviron);
  for (const std::uint8_t option :
       {kTerminalSpeed, kDisplay, kNewEnviron, kOldEnviron, kTerminalType}) {
    if (!options_.is_on(Side::peer, option) || (option == kOldEnviron && has_new)) continue;
    is_awaited_[option] = true;
    output_ += subnegotiation(option, kAsk);
  }
}

void Telnetd::begin_window() {
  phase_ = Phase::window;
  options_.ask(Side::us, kSuppressGoAhead);
  for (const std::uint8_t option : {kEcho, kLineMode, kWindowSize})
    options_.ask(Side::peer, option);
  options_.ask(Side::us, kStatus);
  options_.ask(Side::peer, kFlowControl);
}

void Telnetd::begin_login() {
  phase_ = Phase::login;
  peer_options_.tell(session_);
  options_.end(Side::peer, kEcho);
  options_.ask(Side::us, kEcho);
  if (!options_.is_on(Side::peer, kLineMode)) output_ += "\xff\xfd\x06";
  options_.ask(Side::peer, kBinary);
  options_.end(Side::peer, kLineMode);
  const persona::Persona& persona = session_.persona();
  say(fmt::format("\r\nLinux {} ({}) (pts/{})\r\n\r\n", persona.kernel, persona.fqdn(),
                  host_.terminal_number()));
  const auto check = [this](const std::string& user, const std::string& password) {
    const bool works = host_.works(user, password);
    session_.login({.principal = user, .secret = password, .accepted = works});
    return works;
  };
  login_.emplace(tty_, persona.hostname, session_.clock().now(), check);
  poll();
  const std::string early = std::exchange(early_, {});
  for (const char byte : early) on_text(byte);
}

void Telnetd::begin_shell() {
  shell::ConsoleRequest request;
  request.user = login_->user();
  const net::Endpoint peer = session_.stream().peer();
  request.peer_ip = peer.ip.text();
  request.peer_port = peer.port;
  request.local_port = session_.place().port;
  request.terminal_type = terminal_.empty() ? "network" : terminal_;
  request.terminal_number = host_.terminal_number();
  request.columns = columns_;
  request.rows = rows_;
  request.by_ssh = false;
  shell_ = host_.open(std::move(request));
  if (shell_ == nullptr) return end("full");
  phase_ = Phase::shell;
}

void Telnetd::advance() {
  if (phase_ == Phase::offers && is_answered()) begin_answers();
  if (phase_ == Phase::answers &&
      std::none_of(is_awaited_.begin(), is_awaited_.end(), [](bool awaited) { return awaited; }))
    begin_window();
  if (phase_ == Phase::window && options_.is_settled(Side::peer, kWindowSize)) begin_login();
}

bool Telnetd::run_shell() {
  if (!pending_.empty() && shell_->accepts_input()) shell_->input(std::exchange(pending_, {}));
  const bool is_busy = shell_->run();
  say(shell_->take_output(kTakeBytes));
  if (shell_->ended()) end("logout");
  return is_busy || !pending_.empty();
}

bool Telnetd::poll() {
  if (phase_ == Phase::login) {
    login_->poll(session_.clock().now(), held_);
    if (!tty_.is_stopped() || login_->is_over()) say(std::exchange(held_, {}));
    if (login_->is_done()) begin_shell();
    if (login_->is_over()) end(login_->has_timed_out() ? "login_timeout" : "login_failed");
  }
  return phase_ == Phase::shell && run_shell();
}

std::optional<TimePoint> Telnetd::wakes_at() const {
  if (phase_ == Phase::login) return login_->wakes_at();
  if (phase_ == Phase::shell) return shell_->wakes_at();
  return std::nullopt;
}

}  // namespace decnet::service::telnet
