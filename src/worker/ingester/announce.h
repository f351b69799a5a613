// What a committed batch means, for the bus.
#pragma once

#include "bus/bus.h"
#include "store/ingest.h"

namespace decnet::worker::ingester {

// attacker.observed, attacker.session.started and .ended, credential.captured, and one system.log
// with the batch's counts, which tells everyone who follows the store that it has moved.
void announce(bus::Bus& bus, const store::IngestOutcome& outcome);

}  // namespace decnet::worker::ingester
