// Cowrie's JSON log: one row an event. Only cowrie.session.connect says both ends of a session, so
// they are remembered. Source: https://docs.cowrie.org/en/stable/OUTPUT.html.
#include <cmath>
#include <deque>
#include <unordered_map>

#include "app/import/conversation.h"
#include "app/import/json_row.h"
#include "app/import/mappers.h"
#include "base/bytes.h"
#include "base/counters.h"
#include "base/try.h"

namespace decnet::app {
namespace {

constexpr std::size_t kSessionsMax = 100'000;  // Remembered at a time; the oldest is forgotten.
constexpr std::string_view kPrefix = "cowrie.";

using event::Event;
using event::Severity;

// One row while it is mapped.
struct Row {
  JsonValue json;
  TimePoint time{};
  const Conversation& talk;

  std::string_view text(std::string_view key) const { return json.at(key).text(); }
  Event event(std::string_view type, Severity severity = Severity::info) const {
    return talk.event(type, severity, time);
  }
  Event request(std::string_view what) const {
    Event made = event(event::kRequest);
    made.add("request", what);
    return made;
  }
};

// Older versions of Cowrie wrote banners as Python shows bytes: b'SSH-2.0-Go'.
std::string_view unquoted(std::string_view text) {
  if (text.starts_with("b'") || text.starts_with("b\"")) text.remove_prefix(1);
  if (text.size() >= 2 && (text.front() == '\'' || text.front() == '"') &&
      text.front() == text.back()) {
    text = text.substr(1, text.size() - 2);
  }
  return text;
}

std::string_view file_name_of(std::string_view path) {
  path = path.substr(0, path.find_first_of("?#"));
  const std::size_t slash = path.rfind('/');
  return slash == path.npos ? path : path.substr(slash + 1);
}

void add_scalars(Event& event, const Row& row, std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    const std::string value = row.json.at(key).scalar();
    if (!value.empty()) add_bytes(event, key, value);
  }
}

Event map_started(const Row& row) {
  return row.event(event::kSessionStarted);
}

Event map_ended(const Row& row) {
  Event event = row.event(event::kSessionEnded);
  const double seconds = row.json.at("duration").number().value_or(-1);
  if (seconds >= 0 && seconds < 1e9) event.add("duration_ms", std::llround(seconds * 1000));
  event.add("reason", "imported");
  return event;
}

Event map_login(const Row& row, bool accepted) {
  Event event = row.event(event::kLoginAttempt, accepted ? Severity::warning : Severity::notice);
  add_bytes(event, "principal", row.json.at("username").scalar());
  const std::string password = row.json.at("password").scalar();
  const std::string_view key = row.text("key");
  const bool by_key = password.empty() && !key.empty();
  add_secret(event, by_key ? "ssh_publickey" : "plaintext",
             by_key ? key : std::string_view(password));
  event.add("outcome", accepted ? "accepted" : "refused");
  event.add("method", by_key ? "publickey" : "password");
  return event;
}

// A key that was offered; whether it was taken is said by the row of the login.
Event map_key(const Row& row) {
  Event event = row.event(event::kLoginAttempt, Severity::notice);
  add_bytes(event, "principal", row.json.at("username").scalar());
  const std::string_view key = row.text("key");
  add_secret(event, "ssh_publickey", key.empty() ? row.text("fingerprint") : key);
  event.add("method", "publickey");
  return event;
}

Event map_command(const Row& row) {
  Event event = row.event(event::kCommand);
  add_bytes(event, "command", row.text("input"));
  return event;
}

Event map_file(const Row& row) {
  const std::string_view url = row.text("url");
  std::string_view name = row.text("filename");
  if (name.empty()) name = row.text("destfile");
  Event event = row.event(event::kFileCaptured, Severity::warning);
  event.add("sha256", row.text("shasum"));
  if (const auto size = row.json.at("size").integer(); size && *size >= 0) event.add("size", *size);
  add_bytes(event, "name", file_name_of(name.empty() ? url : name));
  add_bytes(event, "path", url.empty() ? name : url);
  return event;
}

Event map_banner(const Row& row) {
  Event event = row.event(event::kFingerprint);
  event.add("kind", "banner");
  add_bytes(event, "value", unquoted(row.json.at("version").scalar()));
  return event;
}

Event map_hassh(const Row& row) {
  Event event = row.event(event::kFingerprint);
  event.add("kind", "hassh").add("value", row.text("hassh"));
  const std::string_view raw = row.text("hasshAlgorithms");
  if (!raw.empty()) add_bytes(event, "raw", raw);
  return event;
}

// Where the peer wanted to be tunnelled to. The row's own src_ip is what the peer says of itself.
Event map_tunnel(const Row& row, std::string_view what) {
  Event event = row.request(what);
  const std::string target = row.json.at("dst_ip").scalar();
  if (!target.empty()) add_bytes(event, "target_host", target);
  const std::string port = port_text(row.json.at("dst_port"));
  if (!port.empty()) event.add("target_port", port);
  add_scalars(event, row, {"data"});
  return event;
}

Event map_other(const Row& row, std::string_view what) {
  Event event = row.request(what);
  add_scalars(event, row,
              {"name", "value", "width", "height", "arch", "input", "url", "filename", "outfile",
               "shasum", "ttylog", "size", "duration", "fingerprint", "type", "key", "username"});
  return event;
}

bool is_digest(std::string_view text) {
  return text.size() == 64 && from_hex(text).has_value();
}

// What `id` (without "cowrie.") becomes.
Result<Event> map_row(const Row& row, std::string_view id) {
  if (id == "session.connect") return map_started(row);
  if (id == "session.closed") return map_ended(row);
  if (id == "login.success") return map_login(row, true);
  if (id == "login.failed") return map_login(row, false);
  if (id == "client.fingerprint") return map_key(row);
  if (id == "command.input") return map_command(row);
  if (id == "client.version") return map_banner(row);
  if (id == "client.kex")
    return row.text("hassh").empty() ? map_other(row, "client.kex") : map_hassh(row);
  if (id == "session.file_download" || id == "session.file_upload") {
    return is_digest(row.text("shasum")) ? map_file(row) : map_other(row, id.substr(8));
  }
  if (id.starts_with("direct-tcpip.")) return map_tunnel(row, id);
  // The command itself was a row before.
  if (id == "command.success" || id == "command.failed") {
    return fail(Errc::unsupported, "the row repeats a command");
  }
  if (id.starts_with("virustotal."))
    return fail(Errc::unsupported, "the row is about a file look-up");
  if (id.starts_with("client.") || id.starts_with("session.") || id.starts_with("log.") ||
      id.starts_with("command.") || id.starts_with("telnet.")) {
    return map_other(row, id);
  }
  return fail(Errc::unsupported, "the row has an event id that is not known");
}

class CowrieMapper final : public RowMapper {
 public:
  explicit CowrieMapper(const ImportSource& source) : source_(source.source) {}

  Result<std::vector<Event>> map(std::string_view line, std::uint64_t) override {
    const JsonValue json = DECNET_TRY(reader_.parse(line));
    std::string_view id = json.at("eventid").text();
    if (!id.starts_with(kPrefix)) return fail(Errc::unsupported, "the row is no event of Cowrie");
    id.remove_prefix(kPrefix.size());
    const std::string_view native = json.at("session").text();
    if (native.empty()) return fail(Errc::unsupported, "the row has no session");
    const TimePoint time = DECNET_TRY(row_time(json.at("timestamp").text()));
    const std::string_view sensor = json.at("sensor").text();
    const std::string session =
        session_uuid(sensor.empty() ? std::string_view(source_) : sensor, native).text();

    auto known = sessions_.find(session);
    Conversation talk;
    if (known != sessions_.end()) {
      talk = known->second;
    } else {
      talk = DECNET_TRY(from_row(json, id, session));
    }
    Event event = DECNET_TRY(map_row({json, time, talk}, id));
    if (id == "session.connect") remember(session, talk);
    if (id == "session.closed" && known != sessions_.end()) sessions_.erase(known);
    return std::vector<Event>{std::move(event)};
  }

 private:
  // All that one row says of who talks. In a row about a tunnel its addresses are the tunnel's.
  static Result<Conversation> from_row(const JsonValue& json, std::string_view id,
                                       const std::string& session) {
    if (id.starts_with("direct-tcpip.")) {
      return fail(Errc::invalid_argument, "the row's session has no beginning in this file");
    }
    Conversation talk;
    talk.source_ip = DECNET_TRY(peer_address(json.at("src_ip").text()));
    talk.source_port = port_text(json.at("src_port"));
    talk.destination_ip = any_address(json.at("dst_ip").text());
    talk.destination_port = port_text(json.at("dst_port"));
    const std::string_view sensor = json.at("sensor").text();
    talk.decky = !sensor.empty() ? std::string(sensor.substr(0, 255)) : talk.destination_ip;
    if (talk.decky.empty()) talk.decky = "cowrie";
    const std::string_view protocol = json.at("protocol").text();
    const bool is_telnet = protocol == "telnet" ||
                           (protocol.empty() && talk.destination_port == "23") ||
                           json.at("system").text().find("elnet") != std::string_view::npos;
    talk.service = is_telnet ? "telnet" : "ssh";
    talk.session = session;
    return talk;
  }

  void remember(const std::string& session, const Conversation& talk) {
    static Counter& forgotten =
        counter("import_cowrie_sessions_forgotten_total",
                "Sessions of Cowrie logs forgotten because too many were open");
    if (!sessions_.insert_or_assign(session, talk).second) return;
    order_.push_back(session);
    while (order_.size() > kSessionsMax) {
      forgotten.add(sessions_.erase(order_.front()));
      order_.pop_front();
    }
  }

  std::string source_;
  JsonReader reader_;
  std::unordered_map<std::string, Conversation> sessions_;
  std::deque<std::string> order_;  // As they came; those that have ended stay until they are due.
};

}  // namespace

std::unique_ptr<RowMapper> make_cowrie_mapper(const ImportSource& source) {
  return std::make_unique<CowrieMapper>(source);
}

}  // namespace decnet::app
