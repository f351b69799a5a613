// Attackers while a batch is written: each source address is loaded once, counted in memory, and
// written once.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/uuid.h"
#include "event/event.h"
#include "store/sqlite/query.h"

namespace decnet::store::sqlite {

inline constexpr std::size_t kSourceTypesMax =
    64;  // Types counted apart; further ones are counted under word 0.

struct Source {
  std::int64_t id = 0;
  std::string ip;
  Uuid uuid;
  TimePoint first_seen{}, last_seen{};
  std::uint64_t events = 0, sessions = 0, credentials = 0, deckies = 0, files = 0;
  int severity = 0;
  std::vector<std::pair<std::int64_t, std::uint64_t>> types;
  bool is_new = false, changed = false;

  void count_event(std::int64_t type, event::Severity of, TimePoint at);
};

// "3=12 5=7", the column attackers.types. What is malformed is skipped.
std::string types_text(const std::vector<std::pair<std::int64_t, std::uint64_t>>& types);
std::vector<std::pair<std::int64_t, std::uint64_t>> parse_types(std::string_view text);

class Sources {
 public:
  explicit Sources(Connection& connection);
  ~Sources();

  // The attacker of a canonical address, made at its first sight. Lives until forget() or the end
  // of the second flush().
  Result<Source*> find(std::string_view ip, TimePoint at);
  // Notes that the source touched a service of a decky; counts deckies.
  Result<void> touch(Source& source, std::int64_t decky, std::int64_t service);
  Result<void> flush();
  void forget();  // After a rollback, or when another has written.

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace decnet::store::sqlite
