// StreamHub: one reader of the store for all clients of the stream. The bus (or a slow poll) wakes
// it, it reads what is new, once, and wakes the clients, each of which takes its frames from the
// shared log (stream_log.h) at its own pace.
//
// Lives on the loop's thread; the store is read on a thread of its own, so that no slow query holds
// the stream up.
#pragma once

#include <list>
#include <memory>
#include <string>

#include "api/event_view.h"
#include "api/http.h"
#include "api/principal.h"
#include "api/stream_log.h"
#include "api/topic_filter.h"
#include "net/blocking.h"
#include "net/wakeup.h"

namespace decnet::store {
class Store;
}

namespace decnet::api {

class Authenticator;

inline constexpr Duration kStreamPoll = std::chrono::seconds{1};
inline constexpr Duration kStreamReadEvery = std::chrono::milliseconds{4};  // At most so often.
inline constexpr Duration kStreamPing = std::chrono::seconds{15};
inline constexpr Duration kStreamCheckCaller = std::chrono::seconds{5};
// Lists of attackers and credentials change with nearly every event: that they did is said at most
// so often, as `attacker.touched` {attacker_uuids} and `credential.captured` {count}.
inline constexpr Duration kStreamSummaryEvery = std::chrono::milliseconds{500};
inline constexpr std::size_t kStreamSummaryAttackersMax = 200;
inline constexpr std::size_t kStreamWriteBytesMax = 64 * 1024;
inline constexpr std::size_t kStreamResumeRowsMax = 10'000;
inline constexpr std::size_t kStreamClientsPerCallerMax = 64;

struct StreamRequest {
  PrincipalPtr principal;
  TopicFilter topics;
  Secrets secrets = Secrets::masked;
  std::optional<store::Sequence> last_event_id;
};

class StreamHub {
 public:
  StreamHub(const net::Executor& executor, store::Store& store, Authenticator& authenticator,
            const Clock& clock, std::size_t clients_max);
  ~StreamHub();

  // Something may be new in the store.
  void wake();
  // What `event: health` says from now on; goes to every client at once.
  void set_health(std::string json);

  // A `change` that stands in no journal, for whoever listens now. `payload` is JSON.
  void announce(std::string_view topic, std::string_view payload);

  // Reads for as long as there are clients. Until it is cancelled.
  net::Task<void> run();

  // A place for one more client. Errors: limit (clients_max, or kStreamClientsPerCallerMax of one
  // caller).
  Result<void> admit(const Principal& principal) const;
  // Writes to one client until it leaves, may no longer listen, or has fallen behind.
  net::Task<Result<void>> serve(StreamRequest request, BodySink& sink);

  std::size_t clients() const noexcept;

 private:
  friend class StreamClient;
  struct State;

  net::Task<Result<void>> start_reading();
  net::Task<Result<bool>> read_some();
  void summarise();

  std::shared_ptr<State> state_;
};

}  // namespace decnet::api
