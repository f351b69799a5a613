#include "store/sqlite/words.h"

#include <mutex>

namespace decnet::store::sqlite {

Result<std::string> Words::text(Connection& reader, std::int64_t word) {
  if (word == 0) return std::string();
  {
    const std::shared_lock lock(mutex_);
    if (const auto found = texts_.find(word); found != texts_.end()) return found->second;
  }
  Rows rows = DECNET_TRY(reader.select("SELECT text FROM words WHERE id = ?", word));
  if (!DECNET_TRY(rows.next())) return std::string();
  std::string text = rows.string(0);
  const std::unique_lock lock(mutex_);
  if (texts_.size() < kWordsMax) texts_.emplace(word, text);
  return text;
}

Result<std::optional<std::int64_t>> find_word(Connection& reader, std::string_view text) {
  return reader.number("SELECT id FROM words WHERE text = ?", text);
}

}  // namespace decnet::store::sqlite
