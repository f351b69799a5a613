// honeytrap's log of attacks (module htm_logJSON): one row a connection with what the peer sent.
// Rows of what its modules unpacked from a payload ("virtual") have neither peer nor time.
// Source: what it writes; https://github.com/armedpot/honeytrap.
#include "app/import/conversation.h"
#include "app/import/json_row.h"
#include "app/import/mappers.h"
#include "base/bytes.h"
#include "base/hash.h"
#include "base/try.h"

namespace decnet::app {
namespace {

class HoneytrapMapper final : public RowMapper {
 public:
  explicit HoneytrapMapper(const ImportSource& source) : source_(source.source) {}

  Result<std::vector<event::Event>> map(std::string_view line, std::uint64_t row) override {
    const JsonValue json = DECNET_TRY(reader_.parse(line));
    const JsonValue attack = json.at("attack_connection");
    if (!attack.is_object()) return fail(Errc::unsupported, "the row is no attack");
    auto peer = peer_address(attack.at("remote_ip").text());
    if (!peer && json.at("is_virtual").truth()) {
      return fail(Errc::unsupported, "the row is an unpacked payload without a peer");
    }
    Conversation talk;
    talk.source_ip = DECNET_TRY(std::move(peer));
    const TimePoint start = DECNET_TRY(row_time(json.at("start_time").text()));
    talk.source_port = port_text(attack.at("remote_port"));
    talk.destination_ip = any_address(attack.at("local_ip").text());
    talk.destination_port = port_text(attack.at("local_port"));
    talk.decky = talk.destination_ip.empty() ? "honeytrap" : talk.destination_ip;
    talk.protocol = attack.at("protocol").text() == "udp" ? "udp" : "tcp";
    talk.service = talk.protocol;  // It listens on every port and knows no protocols.
    talk.session = session_uuid(source_, std::to_string(row)).text();
    const auto end = parse_time(json.at("end_time").text());

    std::vector<event::Event> events;
    events.push_back(talk.event(event::kSessionStarted, start));
    const std::string payload = DECNET_TRY(payload_of(attack.at("payload")));
    if (!payload.empty()) events.push_back(request(talk, attack.at("payload"), payload, start));
    events.push_back(ended(talk, payload.size(), start, end && *end > start ? *end : start));
    return events;
  }

 private:
  static Result<std::string> payload_of(const JsonValue& payload) {
    auto bytes = from_hex(payload.at("data_hex").text());
    if (!bytes) return fail(Errc::invalid_argument, "the row has a malformed payload");
    return bytes;
  }

  static event::Event request(const Conversation& talk, const JsonValue& described,
                              const std::string& payload, TimePoint time) {
    event::Event event = talk.event(event::kRequest, time);
    add_bytes(event, "payload", payload);
    event.add("payload_sha256", sha256_hex(payload));
    // Its own hashes, by which the payload is known elsewhere.
    for (const std::string_view name : {"md5_hash", "sha512_hash"}) {
      const std::string_view hash = described.at(name).text();
      const std::string field = "payload_" + std::string(name.substr(0, name.find('_')));
      if (from_hex(hash) && !hash.empty()) event.add(field, hash);
    }
    return event;
  }

  static event::Event ended(const Conversation& talk, std::size_t bytes, TimePoint start,
                            TimePoint end) {
    const auto lasted = std::chrono::floor<std::chrono::milliseconds>(end - start);
    event::Event event = talk.event(event::kSessionEnded, end);
    event.add("duration_ms", lasted.count()).add("bytes_in", bytes).add("reason", "imported");
    return event;
  }

  std::string source_;
  JsonReader reader_;
};

}  // namespace

std::unique_ptr<RowMapper> make_honeytrap_mapper(const ImportSource& source) {
  return std::make_unique<HoneytrapMapper>(source);
}

}  // namespace decnet::app
