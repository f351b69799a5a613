// A small host and a session over any stream, for the tests of this folder.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "service/ssh/ssh.h"
#include "session/testing.h"

namespace decnet::service::ssh {

// Three keys, made once.
const std::vector<std::string>& test_host_keys();

// Files of two users (root, ann), and a "shell" that understands `echo TEXT`, `exit N`, `cat` and
// `yes`.
class TestHost final : public Host {
 public:
  explicit TestHost(const Clock& clock);
  std::shared_ptr<Userland> find(session::Session&) override { return userland_; }
  std::shared_ptr<Userland> enter(session::Session& by) override {
    session = &by;
    return userland_;
  }
  shell::FileSystem& files() { return userland_->files(); }
  session::Session* session = nullptr;  // Who logged in last.
  std::string planted_key;              // "ssh-ed25519 AAAA…": works for everybody.

 private:
  class Land;
  std::shared_ptr<Userland> userland_;
};

// The parts of a Session that SSH uses, over a stream of one's own.
class TestSession final : public session::Session {
 public:
  TestSession(session::Place place, net::Stream& stream, bool waits);
  std::string event_lines() const;
  const std::vector<event::Event>& events() const { return events_; }
  const std::vector<std::string>& captured() const { return captured_; }
  Duration waited() const { return waited_; }
  const std::string& reason() const { return reason_; }

  const Uuid& id() const override { return id_; }
  const session::Place& place() const override { return place_; }
  const session::Limits& limits() const override { return limits_; }
  net::Stream& stream() override { return stream_; }
  void set_idle_limit(Duration limit) override;
  net::Task<Result<void>> delay(Duration how_long) override;
  net::Task<Result<void>> start_tls(const TlsOptions&, std::string) override;
  bool is_tls() const override { return false; }
  void emit(event::Event event) override { events_.push_back(std::move(event)); }
  bool accepts(std::string_view principal, std::string_view password) const override;
  std::unique_ptr<session::Capture> capture(std::string_view, std::string_view) override;
  net::Task<Result<std::unique_ptr<session::PassiveListener>>> listen_passive() override;
  net::Task<Result<net::StreamPtr>> connect_back(std::uint16_t, std::uint16_t) override;
  std::unique_ptr<session::Recording> record(session::RecordingFacts facts) override {
    const auto forget = [](const session::Segment&) {};
    return std::make_unique<session::Recorder>(Clock::system(), std::move(facts), forget);
  }
  net::Task<Result<std::string>> recall(std::string) override {
    co_return fail(Errc::not_found, "nothing is remembered");
  }
  Result<void> remember(std::string_view, std::string_view) override { return {}; }
  void set_end_reason(std::string_view reason) override { reason_ = reason; }

  session::Limits limits_;

 private:
  friend class TestCapture;
  session::Place place_;
  net::Stream& stream_;
  bool waits_;
  Uuid id_ = Uuid::v8("ssh test session");
  std::vector<event::Event> events_;
  std::vector<std::string> captured_;
  Duration waited_{0};
  std::string reason_ = "peer";
};

// A place with keys; `clock` outlives it.
session::Place test_place(const Clock& clock);

}  // namespace decnet::service::ssh
