#include "service/redis/conversation.h"

#include <algorithm>
#include <array>
#include <limits>

#include "base/counters.h"
#include "net/task_group.h"
#include "service/redis/number.h"
#include "service/redis/server.h"

namespace decnet::service::redis {

namespace {

constexpr std::size_t kReadBytes = 16 * 1024;
constexpr int kReadsATurn = 16;  // Then others get theirs, even if there is more to read.
constexpr Duration kSubscriberTick = std::chrono::seconds{1};
constexpr Duration kFreeWork = std::chrono::seconds{1};
constexpr Duration kLongWait = std::chrono::hours{1};

bool is_plain(std::string_view word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return c > ' ' && c < 0x7f && c != '"' && c != '\'' && c != '\\';
  });
}

}  // namespace

std::string command_text(const std::vector<std::string>& argv) {
  std::string out;
  std::size_t shown = argv.size();
  if (!argv.empty() && equal_case(argv[0], "auth")) shown = 1;
  for (std::size_t n = 0; n < shown && out.size() < kCommandTextBytesMax; ++n) {
    const std::string_view word =
        std::string_view(argv[n]).substr(0, kCommandTextBytesMax - out.size());
    if (n > 0) out += ' ';
    is_plain(word) ? void(out += word) : append_quoted(out, word);
    if (equal_case(argv[0], "hello") && n > 0 && equal_case(argv[n], "auth")) n += 2;
  }
  if (out.size() > kCommandTextBytesMax) out.resize(kCommandTextBytesMax);
  return out;
}

Conversation::Conversation(session::Session& session, Server& server, const net::Executor& executor)
    : session_(session), server_(server), executor_(executor), work_(executor), drained_(executor) {
  const net::Endpoint peer = session.stream().peer();
  // The local end by the port that the peer sees.
  net::Endpoint local = session.stream().local();
  local.port = server.options().port;
  client_ = server.connect(peer.text(), local.text(), peer.ip.is_loopback(), this);
}

Conversation::~Conversation() {
  server_.disconnect(*client_);
}

net::Task<void> Conversation::run() {
  net::TaskGroup pushing(executor_);
  pushing.spawn("redis push", push());
  co_await talk();
  pushing.cancel();
  co_await pushing.join();
  if (!client_->end_reason.empty()) session_.set_end_reason(client_->end_reason);
}

net::Task<void> Conversation::talk() {
  co_await flush(Writer::reader);
  std::array<char, kReadBytes> buffer;
  int reads = 0;
  while (!is_over()) {
    arm();
    const auto got = co_await session_.stream().read_some(buffer);
    if (!got) {
      const bool is_due = own_deadline() <= session_.clock().now();
      if (got.error().code != Errc::timeout || !is_due) co_return;
      server_.tick();
      if (own_deadline() <= session_.clock().now()) co_return;  // Else this would go on for ever.
    } else {
      const std::string_view bytes(buffer.data(), *got);
      if (bytes.starts_with("\xff\xfe\xff\xfe"))
        session_.detection_probe("same_garbage_everywhere");
      server_.receive(*client_, bytes);
    }
    co_await flush(Writer::reader);
    if (client_->parser.buffered() > kQueryBytesMax) {
      counter("redis_query_limit_total",
              "Redis connections closed because they sent on and on without being served")
          .add();
      server_.close(*client_, "query_limit");
    }
    if (++reads % kReadsATurn == 0) {
      const bool goes_on = co_await rest();
      if (!goes_on) co_return;
    }
  }
}

// Sends what others cause while the reader waits.
net::Task<void> Conversation::push() {
  while (true) {
    const Duration at_most = client_->is_subscriber() ? kSubscriberTick : kLongWait;
    const auto woken = co_await work_.wait(at_most);
    if (!woken && woken.error().code != Errc::timeout) co_return;
    if (!woken) server_.tick();  // Keys expire also where nobody sends anything.
    co_await flush(Writer::pusher);
    if (is_over()) session_.stream().close();  // Ends the reader's wait.
  }
}

// Sends what is due and goes on with what came in, until there is neither.
net::Task<void> Conversation::flush(Writer who) {
  while (is_writing_) {
    if (who == Writer::pusher) co_return;  // The reader's own flush takes care of it.
    const auto drained = co_await drained_.wait(kLongWait);
    if (!drained) co_return;
  }
  is_writing_ = true;
  bool goes_on = true;
  while (goes_on) goes_on = co_await write_turn();
  is_writing_ = false;
  if (who == Writer::pusher) drained_.wake();
}

net::Task<bool> Conversation::write_turn() {
  if (client_->closed || is_broken_) co_return false;
  if (!client_->output.empty()) {
    const std::string bytes = std::exchange(client_->output, {});
    server_.stats.bytes_out += bytes.size();
    ++server_.stats.writes;
    const auto written = co_await session_.stream().write(bytes);
    is_broken_ = !written.has_value();
    if (is_broken_ || client_->closed) co_return false;
  }
  const bool is_busy = server_.resume(*client_);
  if (is_busy || client_->work > kTurnWorkMax) {
    const bool goes_on = co_await rest();
    if (!goes_on) co_return false;
  }
  co_return is_busy || !client_->output.empty();
}

// Lets others have their turn. Who asks for more work than a connection may in the long run waits
// until it is paid for; a second's worth is free.
net::Task<bool> Conversation::rest() {
  const TimePoint now = session_.clock().now();
  const auto micros = std::exchange(client_->work, 0) * 1'000'000 / kWorkPerSecond;
  worked_until_ =
      std::max(worked_until_, now) + std::chrono::microseconds{static_cast<std::int64_t>(micros)};
  const Duration owed = worked_until_ - now - kFreeWork;
  static Counter& waits =
      counter("redis_work_rate_total", "Pauses of Redis connections that asked for too much work");
  if (owed > Duration{0}) waits.add();
  const auto rested = co_await session_.delay(std::max(owed, Duration{0}));
  co_return rested.has_value();
}

TimePoint Conversation::own_deadline() const {
  const std::int64_t millis = server_.deadline_of(*client_);
  // A wait of thousands of years has no end that a TimePoint can hold.
  constexpr std::int64_t kMillisMax = std::numeric_limits<std::int64_t>::max() / 1000;
  return millis == 0 || millis > kMillisMax ? TimePoint::max()
                                            : TimePoint(std::chrono::milliseconds{millis});
}

// The read ends when the client's own time is over, or when it was idle for too long.
void Conversation::arm() {
  const auto timeout = std::chrono::seconds{server_.idle_limit_s(*client_)};
  const Duration idle = timeout.count() > 0 ? Duration(timeout) : session_.limits().idle_max;
  session_.set_idle_limit(idle);
  const TimePoint own = own_deadline();
  const TimePoint idle_end = session_.clock().now() + std::min(idle, session_.limits().idle_max);
  session_.stream().set_deadline(std::min(own, idle_end));
}

bool Conversation::is_over() const {
  return client_->closed || is_broken_ || (client_->closes_after_reply && client_->output.empty());
}

void Conversation::command(const std::vector<std::string>& argv) {
  session_.command(command_text(argv));
}

void Conversation::login(std::string_view user, std::string_view password, bool accepted) {
  session_.login({.principal = user, .secret = password, .method = "auth", .accepted = accepted});
}

// A password alone names nobody: any of the decky's accounts may be meant.
bool Conversation::accepts(std::string_view user, std::string_view password) {
  if (user != "default") return session_.accepts(user, password);
  const auto& accounts = session_.persona().accounts;
  return std::any_of(accounts.begin(), accounts.end(), [&](const persona::Account& account) {
    return session_.accepts(account.user, password);
  });
}

void Conversation::attack(std::string_view kind, std::string_view verb, std::string_view target) {
  event::Event event = session_.request();
  event.severity = event::Severity::warning;
  event.add("verb", verb).add("attack", kind);
  if (!target.empty()) event.add("target", target);
  session_.emit(std::move(event));
}

// Nobody is called: the policy of a decky lets it call its own peer only, and the genuine server
// whose master does not answer looks the same to its clients.
void Conversation::replica_of(std::string_view, std::uint16_t) {}

void Conversation::captured(std::string_view name, std::string_view path, std::string_view bytes) {
  const auto capture = session_.capture(name, path);
  capture->write(bytes);
  capture->finish();
}

void Conversation::named(std::string_view name) {
  event::Event event = session_.request();
  event.add("verb", "CLIENT SETNAME").add("target", name.substr(0, kCommandTextBytesMax));
  session_.emit(std::move(event));
}

// Each has a text of its own in the genuine server, which decoys get wrong.
void Conversation::protocol_error(std::string_view error) {
  for (const std::string_view probe :
       {"unbalanced quotes", "expected '$'", "invalid bulk length", "invalid multibulk length"}) {
    if (error.find(probe) != std::string_view::npos)
      return session_.detection_probe("redis_protocol_error");
  }
}

}  // namespace decnet::service::redis
