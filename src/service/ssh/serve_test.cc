// A server for real clients: not a test, but how one is made by hand:
//   SSH_TEST_PORT=2222 SSH_TEST_SECONDS=60 service_ssh_test --gtest_also_run_disabled_tests
//       --gtest_filter='*Serve*'
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>

#include <gtest/gtest.h>

#include "net/listener.h"
#include "net/loop.h"
#include "net/socket_stream.h"
#include "net/task_group.h"
#include "service/ssh/ssh_test.h"

namespace decnet::service::ssh {
namespace {

net::Task<void> one(session::Service& service, net::StreamPtr stream) {
  TestSession session(test_place(Clock::system()), *stream, true);
  co_await service.serve(session);
  stream->close();
  std::cout << session.event_lines() << "ended: " << session.reason() << std::endl;
}

net::Task<void> accept_all(session::Service& service, std::uint16_t port) {
  const auto executor = co_await net::asio::this_coro::executor;
  net::TaskGroup group(executor);
  auto socket = net::listen_tcp({*net::IpAddress::parse("127.0.0.1"), port});
  if (!socket) co_return;
  net::Listener listener(executor, std::move(*socket));
  for (;;) {
    auto accepted = co_await listener.accept();
    if (!accepted) co_return;
    auto stream = net::make_socket_stream(executor, std::move(*accepted));
    if (stream) group.spawn("ssh", one(service, std::move(*stream)));
  }
}

// SSH_TEST_IMAGE and SSH_TEST_MODULI name files.
class FileAssets final : public session::Assets {
 public:
  FileAssets() {
    for (const auto& [name, variable] : {std::pair{"debian12/image", "SSH_TEST_IMAGE"},
                                         std::pair{"openssh/moduli", "SSH_TEST_MODULI"}}) {
      const char* path = std::getenv(variable);
      if (path == nullptr) continue;
      std::ifstream file(path, std::ios::binary);
      files_[name].assign(std::istreambuf_iterator<char>(file), {});
    }
  }
  std::string_view find(std::string_view path) const override {
    const auto found = files_.find(path);
    return found != files_.end() ? std::string_view(found->second) : std::string_view{};
  }

 private:
  std::map<std::string, std::string, std::less<>> files_;
};

}  // namespace

TEST(SshServe, DISABLED_OnAPort) {
  const char* port = std::getenv("SSH_TEST_PORT");
  const char* seconds = std::getenv("SSH_TEST_SECONDS");
  ASSERT_TRUE(port != nullptr && seconds != nullptr);
  session::Place place = test_place(Clock::system());
  const FileAssets assets;
  place.assets = &assets;
  World world = make_world(place);
  world.keyboard_interactive = std::getenv("SSH_TEST_INTERACTIVE") != nullptr;
  std::unique_ptr<Host> host;
  if (std::getenv("SSH_TEST_MACHINE") != nullptr) {
    host = make_machine_host(place);
  } else {
    auto small = std::make_unique<TestHost>(Clock::system());
    if (const char* key = std::getenv("SSH_TEST_KEY")) small->planted_key = key;
    host = std::move(small);
  }
  const auto service = make_service(std::move(world), std::move(host));
  net::Loop loop;
  loop.spawn(accept_all(*service, static_cast<std::uint16_t>(std::atoi(port))));
  loop.run_for(std::chrono::seconds{std::atoi(seconds)});
}

}  // namespace decnet::service::ssh
