#include "session/testing.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/hash.h"
#include "net/loop.h"

namespace decnet::session {
namespace {

class NoAssets final : public Assets {
 public:
  std::string_view find(std::string_view) const override { return {}; }
};

const NoAssets kNoAssets;
constexpr std::uint16_t kFirstPassivePort = 50'001;

std::string escaped(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f && c != '\\')
      out.push_back(c);
    else
      out += fmt::format("\\x{:02x}", byte);
  }
  return out;
}

}  // namespace

// Hands what was written to the session when it goes.
class ScriptedDataStream final : public net::Stream {
 public:
  ScriptedDataStream(ScriptedSession& owner, std::vector<std::string> script)
      : owner_(owner), inner_(std::move(script), net::ScriptEnd::closes, &owner.clock_) {
    inner_.set_addresses(owner.stream_.local(), owner.stream_.peer());
  }
  ~ScriptedDataStream() override { owner_.data_written_.push_back(inner_.written()); }

  net::Task<Result<std::size_t>> read_some(std::span<char> buffer) override {
    return inner_.read_some(buffer);
  }
  net::Task<Result<void>> write(std::string_view bytes) override { return inner_.write(bytes); }
  void set_deadline(TimePoint when) override { inner_.set_deadline(when); }
  net::Task<void> shutdown_send() override { return inner_.shutdown_send(); }
  void close() override { inner_.close(); }
  void reset() override { inner_.reset(); }
  net::Endpoint local() const override { return inner_.local(); }
  net::Endpoint peer() const override { return inner_.peer(); }

 private:
  ScriptedSession& owner_;
  net::MemoryStream inner_;
};

class ScriptedListener final : public PassiveListener {
 public:
  ScriptedListener(ScriptedSession& owner, std::uint16_t port) : owner_(owner), port_(port) {}
  net::Endpoint local() const override { return {owner_.stream_.local().ip, port_}; }
  net::Task<Result<net::StreamPtr>> accept(TimePoint deadline) override {
    if (auto data = owner_.next_data()) co_return data;
    if (deadline > owner_.clock_.now()) owner_.clock_.advance(deadline - owner_.clock_.now());
    co_return fail(Errc::timeout, "nobody came");
  }

 private:
  ScriptedSession& owner_;
  std::uint16_t port_;
};

class ScriptedCapture final : public Capture {
 public:
  ScriptedCapture(ScriptedSession& owner, std::string_view name, std::string_view path)
      : owner_(owner), name_(name), path_(path) {}
  ~ScriptedCapture() override {
    if (!finished_) send(true);
  }
  void write(std::string_view bytes) override {
    size_ += bytes.size();
    const std::size_t room = owner_.limits().capture_bytes_max - content_.size();
    content_.append(bytes.substr(0, room));
  }
  void finish() override { send(false); }

 private:
  void send(bool incomplete) {
    finished_ = true;
    event::Event event{.type = std::string(event::kFileCaptured),
                       .severity = event::Severity::warning};
    event.add("sha256", sha256_hex(content_))
        .add("size", size_)
        .add("name", name_)
        .add("path", path_);
    if (size_ > content_.size()) event.add("truncated", "true");
    if (incomplete) event.add("incomplete", "true");
    owner_.captured_.push_back(content_);
    owner_.emit(std::move(event));
  }

  ScriptedSession& owner_;
  std::string name_;
  std::string path_;
  std::string content_;
  std::uint64_t size_ = 0;
  bool finished_ = false;
};

persona::Persona Script::example_persona() {
  persona::Persona persona;
  persona.seed = 1;
  persona.archetype = "linux-server";
  persona.personality = "linux5";
  persona.hostname = "web-01";
  persona.domain = "example.net";
  persona.distribution = "debian12";
  persona.kernel = "6.1.0-28-amd64";
  persona.mac = "00:50:56:8a:01:02";
  persona.company = "Example";
  persona.accounts = {{"root", ""}, {"backup", "backup123"}};
  persona.installed_at = FakeClock().now() - std::chrono::days{200};
  persona.booted_at = FakeClock().now() - std::chrono::days{20};
  return persona;
}

ScriptedSession::ScriptedSession(Script script)
    : script_(std::move(script)), stream_(script_.script, script_.end, &clock_) {
  place_.decky = script_.persona.hostname;
  place_.service = script_.service;
  place_.port = script_.port;
  place_.options = script_.options;
  place_.persona = std::make_shared<const persona::Persona>(script_.persona);
  place_.assets = script_.assets != nullptr ? script_.assets : &kNoAssets;
  place_.clock = &clock_;
  set_idle_limit(script_.limits.idle_max);
}

ScriptedSession::~ScriptedSession() = default;

void ScriptedSession::run(Service& service) {
  net::run_task(service.serve(*this));
  stream_.close();
}

void ScriptedSession::add_data_connection(ScriptedData data) {
  data_.push_back(std::move(data));
}

net::StreamPtr ScriptedSession::next_data() {
  if (data_.empty()) return nullptr;
  ScriptedData next = std::move(data_.front());
  data_.pop_front();
  if (next.refuses) return nullptr;
  return std::make_unique<ScriptedDataStream>(*this, std::move(next.script));
}

std::string ScriptedSession::event_lines() const {
  std::string out;
  for (const auto& event : events_) {
    out += event.type;
    for (const auto& field : event.fields) out += " " + field.name + "=" + escaped(field.value);
    out += "\n";
  }
  return out;
}

void ScriptedSession::set_idle_limit(Duration limit) {
  stream_.set_deadline(clock_.now() + std::min(limit, script_.limits.idle_max));
}

net::Task<Result<void>> ScriptedSession::delay(Duration how_long) {
  clock_.advance(how_long);
  waited_ += how_long;
  co_return Result<void>{};
}

net::Task<Result<void>> ScriptedSession::start_tls(const TlsOptions&, std::string buffered) {
  tls_ = true;
  if (!buffered.empty()) co_return fail(Errc::invalid_argument, "a scripted peer speaks no TLS");
  co_return Result<void>{};
}

void ScriptedSession::emit(event::Event event) {
  event.time = clock_.now();
  event.decky = place_.decky;
  event.service = place_.service;
  event.session = id_.text();
  events_.push_back(std::move(event));
}

bool ScriptedSession::accepts(std::string_view principal, std::string_view password) const {
  return std::any_of(script_.persona.accounts.begin(), script_.persona.accounts.end(),
                     [&](const auto& account) {
                       return !account.password.empty() && account.user == principal &&
                              account.password == password;
                     });
}

std::unique_ptr<Capture> ScriptedSession::capture(std::string_view name, std::string_view path) {
  return std::make_unique<ScriptedCapture>(*this, name, path);
}

std::unique_ptr<Recording> ScriptedSession::record(RecordingFacts facts) {
  std::string& kept = recordings_.emplace_back();
  const auto recording = recordings_.size() - 1;
  const auto take = [this, &kept, recording](Segment segment) {
    emit(recording_event(segment, sha256(segment.text), recording));
    const std::size_t header = segment.number == 0 ? 0 : segment.text.find('\n') + 1;
    kept.append(segment.text, header, std::string::npos);
  };
  return std::make_unique<Recorder>(clock_, std::move(facts), take);
}

net::Task<Result<std::unique_ptr<PassiveListener>>> ScriptedSession::listen_passive() {
  const auto port = static_cast<std::uint16_t>(kFirstPassivePort + data_written_.size());
  co_return std::make_unique<ScriptedListener>(*this, port);
}

net::Task<Result<net::StreamPtr>> ScriptedSession::connect_back(std::uint16_t, std::uint16_t) {
  if (auto data = next_data()) co_return data;
  co_return fail(Errc::unavailable, "refused");
}

net::Task<Result<std::string>> ScriptedSession::recall(std::string topic) {
  const auto found = memories.find(topic);
  if (memory_is_lost) co_return fail(Errc::unavailable, "there is no line to core");
  if (found == memories.end()) co_return fail(Errc::not_found, "nothing is remembered");
  co_return found->second;
}

Result<void> ScriptedSession::remember(std::string_view topic, std::string_view memory) {
  if (memory.size() > kMemoryBytesMax) return fail(Errc::limit, "a memory is too large");
  memories.insert_or_assign(std::string(topic), std::string(memory));
  return {};
}

std::unique_ptr<ScriptedSession> run_service(const Descriptor& descriptor, Script script) {
  auto session = std::make_unique<ScriptedSession>(std::move(script));
  const auto service = descriptor.create(session->place());
  session->run(*service);
  return session;
}

}  // namespace decnet::session
