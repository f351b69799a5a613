// One connection, from its greeting to its end.
#include "service/mysql/connection.h"

#include <algorithm>
#include <exception>
#include <optional>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/counters.h"
#include "base/random.h"
#include "service/mysql/limits.h"

namespace decnet::service::mysql {

// Whatever a statement throws is its own error, and never the end of more than itself.
net::Task<bool> Connection::guarded(const std::string& payload) {
  std::optional<SqlError> error;
  try {
    co_return co_await command(payload);
  } catch (const SqlError& thrown) {
    error = thrown;
  } catch (const std::exception&) {
    counter("mysql_internal_error_total", "Commands of MySQL clients that failed by an exception")
        .add();
    error = sql_error(1105, "Unknown error");
  }
  engine_->set_parameters(nullptr);
  send_error(*error);
  co_return true;
}

net::Task<void> Connection::run() {
  if (!admits()) {
    const auto sent = co_await packets_.flush();
    co_return;
  }
  id_ = server_.next_connection_id();
  ++server_.connects;
  const net::Endpoint peer = session_.stream().peer();
  ConnectionInfo& info = server_.connections[id_];
  info = {id_, "unauthenticated user", fmt::format("{}:{}", address_, peer.port), "", "Connect",
          "",  session_.clock().now(), [this] { session_.stream().close(); }};
  const bool accepted = co_await log_in();
  if (!accepted) co_return;
  while (!ended_) {
    const auto sent = co_await packets_.flush();
    if (!sent) co_return;
    packets_.begin_command();
    PacketStream::Packet packet = co_await packets_.read(kPacketBytesMax, std::chrono::hours{8});
    if (packet.trouble == PacketStream::Trouble::out_of_order) {
      const SqlError error = sql_error(1156, "Got packets out of order");
      co_await say_bye(error, "protocol_error");
      co_return;
    }
    if (packet.trouble == PacketStream::Trouble::too_large) {
      const SqlError error = sql_error(1153, "Got a packet bigger than 'max_allowed_packet' bytes");
      co_await say_bye(error, "packet_limit");
      co_return;
    }
    if (packet.trouble != PacketStream::Trouble::none) co_return;
    server_.bytes_in += packet.payload.size() + 4;
    const bool goes_on = co_await guarded(packet.payload);
    if (!goes_on) break;
  }
  const auto done = co_await packets_.flush();
  if (!done) co_return;
}

}  // namespace decnet::service::mysql
