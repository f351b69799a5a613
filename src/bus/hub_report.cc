// Hub: who may do what, and what everybody does.
#include <algorithm>
#include <utility>

#include <unistd.h>

#include "base/json.h"
#include "base/log.h"
#include "bus/hub.h"

namespace decnet::bus {
namespace {

std::string_view name_of(Pace pace) {
  switch (pace) {
    case Pace::keeps_up:
      return "keeps_up";
    case Pace::pressed:
      return "pressed";
    case Pace::behind:
      return "behind";
  }
  return "";
}

double seconds(Connection::Time time) {
  return std::chrono::duration<double>(time).count();
}

std::string row_of(const Connection& one, Connection::Time now) {
  JsonWriter row;
  row.begin_object()
      .field("id", one.id)
      .field("name", one.name)
      .field("pid", one.peer.pid)
      .field("uid", one.peer.uid)
      .field("gid", one.peer.gid)
      .field("connected_s", seconds(now - one.since))
      .field("subscriptions", one.patterns.size())
      .field("frames_in", one.frames_in)
      .field("bytes_in", one.bytes_in)
      .field("frames_out", one.frames_out)
      .field("bytes_out", one.bytes_out)
      .field("queued_frames", one.out.frames())
      .field("queued_bytes", one.out.bytes())
      .field("dropped", one.dropped)
      .field("denied", one.denied)
      .field("pace", name_of(one.pace))
      .end_object();
  return std::move(row).take();
}

}  // namespace

bool Hub::let_in(Connection& connection) {
  connection.rights.reset();
  if (!options_.allow) return true;
  auto rights = options_.allow->rights_of(connection.peer);
  if (!rights) return false;
  if (!rights->is_everything())
    connection.rights = std::make_unique<const Rights>(*std::move(rights));
  return true;
}

// One line for a connection's first refusal; the others are in its statistics.
bool Hub::may(Connection& connection, bool allowed, std::string_view what, std::string_view topic) {
  if (allowed) return true;
  ++totals_.denied_frames;
  if (++connection.denied == 1)
    log::warn("bus: {} may not {} {}; what else it may not is counted only", connection.label(),
              what, log::safe(topic));
  return false;
}

void Hub::allow(std::optional<AllowList> list) {
  options_.allow = std::move(list);
  for (const auto& connection : slots_) {
    if (!connection || connection->dead) continue;
    if (!let_in(*connection)) {
      ++totals_.denied_connections;
      log::warn("bus: {} is closed, the allow-list does not let it in any more",
                connection->label());
      close(*connection);
      continue;
    }
    if (!connection->rights) continue;
    const auto patterns = connection->patterns;
    for (const auto& pattern : patterns) {
      if (!may(*connection, connection->rights->may_subscribe(pattern), "subscribe to", pattern))
        on_unsubscribe(*connection, pattern);
    }
  }
  bury();
}

std::string Hub::report() const {
  const BrokerStatistics now = statistics();
  JsonWriter json;
  json.begin_object()
      .field("pid", ::getpid())
      .field("uptime", std::chrono::duration<double>(now.uptime).count())
      .field("connections", now.connections)
      .field("subscriptions", now.subscriptions)
      .field("published", now.published)
      .field("delivered", now.delivered)
      .field("dropped", now.dropped)
      .field("protocol_errors", now.protocol_errors)
      .field("refused", now.refused)
      .field("denied_connections", now.denied_connections)
      .field("denied_frames", now.denied_frames)
      .field("pauses", now.pauses);
  json.key("clients").begin_array();
  std::size_t omitted = 0;
  for (const auto& connection : slots_) {
    if (!connection || connection->dead) continue;
    const std::string row = row_of(*connection, now_);
    if (json.text().size() + row.size() > kReportBytesMax)
      ++omitted;
    else
      json.raw(row);
  }
  json.end_array().field("omitted", omitted).end_object();
  return std::move(json).take();
}

// The question is for the broker and goes to nobody else; the answer goes to whoever asked, if it
// has subscribed to it.
void Hub::answer_query(Connection& from) {
  const auto wanted = matcher_.match(kReportTopic);
  if (!std::binary_search(wanted.begin(), wanted.end(), from.slot)) return;
  if (report_ == nullptr || now_ - report_made_ >= kReportEvery) {
    const auto frame = std::make_shared<std::string>();
    append_frame(
        *frame, Verb::evt, kReportTopic,
        make_event_body(
            {std::string(kReportTopic), ids_.next(), {}, options_.clock->now(), report()}));
    report_ = frame;
    report_made_ = now_;
  }
  send(from, *report_, report_, Outbox::Kind::event);
}

}  // namespace decnet::bus
