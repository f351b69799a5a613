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

Result<std::string> word_list(Connection& reader, const std::vector<std::string>& words) {
  constexpr std::size_t kListWordsMax = 100;
  if (words.size() > kListWordsMax)
    return fail(Errc::invalid_argument, "too many values in a filter");
  std::string out;
  for (const std::string& word : words) {
    const auto id = DECNET_TRY(find_word(reader, word));
    if (id) out += (out.empty() ? "" : ",") + std::to_string(*id);
  }
  return out;
}

}  // namespace decnet::store::sqlite
