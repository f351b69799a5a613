// Hub: what clients say.
#include <algorithm>
#include <cerrno>
#include <cstring>

#include <sys/epoll.h>
#include <sys/socket.h>

#include "base/log.h"
#include "bus/hub.h"
#include "bus/token.h"

namespace decnet::bus {
namespace {

constexpr std::size_t kLargeReadBytes = 256 * 1024;  // Of the rest of one large frame, at a time.

}  // namespace

void Hub::on_readable(Connection& connection) {
  now_ = options_.clock->monotonic();
  if (connection.backlog) return;  // First what has come already.
  if (connection.partial.size() > kReadBytes || connection.wanted > 2 * kReadBytes)
    read_into_partial(connection);
  else
    read_into_buffer(connection);
}

// The number of bytes read, 0 for none: then the connection may be dead.
std::size_t Hub::receive(Connection& connection, char* to, std::size_t most) {
  const auto got = ::recv(connection.fd.get(), to, most, MSG_DONTWAIT);
  if (got > 0) {
    connection.bytes_in += static_cast<std::uint64_t>(got);
    return static_cast<std::size_t>(got);
  }
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
  if (!connection.partial.empty()) {
    refuse(connection, "the stream ended inside a frame");
  } else {
    log::debug("bus: {} is gone", connection.label());
    close(connection);
  }
  return 0;
}

void Hub::read_into_buffer(Connection& connection) {
  const std::size_t before = connection.partial.size();
  std::memcpy(buffer_.get(), connection.partial.data(), before);
  const std::size_t got = receive(connection, buffer_.get() + before, kReadBytes);
  if (got == 0) return;
  const std::size_t size = before + got;
  borrowed_from_ = {buffer_.get(), size};
  const std::size_t used = handle_all(connection, buffer_.get(), size);
  if (connection.dead) return;
  keep_rest(connection, {buffer_.get() + used, size - used}, used);
}

void Hub::keep_rest(Connection& connection, std::string_view rest, std::size_t used) {
  if (rest.empty())
    std::string().swap(connection.partial);  // Memory is for who is in the middle of a frame.
  else if (used > 0 || connection.partial.empty())
    connection.frame_since = now_;  // Another one than before.
  connection.partial.assign(rest);
  if (!connection.partial.empty())
    next_frame_end_ = std::min(next_frame_end_, connection.frame_since + options_.frame_wait);
}

// Whole frames that were left when the connection's turn was over. False: it is held back.
bool Hub::on_backlog(Connection& connection) {
  if (connection.dead) return false;
  if (connection.paused) {
    backlog_.push_back(&connection);
    return false;
  }
  const std::size_t size = connection.partial.size();
  std::memcpy(buffer_.get(), connection.partial.data(), size);
  borrowed_from_ = {buffer_.get(), size};
  const std::size_t used = handle_all(connection, buffer_.get(), size);
  if (connection.dead) return true;
  keep_rest(connection, {buffer_.get() + used, size - used}, used);
  if (!connection.backlog) watch(connection, EPOLL_CTL_MOD);
  return true;
}

// The rest of one frame that is too large for the buffer.
void Hub::read_into_partial(Connection& connection) {
  std::string& partial = connection.partial;
  const std::size_t before = partial.size();
  partial.reserve(connection.wanted + kBodyPaddingBytes);
  const std::size_t most = std::min(connection.wanted - before, kLargeReadBytes);
  partial.resize(before + most);
  const std::size_t got = receive(connection, partial.data() + before, most);
  if (connection.dead) return;
  partial.resize(before + got);
  if (partial.size() < connection.wanted) return;
  partial.append(kBodyPaddingBytes, '\0');
  const auto owner = std::make_shared<std::string>(std::move(partial));
  partial = std::string();
  const auto parsed = parse_frame(std::string_view(*owner).substr(0, connection.wanted));
  connection.wanted = 0;
  handle(connection, parsed.frame, owner->data(), owner);
}

// Handles all frames that are complete, and returns how many bytes they have.
std::size_t Hub::handle_all(Connection& connection, char* bytes, std::size_t size) {
  std::size_t used = 0;
  const auto visited = matcher_.visited();
  connection.wanted = 0;
  connection.backlog = false;
  while (used < size && !connection.dead) {
    if (matcher_.visited() - visited > kNodesPerTurnMax) {
      connection.backlog = true;
      backlog_.push_back(&connection);
      watch(connection, EPOLL_CTL_MOD);
      break;
    }
    const auto parsed = parse_frame({bytes + used, size - used});
    if (parsed.state == FrameState::malformed) {
      refuse(connection, parsed.reason);
      break;
    }
    if (parsed.state == FrameState::partial) {
      connection.wanted = parsed.wanted;
      break;
    }
    handle(connection, parsed.frame, bytes + used, nullptr);
    used += parsed.frame.bytes;
  }
  return used;
}

// `bytes` is where the frame begins. The JSON parser may look kBodyPaddingBytes beyond its end.
void Hub::handle(Connection& from, const Frame& frame, char* bytes, const SharedBytes& owner) {
  ++from.frames_in;
  switch (frame.verb) {
    case Verb::hello:
      return on_hello(from, frame.args);
    case Verb::sub:
      return on_subscribe(from, frame.args);
    case Verb::unsub:
      return on_unsubscribe(from, frame.args);
    case Verb::pub:
      return on_publish(from, frame, bytes, owner);
    case Verb::ping:
      return on_ping(from, frame.args);
    case Verb::bye:
      flush(from);
      return close(from);
    case Verb::evt:
    case Verb::pong:
      return refuse(from, "a verb that only the broker sends");
  }
}

void Hub::on_hello(Connection& from, std::string_view name) {
  from.name = log::safe(name.substr(0, kClientNameBytesMax));
  if (std::exchange(from.greeted, true))
    log::debug("bus: {} has a new name", from.label());
  else
    log::info("bus: {} is connected", from.label());
}

void Hub::on_subscribe(Connection& from, std::string_view text) {
  const auto pattern = Pattern::parse(text);
  if (!pattern) return refuse(from, pattern.error().detail);
  if (from.patterns.contains(text)) return;
  if (from.rights && !may(from, from.rights->may_subscribe(text), "subscribe to", text)) return;
  if (from.patterns.size() >= options_.patterns_max ||
      from.pattern_bytes + text.size() > kPatternBytesPerConnectionMax)
    return refuse(from, "too many patterns");
  if (matcher_.nodes() >= options_.pattern_nodes_max)
    return refuse(from, "all clients together have too many patterns");
  from.patterns.emplace(text);
  from.pattern_bytes += text.size();
  matcher_.add(*pattern, from.slot);
}

void Hub::on_unsubscribe(Connection& from, std::string_view text) {
  const auto pattern = Pattern::parse(text);
  if (!pattern) return refuse(from, pattern.error().detail);
  const auto found = from.patterns.find(text);
  if (found == from.patterns.end()) return;
  from.patterns.erase(found);
  from.pattern_bytes -= text.size();
  matcher_.remove(*pattern, from.slot);
}

void Hub::on_publish(Connection& from, const Frame& frame, char* bytes, const SharedBytes& owner) {
  if (!is_topic(frame.args)) return refuse(from, "a topic that is empty, malformed or a pattern");
  const auto rebuilt =
      reader_.complete(frame.args, frame.body, Padding::present, ids_, *options_.clock);
  if (!rebuilt) return refuse(from, rebuilt.error().detail);
  if (from.rights && !may(from, from.rights->may_publish(frame.args), "publish", frame.args))
    return;
  if (*rebuilt && (*rebuilt)->size() > kBodyBytesMax)
    return refuse(from, "a body that is over its limit with the fields it lacks");
  if (frame.args == kQueryTopic) return answer_query(from);
  ++totals_.published;
  // In place: "PUB" and "EVT" have one length. A header with a CR is written anew.
  if (!*rebuilt && frame.bytes == frame_bytes(Verb::pub, frame.args, frame.body)) {
    std::memcpy(bytes, "EVT", 3);
    return fan_out(frame.args, {bytes, frame.bytes}, owner, &from);
  }
  const auto anew = std::make_shared<std::string>();
  append_frame(*anew, Verb::evt, frame.args, *rebuilt ? std::string_view(**rebuilt) : frame.body);
  fan_out(frame.args, *anew, anew, &from);
}

void Hub::on_ping(Connection& from, std::string_view token) {
  const auto pong = std::make_shared<std::string>();
  append_frame(*pong, Verb::pong, token);
  if (from.out.answers() >= kQueuedPongsMax) flush(from);
  if (from.dead) return;
  if (from.out.answers() >= kQueuedPongsMax)
    return refuse(from, "it sends PING after PING and does not read the answers");
  send(from, *pong, pong, Outbox::Kind::answer);
}

}  // namespace decnet::bus
