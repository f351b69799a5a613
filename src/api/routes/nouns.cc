#include "api/routes/nouns.h"

namespace decnet::api {

std::vector<Noun> all_nouns() {
  return {auth_noun(), probes_noun()};
}

}  // namespace decnet::api
