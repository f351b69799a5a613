// dionaea's log_json: one row a connection, when it is over. Source: its documentation of the
// ihandler "log_json" (https://dionaea.readthedocs.io), and what it writes.
#include <algorithm>

#include "app/import/conversation.h"
#include "app/import/json_row.h"
#include "app/import/mappers.h"
#include "base/try.h"

namespace decnet::app {
namespace {

struct Name {
  std::string_view theirs, ours;
};

constexpr Name kServices[] = {
    {"epmapper", "msrpc"},
    {"ftpd", "ftp"},
    {"ftpdatalisten", "ftp-data"},
    {"ftpdataconnect", "ftp-data"},
    {"httpd", "http"},
    {"memcache", "memcached"},
    {"mirrorc", "mirror"},
    {"mirrord", "mirror"},
    {"mongod", "mongodb"},
    {"mqttd", "mqtt"},
    {"mssqld", "mssql"},
    {"mysqld", "mysql"},
    {"nfqmirrord", "mirror"},
    {"ntpd", "ntp"},
    {"pcap", "tcp"},
    {"pptpd", "pptp"},
    {"printerd", "jetdirect"},
    {"remoteshell", "shell"},
    {"SipCall", "sip"},
    {"SipSession", "sip"},
    {"smbd", "smb"},
    {"TftpServerHandler", "tftp"},
    {"upnpd", "upnp"},
};

std::string service_of(std::string_view protocol) {
  for (const Name& name : kServices) {
    if (name.theirs == protocol) return std::string(name.ours);
  }
  return std::string(protocol.substr(0, 32));
}

class DionaeaMapper final : public RowMapper {
 public:
  explicit DionaeaMapper(const ImportSource& source) : source_(source.source) {}

  Result<std::vector<event::Event>> map(std::string_view line, std::uint64_t row) override {
    const JsonValue json = DECNET_TRY(reader_.parse(line));
    const JsonValue connection = json.at("connection");
    if (!connection.is_object()) return fail(Errc::unsupported, "the row is no connection");
    Conversation talk;
    talk.source_ip = DECNET_TRY(peer_address(json.at("src_ip").text()));
    const TimePoint time = DECNET_TRY(row_time(json.at("timestamp").text()));
    talk.source_port = port_text(json.at("src_port"));
    talk.destination_ip = any_address(json.at("dst_ip").text());
    talk.destination_port = port_text(json.at("dst_port"));
    talk.decky = talk.destination_ip.empty() ? "dionaea" : talk.destination_ip;
    talk.service = service_of(connection.at("protocol").text());
    talk.protocol = connection.at("transport").text() == "udp" ? "udp" : "tcp";
    const std::string_view type = connection.at("type").text();
    if (type == "accept") {
      talk.session = session_uuid(source_, std::to_string(row)).text();
      return session(talk, json, time);
    }
    if (type == "reject") return closed_port(talk, time);
    if (type == "connect") return connect_back(talk, time);
    return fail(Errc::unsupported, "the row is a listener of the sensor");
  }

 private:
  static std::vector<event::Event> session(const Conversation& talk, const JsonValue& json,
                                           TimePoint time) {
    std::vector<event::Event> events;
    events.push_back(talk.event(event::kSessionStarted, time));
    add_commands(events, talk, json.at("ftp").at("commands"), time);
    add_logins(events, talk, json.at("credentials"), time);
    // Only the beginning of a connection is in the log.
    event::Event ended = talk.event(event::kSessionEnded, time);
    ended.add("reason", "imported");
    events.push_back(std::move(ended));
    return events;
  }

  static void add_commands(std::vector<event::Event>& events, const Conversation& talk,
                           const JsonValue& commands, TimePoint time) {
    const JsonValue arguments = commands.at("arguments");
    std::size_t index = 0;
    commands.at("command").for_each([&](const JsonValue& command) {
      std::string text = command.scalar();
      const std::string argument = arguments.item(index++).scalar();
      if (!argument.empty()) text += (text.empty() ? "" : " ") + argument;
      if (text.empty() || events.size() >= kImportEventsPerRowMax) return;
      event::Event event = talk.event(event::kCommand, time);
      add_bytes(event, "command", text);
      events.push_back(std::move(event));
    });
  }

  // Two lists that belong together.
  static void add_logins(std::vector<event::Event>& events, const Conversation& talk,
                         const JsonValue& credentials, TimePoint time) {
    const JsonValue users = credentials.at("username"), passwords = credentials.at("password");
    const std::size_t count = std::max(users.size(), passwords.size());
    for (std::size_t n = 0; n < count && events.size() < kImportEventsPerRowMax; ++n) {
      event::Event event = talk.event(event::kLoginAttempt, event::Severity::notice, time);
      add_bytes(event, "principal", users.item(n).scalar());
      add_secret(event, "plaintext", passwords.item(n).scalar());
      event.add("method", "password");
      events.push_back(std::move(event));
    }
  }

  static std::vector<event::Event> closed_port(const Conversation& talk, TimePoint time) {
    event::Event event = talk.event(event::kScan, time);
    event.add("port", talk.destination_port.empty() ? "0" : talk.destination_port);
    event.add("flags", talk.protocol == "udp" ? "udp" : "S");
    return {std::move(event)};
  }

  // The sensor called the peer back.
  static std::vector<event::Event> connect_back(const Conversation& talk, TimePoint time) {
    event::Event event = talk.event(event::kRequest, time);
    event.add("request", "connect_back");
    return {std::move(event)};
  }

  std::string source_;
  JsonReader reader_;
};

}  // namespace

std::unique_ptr<RowMapper> make_dionaea_mapper(const ImportSource& source) {
  return std::make_unique<DionaeaMapper>(source);
}

}  // namespace decnet::app
