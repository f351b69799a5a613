// A Session over a script, for the unit tests and fuzz targets of services.
//
//   ScriptedSession session({.service = "ftp", .script = {"USER a\r\n"}});
//   session.run(*service);                       // or run_service(descriptor(), …)
//   EXPECT_EQ(session.written(), "220 …");
//   EXPECT_EQ(session.event_lines(), "login.attempt principal=a …\n");
//
// Time stands still but for delays and deadlines, which move it at once. TLS is a switch without
// any cipher.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "net/memory_stream.h"
#include "session/session.h"

namespace decnet::session {

struct Script {
  std::string service;
  std::vector<std::string> script;  // What the peer sends, read by read.
  net::ScriptEnd end = net::ScriptEnd::closes;
  std::uint16_t port = 0;
  std::map<std::string, std::string, std::less<>> options;
  persona::Persona persona = example_persona();
  const Assets* assets = nullptr;  // None: every file is absent.
  Limits limits;

  static persona::Persona example_persona();  // web-01.example.net, Debian 12, seed 1
};

// The other end of a data connection: what the peer sends there, and what it got.
struct ScriptedData {
  std::vector<std::string> script;
  bool refuses = false;  // connect_back: refused; listen_passive: nobody comes.
};

class ScriptedSession final : public Session {
 public:
  explicit ScriptedSession(Script script);
  ~ScriptedSession() override;

  void run(Service& service);                   // serve() until it returns.
  void add_data_connection(ScriptedData data);  // The next PASV or PORT gets it.

  std::string written() const { return stream_.written(); }
  net::MemoryStream& memory_stream() { return stream_; }
  const std::vector<event::Event>& events() const { return events_; }
  std::string event_lines() const;  // "type name=value name=value\n" each, bytes escaped as \xNN.
  const std::vector<std::string>& data_written() const {
    return data_written_;
  }  // One a data connection that is closed.
  const std::vector<std::string>& captured() const { return captured_; }
  // The text of each recording (asciicast v2, segments joined), in the order of their record().
  const std::deque<std::string>& recordings() const { return recordings_; }
  Duration waited() const { return waited_; }  // Sum of delay().
  std::string end_reason() const { return end_reason_; }
  FakeClock& fake_clock() { return clock_; }

  const Uuid& id() const override { return id_; }
  const Place& place() const override { return place_; }
  const Limits& limits() const override { return script_.limits; }
  net::Stream& stream() override { return stream_; }
  void set_idle_limit(Duration limit) override;
  net::Task<Result<void>> delay(Duration how_long) override;
  net::Task<Result<void>> start_tls(const TlsOptions& options, std::string buffered) override;
  bool is_tls() const override { return tls_; }
  void emit(event::Event event) override;
  bool accepts(std::string_view principal, std::string_view password) const override;
  std::unique_ptr<Capture> capture(std::string_view name, std::string_view path) override;
  std::unique_ptr<Recording> record(RecordingFacts facts) override;
  net::Task<Result<std::unique_ptr<PassiveListener>>> listen_passive() override;
  net::Task<Result<net::StreamPtr>> connect_back(std::uint16_t port,
                                                 std::uint16_t source_port) override;
  net::Task<Result<std::string>> recall(std::string topic) override;
  Result<void> remember(std::string_view topic, std::string_view memory) override;
  void set_end_reason(std::string_view reason) override { end_reason_ = reason; }

  std::map<std::string, std::string, std::less<>> memories;  // By topic.
  bool memory_is_lost = false;  // recall() fails as it does while core is away.

 private:
  friend class ScriptedCapture;
  friend class ScriptedListener;
  friend class ScriptedDataStream;
  net::StreamPtr next_data();

  Script script_;
  FakeClock clock_;
  Place place_;
  Uuid id_ = Uuid::v8("scripted session");
  net::MemoryStream stream_;
  std::vector<event::Event> events_;
  std::deque<ScriptedData> data_;
  std::vector<std::string> data_written_;
  std::vector<std::string> captured_;
  std::deque<std::string> recordings_;
  Duration waited_{0};
  std::string end_reason_ = "peer";
  bool tls_ = false;
};

// Makes the service for the script's place, plays the script, and returns the session for
// inspection.
std::unique_ptr<ScriptedSession> run_service(const Descriptor& descriptor, Script script);

}  // namespace decnet::session
