// The host and the client of the other tests.
#include <algorithm>

#include "net/loop.h"
#include "service/mysql/mysql_test.h"
#include "service/mysql/scramble.h"
#include "service/mysql/wire.h"

namespace decnet::service::mysql {

namespace {

class ReplaySession final : public session::Session, public net::Stream {
 public:
  ReplaySession(const session::Place& place, FakeClock& clock, std::vector<Step> steps,
                const std::string& from)
      : place_(place),
        clock_(clock),
        steps_(std::move(steps)),
        peer_{*net::IpAddress::parse(from), 40007} {}

  Talk result() {
    out_.answers.push_back(std::exchange(written_, {}));
    out_.closed = next_ < steps_.size();
    return std::move(out_);
  }

  net::Task<Result<std::size_t>> read_some(std::span<char> buffer) override {
    if (pending_.empty()) {
      out_.answers.push_back(std::exchange(written_, {}));
      if (next_ >= steps_.size()) {
        over_ = true;
        co_return fail(Errc::closed, "the script is over");
      }
      pending_ = steps_[next_++](all_);
      if (pending_.empty()) co_return fail(Errc::closed, "the script is over");
    }
    const std::size_t count = std::min(buffer.size(), pending_.size());
    std::copy_n(pending_.begin(), count, buffer.begin());
    pending_.erase(0, count);
    co_return count;
  }
  net::Task<Result<void>> write(std::string_view bytes) override {
    written_ += bytes;
    all_ += bytes;
    co_return Result<void>{};
  }
  void set_deadline(TimePoint) override {}
  net::Task<void> shutdown_send() override { co_return; }
  void close() override {}
  void reset() override {}
  net::Endpoint local() const override { return {net::IpAddress::v4(0xc0000202), 3306}; }
  net::Endpoint peer() const override { return peer_; }

  const Uuid& id() const override { return id_; }
  const session::Place& place() const override { return place_; }
  const session::Limits& limits() const override { return limits_; }
  net::Stream& stream() override { return *this; }
  void set_idle_limit(Duration) override {}
  net::Task<Result<void>> delay(Duration how_long) override {
    clock_.advance(how_long);
    out_.waited += how_long;
    co_return Result<void>{};
  }
  net::Task<Result<void>> start_tls(const TlsOptions&, std::string) override {
    tls_ = true;
    co_return Result<void>{};
  }
  bool is_tls() const override { return tls_; }
  void emit(event::Event event) override { out_.events.push_back(std::move(event)); }
  bool accepts(std::string_view user, std::string_view password) const override {
    return std::any_of(persona().accounts.begin(), persona().accounts.end(), [&](const auto& one) {
      return one.user == user && one.password == password && !password.empty();
    });
  }
  std::unique_ptr<session::Capture> capture(std::string_view, std::string_view) override {
    struct Kept final : session::Capture {
      explicit Kept(Talk& to) : to_(to) {}
      void write(std::string_view bytes) override { content_ += bytes; }
      void finish() override { to_.captured.push_back(content_); }
      Talk& to_;
      std::string content_;
    };
    return std::make_unique<Kept>(out_);
  }
  net::Task<Result<std::unique_ptr<session::PassiveListener>>> listen_passive() override {
    co_return fail(Errc::denied, "not here");
  }
  net::Task<Result<net::StreamPtr>> connect_back(std::uint16_t, std::uint16_t) override {
    co_return fail(Errc::denied, "not here");
  }
  std::unique_ptr<session::Recording> record(session::RecordingFacts facts) override {
    const auto forget = [](const session::Segment&) {};
    return std::make_unique<session::Recorder>(Clock::system(), std::move(facts), forget);
  }
  net::Task<Result<std::string>> recall(std::string) override {
    co_return fail(Errc::not_found, "nothing is remembered");
  }
  Result<void> remember(std::string_view, std::string_view) override { return {}; }
  void set_end_reason(std::string_view reason) override { out_.end_reason = reason; }

 private:
  const session::Place& place_;
  FakeClock& clock_;
  std::vector<Step> steps_;
  net::Endpoint peer_;
  session::Limits limits_;
  Uuid id_ = Uuid::v8("replay");
  std::size_t next_ = 0;
  std::string pending_, written_, all_;
  bool tls_ = false;
  bool over_ = false;
  Talk out_;
};

}  // namespace

std::string Talk::all() const {
  std::string out;
  for (const std::string& one : answers) out += one;
  return out;
}

std::string packet(std::string_view payload, std::uint8_t sequence) {
  std::string out;
  put_int(out, payload.size(), 3);
  put_int(out, sequence, 1);
  return out.append(payload);
}

Step send(std::string bytes) {
  return [bytes](const std::string&) { return bytes; };
}

Step query(std::string sql) {
  return send(packet("\x03" + sql));
}

std::string salt_of(const std::string& greeting) {
  const std::size_t end = greeting.find('\0', 5);
  return greeting.substr(end + 5, 8) + greeting.substr(end + 32, 12);
}

Step client_login(std::string user, std::string password, std::string database, std::uint32_t flags,
                  std::string plugin) {
  return [=](const std::string& written) {
    std::string out;
    put_int(out, flags | (database.empty() ? 0 : kConnectWithDb), 4);
    put_int(out, 1 << 24, 4);
    put_int(out, 45, 1);
    out.append(23, '\0');
    out += user + '\0';
    put_text(out, plugin == "mysql_native_password" || password.empty()
                      ? native_response(password, salt_of(written))
                      : sha2_response(password, salt_of(written)));
    if (!database.empty()) out += database + '\0';
    return packet(out + plugin + '\0', 1);
  };
}

Host::Host(std::map<std::string, std::string, std::less<>> options) {
  persona::Persona persona = session::Script::example_persona();
  persona.accounts = {{"root", ""}, {"app", "app-password"}, {"reader", "reader-password"}};
  persona.versions["mariadb"] = "10.11.19";
  persona.booted_at = clock_.now();
  place_.decky = "web-01";
  place_.service = "mysql";
  place_.port = 3306;
  place_.options = std::move(options);
  place_.persona = std::make_shared<const persona::Persona>(persona);
  place_.clock = &failing_clock_;
  service_ = descriptor().create(place_);
}

Talk Host::talk(std::vector<Step> steps, std::string from) {
  ReplaySession session(place_, clock_, std::move(steps), from);
  net::run_task(service_->serve(session));
  return session.result();
}

}  // namespace decnet::service::mysql
