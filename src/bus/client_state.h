// What UnixBus shares with its tasks. Inside bus.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <set>
#include <string>

#include "bus/client.h"
#include "bus/codec.h"
#include "bus/event_body.h"
#include "bus/send_queue.h"
#include "bus/signal.h"
#include "bus/subscriptions.h"
#include "net/stream.h"

namespace decnet::bus {

struct UnixBus::State : std::enable_shared_from_this<State> {
  State(const net::Executor& on, ClientOptions of) : executor(on), options(std::move(of)) {}

  // Every task takes a share, so that none refers to a bus that is gone.
  static net::Task<void> run(std::shared_ptr<State> state);
  static net::Task<void> write_all(std::shared_ptr<State> state,
                                   std::shared_ptr<net::Stream> stream);
  static net::Task<Result<void>> flush(std::shared_ptr<State> state, Duration timeout);

  void watch_subscriptions();
  void publish(const Topic& topic, std::string_view payload, std::string_view type);
  void send_control(Verb verb, std::string_view args);
  void end();

  net::Executor executor;
  ClientOptions options;
  std::shared_ptr<Subscriptions> table;
  SendQueue queue;
  EventReader reader;
  EventIds ids;

  std::shared_ptr<net::Stream> stream;  // Shared by the reading and the writing task.
  bool established = false;             // There is a connection; it may still be silent.
  bool answered = false;                // The broker has answered the greeting.
  bool sent_all = false;                // Nothing is queued or being written.
  bool closing = false;
  bool ended = false;
  bool warned_of_closed = false;
  SendQueue::Time warned_of_drops_at{0};
  std::uint64_t drops_unsaid = 0;
  bool down_said = false;        // The log knows that there is no broker.
  unsigned attempts_failed = 0;  // Since the last answer.
  std::string last_failure;
  Signal attempted;  // An attempt to connect has succeeded or failed.
  Signal queued;     // For the writer.
  Signal drained;    // The writer has nothing left.
  Signal answers;    // A PONG came, or the bus has ended.

  std::uint64_t last_ping = 0;
  std::set<std::uint64_t> pings;  // Not answered yet; asked again on the next connection.
  std::deque<Event> local;        // For this process's own handlers.

 private:
  net::Task<Result<void>> converse();
  Result<void> take(const Frame& frame);
  void greet();
  void on_pong(std::string_view token);
  void deliver_local();
  void count_drops(std::size_t dropped);
};

}  // namespace decnet::bus
