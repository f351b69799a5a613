// Plays what was said to the genuine servers to the decoys and compares what they say, step by
// step.
#include "site/golden_test.h"

#include <array>
#include <cstdlib>
#include <iostream>

#include <gtest/gtest.h>

#include "net/loop.h"
#include "session/packed_assets.h"
#include "site/site.h"

namespace decnet::site {
namespace {

using golden::Case;
using golden::Step;

// When the recorded servers' pages were put in place (test/differential/http/servers.py).
constexpr TimePoint kPageAt{std::chrono::microseconds{1'709'285'403'123'456}};

// The peer of a case. Whenever the decoy wants to read and all bytes of a step are read, the step
// is over.
class Peer final : public net::Stream {
 public:
  Peer(const Case& played, FakeClock& clock) : case_(played), clock_(clock) {}

  net::Task<Result<std::size_t>> read_some(std::span<char> buffer) override {
    for (;;) {
      if (at_ == case_.steps.size()) co_return fail(Errc::cancelled, "the case is over");
      const Step& step = case_.steps[at_];
      if (step.kind == Step::Kind::wait) {
        if (deadline_ > clock_.now()) clock_.advance(deadline_ - clock_.now());
        co_return fail(Errc::timeout, "the deadline passed");
      }
      if (step.kind == Step::Kind::half_close) {
        if (!half_closed_) {
          half_closed_ = true;
          co_return fail(Errc::closed, "the peer has ended the stream");
        }
      } else if (taken_ < step.bytes.size()) {
        const std::size_t count = std::min(buffer.size(), step.bytes.size() - taken_);
        std::copy_n(step.bytes.data() + taken_, count, buffer.data());
        taken_ += count;
        co_return count;
      }
      end_step();
    }
  }
  net::Task<Result<void>> write(std::string_view bytes) override {
    answer_ += bytes;
    co_return Result<void>{};
  }
  void set_deadline(TimePoint when) override { deadline_ = when; }
  net::Task<void> shutdown_send() override {
    end();
    co_return;
  }
  void close() override { end(); }
  void reset() override { end(); }
  net::Endpoint local() const override { return {net::IpAddress::v4(0x7f000001), 80}; }
  net::Endpoint peer() const override { return {net::IpAddress::v4(0x7f000001), 40000}; }

  // The decoy has returned.
  void finish() {
    end();
    if (at_ < case_.steps.size()) end_step();
  }
  struct Got {
    std::string answer;
    std::string state;
    int seconds = 0;
  };
  const std::vector<Got>& got() const { return got_; }

 private:
  void end() {
    if (!closed_) closed_at_ = clock_.now();
    closed_ = true;
  }
  void end_step() {
    const TimePoint until = closed_ ? closed_at_ : clock_.now();
    const auto seconds = std::chrono::floor<std::chrono::seconds>(until - step_began_);
    got_.push_back({std::exchange(answer_, {}), closed_ ? "closed" : "open",
                    static_cast<int>(seconds.count())});
    ++at_;
    taken_ = 0;
    half_closed_ = false;
    step_began_ = clock_.now();
  }

  const Case& case_;
  FakeClock& clock_;
  TimePoint deadline_ = TimePoint::max();
  TimePoint step_began_ = clock_.now();
  std::size_t at_ = 0;
  std::size_t taken_ = 0;
  bool half_closed_ = false;
  bool closed_ = false;
  TimePoint closed_at_{};
  std::string answer_;
  std::vector<Got> got_;
};

class GoldenSession final : public session::Session {
 public:
  GoldenSession(const session::Place& place, Peer& peer, FakeClock& clock, bool tls)
      : place_(place), peer_(peer), clock_(clock), tls_(tls) {}

  const Uuid& id() const override { return id_; }
  const session::Place& place() const override { return place_; }
  const session::Limits& limits() const override { return limits_; }
  net::Stream& stream() override { return peer_; }
  void set_idle_limit(Duration limit) override { peer_.set_deadline(clock_.now() + limit); }
  net::Task<Result<void>> delay(Duration) override { co_return Result<void>{}; }
  // Nobody in the recordings begins TLS here: fails as OpenSSL does, once it has the head of a
  // record.
  net::Task<Result<void>> start_tls(const TlsOptions&, std::string buffered) override {
    std::array<char, 5> more{};
    while (buffered.size() < more.size()) {
      DECNET_CO_TRY(const std::size_t count, co_await peer_.read_some(more));
      buffered.append(more.data(), count);
    }
    co_return fail(Errc::io, "this is no TLS");
  }
  bool is_tls() const override { return tls_; }
  void emit(event::Event event) override { events_.push_back(std::move(event)); }
  bool accepts(std::string_view, std::string_view) const override { return false; }
  std::unique_ptr<session::Capture> capture(std::string_view, std::string_view) override {
    return std::make_unique<NoCapture>();
  }
  std::unique_ptr<session::Recording> record(session::RecordingFacts facts) override {
    const auto forget = [](const session::Segment&) {};
    return std::make_unique<session::Recorder>(Clock::system(), std::move(facts), forget);
  }
  net::Task<Result<std::unique_ptr<session::PassiveListener>>> listen_passive() override {
    co_return fail(Errc::denied, "not here");
  }
  net::Task<Result<net::StreamPtr>> connect_back(std::uint16_t, std::uint16_t) override {
    co_return fail(Errc::denied, "not here");
  }
  net::Task<Result<std::string>> recall(std::string) override {
    co_return fail(Errc::not_found, "nothing is remembered");
  }
  Result<void> remember(std::string_view, std::string_view) override { return {}; }
  void set_end_reason(std::string_view) override {}

 private:
  struct NoCapture final : session::Capture {
    void write(std::string_view) override {}
    void finish() override {}
  };

  const session::Place& place_;
  Peer& peer_;
  FakeClock& clock_;
  bool tls_;
  Uuid id_;
  session::Limits limits_;
  std::vector<event::Event> events_;
};

struct Played {
  std::string name;
  Program program;
  Channel channel;
};

class Golden : public testing::TestWithParam<Played> {};

TEST_P(Golden, AnswersAsTheGenuineServer) {
  const auto pack = golden::asset_pack();
  if (!pack) GTEST_SKIP() << "build/assets.pack is not there: tools/make-assets makes it";
  const session::PackedAssets packed(pack);
  const golden::Recording recording =
      golden::load("testdata/" + GetParam().name + ".golden", packed);
  ASSERT_FALSE(recording.cases.empty());
  const golden::RecordedAssets assets(pack, recording);

  FakeClock clock;
  session::Place place;
  place.port = GetParam().channel == Channel::plain ? 80 : 443;
  place.persona = std::make_shared<const persona::Persona>();
  place.assets = &assets;
  place.clock = &clock;
  place.options = {{"server", GetParam().program == Program::nginx ? "nginx" : "apache"},
                   {"site", "default"}};
  Config config = make_config(place, place.port == 80 ? Transport::plain : Transport::tls);
  config.page_at = kPageAt;
  config.version = GetParam().program == Program::nginx ? "1.22.1" : "2.4.71";
  config.server_name = "127.0.0.1";
  Site site(config, assets);

  const char* only = std::getenv("DECNET_GOLDEN_ONLY");
  std::size_t answers = 0;
  std::size_t differing = 0;
  std::size_t skipped = 0;
  for (const Case& played : recording.cases) {
    if (only != nullptr && played.name.find(only) == std::string::npos) continue;
    if (!played.playable) {
      ++skipped;
      continue;
    }
    Peer peer(played, clock);
    GoldenSession session(place, peer, clock, GetParam().channel == Channel::tls);
    net::run_task(serve(site, session));
    peer.finish();
    for (std::size_t at = 0; at < played.steps.size(); ++at) {
      const Step& step = played.steps[at];
      const Peer::Got got = at < peer.got().size() ? peer.got()[at] : Peer::Got{};
      const std::string answer = golden::masked(got.answer, step.answer);
      const std::string state = step.state == "reset" ? "closed" : step.state;
      ++answers;
      if (answer == step.answer && got.state == state && std::abs(got.seconds - step.seconds) <= 2)
        continue;
      ++differing;
      ADD_FAILURE() << played.name << ", step " << at + 1 << "\nexpected " << state << " after "
                    << step.seconds << " s:\n"
                    << step.answer << "\ngot " << got.state << " after " << got.seconds << " s:\n"
                    << answer;
      break;
    }
  }
  std::cout << "distance to the genuine " << GetParam().name << ": " << differing << " of "
            << answers << " answers differ"
            << (skipped > 0
                    ? ", some pages have changed: " + std::to_string(skipped) + " cases not played"
                    : "")
            << "\n";
}

INSTANTIATE_TEST_SUITE_P(
    Genuine, Golden,
    testing::Values(Played{"nginx", Program::nginx, Channel::plain},
                    Played{"nginx-tls", Program::nginx, Channel::tls},
                    Played{"nginx-plain-to-tls", Program::nginx, Channel::plain_on_tls_port},
                    Played{"apache", Program::apache, Channel::plain},
                    Played{"apache-tls", Program::apache, Channel::tls},
                    Played{"apache-plain-to-tls", Program::apache, Channel::plain_on_tls_port}),
    [](const auto& parameter) {
      std::string name = parameter.param.name;
      std::replace(name.begin(), name.end(), '-', '_');
      return name;
    });

}  // namespace
}  // namespace decnet::site
