#include "api/routes/nouns.h"

namespace decnet::api {

std::vector<Noun> all_nouns() {
  return {auth_noun(),     overview_noun(),   events_noun(),      attackers_noun(),
          sessions_noun(), recordings_noun(), credentials_noun(), fingerprints_noun(),
          files_noun(),    fleet_noun(),      system_noun(),      workers_noun(),
          search_noun(),   users_noun(),      tokens_noun(),      audit_noun(),
          stream_noun(),   probes_noun()};
}

}  // namespace decnet::api
