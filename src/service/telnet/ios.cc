// A Cisco router's vty with "login local": nobody gets in. Negotiation and texts are the well-known
// ones of IOS 15; they are not recorded from a router.
#include "service/telnet/peer_options.h"
#include "service/telnet/talk.h"
#include "service/telnet/wire.h"

namespace decnet::service::telnet {
namespace {

constexpr int kTries = 3;
constexpr Duration kAnswerTime = std::chrono::seconds{30};
constexpr Duration kFailTime = std::chrono::seconds{2};
constexpr std::size_t kIosLineBytesMax = 254;

class Ios final : public Talk, private WireHandler {
 public:
  explicit Ios(session::Session& session) : session_(session) {
    for (const std::uint8_t option : {kEcho, kSuppressGoAhead}) {
      options_.support(Side::us, option);
      options_.ask(Side::us, option);
    }
    for (const std::uint8_t option : {kTerminalType, kWindowSize}) {
      options_.support(Side::peer, option);
      options_.ask(Side::peer, option);
    }
    output_ += "\r\n\r\nUser Access Verification\r\n\r\n";
    ask(Step::name);
  }

  void feed(std::string_view bytes) override { decoder_.feed(bytes, *this); }

  bool poll() override {
    if (step_ == Step::over || session_.clock().now() < due_) return false;
    if (step_ == Step::refused) {
      output_ += "% Login invalid\r\n\r\n";
      if (++failures_ == kTries) {
        end("login_failed");
      } else {
        ask(Step::name);
      }
      return false;
    }
    output_ += step_ == Step::name ? "\r\n% Username:  timeout expired!\r\n"
                                   : "\r\n% Password:  timeout expired!\r\n";
    end("login_timeout");
    return false;
  }

  std::string take_output() override { return std::exchange(output_, {}); }
  std::optional<TimePoint> wakes_at() const override { return due_; }
  bool is_over() const override { return step_ == Step::over; }
  std::string_view end_reason() const override { return reason_; }

 private:
  enum class Step : std::uint8_t { name, password, refused, over };

  void ask(Step step) {
    step_ = step;
    line_.clear();
    due_ = session_.clock().now() + kAnswerTime;
    output_ += step == Step::name ? "Username: " : "Password: ";
  }

  void end(std::string_view reason) {
    step_ = Step::over;
    reason_ = reason;
    peer_options_.tell(session_);
  }

  void finish_line() {
    output_ += "\r\n";
    if (step_ == Step::name) {
      if (line_.empty()) return ask(Step::name);
      peer_options_.tell(session_);
      user_ = line_;
      return ask(Step::password);
    }
    session_.login({.principal = user_, .secret = line_});
    line_.clear();
    step_ = Step::refused;
    due_ = session_.clock().now() + kFailTime;
  }

  void on_text(char byte) override {
    if (step_ != Step::name && step_ != Step::password) return;
    if (byte == '\r' || byte == '\n') return finish_line();
    const bool echoes = step_ == Step::name;
    if (byte == '\b' || byte == '\x7f') {
      if (line_.empty()) return;
      line_.pop_back();
      if (echoes) output_ += "\b \b";
    } else if (line_.size() < kIosLineBytesMax && static_cast<unsigned char>(byte) >= 0x20) {
      line_ += byte;
      if (echoes) output_ += byte == kIac ? std::string(2, kIac) : std::string(1, byte);
    }
  }

  void on_command(Command) override {}

  void on_option(Verb verb, std::uint8_t option) override {
    peer_options_.note(verb, option);
    if (peer_options_.is_flood()) return end("option_flood");
    const Change change = options_.receive(verb, option);
    if (verb == Verb::will && change == Change::on && option == kTerminalType)
      output_ += subnegotiation(kTerminalType, "\x01");
  }

  void on_subnegotiation(std::string_view content) override {
    if (has_told_terminal_ || content.size() < 2 || content[1] != '\0' ||
        content.front() != static_cast<char>(kTerminalType))
      return;
    has_told_terminal_ = true;
    session_.fingerprint("terminal_type", content.substr(2));
  }

  session::Session& session_;
  std::string output_;
  Options options_{output_};
  PeerOptions peer_options_;
  Decoder decoder_;
  Step step_ = Step::name;
  std::string line_, user_;
  int failures_ = 0;
  bool has_told_terminal_ = false;
  TimePoint due_{};
  std::string_view reason_;
};

}  // namespace

std::unique_ptr<Talk> make_ios(session::Session& session) {
  return std::make_unique<Ios>(session);
}

}  // namespace decnet::service::telnet
