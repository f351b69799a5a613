// Hub: the broker without its event loop. Sockets in, sockets out; time comes from a Clock. Inside
// the broker.
//
// One turn: read at most kReadBytes from one connection, handle every frame in it, then write once
// to each subscriber that got something. Frames are passed on where they lie in the read buffer.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/fd.h"
#include "bus/broker.h"
#include "bus/codec.h"
#include "bus/connection.h"
#include "bus/event_body.h"
#include "bus/matcher.h"

namespace decnet::bus {

inline constexpr std::string_view kQueryTopic = "system.bus.query";
inline constexpr std::string_view kReportTopic = "system.bus.report";

class Hub {
 public:
  struct Options {
    QueueLimits queue;
    const Clock* clock = &Clock::system();
    std::size_t connections_max = kConnectionsMax;
    std::size_t patterns_max = kPatternsPerConnectionMax;
    std::size_t pattern_nodes_max = kPatternNodesMax;
    Duration frame_wait = kFrameWaitMax;
    std::optional<AllowList> allow;
  };

  // `listening` may be empty: then connections come by add() only. Errors: io.
  static Result<std::unique_ptr<Hub>> create(UniqueFd listening, Options options);
  ~Hub();

  // Takes a connection in. False: there are connections_max already, and it is closed.
  bool add(UniqueFd connection, Patience patience = Patience::some);
  // False: also, not let in.
  bool add(UniqueFd connection, const net::PeerCredentials& peer,
           Patience patience = Patience::some);

  // Handles everything that is ready now and everything whose time has come. Never waits. Returns
  // how many descriptors were ready. Errors: io.
  Result<std::size_t> step();

  int descriptor() const noexcept { return epoll_.get(); }  // Readable when step() has work.
  Connection::Time next_deadline() const noexcept;          // When step() has work by the clock.

  // An event of the broker's own.
  void publish(std::string_view topic, std::string payload);
  void goodbye();  // BYE to everyone, and closes.

  // One more field of system.bus.health, whose JSON is asked for each time.
  void show_in_health(std::string name, std::function<std::string()> json);
  void allow(std::optional<AllowList> list);  // As Broker::allow().

  BrokerStatistics statistics() const;

 private:
  Hub(UniqueFd epoll, UniqueFd listening, Options options);

  // hub.cc: connections and time.
  void accept_all();
  void close(Connection& connection);
  void refuse(Connection& connection, std::string_view reason);  // A protocol error.
  void bury();
  void watch(Connection& connection, int operation) const;
  void keep_time();
  void end_slow_frames();
  void say_drops(Connection& connection);
  void publish_health();
  bool warn_of_refusal();

  // hub_report.cc: who may do what, and what everybody does.
  bool let_in(Connection& connection);
  bool may(Connection& connection, bool allowed, std::string_view what, std::string_view topic);
  void answer_query(Connection& from);
  std::string report() const;

  // hub_frames.cc: what clients say.
  void on_readable(Connection& connection);
  void read_into_buffer(Connection& connection);
  void read_into_partial(Connection& connection);
  std::size_t receive(Connection& connection, char* to, std::size_t most);
  void keep_rest(Connection& connection, std::string_view rest, std::size_t used);
  bool on_backlog(Connection& connection);
  std::size_t handle_all(Connection& connection, char* bytes, std::size_t size);
  void handle(Connection& from, const Frame& frame, char* bytes, const SharedBytes& owner);
  void on_hello(Connection& from, std::string_view name);
  void on_subscribe(Connection& from, std::string_view pattern);
  void on_unsubscribe(Connection& from, std::string_view pattern);
  void on_publish(Connection& from, const Frame& frame, char* bytes, const SharedBytes& owner);
  void on_ping(Connection& from, std::string_view token);

  // hub_delivery.cc: what goes out.
  void fan_out(std::string_view topic, std::string_view frame, const SharedBytes& owner,
               const Connection* from);
  void send(Connection& to, std::string_view frame, SharedBytes owner, Outbox::Kind kind);
  void flush(Connection& connection);
  void end_turn(Connection* publisher);
  void judge_pace(Connection& subscriber);
  void pause(Connection& publisher, const Connection& subscriber);
  void resume_paused();

  Options options_;
  UniqueFd epoll_;
  UniqueFd listening_;
  bool listening_watched_ = false;
  Connection::Time listen_again_at_{0};
  std::vector<std::unique_ptr<Connection>> slots_;
  std::vector<std::uint32_t> free_slots_;
  std::size_t connections_ = 0;
  std::vector<Connection*> doomed_;
  std::vector<Connection*> dirty_;
  std::vector<Connection*> paused_;
  std::vector<Connection*> backlog_;
  Matcher matcher_;
  EventReader reader_;
  EventIds ids_;

  std::unique_ptr<char[]> buffer_;  // What is read, and the padding the JSON parser wants.
  std::string_view borrowed_from_;  // The part of buffer_ that this turn's frames lie in.
  SharedBytes borrowed_copy_;
  Connection::Time now_{0};

  Connection::Time started_;
  Connection::Time next_health_;
  Connection::Time next_drop_warning_;
  Connection::Time next_frame_end_;
  Connection::Time warned_of_refusal_{0};
  std::uint64_t last_id_ = 0;
  SharedBytes report_;  // A whole frame.
  Connection::Time report_made_{0};
  BrokerStatistics totals_;
  std::vector<std::pair<std::string, std::function<std::string()>>> more_health_;
};

}  // namespace decnet::bus
