// Answers: what the programs of a freshly installed host say of themselves when they are called
// with nothing, with --help, with --version and the like, as set-up heard it from Debian's.
//
// It is the asset "debian12/answers" (tools/image_answers.py writes it and tells its layout).
// Shared by all Machines, never changed. Any thread.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace decnet::shell {

inline constexpr std::size_t kAnswersBytesMax = 16U << 20;  // Unpacked.
inline constexpr std::size_t kAnswersMax = 50'000;

struct Answer {
  std::string out, err;
  int status = 0;
};

class Answers {
 public:
  // Everything is checked. Errors: corrupt, limit.
  static Result<std::shared_ptr<const Answers>> read(std::string_view bytes);
  // The same of the unpacked text.
  static Result<std::shared_ptr<const Answers>> read_text(std::string text);
  Answers(const Answers&) = delete;
  Answers& operator=(const Answers&) = delete;

  // `arguments` with a tab between them. Nothing: it was not asked that.
  std::optional<Answer> find(std::string_view name, std::string_view arguments) const;
  bool knows(std::string_view name) const;  // Whether it was asked anything.
  std::size_t size() const { return rows_.size(); }

 private:
  Answers() = default;
  // Where an answer lies in the text, escaped.
  struct Row {
    std::string_view out, err;
    int status = 0;
  };
  Result<void> parse();
  bool is_whole(std::string_view key, std::string_view packed) const;
  std::string_view literal(std::string_view key, std::string_view packed) const;

  std::string text_;
  std::map<std::string_view, Row> rows_;  // By name and arguments, a tab between them.
};

}  // namespace decnet::shell
