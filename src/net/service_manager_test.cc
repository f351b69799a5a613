#include "net/service_manager.h"

#include <cstdlib>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/fd.h"
#include "net/loop.h"
#include "net/task_group.h"

namespace decnet::net {
namespace {

// A datagram socket where systemd's would be.
class ServiceManagerTest : public testing::Test {
 protected:
  ServiceManagerTest() {
    std::string name = (std::filesystem::temp_directory_path() / "decnet-notify-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    (folder_ + "/socket").copy(address.sun_path, sizeof address.sun_path - 1);
    socket_.reset(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0));
    EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ::setenv("NOTIFY_SOCKET", (folder_ + "/socket").c_str(), 1);
  }
  ~ServiceManagerTest() override {
    ::unsetenv("NOTIFY_SOCKET");
    ::unsetenv("WATCHDOG_USEC");
    std::filesystem::remove_all(folder_);
  }
  std::string heard() const {
    std::string text(64, '\0');
    const auto got = ::recv(socket_.get(), text.data(), text.size(), 0);
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return text;
  }
  std::string folder_;
  UniqueFd socket_;
};

TEST_F(ServiceManagerTest, hears_a_word) {
  EXPECT_TRUE(notify_service_manager("STOPPING=1"));
  EXPECT_EQ(heard(), "STOPPING=1");
  ::unsetenv("NOTIFY_SOCKET");
  EXPECT_FALSE(notify_service_manager("STOPPING=1"));
  ::setenv("NOTIFY_SOCKET", "relative", 1);
  EXPECT_FALSE(notify_service_manager("STOPPING=1"));
  ::setenv("NOTIFY_SOCKET", ("/" + std::string(200, 'x')).c_str(), 1);
  EXPECT_FALSE(notify_service_manager("STOPPING=1"));
}

TEST_F(ServiceManagerTest, hears_that_it_is_ready_and_then_that_it_lives) {
  ::setenv("WATCHDOG_USEC", "2000", 1);
  Loop loop;
  TaskGroup group(loop.executor());
  group.spawn("watchdog", keep_service_manager_informed());
  std::string second;
  while (second.empty()) {
    loop.run_for(std::chrono::milliseconds{1});
    const auto word = heard();
    if (word != "READY=1") second = word;
  }
  EXPECT_EQ(second, "WATCHDOG=1");
  group.cancel();
  loop.spawn(group.join());
  loop.run();
}

TEST_F(ServiceManagerTest, without_a_watchdog_only_that_it_is_ready) {
  run_task(keep_service_manager_informed());
  EXPECT_EQ(heard(), "READY=1");
  EXPECT_EQ(heard(), "");
}

}  // namespace
}  // namespace decnet::net
