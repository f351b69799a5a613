// A Telnetd over a scripted session, for the tests of this folder.
#pragma once

#include <memory>
#include <string>

#include "service/telnet/talk.h"
#include "session/testing.h"

namespace decnet::service::telnet {

// "root" with "good" works; the shell answers each line with its upper half of a byte (0xff) and
// ends at "exit".
class TestHost final : public Host {
 public:
  bool works(std::string_view user, std::string_view password) override {
    return user == "root" && password == "good";
  }
  int terminal_number() override { return 0; }
  std::unique_ptr<Shell> open(shell::ConsoleRequest request) override;
  shell::ConsoleRequest request;
  std::string typed;
  std::string size;
  bool is_full = false;
};

class TalkTest {
 public:
  TalkTest() : session_({.service = "telnet"}), talk_(make_telnetd(session_, host_)) {}
  void feed(std::string_view bytes) {
    if (talk_->is_over()) return;
    talk_->feed(bytes);
    talk_->poll();
  }
  void wait(Duration how_long) {
    session_.fake_clock().advance(how_long);
    talk_->poll();
  }
  std::string said() { return talk_->take_output(); }
  std::string events() const { return session_.event_lines(); }
  Talk& talk() { return *talk_; }
  TestHost& host() { return host_; }

 private:
  session::ScriptedSession session_;
  TestHost host_;
  std::unique_ptr<Talk> talk_;
};

}  // namespace decnet::service::telnet
