// Plays what was recorded from the genuine redis-server of Debian 12 and compares every answer. The
// recordings only name the server's longer texts, which are in the asset pack.
#include <algorithm>
#include <iostream>

#include <gtest/gtest.h>

#include "base/asset_pack.h"
#include "service/redis/recording.h"
#include "service/redis/server.h"
#include "session/testing.h"

namespace decnet::service::redis {
namespace {

class Quiet final : public Observer {
 public:
  void command(const std::vector<std::string>&) override {}
  void login(std::string_view, std::string_view, bool) override {}
  bool accepts(std::string_view, std::string_view) override { return false; }
  void attack(std::string_view, std::string_view, std::string_view) override {}
  void replica_of(std::string_view, std::uint16_t) override {}
  void captured(std::string_view, std::string_view, std::string_view) override {}
  void named(std::string_view) override {}
  void protocol_error(std::string_view) override {}
  void woken() override {}
};

class Player {
 public:
  Player(const Recording& recording, std::string_view texts)
      : elsewhere_(recording.elsewhere), persona_(session::Script::example_persona()) {
    persona_.booted_at = clock_.now() - std::chrono::seconds{16};
    ServerOptions options;
    options.persona = &persona_;
    options.clock = &clock_;
    options.texts = texts;
    const auto set = [&](const char* name, std::string& to) {
      if (const auto at = recording.conf.find(name); at != recording.conf.end()) to = at->second;
    };
    set("requirepass", options.password);
    set("enable-protected-configs", options.protected_configs);
    set("enable-debug-command", options.debug_command);
    set("enable-module-command", options.module_command);
    options.protected_mode =
        recording.conf.contains("protected-mode") && recording.conf.at("protected-mode") == "yes";
    server_ = std::make_unique<Server>(options);
  }

  // What came back on each connection, and who was cut off.
  void play(const RecordedStep& step, std::map<int, std::string>& answers, std::set<int>& closed) {
    pass(std::chrono::milliseconds{1});
    if (step.kind == RecordedStep::Kind::wait) {
      for (int left = step.millis; left > 0; left -= 50) pass(std::chrono::milliseconds{50});
    } else if (step.kind == RecordedStep::Kind::close) {
      server_->disconnect(*clients_.at(step.connection));
      clients_.erase(step.connection);
    } else {
      Client* client = client_of(step.connection);
      if (client == nullptr) return;
      server_->receive(*client, step.bytes);
      while (server_->resume(*client)) {
      }
      // The recorder waits that long for an answer.
      for (int left = 150; left > 0 && client->blocked && client->output.empty(); left -= 10)
        pass(std::chrono::milliseconds{10});
    }
    for (auto at = clients_.begin(); at != clients_.end();) {
      const auto [number, client] = *at++;
      if (!client->output.empty()) answers[number] = std::exchange(client->output, {});
      if (!client->closed && !client->closes_after_reply) continue;
      closed.insert(number);
      server_->disconnect(*client);
      clients_.erase(number);
      gone_.insert(number);
    }
  }

 private:
  void pass(Duration time) {
    clock_.advance(time);
    server_->tick();
  }

  Client* client_of(int number) {
    if (gone_.contains(number)) return nullptr;
    const auto at = clients_.find(number);
    if (at != clients_.end()) return at->second;
    const std::string port = std::to_string(40000 + number);
    Client* client =
        server_->connect(elsewhere_ ? "192.0.2.1:" + port : "127.0.0.1:" + port,
                         elsewhere_ ? "192.0.2.1:6379" : "127.0.0.1:6379", !elsewhere_, &observer_);
    return clients_[number] = client;
  }

  bool elsewhere_;
  persona::Persona persona_;
  FakeClock clock_;
  Quiet observer_;
  std::unique_ptr<Server> server_;
  std::map<int, Client*> clients_;
  std::set<int> gone_;
};

// An answer from a little before the place where it differs from another.
std::string around_difference(const std::string& answer, const std::string& other) {
  constexpr std::size_t kBefore = 300;
  constexpr std::size_t kShown = 800;
  const auto at = std::mismatch(answer.begin(), answer.end(), other.begin(), other.end()).first;
  const auto first = static_cast<std::size_t>(at - answer.begin());
  return escaped(answer.substr(first > kBefore ? first - kBefore : 0, kShown));
}

// What is known to differ is counted here, and named in README.md.
constexpr std::size_t kDistanceMax = 0;

TEST(Differential, AnswersAsTheGenuineServer) {
  std::size_t answers = 0;
  std::size_t differing = 0;
  std::size_t scripts = 0;
  std::size_t untold = 0;
  const auto pack =
      AssetPack::open("../../../build/assets.pack");  // Tests run in their own folder.
  const std::string_view bytes = pack ? (*pack)->find("redis/texts") : "";
  Texts texts(bytes);
  for (const Recording& recording : load_recordings("testdata", texts)) {
    ++scripts;
    Player player(recording, bytes);
    for (const RecordedStep& step : recording.steps) {
      std::map<int, std::string> got;
      std::set<int> closed;
      player.play(step, got, closed);
      std::set<int> connections;
      for (const auto& [number, answer] : step.answers) connections.insert(number);
      for (const auto& [number, answer] : got) connections.insert(number);
      connections.insert(step.closed.begin(), step.closed.end());
      connections.insert(closed.begin(), closed.end());
      for (const int number : connections) {
        if (step.untold.contains(number)) {
          ++untold;
          continue;
        }
        ++answers;
        const std::string expected =
            masked(step.answers.contains(number) ? step.answers.at(number) : "", step.masks);
        const std::string ours = masked(got[number], step.masks);
        const bool ends = step.closed.contains(number);
        if (ours == expected && closed.contains(number) == ends) continue;
        ++differing;
        std::cout << recording.family << " / " << recording.name << "\n  > "
                  << escaped(step.bytes).substr(0, 300) << "\n  genuine "
                  << around_difference(expected, ours) << (ends ? " [closed]" : "")
                  << "\n  ours    " << around_difference(ours, expected)
                  << (closed.contains(number) ? " [closed]" : "") << "\n";
      }
    }
  }
  std::cout << "redis: " << scripts << " scripts, distance " << differing << " / " << answers
            << "\n";
  EXPECT_GT(answers, 3000U);
  EXPECT_LE(differing, kDistanceMax);
  if (untold > 0) {
    GTEST_SKIP() << untold << " answers were not compared: build/assets.pack has no redis/texts, "
                 << "tools/make-assets makes it";
  }
}

}  // namespace
}  // namespace decnet::service::redis
