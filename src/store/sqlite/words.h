// Texts of the dictionary by their number, for readers. A word that was committed never changes.
#pragma once

#include <cstdint>
#include <shared_mutex>
#include <string>
#include <unordered_map>

#include "store/sqlite/connection.h"

namespace decnet::store::sqlite {

// More distinct words than this are not stored (the line is rejected): what peers name must not
// grow without end.
inline constexpr std::size_t kWordsMax = 100'000;
inline constexpr std::size_t kWordBytesMax = 255;

class Words {
 public:
  // The text of a word, empty for 0 and for an unknown one. Any thread, each with its own
  // connection.
  Result<std::string> text(Connection& reader, std::int64_t word);

 private:
  std::shared_mutex mutex_;
  std::unordered_map<std::int64_t, std::string> texts_;
};

// The number of a word that exists.
Result<std::optional<std::int64_t>> find_word(Connection& reader, std::string_view text);

// The ids of words as an SQL list ("3,17"), for `column IN (…)`; words that nobody has used are
// left out, so that a list of those alone matches nothing. Errors: invalid_argument (too many
// words), io.
Result<std::string> word_list(Connection& reader, const std::vector<std::string>& words);

}  // namespace decnet::store::sqlite
