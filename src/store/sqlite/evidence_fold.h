// Fingerprints and files while a batch is written.
#pragma once

#include <memory>

#include "store/sqlite/entry.h"

namespace decnet::store::sqlite {

inline constexpr std::size_t kFingerprintBytesMax =
    2'048;  // Of a value; longer ones are cut, the event has them whole.
inline constexpr std::size_t kFingerprintRawBytesMax = 8'192;
inline constexpr std::size_t kFileNameBytesMax = 1'024;  // Of name and path each.

class EvidenceFold {
 public:
  EvidenceFold(Connection& connection, Dictionary& words);
  ~EvidenceFold();

  Result<void> add_fingerprint(const Entry& entry);
  Result<void> add_file(const Entry& entry);
  Result<void> flush();
  void forget();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The column fingerprints.key.
std::int64_t fingerprint_key(std::int64_t kind, std::string_view value) noexcept;

}  // namespace decnet::store::sqlite
