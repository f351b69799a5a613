#include "worker/collector/rights.h"

#include "base/try.h"
#include "event/event.h"
#include "fleet/shard.h"

namespace decnet::worker::collector {

Result<LineHead> line_head(std::string_view line) {
  const auto refuse = [] {
    return fail(Errc::invalid_argument, "the line has no RFC 5424 header");
  };
  const auto close = line.find('>');
  if (!line.starts_with('<') || close == line.npos || !line.substr(close + 1).starts_with("1 "))
    return refuse();
  line.remove_prefix(close + 3);
  std::string_view words[5];  // time, host, app, procid, msgid
  for (auto& word : words) {
    const auto blank = line.find(' ');
    if (blank == line.npos) return refuse();
    word = line.substr(0, blank);
    line.remove_prefix(blank + 1);
  }
  return LineHead{words[1], words[2], words[4]};
}

Result<void> may_send(const Rights& rights, std::string_view line) {
  if (rights.role == Role::local) return {};
  const auto head = line_head(line);
  if (rights.role == Role::remote) {
    if (head && head->type == event::kDeckyMutated)
      return fail(Errc::denied, "a life of a decky from elsewhere");
    return {};  // RFC 3164 and other forms are the ingester's matter.
  }
  DECNET_TRY(Result<LineHead>(head));
  if (head->type == event::kDeckyMutated || head->type == "traversal") {
    return fail(Errc::denied, "an engine does not send " + std::string(head->type));
  }
  if (head->decky == "-" && head->type == event::kSystemLog) return {};
  if (fleet::shard_of(head->decky, rights.shards) != rights.shard) {
    return fail(Errc::denied,
                "not a decky of this engine: " + std::string(head->decky.substr(0, 64)));
  }
  return {};
}

}  // namespace decnet::worker::collector
