// Who may reach the broker's socket, and when.
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

#include <dlfcn.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bus/broker.h"
#include "net/loop.h"

namespace {

std::string watched;              // The path of a socket.
std::optional<mode_t> mode_then;  // Its mode when it began to listen.

}  // namespace

// In place of the C library's, which it calls: looks at the socket's file at the last moment at
// which nobody can have connected yet.
extern "C" int listen(int fd, int backlog) noexcept {
  struct stat found {};
  if (!watched.empty() && ::stat(watched.c_str(), &found) == 0) mode_then = found.st_mode & 0777U;
  using Listen = int (*)(int, int);
  static const auto real = reinterpret_cast<Listen>(::dlsym(RTLD_NEXT, "listen"));
  return real(fd, backlog);
}

namespace decnet::bus {
namespace {

class BrokerSocketTest : public testing::Test {
 protected:
  BrokerSocketTest() {
    std::string name = (std::filesystem::temp_directory_path() / "decnet-bus-XXXXXX").string();
    folder = ::mkdtemp(name.data());
    options.socket = watched = folder + "/bus.sock";
    mode_then.reset();
  }
  ~BrokerSocketTest() override {
    watched.clear();
    std::filesystem::remove_all(folder);
  }
  struct stat found() const {
    struct stat out {};
    EXPECT_EQ(::stat(options.socket.c_str(), &out), 0);
    return out;
  }

  net::Loop loop;
  std::string folder;
  BrokerOptions options;
};

TEST_F(BrokerSocketTest, its_mode_is_never_wider_than_0660_however_wide_the_umask_is) {
  const mode_t before = ::umask(0);
  const auto broker = Broker::create(loop.executor(), options);
  EXPECT_EQ(::umask(before), 0U) << "the umask is given back";
  ASSERT_TRUE(broker.has_value());
  ASSERT_TRUE(mode_then.has_value()) << "the test has seen nothing";
  EXPECT_EQ(*mode_then & ~0660U, 0U);
  EXPECT_EQ(found().st_mode & 0777U, 0660U);
}

TEST_F(BrokerSocketTest, a_narrow_umask_does_not_shut_the_group_out) {
  const mode_t before = ::umask(0077);
  const auto broker = Broker::create(loop.executor(), options);
  ::umask(before);
  ASSERT_TRUE(broker.has_value());
  EXPECT_EQ(found().st_mode & 0777U, 0660U);
}

TEST_F(BrokerSocketTest, it_belongs_to_the_group_where_that_exists) {
  // Root may give it to any group, others to one of their own only.
  const struct group* group = ::geteuid() == 0 ? ::getgrnam("daemon") : ::getgrgid(::getegid());
  if (group == nullptr) GTEST_SKIP() << "no group to try";
  const gid_t gid = group->gr_gid;
  options.group = group->gr_name;
  const auto broker = Broker::create(loop.executor(), options);
  ASSERT_TRUE(broker.has_value());
  EXPECT_EQ(found().st_gid, gid);
}

TEST_F(BrokerSocketTest, a_connection_from_inside_is_one_like_any_other_and_bounded) {
  options.connections_max = 1;
  const auto broker = Broker::create(loop.executor(), options);
  ASSERT_TRUE(broker.has_value());
  const auto inside = (*broker)->attach();
  ASSERT_TRUE(inside.has_value());
  EXPECT_EQ((*broker)->statistics().connections, 1U);
  EXPECT_EQ((*broker)->attach().error().code, Errc::limit);
}

}  // namespace
}  // namespace decnet::bus
