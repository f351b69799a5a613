// The broker's socket file: who may connect, who owns it, what is left behind.
#include "bus/broker.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "bus/hub_fixture.h"
#include "net/loop.h"
#include "net/sockaddr.h"
#include "net/task_group.h"

namespace decnet::bus {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

class BrokerTest : public testing::Test {
 protected:
  BrokerTest() {
    std::string name = (fs::temp_directory_path() / "decnet-bus-XXXXXX").string();
    folder = ::mkdtemp(name.data());
    options.socket = folder + "/bus.sock";
  }
  ~BrokerTest() override { fs::remove_all(folder); }

  Result<std::unique_ptr<Broker>> create() { return Broker::create(loop.executor(), options); }
  // A foreign client, or nothing where nobody listens.
  std::unique_ptr<RawClient> connect() const {
    UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto address = net::unix_sockaddr(options.socket);
    if (::connect(fd.get(), address->get(), address->length) != 0) return nullptr;
    return std::make_unique<RawClient>(std::move(fd));
  }
  // Serves for as long as `client` has an answer outstanding.
  void serve_until_answered(RawClient& client, const std::string& answer) {
    std::vector<std::string> seen;
    for (int n = 0; n < 1000 && std::count(seen.begin(), seen.end(), answer) == 0; ++n) {
      loop.run_for(std::chrono::milliseconds{5});
      for (auto& frame : client.frames()) seen.push_back(frame);
    }
    EXPECT_EQ(std::count(seen.begin(), seen.end(), answer), 1);
  }
  static net::Task<void> run(Broker& broker, bool& ended) {
    const auto outcome = co_await broker.run();
    EXPECT_TRUE(outcome.has_value());
    ended = true;
  }

  net::Loop loop;
  std::string folder;
  BrokerOptions options;
};

TEST_F(BrokerTest, the_socket_has_its_mode_and_goes_with_the_broker) {
  options.socket = folder + "/made/bus.sock";  // The folder is made, too.
  {
    const auto broker = create();
    ASSERT_TRUE(broker.has_value()) << broker.error().detail;
    struct stat found {};
    ASSERT_EQ(::stat(options.socket.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777U, 0660U);
    EXPECT_TRUE(S_ISSOCK(found.st_mode));
  }
  EXPECT_FALSE(fs::exists(options.socket));
}

TEST_F(BrokerTest, a_group_that_does_not_exist_is_no_obstacle) {
  options.group = "no-such-group";
  EXPECT_TRUE(create().has_value());
}

TEST_F(BrokerTest, a_stale_socket_is_replaced) {
  {
    const auto address = net::unix_sockaddr(options.socket);
    const UniqueFd dead(::socket(AF_UNIX, SOCK_STREAM, 0));
    ASSERT_EQ(::bind(dead.get(), address->get(), address->length), 0);
  }
  ASSERT_TRUE(fs::exists(options.socket));
  const auto broker = create();
  ASSERT_TRUE(broker.has_value()) << broker.error().detail;
  EXPECT_NE(connect(), nullptr);
}

TEST_F(BrokerTest, a_live_broker_is_respected_and_named) {
  const auto first = create();
  ASSERT_TRUE(first.has_value());
  const auto second = create();
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, Errc::conflict);
  EXPECT_THAT(second.error().detail, HasSubstr(options.socket));
  EXPECT_THAT(second.error().detail, HasSubstr("pid " + std::to_string(::getpid())));
  EXPECT_NE(connect(), nullptr) << "the first one still has its socket";
}

TEST_F(BrokerTest, a_file_that_is_no_socket_is_left_alone) {
  std::ofstream(options.socket) << "precious";
  const auto broker = create();
  ASSERT_FALSE(broker.has_value());
  EXPECT_EQ(broker.error().code, Errc::invalid_argument);
  EXPECT_EQ(fs::file_size(options.socket), 8U);
}

TEST_F(BrokerTest, a_path_that_cannot_be_is_refused) {
  options.socket = folder + "/" + std::string(108, 'x');
  EXPECT_EQ(create().error().code, Errc::invalid_argument);
  options.socket = folder + "/missing/folder/bus.sock";
  EXPECT_EQ(create().error().code, Errc::not_found);
}

TEST_F(BrokerTest, the_socket_of_a_successor_is_not_unlinked) {
  auto first = create();
  ASSERT_TRUE(first.has_value());
  ASSERT_TRUE(fs::remove(options.socket));  // Somebody has cleaned up too eagerly.
  const auto second = create();
  ASSERT_TRUE(second.has_value());
  first->reset();
  EXPECT_NE(connect(), nullptr);
}

TEST_F(BrokerTest, serves_until_it_is_stopped_and_says_goodbye) {
  const auto broker = create();
  ASSERT_TRUE(broker.has_value());
  const auto client = connect();
  ASSERT_NE(client, nullptr);
  bool ended = false;
  loop.spawn(run(**broker, ended));
  client->say(Verb::ping, "1");
  serve_until_answered(*client, "PONG 1");
  EXPECT_EQ((*broker)->statistics().connections, 1U);
  EXPECT_FALSE(ended);
  (*broker)->stop();
  loop.run();
  EXPECT_TRUE(ended);
  EXPECT_THAT(client->frames(), ElementsAre("BYE"));
  EXPECT_TRUE(client->closed());
  EXPECT_FALSE(fs::exists(options.socket));
}

TEST_F(BrokerTest, stops_when_it_is_cancelled) {
  const auto broker = create();
  ASSERT_TRUE(broker.has_value());
  const auto client = connect();
  bool ended = false;
  net::TaskGroup group(loop.executor());
  group.spawn("broker", run(**broker, ended));
  client->say(Verb::ping, "1");
  serve_until_answered(*client, "PONG 1");
  group.cancel();
  loop.run();
  EXPECT_TRUE(ended);
  EXPECT_FALSE(fs::exists(options.socket));
}

TEST_F(BrokerTest, wakes_by_the_clock_alone) {
  // A subscriber that stalls holds the publisher back; nothing but time lets it go on.
  options.queue.frames = 100;
  const auto broker = create();
  ASSERT_TRUE(broker.has_value());
  const auto stalled = connect();
  const auto publisher = connect();
  bool ended = false;
  loop.spawn(run(**broker, ended));
  stalled->say(Verb::sub, "a");
  stalled->say(Verb::ping, "1");
  serve_until_answered(*stalled, "PONG 1");
  const std::string body = R"({"payload":{"x":")" + std::string(20'000, 'x') + R"("}})";
  for (int n = 0; n < 10'000 && (*broker)->statistics().pauses == 0; ++n) {
    publisher->say(Verb::pub, "a", body);
    loop.run_for(std::chrono::milliseconds{1});
  }
  ASSERT_GT((*broker)->statistics().pauses, 0U);
  publisher->say(Verb::ping, "2");
  serve_until_answered(*publisher, "PONG 2");
  (*broker)->stop();
  loop.run();
  EXPECT_TRUE(ended);
}

}  // namespace
}  // namespace decnet::bus
