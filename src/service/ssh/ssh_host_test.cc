#include <openssl/evp.h>
#include <openssl/pem.h>

#include "net/cancel.h"
#include "service/ssh/ssh_test.h"

namespace decnet::service::ssh {

namespace {

std::string pem_of(EVP_PKEY* key) {
  BIO* out = BIO_new(BIO_s_mem());
  PEM_write_bio_PKCS8PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
  char* text = nullptr;
  const long length = BIO_get_mem_data(out, &text);
  std::string pem(text, static_cast<std::size_t>(length));
  BIO_free(out);
  EVP_PKEY_free(key);
  return pem;
}

class TestProgram final : public Program {
 public:
  explicit TestProgram(const shell::ConsoleRequest& request) : terminal_(request.terminal) {
    if (request.command)
      run(*request.command);
    else
      output_ += "$ ";
  }
  void input(std::string_view bytes) override {
    if (mode_ == "cat") {
      output_ += bytes;
      return;
    }
    for (const char c : bytes) {
      if (terminal_) output_ += c == '\n' || c == '\r' ? "\r\n" : std::string(1, c);
      if (c == '\n' || c == '\r') {
        run(std::exchange(line_, {}));
        if (!over_) output_ += "$ ";
      } else {
        line_ += c;
      }
    }
  }
  void input_end() override { over_ = true; }
  bool accepts_input() const override { return output_.size() < 256 * 1024; }
  std::string take_output(std::size_t count) override {
    if (mode_ == "yes") return std::string(count, 'y');
    std::string out = output_.substr(0, count);
    output_.erase(0, out.size());
    return out;
  }
  std::string take_error(std::size_t count) override {
    std::string out = error_.substr(0, count);
    error_.erase(0, out.size());
    return out;
  }
  bool ended() const override { return over_ && output_.empty() && error_.empty(); }
  int exit_status() const override { return status_; }
  int exit_signal() const override { return signal_; }
  void resize(std::uint16_t columns, std::uint16_t rows) override {
    output_ += std::to_string(columns) + "x" + std::to_string(rows);
  }
  void send_signal(int signal) override {
    signal_ = signal;
    over_ = true;
  }

 private:
  void run(const std::string& command) {
    if (command.starts_with("echo ")) output_ += command.substr(5) + (terminal_ ? "\r\n" : "\n");
    if (command.starts_with("error ")) error_ += command.substr(6) + "\n";
    if (command.starts_with("exit ")) status_ = std::stoi(command.substr(5));
    mode_ = command;
    over_ = command != "cat" && command != "yes" && (!terminal_ || command.starts_with("exit"));
  }

  bool terminal_;
  bool over_ = false;
  int status_ = 0;
  int signal_ = 0;
  std::string mode_, line_, output_, error_;
};

}  // namespace

class TestHost::Land final : public Userland {
 public:
  Land(const TestHost& host, const Clock& clock)
      : host_(host), files_(std::shared_ptr<const shell::Image>{}, clock) {
    files_.seed_file(
        "/etc/passwd",
        "root:x:0:0:root:/root:/bin/bash\nann:x:1000:1000:Ann,,,:/home/ann:/bin/bash\n", 0644, 0, 0,
        clock.now());
    files_.seed_file("/etc/group", "root:x:0:\nann:x:1000:\nsudo:x:27:ann\n", 0644, 0, 0,
                     clock.now());
    files_.seed_directory("/root", 0700, 0, 0, clock.now());
    files_.seed_directory("/home/ann", 0755, 1000, 1000, clock.now());
    files_.seed_directory("/tmp", 01777, 0, 0, clock.now());
  }
  bool run() override { return false; }
  std::optional<TimePoint> wakes_at() const override { return std::nullopt; }
  std::unique_ptr<Program> open(shell::ConsoleRequest request) override {
    if (request.command) host_.session->command(*request.command);  // As the shell tells it.
    return std::make_unique<TestProgram>(request);
  }
  shell::FileSystem& files() override { return files_; }
  std::optional<bool> password_works(std::string_view, std::string_view) const override {
    return std::nullopt;
  }
  bool key_works(std::string_view, std::string_view type, std::string_view base64) const override {
    return host_.planted_key == std::string(type) + " " + std::string(base64);
  }

 private:
  const TestHost& host_;
  shell::FileSystem files_;
};

TestHost::TestHost(const Clock& clock) : userland_(std::make_shared<Land>(*this, clock)) {}

const std::vector<std::string>& test_host_keys() {
  static const std::vector<std::string> kKeys = {
      pem_of(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{3072})),
      pem_of(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")),
      pem_of(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"))};
  return kKeys;
}

session::Place test_place(const Clock& clock) {
  session::Place place;
  place.decky = "web-01";
  place.service = "ssh";
  place.port = 22;
  persona::Persona persona = session::Script::example_persona();
  persona.accounts = {{"root", "toor"}, {"ann", "summer"}};
  persona.versions["openssh"] = "9.2p1";
  persona.versions["openssh.package"] = "1:9.2p1-2+deb12u10";
  place.persona = std::make_shared<const persona::Persona>(std::move(persona));
  place.identity.host_keys_pem = test_host_keys();
  place.clock = &clock;
  return place;
}

class TestCapture final : public session::Capture {
 public:
  explicit TestCapture(TestSession& session) : session_(session) {}
  void write(std::string_view bytes) override { content_ += bytes; }
  void finish() override { session_.captured_.push_back(content_); }

 private:
  TestSession& session_;
  std::string content_;
};

TestSession::TestSession(session::Place place, net::Stream& stream, bool waits)
    : place_(std::move(place)), stream_(stream), waits_(waits) {}

std::string TestSession::event_lines() const {
  std::string out;
  for (const event::Event& event : events_) {
    out += event.type;
    for (const auto& field : event.fields) out += " " + field.name + "=" + field.value;
    out += "\n";
  }
  return out;
}

void TestSession::set_idle_limit(Duration limit) {
  stream_.set_deadline(clock().now() + std::min(limit, limits_.idle_max));
}

net::Task<Result<void>> TestSession::delay(Duration how_long) {
  waited_ += how_long;
  Result<void> done;
  if (waits_) done = co_await net::sleep_for(how_long);
  co_return done;
}

net::Task<Result<void>> TestSession::start_tls(const TlsOptions&, std::string) {
  co_return fail(Errc::unsupported, "no TLS");
}

bool TestSession::accepts(std::string_view principal, std::string_view password) const {
  for (const auto& account : persona().accounts) {
    if (account.user == principal && account.password == password) return true;
  }
  return false;
}

std::unique_ptr<session::Capture> TestSession::capture(std::string_view, std::string_view) {
  return std::make_unique<TestCapture>(*this);
}

net::Task<Result<std::unique_ptr<session::PassiveListener>>> TestSession::listen_passive() {
  co_return fail(Errc::denied, "no");
}

net::Task<Result<net::StreamPtr>> TestSession::connect_back(std::uint16_t, std::uint16_t) {
  co_return fail(Errc::denied, "no");
}

}  // namespace decnet::service::ssh
