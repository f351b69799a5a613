#include "store/sqlite/dictionary.h"

#include <array>
#include <string>

#include <boost/unordered/unordered_flat_map.hpp>

#include "event/event.h"
#include "store/sqlite/hashing.h"
#include "store/sqlite/words.h"

namespace decnet::store::sqlite {
namespace {

constexpr std::size_t kRememberedMax = 20'000;

}  // namespace

struct Dictionary::State {
  explicit State(Connection& connection)
      : select(connection, "SELECT id FROM words WHERE text = ?"),
        newest(connection, "SELECT max(id) FROM words"),
        insert(connection, "INSERT INTO words VALUES (?, ?)") {}

  Result<std::optional<Word>> load(std::string_view text);

  Query select, newest, insert;
  boost::unordered_flat_map<std::string, Word, TextHash, std::equal_to<>> known;
};

Dictionary::Dictionary(Connection& connection) : state_(std::make_unique<State>(connection)) {}
Dictionary::~Dictionary() = default;

void Dictionary::forget() {
  state_->known.clear();
}

Result<std::optional<Word>> Dictionary::find(std::string_view text) {
  if (text.empty()) return std::optional<Word>(Word{});
  if (const auto found = state_->known.find(text); found != state_->known.end())
    return std::optional<Word>(found->second);
  return state_->load(text);
}

Result<std::optional<Word>> Dictionary::State::load(std::string_view text) {
  if (text.size() > kWordBytesMax) return std::optional<Word>();
  Word word{.kind = kind_of(text)};
  {
    Rows rows = DECNET_TRY(select.select(text));
    if (DECNET_TRY(rows.next())) word.id = rows.number(0);
  }
  if (word.id == 0) {
    Rows rows = DECNET_TRY(newest.select());
    word.id = DECNET_TRY(rows.next()) ? rows.number(0) + 1 : 1;
    if (word.id > static_cast<std::int64_t>(kWordsMax)) return std::optional<Word>();
    DECNET_TRY(insert.run(word.id, text));
  }
  if (known.size() >= kRememberedMax) known.clear();
  known.emplace(text, word);
  return std::optional<Word>(word);
}

Kind kind_of(std::string_view type) noexcept {
  struct Named {
    std::string_view type;
    Kind kind;
  };
  constexpr std::array<Named, 7> kKinds = {{{event::kSessionStarted, Kind::session_started},
                                            {event::kSessionEnded, Kind::session_ended},
                                            {event::kLoginAttempt, Kind::login_attempt},
                                            {event::kCommand, Kind::command},
                                            {event::kFileCaptured, Kind::file_captured},
                                            {event::kFingerprint, Kind::fingerprint},
                                            {event::kRecording, Kind::recording}}};
  for (const Named& named : kKinds) {
    if (named.type == type) return named.kind;
  }
  return Kind::other;
}

}  // namespace decnet::store::sqlite
