// How other brokers are spoken to, as far as the bus benchmark needs it. Each at its fastest: no
// acknowledgements, batches, no protocol above plain publish and subscribe.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "app/bus/dialect.h"

namespace decnet::bench {

// "decnet", "relay", "nats", "redis", "mqtt"; null for another name.
std::unique_ptr<app::Dialect> dialect_named(std::string_view name);

}  // namespace decnet::bench
