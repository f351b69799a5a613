#include "engine/data_ports.h"

#include "base/counters.h"

namespace decnet::engine {

void DataPorts::open(const net::Endpoint& local, const net::IpAddress& peer,
                     std::chrono::nanoseconds now) {
  static Counter& full =
      counter("engine_data_ports_limit_total", "Passive ports that were not remembered");
  if (ports_.size() >= kDataPortsMax)
    std::erase_if(ports_, [now](const auto& entry) { return entry.second.until <= now; });
  if (ports_.size() >= kDataPortsMax && !ports_.contains(local)) {
    full.add();
    return;
  }
  ports_[local] = {peer, std::chrono::nanoseconds::max()};
}

void DataPorts::close(const net::Endpoint& local, std::chrono::nanoseconds now) {
  std::erase_if(ports_, [now](const auto& entry) { return entry.second.until <= now; });
  if (const auto found = ports_.find(local); found != ports_.end())
    found->second.until = now + kDataPortKept;
}

bool DataPorts::expects(const net::Endpoint& local, const net::IpAddress& peer,
                        std::chrono::nanoseconds now) const {
  const auto found = ports_.find(local);
  return found != ports_.end() && found->second.peer == peer && now < found->second.until;
}

}  // namespace decnet::engine
