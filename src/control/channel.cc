#include "control/channel.h"

namespace decnet::control {

net::Task<Result<Received>> Channel::receive() {
  DECNET_CO_TRY(net::Packet packet, co_await packets_.receive());
  DECNET_CO_TRY(Message message, decode(packet.bytes));
  Received out{std::move(message), std::move(packet.descriptors)};
  co_return out;
}

}  // namespace decnet::control
