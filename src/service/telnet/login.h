// Login: shadow's login(1) as telnetd starts it. No I/O: lines come from a Terminal, text goes out.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/clock.h"
#include "service/telnet/terminal.h"

namespace decnet::service::telnet {

inline constexpr int kLoginRetries = 5;                              // LOGIN_RETRIES of login.defs
inline constexpr Duration kLoginTimeout = std::chrono::seconds{60};  // LOGIN_TIMEOUT
inline constexpr Duration kFailDelay = std::chrono::seconds{3};      // pam_faildelay, ± 25 %

inline constexpr std::size_t kAnswerBytesMax = 511;  // What PAM's conversation reads of a line.

class Login {
 public:
  // Whether this pair works; records the attempt. Called once for each.
  using Check = std::function<bool(const std::string& user, const std::string& password)>;

  Login(Terminal& terminal, std::string hostname, TimePoint now, Check check);

  // Goes as far as the lines that were typed allow. What it says is appended to `out`.
  void poll(TimePoint now, std::string& out);
  void take_signal(Signal signal);  // All but a suspension end it.

  bool is_over() const { return step_ == Step::over; }
  bool is_done() const { return step_ == Step::done; }
  bool has_timed_out() const { return has_timed_out_; }
  const std::string& user() const { return user_; }
  TimePoint wakes_at() const;

 private:
  enum class Step : std::uint8_t { name, password, refused, done, over };
  bool step(TimePoint now, std::string& out);
  void take_name(const Terminal::Line& line, TimePoint now, std::string& out);
  void take_password(const Terminal::Line& line, TimePoint now, std::string& out);
  void refuse(TimePoint now);

  Terminal& terminal_;
  std::string prompt_;
  Check check_;
  TimePoint ends_at_;
  TimePoint refused_until_{};
  std::string user_;
  int failures_ = 0;
  bool is_prompted_ = false;
  bool has_timed_out_ = false;
  Step step_ = Step::name;
};

}  // namespace decnet::service::telnet
