// A server for real clients: not a test, but how one is made by hand:
//   SSH_TEST_PORT=2222 SSH_TEST_SECONDS=60 service_ssh_test --gtest_also_run_disabled_tests
//       --gtest_filter='*Serve*'
#include <cstdlib>
#include <iostream>

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

}  // namespace

TEST(SshServe, DISABLED_OnAPort) {
  const char* port = std::getenv("SSH_TEST_PORT");
  const char* seconds = std::getenv("SSH_TEST_SECONDS");
  ASSERT_TRUE(port != nullptr && seconds != nullptr);
  World world = make_world(test_place(Clock::system()));
  world.keyboard_interactive = std::getenv("SSH_TEST_INTERACTIVE") != nullptr;
  auto host = std::make_unique<TestHost>(Clock::system());
  if (const char* key = std::getenv("SSH_TEST_KEY")) host->planted_key = key;
  const auto service = make_service(std::move(world), std::move(host));
  net::Loop loop;
  loop.spawn(accept_all(*service, static_cast<std::uint16_t>(std::atoi(port))));
  loop.run_for(std::chrono::seconds{std::atoi(seconds)});
}

}  // namespace decnet::service::ssh
