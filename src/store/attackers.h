// Who came and what they left: attackers, their sessions, credentials, fingerprints and files.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/uuid.h"
#include "event/event.h"
#include "store/page.h"
#include "store/sessions.h"

namespace decnet::store {

struct AttackerRow {
  Uuid uuid;
  std::string ip;
  TimePoint first_seen{}, last_seen{};
  std::uint64_t events = 0, sessions = 0, credentials = 0, deckies = 0, files = 0;
  event::Severity severity_max = event::Severity::info;
};

struct AttackerDetail {
  AttackerRow attacker;
  std::vector<std::string> services, decky_names;
  std::vector<ValueCount> event_types;
  std::vector<RatePoint> by_hour;  // The last seven days.
};

struct CredentialRow {
  Uuid uuid;
  std::optional<Uuid> attacker_uuid;  // Filled in afterwards: capture waits for nobody.
  std::string attacker_ip, decky, service, principal, secret_kind, secret_sha256;
  std::string secret;  // Any bytes.
  bool accepted = false;
  std::uint64_t attempts = 0, accepted_count = 0;
  TimePoint first_seen{}, last_seen{};
  std::string crack_format, crack_line;
};

struct FingerprintRow {
  std::string kind, value, raw;
  std::uint64_t attackers = 0, count = 0;
  TimePoint first_seen{}, last_seen{};
};

struct FileRow {
  std::string sha256, name, path, attacker_ip, decky, service;
  Uuid attacker_uuid;
  std::optional<Uuid> session_uuid;
  std::uint64_t size = 0;
  TimePoint at{};
  bool truncated = false;
};

struct AttackerFilter {
  TimeRange range;       // last_seen in it
  std::string ip, text;  // exact; prefix of the address
};
struct CredentialFilter {
  std::optional<Uuid> attacker_uuid;
  std::vector<std::string> deckies, services, secret_kinds;  // Any of them; empty: all.
  std::string principal, text;
  std::optional<bool> accepted;
};
struct CredentialTops {
  std::vector<ValueCount> principals;
  std::vector<CredentialRow> secrets,
      pairs;  // `attempts` is the sum over all rows of that secret (and principal)
};
struct Totals {
  std::uint64_t events = 0, attackers = 0, sessions = 0, credentials = 0, files = 0;
};
struct DeckyHits {
  std::string decky;
  std::uint64_t events = 0, attackers = 0;
};

class AttackerTable {
 public:
  virtual ~AttackerTable() = default;
  // Sorts: last_seen (default), first_seen, events, sessions, credentials.
  virtual Result<Page<AttackerRow>> list(const AttackerFilter& filter,
                                         const PageRequest& page) const = 0;
  virtual Result<std::uint64_t> count(const AttackerFilter& filter) const = 0;
  virtual Result<AttackerDetail> get(Uuid uuid, TimePoint now) const = 0;  // not_found
  virtual Result<AttackerRow> find_ip(std::string_view ip) const = 0;      // not_found
  virtual Result<std::vector<FingerprintRow>> fingerprints(Uuid attacker) const = 0;

  // Sort: started_at.
  virtual Result<Page<SessionRow>> sessions(const SessionFilter& filter,
                                            const PageRequest& page) const = 0;
  virtual Result<std::uint64_t> count(const SessionFilter& filter) const = 0;
  virtual Result<SessionRow> session(Uuid uuid) const = 0;  // not_found
  // By recording and segment. None: no such session, or nothing was recorded.
  virtual Result<std::vector<SegmentRow>> segments(Uuid session) const = 0;
  // Sorts: last_seen (default), attempts, principal.
  virtual Result<Page<CredentialRow>> credentials(const CredentialFilter& filter,
                                                  const PageRequest& page) const = 0;
  virtual Result<std::uint64_t> count(const CredentialFilter& filter) const = 0;
  virtual Result<CredentialRow> credential(Uuid uuid) const = 0;  // not_found
  virtual Result<CredentialTops> credential_tops(std::size_t limit) const = 0;
  // Sort: at.
  virtual Result<Page<FileRow>> files(std::optional<Uuid> attacker,
                                      const PageRequest& page) const = 0;
  // Sorts: last_seen (default), attackers, count.
  virtual Result<Page<FingerprintRow>> all_fingerprints(std::string_view kind,
                                                        std::string_view value,
                                                        const PageRequest& page) const = 0;

  // For the overview, of what retention has kept. Attackers are those that were active in the
  // range, sessions those that began in it, credentials those first captured in the minutes it
  // touches.
  virtual Result<Totals> totals(const TimeRange& range) const = 0;
  // The most active first; `events` is what came in the range, the other counters are of all time.
  virtual Result<std::vector<AttackerRow>> top(const TimeRange& range, std::size_t limit) const = 0;
  virtual Result<std::vector<DeckyHits>> deckies_hit(const TimeRange& range) const = 0;
};

}  // namespace decnet::store
