// The numbers of words while a batch is written, and what the pipeline must know of a type.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "store/sqlite/query.h"

namespace decnet::store::sqlite {

// What the store does beyond keeping the event.
enum class Kind : std::uint8_t {
  other,
  session_started,
  session_ended,
  login_attempt,
  command,
  file_captured,
  fingerprint,
  recording,
};
Kind kind_of(std::string_view type) noexcept;

struct Word {
  std::int64_t id = 0;
  Kind kind = Kind::other;
};

class Dictionary {
 public:
  explicit Dictionary(Connection& connection);
  ~Dictionary();

  // The number of a text, made if it is new; 0 for the empty text. Nothing: kWordsMax was reached,
  // or it is too long.
  Result<std::optional<Word>> find(std::string_view text);
  void forget();  // After a rollback.

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace decnet::store::sqlite
