#include "bus/bus.h"

#include "bus/gate.h"

namespace decnet::bus {

Bus::Bus() : gate_(std::make_shared<PublishGate>(*this)) {}

Bus::~Bus() {
  shut_gate();
}

void Bus::shut_gate() noexcept {
  gate_->shut();
}

Result<Subscription> Bus::subscribe(std::string_view pattern, Inbox& inbox) {
  return subscribe(pattern,
                   [state = inbox.state()](const Event& event) { Inbox::push(*state, event); });
}

}  // namespace decnet::bus
