#include "ingest/sender.h"

#include <algorithm>

#include <boost/asio/steady_timer.hpp>

#include "base/counters.h"
#include "base/hash.h"
#include "base/random.h"
#include "event/codec.h"
#include "ingest/protocol.h"
#include "net/cancel.h"
#include "net/reader.h"
#include "net/task_group.h"

namespace decnet::ingest {
namespace {

constexpr std::size_t kWriteBytesMax = 256 * 1024;  // Of one write; a blob may be larger.
constexpr std::array<std::string_view, 4> kClassNames = {"scan", "session", "routine", "precious"};

}  // namespace

struct Sender::Blob {
  std::string sha256;
  std::string content;
};

std::size_t Sender::Entry::bytes() const noexcept {
  return line.size() + (blob ? blob->content.size() : 0) + sizeof(Entry);
}

// Wakes whoever writes, or waits for the queue to be empty.
struct Sender::Wake {
  explicit Wake(const net::Executor& executor)
      : timer(executor, boost::asio::steady_timer::time_point::max()) {}
  boost::asio::steady_timer timer;
  bool over = false;  // The connection has ended.
};

Sender::Sender(const Clock& clock, SenderOptions options)
    : clock_(clock), options_(std::move(options)) {
  while (origin_ == 0) origin_ = random_u64();
}

Sender::~Sender() = default;

Sender::Class Sender::class_of(std::string_view type) noexcept {
  if (type == event::kScan) return Class::scan;
  if (type.starts_with("session.") || type == event::kRecording) return Class::session;
  if (type == event::kLoginAttempt || type == event::kFileCaptured || type == event::kDeckyMutated)
    return Class::precious;
  return Class::routine;
}

void Sender::submit(event::Event event) {
  push(std::move(event), nullptr);
}

void Sender::submit_with_blob(event::Event event, std::string sha256, std::string content) {
  push(std::move(event), std::make_shared<const Blob>(Blob{std::move(sha256), std::move(content)}));
}

void Sender::push(event::Event event, std::shared_ptr<const Blob> blob) {
  const std::uint64_t seq = next_seq_++;
  if (event.origin == 0) {
    event.origin = origin_;
    event.seq = seq;
  }
  Entry entry{seq, class_of(event.type), {}, std::move(blob)};
  event::append_line(entry.line, event, options_.enterprise);
  bytes_ += entry.bytes();
  queue_.push_back(std::move(entry));
  if (bytes_ > options_.bytes_max) shed();
  if (wake_) wake_->timer.cancel();
}

// Frees a tenth of the room at once, so that a full buffer does not mean a walk through it for
// every event.
void Sender::shed() {
  static Counter& dropped = counter("sender_events_dropped_total",
                                    "Events dropped because the collector did not take them");
  const std::size_t goal = options_.bytes_max - options_.bytes_max / 10;
  for (const Class kind : {Class::scan, Class::session, Class::routine, Class::precious}) {
    if (bytes_ <= goal) break;
    std::size_t index = 0;
    std::size_t sent_gone = 0;
    const auto doomed = [&](const Entry& entry) {
      const bool was_sent = index++ < sent_;
      if (bytes_ <= goal || entry.kind != kind) return false;
      bytes_ -= entry.bytes();
      sent_gone += was_sent ? 1 : 0;
      ++dropped_untold_[static_cast<std::size_t>(kind)];
      ++dropped_total_;
      dropped.add();
      return true;
    };
    queue_.erase(std::remove_if(queue_.begin(), queue_.end(), doomed), queue_.end());
    sent_ -= sent_gone;
  }
}

void Sender::tell_shed() {
  if (std::all_of(dropped_untold_.begin(), dropped_untold_.end(),
                  [](auto count) { return count == 0; }))
    return;
  event::Event event{
      .time = clock_.now(), .service = "sender", .type = std::string(event::kSystemLog)};
  event.severity = event::Severity::error;
  event.add("what", "events_dropped").add("source", options_.role);
  for (std::size_t n = 0; n < kClassNames.size(); ++n)
    event.add(kClassNames[n], dropped_untold_[n]);
  dropped_untold_ = {};
  submit(std::move(event));
}

void Sender::on_ack(std::uint64_t seq) {
  acknowledged_ = std::max(acknowledged_, seq);
  while (!queue_.empty() && queue_.front().seq <= seq) {
    bytes_ -= queue_.front().bytes();
    queue_.pop_front();
    if (sent_ > 0) --sent_;
  }
  if (bytes_ < options_.bytes_max / 2) tell_shed();
}

net::Task<void> Sender::run(net::StreamPtr stream) {
  const net::Executor executor = co_await net::asio::this_coro::executor;
  const auto wake = std::make_shared<Wake>(executor);
  wake_ = wake;
  sent_ = 0;
  net::TaskGroup group(executor);
  group.spawn("sender acks", read_acks(*stream, wake));
  co_await write_lines(*stream, wake);
  stream->close();
  group.cancel();
  co_await group.join();
  if (wake_ == wake) wake_ = nullptr;
}

net::Task<void> Sender::read_acks(net::Stream& stream, std::shared_ptr<Wake> wake) {
  net::Reader reader(stream);
  for (;;) {
    Frame frame;
    auto size = parse_frame(reader.buffered(), frame);
    if (!size) break;
    if (*size == 0) {
      if (!co_await reader.fill()) break;
      continue;
    }
    if (frame.kind != FrameKind::ack && frame.kind != FrameKind::resume) break;
    on_ack(frame.number);
    reader.consume(*size);
    wake->timer.cancel();
  }
  wake->over = true;
  wake->timer.cancel();
}

net::Task<void> Sender::write_lines(net::Stream& stream, std::shared_ptr<Wake> wake) {
  std::string out;
  append_hello(out, origin_, options_.role);
  std::shared_ptr<const Blob> last_blob;
  while (!wake->over) {
    while (sent_ < queue_.size() && out.size() < kWriteBytesMax) {
      const Entry& entry = queue_[sent_++];
      if (entry.blob && entry.blob != last_blob)
        append_blob(out, entry.blob->sha256, entry.blob->content);
      last_blob = entry.blob;
      append_line_frame(out, entry.seq, entry.line);
    }
    if (!out.empty()) {
      if (!co_await stream.write(out)) co_return;
      out.clear();
      if (out.capacity() > kWriteBytesMax * 2) std::string().swap(out);
      continue;
    }
    if (co_await net::is_cancelled()) co_return;
    co_await wake->timer.async_wait(net::as_result);
  }
}

net::Task<Result<void>> Sender::drained(Duration at_most) {
  const auto until = clock_.monotonic() + at_most;
  while (!queue_.empty()) {
    if (clock_.monotonic() >= until)
      co_return fail(Errc::timeout, "the collector has not acknowledged everything");
    DECNET_CO_CHECK(co_await net::sleep_for(std::chrono::milliseconds{5}));
  }
  co_return Result<void>{};
}

}  // namespace decnet::ingest
