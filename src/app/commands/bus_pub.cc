#include <algorithm>
#include <array>
#include <cerrno>

#include <fmt/format.h>
#include <unistd.h>

#include "app/commands/bus_command.h"
#include "app/exit_codes.h"
#include "base/log.h"
#include "base/try.h"
#include "bus/codec.h"
#include "bus/event_body.h"
#include "bus/topic.h"
#include "net/loop.h"

namespace decnet::app {
namespace {

constexpr Duration kAnswerWait = std::chrono::seconds{5};
constexpr std::size_t kEnvelopeBytes =
    256;  // Of the fields around a payload, topic and type apart.

Result<std::string> read_standard_input() {
  std::string out;
  std::array<char, 64 * 1024> some;
  for (;;) {
    const auto got = ::read(STDIN_FILENO, some.data(), some.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno(errno, "read standard input");
    if (got == 0) return out;
    out.append(some.data(), static_cast<std::size_t>(got));
    if (out.size() > bus::kBodyBytesMax)
      return fail(Errc::invalid_argument,
                  fmt::format("the payload has more than {} bytes", bus::kBodyBytesMax));
  }
}

struct Publication {
  bus::Topic topic;
  std::string payload;
  std::string type;
};

// Everything that the broker would close the connection for is said here.
Result<Publication> checked(const BusPubOptions& options) {
  auto topic = bus::Topic::parse(options.topic);
  if (!topic) return fail(Errc::invalid_argument, "the topic: " + topic.error().detail);
  std::string payload = options.payload;
  if (payload.empty() || payload == "-") payload = DECNET_TRY(read_standard_input());
  if (std::all_of(payload.begin(), payload.end(), [](char c) { return c == ' ' || c == '\n'; }))
    payload = "{}";
  if (const auto good = bus::EventReader().check_object(payload); !good)
    return fail(Errc::invalid_argument, "the payload: " + good.error().detail);
  if (options.type.size() > bus::kEventTypeBytesMax)
    return fail(Errc::invalid_argument,
                fmt::format("the type has more than {} bytes", bus::kEventTypeBytesMax));
  // Each byte of a type may be escaped to six.
  if (payload.size() + topic->text().size() + 6 * options.type.size() + kEnvelopeBytes >
      bus::kBodyBytesMax)
    return fail(Errc::invalid_argument,
                fmt::format("with what is around it the payload has more than {} bytes",
                            bus::kBodyBytesMax));
  return Publication{*std::move(topic), std::move(payload), options.type};
}

net::Task<Result<void>> publish(Publication what, std::string socket) {
  DECNET_CO_TRY(const auto bus, co_await connect_bus(socket, "decnet-pub"));
  bus->publish(what.topic, what.payload, what.type);
  auto answered = co_await bus->flush(kAnswerWait);
  co_await bus->close();
  if (!answered)
    co_return fail(Errc::unavailable,
                   fmt::format("the broker on {} has not answered: {}; the event may be lost",
                               socket, answered.error().detail));
  co_return answered;
}

}  // namespace

int bus_pub(const Invocation& invocation, const std::string& socket, const BusPubOptions& options) {
  auto what = checked(options);
  if (!what) return failed(what.error());
  log::start("decnet", log::Level::warn, *log::parse_format(invocation.config.log.format));
  const std::string topic(what->topic.text());
  const auto done = net::run_task(publish(*std::move(what), socket));
  if (!done) return failed(done.error());
  if (invocation.json) fmt::print("{{\"ok\":true,\"topic\":\"{}\"}}\n", topic);
  return kExitOk;
}

}  // namespace decnet::app
