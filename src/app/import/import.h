// Import: the logs of other sensors become the same events. One mapper a kind of log; each row is
// mapped, or rejected with a reason that is counted.
//
//   Import import(*find_import_kind("cowrie"), {hash_of_file, changed_at});
//   for (line of file) {
//     for (event::Event& event : import.add(line)) store(std::move(event));
//   }
//   say(import.summary().rows);
//
// The same file gives the same events in the same order, with the same names: `origin` follows from
// the source, `seq` counts the events, and a session is named by its id in the log (or by the row).
// So a second import adds nothing. An Import is used by one thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "event/event.h"

namespace decnet::app {

inline constexpr std::size_t kImportLineBytesMax = 1024 * 1024;
inline constexpr std::size_t kImportEventsPerRowMax = 512;
inline constexpr std::size_t kImportReasonsMax =
    64;  // Different ones; the rest is "other reasons".

// What names what comes out of one file.
struct ImportSource {
  std::string source;          // The hash of the file.
  TimePoint reference_time{};  // Gives the year to lines that have none: when the file was changed.
};

// Maps the rows of one file, in their order: some logs say only once who the peer of a session is.
class RowMapper {
 public:
  virtual ~RowMapper() = default;
  // The events of a row, with everything but origin and seq; at least one.
  // Errors: invalid_argument, unsupported; the detail is one of a few constant reasons.
  virtual Result<std::vector<event::Event>> map(std::string_view line, std::uint64_t row) = 0;
};

struct ImportKind {
  std::string_view name;     // "cowrie"
  std::string_view summary;  // One clause for people.
  std::unique_ptr<RowMapper> (*create)(const ImportSource& source);
};

std::span<const ImportKind> import_kinds() noexcept;                 // Sorted by name.
const ImportKind* find_import_kind(std::string_view name) noexcept;  // Null if there is none.

struct ImportSummary {
  std::uint64_t rows = 0;  // = mapped + the sum of rejected
  std::uint64_t mapped = 0;
  std::uint64_t events = 0;
  std::map<std::string, std::uint64_t> rejected;  // By reason.

  std::uint64_t rejected_total() const noexcept;
};

class Import {
 public:
  Import(const ImportKind& kind, const ImportSource& source);

  // The events of the next line, given without its line end; none where it was rejected.
  std::vector<event::Event> add(std::string_view line);
  // After the last line: what the API lists under /imports. Named as the file's last event.
  event::Event summary_event(std::string_view kind, std::string_view file, TimePoint now) const;
  // Why the last line was rejected; empty if it was not.
  const std::string& last_rejection() const noexcept { return last_rejection_; }
  const ImportSummary& summary() const noexcept { return summary_; }

 private:
  std::uint64_t origin_;
  std::uint64_t seq_ = 0;
  std::unique_ptr<RowMapper> mapper_;
  std::string last_rejection_;
  ImportSummary summary_;
};

}  // namespace decnet::app
