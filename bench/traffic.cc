#include "bench/traffic.h"

#include <array>
#include <cmath>

#include "base/bytes.h"

namespace decnet::bench {
namespace {

constexpr std::size_t kOpenSessions = 64;
constexpr std::array<std::string_view, 5> kServices = {"ssh", "ftp", "http", "redis", "telnet"};
constexpr std::array<std::uint16_t, 5> kPorts = {22, 21, 80, 6379, 23};
constexpr std::size_t kWords = 5'000;  // Of the lists of passwords that sources share.

bool has_logins(std::size_t service) {
  return service != 2 && service != 3;
}

std::string address_of(std::uint32_t number) {
  const std::uint32_t spread =
      number * 2'654'435'761U;  // Neighbours in time are no neighbours in space.
  return std::to_string(1 + (spread >> 24) % 223) + "." + std::to_string(spread >> 16 & 255) + "." +
         std::to_string(spread >> 8 & 255) + "." + std::to_string(spread & 255);
}

}  // namespace

Traffic::Traffic(const TrafficOptions& options)
    : options_(options), random_(options.seed, "traffic"), open_(kOpenSessions) {
  for (std::size_t n = 0; n < options_.busy_sources; ++n) busy_.push_back(make_source(sources_++));
}

Traffic::Source Traffic::make_source(std::uint32_t number) {
  return {.number = number,
          .service = static_cast<std::size_t>(random_.below(kServices.size())),
          .tool = random_.below(400),
          .sessions = static_cast<std::size_t>(std::pow(2.0, random_.unit() * 12)),
          .word = static_cast<std::size_t>(random_.below(kWords))};
}

std::vector<event::Event> Traffic::batch(std::size_t count) {
  std::vector<event::Event> out;
  out.reserve(count);
  while (out.size() < count) out.push_back(next());
  return out;
}

event::Event Traffic::next() {
  std::deque<event::Event>& session = open_[static_cast<std::size_t>(random_.below(open_.size()))];
  if (session.empty()) plan_session(session);
  event::Event event = std::move(session.front());
  session.pop_front();
  clock_ += 2 * random_.unit() / options_.events_per_second;
  event.origin = 0x00f3a1b2c4d5e6f7ULL;
  event.seq = ++seq_;
  event.time = options_.start + std::chrono::microseconds(static_cast<std::int64_t>(clock_ * 1e6));
  return event;
}

event::Event Traffic::begin(std::string_view type, const Source& source, const std::string& session,
                            std::size_t decky) {
  event::Event event;
  event.type = type;
  event.decky = "decky-" + std::to_string(decky);
  event.service = kServices[source.service];
  event.session = session;
  event.fields.reserve(12);
  event.add("src_ip", address_of(source.number)).add("src_port", 32'768 + random_.below(28'000));
  event.add("dst_ip", "10.66.0." + std::to_string(decky))
      .add("dst_port", kPorts[source.service])
      .add("proto", "tcp");
  return event;
}

void Traffic::plan_login(event::Event& event, Source& source) {
  const bool own = random_.chance(0.02);  // Not of a list.
  const std::size_t word =
      own ? static_cast<std::size_t>(random_.below(1U << 30)) : source.word++ % kWords;
  const std::string password = "pass" + std::to_string(word);
  event.severity = event::Severity::notice;
  event.add("principal", word % 3 == 0 ? "root" : "user" + std::to_string(word % 97))
      .add("secret_kind", "plaintext");
  event.add("secret_b64", to_base64(password)).add("secret_printable", password);
  event.add("outcome", "refused").add("method", "password");
}

void Traffic::plan_session(std::deque<event::Event>& plan) {
  const double kind = random_.unit();
  Source passing;
  Source* source = &passing;
  if (kind < options_.fresh_share) {
    passing = make_source(sources_++);
  } else if (kind < options_.fresh_share + 0.05) {
    passing = make_source(static_cast<std::uint32_t>(random_.below(sources_)));
  } else {
    const double skewed = random_.unit() * random_.unit();
    source = &busy_[static_cast<std::size_t>(skewed * static_cast<double>(busy_.size()))];
    if (source->sessions == 0) *source = make_source(sources_++);
    --source->sessions;
  }
  const auto decky = static_cast<std::size_t>(random_.below(options_.deckies));
  const TimePoint now =
      options_.start + std::chrono::microseconds(static_cast<std::int64_t>(clock_ * 1e6));
  const std::string session = Uuid::v7(now).text();
  if (random_.chance(0.05)) {
    event::Event scan = begin(event::kScan, *source, "", decky);
    plan.push_back(std::move(scan.add("port", random_.below(65'536)).add("flags", "syn")));
    return;
  }
  plan.push_back(begin(event::kSessionStarted, *source, session, decky));
  plan.push_back(begin(event::kFingerprint, *source, session, decky));
  plan.back().add("kind", "banner").add("value", "client " + std::to_string(source->tool));
  const std::uint64_t steps = 1 + random_.below(5);
  for (std::uint64_t n = 0; n < steps; ++n) {
    if (has_logins(source->service)) {
      plan.push_back(begin(event::kLoginAttempt, *source, session, decky));
      plan_login(plan.back(), *source);
    } else if (source->service == 2) {
      plan.push_back(begin(event::kRequest, *source, session, decky));
      plan.back()
          .add("method", "GET")
          .add("target", "/path/" + std::to_string(random_.below(3'000)) + "/index.php?q=1");
      plan.back()
          .add("status", 404)
          .add("user_agent",
               "Mozilla/5.0 (X11; Linux x86_64) Tool/" + std::to_string(source->tool));
    } else {
      plan.push_back(begin(event::kCommand, *source, session, decky));
      plan.back()
          .add("command", "CONFIG SET dir /var/spool/cron/" + std::to_string(random_.below(100)))
          .add("output_bytes", 5);
    }
  }
  plan.push_back(begin(event::kSessionEnded, *source, session, decky));
  plan.back().add("duration_ms", random_.below(30'000)).add("bytes_in", random_.below(4'000));
  plan.back().add("bytes_out", random_.below(9'000)).add("reason", "peer");
}

}  // namespace decnet::bench
