// A session on a real connection.
#pragma once

#include <memory>

#include "engine/doors.h"
#include "engine/metered_stream.h"
#include "engine/place.h"

namespace decnet::engine {

class LiveSession final : public session::Session {
 public:
  LiveSession(Surroundings& around, std::shared_ptr<RunningPlace> place, Doors& doors,
              net::StreamPtr stream);
  ~LiveSession() override;

  // Tells that it began, serves, tells how it ended.
  net::Task<void> run();

  const Uuid& id() const override { return id_; }
  const session::Place& place() const override { return place_->place; }
  const session::Limits& limits() const override { return around_.limits; }
  net::Stream& stream() override { return *current_; }
  void set_idle_limit(Duration limit) override { metered_.set_idle_limit(limit); }
  net::Task<Result<void>> delay(Duration how_long) override;
  net::Task<Result<void>> start_tls(const TlsOptions& options, std::string buffered) override;
  bool is_tls() const override { return tls_ != nullptr; }
  void emit(event::Event event) override;
  bool accepts(std::string_view principal, std::string_view password) const override;
  std::unique_ptr<session::Capture> capture(std::string_view name, std::string_view path) override;
  std::unique_ptr<session::Recording> record(session::RecordingFacts facts) override;
  net::Task<Result<std::unique_ptr<session::PassiveListener>>> listen_passive() override;
  net::Task<Result<net::StreamPtr>> connect_back(std::uint16_t port,
                                                 std::uint16_t source_port) override;
  net::Task<Result<std::string>> recall(std::string topic) override;
  Result<void> remember(std::string_view topic, std::string_view memory) override;
  void set_end_reason(std::string_view reason) override { end_reason_ = reason; }

 private:
  friend class LiveCapture;
  friend class LiveRecording;
  void stamp(event::Event& event) const;
  void fingerprint_hello(const net::TlsHello& hello);

  Surroundings& around_;
  std::shared_ptr<RunningPlace> place_;
  Doors& doors_;
  Uuid id_;
  std::string id_text_;
  net::Endpoint local_;
  net::Endpoint peer_;
  std::string src_ip_, src_port_, dst_ip_, dst_port_;
  MeteredStream metered_;
  std::unique_ptr<net::TlsStream> tls_;
  net::Stream* current_;
  TimePoint started_at_;
  std::string end_reason_ = "peer";
  std::uint32_t events_ = 0;
  std::uint32_t captures_ = 0;
  std::uint32_t recordings_ = 0;
};

}  // namespace decnet::engine
