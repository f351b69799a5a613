// Credentials while a batch is written: one row for each pair on one service of one decky from one
// source.
#pragma once

#include <memory>

#include "store/ingest.h"
#include "store/sqlite/entry.h"
#include "store/sqlite/rollup_fold.h"

namespace decnet::store::sqlite {

inline constexpr std::size_t kPrincipalBytesMax =
    1'024;  // Longer ones are cut; the event has them whole.
inline constexpr std::size_t kSecretBytesMax =
    16 * 1024;  // Likewise; sha256 is that of the whole secret.
inline constexpr std::size_t kCrackLineBytesMax = 16 * 1024;

class CredentialFold {
 public:
  CredentialFold(Connection& connection, Dictionary& words, RollupFold& rollups);
  ~CredentialFold();

  Result<void> add(const Entry& entry);  // login.attempt
  Result<void> flush(IngestOutcome& outcome);
  void forget();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace decnet::store::sqlite
