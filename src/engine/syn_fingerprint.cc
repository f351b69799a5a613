#include "engine/syn_fingerprint.h"

namespace decnet::engine {

std::string syn_fingerprint(std::string_view) {
  return {};
}

}  // namespace decnet::engine
