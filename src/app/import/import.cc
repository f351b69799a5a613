#include "app/import/import.h"

#include <algorithm>

#include "app/import/mappers.h"
#include "base/hash.h"

namespace decnet::app {
namespace {

constexpr ImportKind kKinds[] = {
    {"cowrie", "Cowrie's JSON log (cowrie.json)", &make_cowrie_mapper},
    {"dionaea", "dionaea's JSON log (dionaea.json)", &make_dionaea_mapper},
    {"heralding", "Heralding's session log (log_session.json)", &make_heralding_mapper},
    {"honeytrap", "honeytrap's attack log (attackers.json)", &make_honeytrap_mapper},
    {"rfc5424", "lines of syslog, RFC 5424 or RFC 3164", &make_rfc5424_mapper},
};

constexpr std::string_view kOtherReasons = "other reasons";

}  // namespace

std::span<const ImportKind> import_kinds() noexcept {
  return kKinds;
}

const ImportKind* find_import_kind(std::string_view name) noexcept {
  const auto found = std::find_if(std::begin(kKinds), std::end(kKinds),
                                  [&](const ImportKind& kind) { return kind.name == name; });
  return found != std::end(kKinds) ? found : nullptr;
}

std::uint64_t ImportSummary::rejected_total() const noexcept {
  std::uint64_t total = 0;
  for (const auto& [reason, count] : rejected) total += count;
  return total;
}

Import::Import(const ImportKind& kind, const ImportSource& source)
    : origin_(stable_hash("import " + source.source)), mapper_(kind.create(source)) {}

std::vector<event::Event> Import::add(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  ++summary_.rows;
  last_rejection_.clear();
  Result<std::vector<event::Event>> events = fail(Errc::limit, "the line is too long");
  if (line.find_first_not_of(" \t") == line.npos) {
    events = fail(Errc::invalid_argument, "the line is empty");
  } else if (line.size() <= kImportLineBytesMax) {
    events = mapper_->map(line, summary_.rows);
  }
  if (!events) {
    last_rejection_ = events.error().detail;
    const bool full = summary_.rejected.size() >= kImportReasonsMax;
    const bool known = summary_.rejected.contains(last_rejection_);
    ++summary_.rejected[full && !known ? std::string(kOtherReasons) : last_rejection_];
    return {};
  }
  ++summary_.mapped;
  if (events->size() > kImportEventsPerRowMax) events->resize(kImportEventsPerRowMax);
  for (event::Event& event : *events) {
    event.origin = origin_;
    event.seq = ++seq_;
  }
  summary_.events += events->size();
  return std::move(events).value();
}

event::Event Import::summary_event(std::string_view kind, std::string_view file,
                                   TimePoint now) const {
  event::Event event{.time = now, .service = "import", .type = std::string(event::kSystemLog)};
  event.severity = event::Severity::info;
  event.origin = origin_;
  event.seq = seq_ + 1;
  event.add("what", "import").add("kind", kind).add("file", file).add("lines", summary_.rows);
  event.add("mapped", summary_.mapped).add("rejected", summary_.rejected_total());
  return event;
}

}  // namespace decnet::app
