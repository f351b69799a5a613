#include "service/telnet/login.h"

#include <algorithm>
#include <utility>

#include "base/random.h"

namespace decnet::service::telnet {
namespace {

// libpam varies the delay by a quarter.
Duration fail_delay() {
  const auto quarter = kFailDelay.count() / 4;
  const auto draw = random_below(static_cast<std::uint64_t>(quarter) * 2);
  return Duration{kFailDelay.count() - quarter + static_cast<std::int64_t>(draw)};
}

}  // namespace

Login::Login(Terminal& terminal, std::string hostname, TimePoint now, Check check)
    : terminal_(terminal),
      prompt_(std::move(hostname) + " login: "),
      check_(std::move(check)),
      ends_at_(now + kLoginTimeout) {}

TimePoint Login::wakes_at() const {
  return step_ == Step::refused ? std::min(refused_until_, ends_at_) : ends_at_;
}

void Login::take_signal(Signal signal) {
  if (signal == Signal::interrupt || signal == Signal::quit) step_ = Step::over;
}

void Login::refuse(TimePoint now) {
  step_ = Step::refused;
  refused_until_ = now + fail_delay();
  terminal_.set_echo(true);
}

void Login::take_name(const Terminal::Line& line, TimePoint now, std::string& out) {
  user_ = line.text.substr(0, kAnswerBytesMax);
  user_.erase(
      0, user_.find_first_not_of(' ') == user_.npos ? user_.size() : user_.find_first_not_of(' '));
  if (line.by_end_of_file || line.text.size() >= kAnswerBytesMax) out += "\r\n";
  if ((line.by_end_of_file && line.text.empty()) || user_.starts_with('-')) return refuse(now);
  step_ = Step::password;
  is_prompted_ = false;
}

void Login::take_password(const Terminal::Line& line, TimePoint now, std::string& out) {
  out += "\r\n";
  terminal_.set_echo(true);
  if (check_(user_, line.text.substr(0, kAnswerBytesMax))) {
    step_ = Step::done;
  } else {
    refuse(now);
  }
}

// One step; false if it waits for something.
bool Login::step(TimePoint now, std::string& out) {
  if (step_ == Step::refused) {
    if (now < refused_until_) return false;
    out += "\r\nLogin incorrect\r\n";
    is_prompted_ = false;
    step_ = Step::name;
    if (++failures_ < kLoginRetries) return true;
    out += "Maximum number of tries exceeded (" + std::to_string(kLoginRetries) + ")\r\n";
    step_ = Step::over;
    return false;
  }
  if (step_ != Step::name && step_ != Step::password) return false;
  if (!std::exchange(is_prompted_, true)) {
    out += step_ == Step::name ? prompt_ : "Password: ";
    terminal_.set_echo(step_ == Step::name);
    terminal_.flush_input();  // As PAM's conversation does: nobody types ahead.
  }
  const auto line = terminal_.take_line();
  if (!line) return false;
  if (step_ == Step::name) {
    take_name(*line, now, out);
  } else {
    take_password(*line, now, out);
  }
  return true;
}

void Login::poll(TimePoint now, std::string& out) {
  while (step(now, out)) {
  }
  if (now < ends_at_ || step_ == Step::done || step_ == Step::over) return;
  out += "\r\nLogin timed out after 60 seconds.\r\n";
  has_timed_out_ = true;
  step_ = Step::over;
}

}  // namespace decnet::service::telnet
