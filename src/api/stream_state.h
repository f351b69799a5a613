// What the hub and its clients share. For stream_hub.cc and stream_client.cc only.
#pragma once

#include <list>
#include <set>

#include "api/stream_hub.h"

namespace decnet::api {

class StreamClient;

struct StreamHub::State {
  State(const net::Executor& on, store::Store& with, Authenticator& knows, const Clock& tells,
        std::size_t most)
      : executor(on),
        store(with),
        authenticator(knows),
        clock(tells),
        clients_max(most),
        pool("api-stream", 1),
        work(on) {}

  net::Executor executor;
  store::Store& store;
  Authenticator& authenticator;
  const Clock& clock;
  std::size_t clients_max;
  net::BlockingPool pool;
  net::Wakeup work;
  StreamLog log;
  bool is_reading = false;  // The log follows the store.
  std::string health;
  std::uint64_t health_version = 0;
  std::list<StreamClient*> clients;

  // Since the last summary.
  std::set<Uuid> touched;
  std::size_t logins = 0;
  TimePoint summarised_at{};
};

// One open stream.
class StreamClient {
 public:
  StreamClient(StreamHub& hub, StreamRequest request, BodySink& sink);
  ~StreamClient();
  StreamClient(const StreamClient&) = delete;
  StreamClient& operator=(const StreamClient&) = delete;

  net::Task<Result<void>> run();
  void wake() { work_.wake(); }
  const Principal& principal() const noexcept { return *request_.principal; }
  bool sees_secrets() const noexcept { return request_.secrets == Secrets::shown; }

 private:
  net::Task<Result<void>> begin();
  net::Task<Result<void>> catch_up(store::Sequence from);
  net::Task<Result<void>> wait();
  net::Task<bool> may_listen();
  net::Task<void> watch_peer();
  net::Task<Result<void>> follow();
  bool collect();
  void ping_if_due();
  void append(const StreamEntry& entry);
  void reset_to_now();

  StreamHub& hub_;
  StreamHub::State& state_;
  StreamRequest request_;
  BodySink& sink_;
  net::Wakeup work_;
  std::list<StreamClient*>::iterator place_;
  std::string out_;
  std::uint64_t next_ = 0;    // Index in the log.
  store::Sequence seen_ = 0;  // Everything up to it has been sent or was not wanted.
  std::uint64_t health_sent_ = 0;
  std::uint64_t generation_ = 0;  // Of the authenticator, when the caller was last checked.
  TimePoint checked_at_{}, pinged_at_{};
  bool peer_left_ = false;
};

}  // namespace decnet::api
