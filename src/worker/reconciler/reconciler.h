// Reconciler: makes the fleet what the store says it shall be, and tells the store what it is.
//
// Each pass reads the desired fleet, sends it whole to netd (sockets) and to the engines (what
// stands behind them), and stores what netd answers. Whoever restarts is sent everything again; a
// pass that changes nothing costs two reads.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "control/channel.h"
#include "ingest/sender.h"
#include "net/task_group.h"
#include "worker/reconciler/keys.h"
#include "worker/runtime/worker.h"

namespace decnet::worker::reconciler {

inline constexpr Duration kPollEvery = std::chrono::seconds{30};
// Spent on new keys in a pass: deckies that are ready do not wait for all the others.
inline constexpr std::chrono::milliseconds kKeysTime{300};
inline constexpr std::size_t kDeckiesPerMessage = 500;

class Reconciler final : public Worker {
 public:
  net::Task<Result<void>> run(Context& context) override;
  std::string health() const override;

 private:
  struct Keys {
    TlsIdentity tls;                    // Empty where no service speaks TLS.
    std::vector<std::string> host_pem;  // Empty where none speaks SSH.
  };
  struct Desired {
    store::DeckyRow row;
    Keys keys;
    std::map<std::pair<std::string, std::uint16_t>, std::string> states;
  };

  net::Task<Result<void>> pass(Context& context);
  net::Task<void> take_lines(Context& context);
  net::Task<void> follow_netd(Context& context, std::shared_ptr<control::Channel> channel);
  net::Task<void> follow_engine(Context& context, std::string name,
                                std::shared_ptr<control::Channel> channel);
  net::Task<void> keep_state(Context& context, const control::StatePut& put);
  net::Task<void> keep_memory(Context& context, const control::MemoryPut& put);
  net::Task<void> recall(Context& context, control::Channel& engine,
                         const control::MemoryGet& question);
  net::Task<void> tell_lives(Context& context);
  net::Task<void> refill_keys(Context& context);
  net::Task<void> note_states(Context& context, control::ListenerStates states);
  // Deckies without keys are left out once making others' has taken its time.
  Result<std::vector<Desired>> read_desired(Context& context, bool& is_whole);
  Result<std::optional<Keys>> known_keys(Context& context, const store::DeckyRow& row);
  Result<Keys> make_keys(Context& context, const store::DeckyRow& row);
  Result<std::optional<TlsIdentity>> known_identity(Context& context, const Uuid& decky);
  Result<std::optional<std::vector<std::string>>> known_host_keys(Context& context,
                                                                  const Uuid& decky);
  Result<TlsIdentity> make_identity(Context& context, const store::DeckyRow& row);
  Result<std::vector<std::string>> keep_host_keys(Context& context, const Uuid& decky);
  Result<std::string> authority_key(Context& context, std::uint64_t seed, persona::KeyKind kind);
  void send_to_netd(const std::vector<Desired>& fleet, std::uint32_t shards);
  void send_to_engine(const std::string& name, control::Channel& engine,
                      const std::vector<Desired>& fleet, std::uint32_t shards);

  std::unique_ptr<Vault> vault_;
  KeyPool keys_;
  std::unique_ptr<ingest::Sender> sender_;
  std::unique_ptr<net::TaskGroup> tasks_;
  std::unique_ptr<net::Wakeup> changed_;
  std::shared_ptr<control::Channel> netd_;
  std::map<std::string, std::shared_ptr<control::Channel>> engines_;
  std::map<std::string, std::set<std::string>>
      sent_;                     // Deckies that an engine's present life has been sent.
  std::set<std::string> fresh_;  // Engines, and "netd", whose line is new.
  std::string last_fleet_;       // What was sent last, to know whether a pass changes anything.
  std::uint64_t version_ = 0;
  std::uint64_t passes_ = 0;
  std::map<std::string, control::EngineReport> reports_;
};

}  // namespace decnet::worker::reconciler
