#include "engine/live_session.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/counters.h"
#include "engine/live_capture.h"
#include "engine/live_recording.h"
#include "engine/passive_listener.h"
#include "engine/tls_fingerprints.h"
#include "net/socket_stream.h"

namespace decnet::engine {
namespace {

bool is_precious(std::string_view type) {
  return type == event::kLoginAttempt || type == event::kFileCaptured ||
         type.starts_with("session.");
}

}  // namespace

Result<std::shared_ptr<const net::TlsContext>> RunningPlace::tls_context(
    const session::Session::TlsOptions& options) {
  for (const auto& [manner, context] : tls) {
    if (manner == options) return context;
  }
  auto made = net::TlsContext::create({.certificate_pem = place.identity.certificate_pem,
                                       .private_key_pem = place.identity.private_key_pem,
                                       .manner = options});
  if (made) tls.emplace_back(options, *made);
  return made;
}

LiveSession::LiveSession(Surroundings& around, std::shared_ptr<RunningPlace> place, Doors& doors,
                         net::StreamPtr stream)
    : around_(around),
      place_(std::move(place)),
      doors_(doors),
      id_(Uuid::v7(around.clock.now())),
      id_text_(id_.text()),
      local_(stream->local()),
      peer_(stream->peer()),
      src_ip_(peer_.ip.text()),
      src_port_(std::to_string(peer_.port)),
      dst_ip_(local_.ip.text()),
      dst_port_(std::to_string(place_->place.port)),
      metered_(std::move(stream), around.limits, around.clock),
      current_(&metered_),
      started_at_(around.clock.now()) {}

LiveSession::~LiveSession() = default;

net::Task<void> LiveSession::run() {
  emit({.type = std::string(event::kSessionStarted)});
  co_await place_->service->serve(*this);
  if (!metered_.limit_hit().empty()) end_reason_ = metered_.limit_hit();
  current_->close();
  event::Event ended{.type = std::string(event::kSessionEnded)};
  const Duration lasted = around_.clock.now() - started_at_;
  ended.add("duration_ms", std::max<std::int64_t>(lasted.count() / 1000, 0));
  ended.add("bytes_in", metered_.bytes_in()).add("bytes_out", metered_.bytes_out());
  ended.add("reason", end_reason_);
  if (!metered_.first_bytes().empty()) ended.add("first_bytes", metered_.first_bytes());
  emit(std::move(ended));
}

net::Task<Result<void>> LiveSession::delay(Duration how_long) {
  return net::sleep_for(how_long);
}

net::Task<Result<void>> LiveSession::start_tls(const TlsOptions& options, std::string buffered) {
  DECNET_CO_TRY(const auto context, place_->tls_context(options));
  net::TlsHello hello;
  auto accepted = co_await net::tls_accept(metered_, context, std::move(buffered), hello);
  fingerprint_hello(hello);
  if (!accepted) co_return tl::unexpected<Error>(std::move(accepted).error());
  tls_ = *std::move(accepted);
  current_ = tls_.get();
  co_return Result<void>{};
}

void LiveSession::fingerprint_hello(const net::TlsHello& hello) {
  for (const TlsFingerprint& print : tls_fingerprints(hello.records)) {
    fingerprint(print.kind, print.value, print.raw);
  }
}

void LiveSession::stamp(event::Event& event) const {
  event.time = around_.clock.now();
  event.decky = place_->place.decky;
  event.service = place_->place.service;
  event.session = id_text_;
  std::vector<event::Field> own = std::move(event.fields);
  event.fields = {{"src_ip", src_ip_},
                  {"src_port", src_port_},
                  {"dst_ip", dst_ip_},
                  {"dst_port", dst_port_},
                  {"proto", "tcp"}};
  std::move(own.begin(), own.end(), std::back_inserter(event.fields));
}

void LiveSession::emit(event::Event event) {
  static Counter& refused =
      counter("session_limit_events_total", "Events refused by a session's limit");
  if (events_ >= around_.limits.events_max && !is_precious(event.type)) {
    refused.add();
    return;
  }
  ++events_;
  ++around_.events_total;
  stamp(event);
  around_.sender.submit(std::move(event));
}

bool LiveSession::accepts(std::string_view principal, std::string_view password) const {
  const auto& accounts = persona().accounts;
  return std::any_of(accounts.begin(), accounts.end(), [&](const persona::Account& account) {
    return !account.password.empty() && account.user == principal &&
           equal_secret(account.password, password);
  });
}

std::unique_ptr<session::Capture> LiveSession::capture(std::string_view name,
                                                       std::string_view path) {
  static Counter& refused =
      counter("session_limit_captures_total", "Captured files refused by a session's limit");
  const bool keep = captures_ < around_.limits.captures_max;
  if (keep)
    ++captures_;
  else
    refused.add();
  return std::make_unique<LiveCapture>(*this, std::string(name), std::string(path), keep);
}

std::unique_ptr<session::Recording> LiveSession::record(session::RecordingFacts facts) {
  static Counter& refused = counter("session_limit_recordings_total",
                                    "Terminals that were not recorded by a session's limit");
  const bool keep = recordings_ < around_.limits.recordings_max;
  if (!keep) refused.add();
  return std::make_unique<LiveRecording>(*this, std::move(facts), recordings_++, keep);
}

net::Task<Result<std::unique_ptr<session::PassiveListener>>> LiveSession::listen_passive() {
  DECNET_CO_TRY(UniqueFd socket, co_await doors_.open_passive(place_->place.decky));
  const net::Executor executor = co_await net::asio::this_coro::executor;
  co_return make_passive_listener(*this, around_.data_ports, executor, std::move(socket), peer_.ip);
}

net::Task<Result<net::StreamPtr>> LiveSession::connect_back(std::uint16_t port,
                                                            std::uint16_t source_port) {
  DECNET_CO_TRY(
      UniqueFd socket,
      co_await doors_.connect_back(place_->place.decky, metered_.descriptor(), port, source_port));
  co_return net::make_socket_stream(co_await net::asio::this_coro::executor, std::move(socket));
}

net::Task<Result<std::string>> LiveSession::recall(std::string topic) {
  return around_.memories.get(place_->place.decky, std::move(topic), src_ip_);
}

Result<void> LiveSession::remember(std::string_view topic, std::string_view memory) {
  return around_.memories.put(
      {place_->place.decky, std::string(topic), src_ip_, std::string(memory)});
}

}  // namespace decnet::engine
