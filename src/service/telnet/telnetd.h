// Telnetd: inetutils-telnetd 2.4 of Debian 12 and the login behind it.
#pragma once

#include <array>

#include "service/telnet/login.h"
#include "service/telnet/peer_options.h"
#include "service/telnet/talk.h"
#include "service/telnet/wire.h"

namespace decnet::service::telnet {

inline constexpr std::size_t kEarlyTextBytesMax = 4096;  // Typed before login runs; then dropped.
inline constexpr std::size_t kEnvironMax = 64;           // Variables of one peer that are recorded.
inline constexpr std::size_t kTerminalAsksMax = 16;      // Terminal types that are asked for.
inline constexpr std::size_t kHeldBytesMax = 64 * 1024;  // Of echo in one go, or behind ^S.
inline constexpr std::size_t kShellInputBytesMax = 64 * 1024;

class Telnetd final : public Talk, private WireHandler {
 public:
  Telnetd(session::Session& session, Host& host);
  void feed(std::string_view bytes) override;
  bool poll() override;
  std::string take_output() override { return std::exchange(output_, {}); }
  std::optional<TimePoint> wakes_at() const override;
  bool accepts_input() const override { return pending_.empty(); }
  bool is_logged_in() const override { return shell_ != nullptr; }
  bool is_over() const override { return phase_ == Phase::over; }
  std::string_view end_reason() const override { return reason_; }

 private:
  enum class Phase : std::uint8_t { offers, answers, window, login, shell, over };
  void on_text(char byte) override;
  void on_command(Command command) override;
  void on_option(Verb verb, std::uint8_t option) override;
  void on_subnegotiation(std::string_view content) override;

  void begin_answers();
  void begin_window();
  void begin_login();
  void begin_shell();
  void end(std::string_view reason);
  void advance();
  bool run_shell();
  void type(char byte);
  void say(std::string_view text);
  void peer_agreed(std::uint8_t option);
  void take_terminal(std::string_view name);
  void take_environ(std::string_view content);
  void note_variable(std::string_view name, std::string_view value);
  void take_window(std::string_view content);
  void acknowledge_characters(std::string_view content);
  void send_status();
  bool is_answered() const;

  session::Session& session_;
  Host& host_;
  std::string output_;
  Options options_{output_};
  PeerOptions peer_options_;
  Decoder decoder_;
  Encoder encoder_;
  Phase phase_ = Phase::offers;
  std::array<bool, 256> is_awaited_{};  // Subnegotiations that were asked for.
  std::string early_;
  std::string held_;     // Shown, while ^S holds it.
  std::string pending_;  // Typed, while the shell takes no more.
  std::string terminal_, first_terminal_;
  std::size_t terminal_asks_ = 0;
  bool is_list_over_ = false;
  bool has_told_terminal_ = false;
  std::size_t variables_ = 0;
  std::uint16_t columns_ = 80, rows_ = 24;
  Terminal tty_;
  std::optional<Login> login_;
  std::unique_ptr<Shell> shell_;
  std::string_view reason_;
};

}  // namespace decnet::service::telnet
