// What the broker accepts, every client can read; and what it has completed, it leaves as it is.
#include <cstdlib>

#include "bus/event_body.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace decnet::bus;
  static EventReader reader;
  static EventIds ids;
  static const decnet::FakeClock clock;
  const std::string body(reinterpret_cast<const char*>(data), size);
  const auto anew = reader.complete("a.b", body, Padding::absent, ids, clock);
  if (anew.has_value() != reader.read("a.b", body, clock.now()).has_value()) std::abort();
  if (!anew) return 0;
  const std::string& out = *anew ? **anew : body;
  const auto again = reader.complete("a.b", out, Padding::absent, ids, clock);
  if (!again || *again) std::abort();
  const auto before = reader.read("a.b", body, clock.now());
  const auto after = reader.read("a.b", out, clock.now());
  if (before->payload() != after->payload() || before->type() != after->type()) std::abort();
  if (!reader.check_object(after->payload())) std::abort();
  return 0;
}
