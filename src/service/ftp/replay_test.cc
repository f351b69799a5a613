#include "service/ftp/replay_test.h"

#include <algorithm>
#include <array>
#include <deque>
#include <regex>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/hash.h"
#include "net/loop.h"
#include "session/session.h"

namespace decnet::service::ftp {

namespace {

void replace_all(std::string& in, std::string_view what, std::string_view with) {
  for (auto at = in.find(what); at != std::string::npos; at = in.find(what, at + with.size()))
    in.replace(at, what.size(), with);
}

constexpr std::uint16_t kPeerPort = 40'404;
constexpr Duration kGlance =
    std::chrono::milliseconds{100};  // Who waits less does not wait for the next command.

// What varies from one run of a genuine server to the next: its ports, inode numbers, and the
// present time.
std::string masked(std::string text, std::int64_t at) {
  static const std::regex passive(R"(\((\d+,\d+,\d+,\d+),\d+,\d+\))");
  static const std::regex extended(R"(\(\|\|\|\d+\|\))");
  static const std::regex unique(R"(unique=[0-9A-Fa-f]+U[0-9A-Fa-f]+)");
  text = std::regex_replace(text, passive, "($1,PORT)");
  text = std::regex_replace(text, extended, "(|||PORT|)");
  static const std::regex stou(R"(\bftp[A-Za-z0-9]{6}\b)");
  text = std::regex_replace(text, unique, "unique=INODE");
  text = std::regex_replace(text, stou, "ftpXXXXXX");
  for (std::int64_t when = at - 90; when <= at + 10; ++when)
    replace_all(text, compact_time(when), "NOW");
  for (std::int64_t when = at - 120; when <= at + 10; when += 30) {
    std::string date = date_text(when, at + 60, 86'400, false);
    replace_all(text, date, "NOW");
    if (date[4] == '0') date[4] = ' ';
    replace_all(text, date, "NOW");
  }
  return text;
}

std::string sorted_lines(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size() - 1);
    lines.push_back(text.substr(begin, end + 1 - begin));
    begin = end + 1;
  }
  std::sort(lines.begin(), lines.end());
  std::string out;
  for (const auto& line : lines) out += line;
  return out;
}

class ReplaySession;

// The peer's side of one data connection.
class ReplayData final : public net::Stream {
 public:
  ReplayData(ReplaySession& owner, std::size_t step) : owner_(owner), step_(step) {}
  ~ReplayData() override { finish(); }
  net::Task<Result<std::size_t>> read_some(std::span<char> buffer) override;
  net::Task<Result<void>> write(std::string_view bytes) override;
  void set_deadline(TimePoint when) override { deadline_ = when; }
  net::Task<void> shutdown_send() override { co_return; }
  void close() override { finish(); }
  void reset() override { finish(); }
  net::Endpoint local() const override { return {net::IpAddress::v4(0x7f000001), 20}; }
  net::Endpoint peer() const override { return {net::IpAddress::v4(0x7f000001), kPeerPort}; }

 private:
  void finish();

  ReplaySession& owner_;
  std::size_t step_;
  std::string written_;
  std::size_t read_ = 0;
  TimePoint deadline_ = TimePoint::max();
  bool finished_ = false;
};

class ReplaySession final : public session::Session, public net::Stream, public session::Assets {
 public:
  explicit ReplaySession(const ReplayCase& recorded)
      : case_(recorded), clock_(TimePoint{std::chrono::seconds{recorded.steps[0].at}}) {
    place_.decky = "ftp-01";
    place_.service = "ftp";
    place_.persona = std::make_shared<persona::Persona>();
    place_.clock = &clock_;
    place_.assets = this;
  }

  ReplayResult result() {
    if (!finished_) compare_step();
    for (std::size_t n = step_ + 1; n < case_.steps.size(); ++n)
      differs(n, "control", case_.steps[n].answer, "(the connection is closed)");
    return result_;
  }

  const ReplayStep& step(std::size_t n) const { return case_.steps[n]; }
  FakeClock& fake_clock() { return clock_; }
  void count() { ++result_.answers; }
  void differs(std::size_t n, std::string_view what, const std::string& genuine,
               const std::string& ours) {
    ++result_.different;
    result_.report += fmt::format(
        "{} [{}] after {:?}: {}\n  genuine: {:?}\n  ours:    {:?}\n", case_.name, case_.setting,
        std::string_view(case_.steps[n].send).substr(0, 120), what,
        std::string_view(genuine).substr(0, 3000), std::string_view(ours).substr(0, 3000));
  }

  // Stream
  // The server reads what the client sent on a data connection, which it did in the course of a
  // later step.
  void reach(std::size_t data_step) {
    while (step_ < data_step) {
      expected_ += case_.steps[step_].answer;
      ++step_;
      pending_ += case_.steps[step_].send;
    }
  }

  net::Task<Result<std::size_t>> read_some(std::span<char> buffer) override {
    if (!pending_.empty()) co_return give(buffer);
    if (deadline_ - clock_.now() < kGlance) co_return fail(Errc::timeout, "the deadline passed");
    const ReplayStep& now = case_.steps[step_];
    if (case_.setting == "hurried" &&
        masked(written_, now.at).size() < masked(now.answer, now.at).size() &&
        deadline_ != TimePoint::max() && waited_++ < 8) {
      if (deadline_ > clock_.now()) clock_.advance(deadline_ - clock_.now());
      co_return fail(Errc::timeout, "the deadline passed");
    }
    compare_step();
    if (now.ended) {
      count();
      differs(step_, "end", "(closes)", "(goes on)");
    }
    if (step_ + 1 >= case_.steps.size()) {
      finished_ = true;
      co_return fail(Errc::closed, "the script is over");
    }
    ++step_;
    waited_ = 0;
    const TimePoint at{std::chrono::seconds{case_.steps[step_].at}};
    if (at > clock_.now()) clock_.advance(at - clock_.now());
    pending_ = case_.steps[step_].send;
    replace_all(pending_, "{port}", std::to_string(kPeerPort));
    replace_all(pending_, "{hi},{lo}", fmt::format("{},{}", kPeerPort >> 8, kPeerPort & 255));
    co_return give(buffer);
  }
  net::Task<Result<void>> write(std::string_view bytes) override {
    written_ += bytes;
    co_return Result<void>{};
  }
  void set_deadline(TimePoint when) override { deadline_ = when; }
  net::Task<void> shutdown_send() override { co_return; }
  void close() override {}
  void reset() override {}
  net::Endpoint local() const override { return {net::IpAddress::v4(0x7f000001), 21}; }
  net::Endpoint peer() const override { return {net::IpAddress::v4(0x7f000001), 40'000}; }

  // Session
  const Uuid& id() const override { return id_; }
  const session::Place& place() const override { return place_; }
  const session::Limits& limits() const override { return limits_; }
  net::Stream& stream() override { return *this; }
  void set_idle_limit(Duration limit) override { deadline_ = clock_.now() + limit; }
  net::Task<Result<void>> delay(Duration how_long) override {
    clock_.advance(how_long);
    co_return Result<void>{};
  }
  net::Task<Result<void>> start_tls(const TlsOptions&, std::string buffered) override {
    // A client that speaks no TLS goes on in clear.
    if (case_.name == "tls-garbage" || !buffered.empty()) {
      std::array<char, 64> ignored;
      (void)co_await read_some(ignored);
      co_return fail(Errc::invalid_argument, "wrong version number");
    }
    tls_ = true;
    co_return Result<void>{};
  }
  bool is_tls() const override { return tls_; }
  void emit(event::Event) override {}
  bool accepts(std::string_view user, std::string_view password) const override {
    return (user == "alice" && password == "wonderland") ||
           (user == "bob" && password == "builder");
  }
  std::unique_ptr<session::Capture> capture(std::string_view, std::string_view) override {
    struct Ignored final : session::Capture {
      void write(std::string_view) override {}
      void finish() override {}
    };
    return std::make_unique<Ignored>();
  }
  std::unique_ptr<session::Recording> record(session::RecordingFacts facts) override {
    const auto forget = [](const session::Segment&) {};
    return std::make_unique<session::Recorder>(Clock::system(), std::move(facts), forget);
  }
  net::Task<Result<std::unique_ptr<session::PassiveListener>>> listen_passive() override;
  net::Task<Result<net::StreamPtr>> connect_back(std::uint16_t port, std::uint16_t) override {
    if (port != kPeerPort) co_return fail(Errc::unavailable, "refused");
    co_return next_data();
  }
  net::Task<Result<std::string>> recall(std::string) override {
    co_return fail(Errc::not_found, "nothing is remembered");
  }
  Result<void> remember(std::string_view, std::string_view) override { return {}; }
  void set_end_reason(std::string_view) override {}
  std::string_view find(std::string_view) const override { return {}; }

  // The connection that the client made (or accepted) last, if it has not been used yet.
  Result<net::StreamPtr> next_data() {
    for (std::size_t n = step_ + 1; n-- > used_;) {
      if (!case_.steps[n].connects) continue;
      used_ = n + 1;
      return std::make_unique<ReplayData>(*this, n);
    }
    return fail(Errc::timeout, "nobody came");
  }

 private:
  std::size_t give(std::span<char> buffer) {
    const std::size_t count = std::min(buffer.size(), pending_.size());
    std::copy_n(pending_.begin(), count, buffer.begin());
    pending_.erase(0, count);
    return count;
  }
  void compare_step() {
    const ReplayStep& now = case_.steps[step_];
    count();
    const std::string genuine = masked(std::exchange(expected_, {}) + now.answer, now.at);
    const std::string ours =
        masked(std::exchange(written_, {}), to_micros(clock_.now()) / 1'000'000);
    if (genuine != ours) differs(step_, "control", genuine, ours);
  }

  const ReplayCase& case_;
  FakeClock clock_;
  session::Place place_;
  session::Limits limits_;
  Uuid id_ = Uuid::v8("replay");
  std::size_t step_ = 0;
  std::size_t used_ = 0;
  int waited_ = 0;
  std::string pending_;
  std::string written_;
  std::string expected_;  // Of earlier steps, not compared yet.
  TimePoint deadline_ = TimePoint::max();
  bool tls_ = false;
  bool finished_ = false;
  ReplayResult result_;
};

class ReplayListener final : public session::PassiveListener {
 public:
  explicit ReplayListener(ReplaySession& owner) : owner_(owner) {}
  net::Endpoint local() const override { return {net::IpAddress::v4(0x7f000001), 50'001}; }
  net::Task<Result<net::StreamPtr>> accept(TimePoint) override { co_return owner_.next_data(); }

 private:
  ReplaySession& owner_;
};

net::Task<Result<std::unique_ptr<session::PassiveListener>>> ReplaySession::listen_passive() {
  co_return std::make_unique<ReplayListener>(*this);
}

net::Task<Result<std::size_t>> ReplayData::read_some(std::span<char> buffer) {
  const ReplayStep& step = owner_.step(step_);
  const std::string_view left = step.data == ReplayStep::Data::send
                                    ? std::string_view(step.bytes).substr(read_)
                                    : std::string_view{};
  if (step.data == ReplayStep::Data::stall) {
    if (deadline_ > owner_.fake_clock().now())
      owner_.fake_clock().advance(deadline_ - owner_.fake_clock().now());
    co_return fail(Errc::timeout, "the deadline passed");
  }
  owner_.reach(step.data_step);
  if (left.empty()) co_return fail(Errc::closed, "the peer has ended the stream");
  const std::size_t count = std::min(buffer.size(), left.size());
  std::copy_n(left.begin(), count, buffer.begin());
  read_ += count;
  co_return count;
}

net::Task<Result<void>> ReplayData::write(std::string_view bytes) {
  written_ += bytes;
  co_return Result<void>{};
}

void ReplayData::finish() {
  if (std::exchange(finished_, true)) return;
  const ReplayStep& step = owner_.step(step_);
  if (step.data != ReplayStep::Data::receive) return;
  owner_.count();
  const ReplayStep& asked = owner_.step(step.data_step);
  std::string genuine = masked(step.bytes, asked.at);
  std::string ours = masked(written_, to_micros(owner_.fake_clock().now()) / 1'000'000);
  // The order in which a folder is read without sorting is that of the disk.
  if (asked.send.starts_with("NLST") || asked.send.starts_with("MLSD") ||
      asked.send.starts_with("LIST -U")) {
    genuine = sorted_lines(genuine);
    ours = sorted_lines(ours);
  }
  if (step.digested) {
    genuine = step.bytes;
    ours = fmt::format("{} {}", written_.size(), sha256_hex(written_));
  }
  if (genuine != ours) owner_.differs(step.data_step, "data", genuine, ours);
}

}  // namespace

ReplayResult replay(const ReplayCase& recorded, const World& world) {
  ReplaySession session(recorded);
  const auto service = make_service(world);
  net::run_task(service->serve(session));
  return session.result();
}

}  // namespace decnet::service::ftp
