// What anybody on a NATS server may say: a subject, and a hello. What is taken in is a topic under
// remote., not this host's own, and never goes out again.
#include <cstdlib>

#include "bus/bridge/claim.h"
#include "bus/bridge/names.h"
#include "bus/topic.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace decnet::bus;
  static const auto names = bridge::Names::create("here", bridge::parse_patterns(">").value(),
                                                  bridge::parse_patterns(">").value())
                                .value();
  static bridge::Claim claim(decnet::TimePoint{}, 1);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  claim.hear(text, {});
  const auto topic = names.topic_of(text, 0);
  if (!topic) return 0;
  if (!Topic::parse(*topic) || !topic->starts_with("remote.")) std::abort();
  if (topic->starts_with("remote.here.") || names.subject_of(*topic)) std::abort();
  return 0;
}
