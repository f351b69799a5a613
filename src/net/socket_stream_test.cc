#include "net/socket_stream.h"

#include <array>

#include <gtest/gtest.h>
#include <sys/socket.h>

#include "net/loop.h"

namespace decnet::net {

namespace {

// How reading ends once the peer has closed, having left `unread` unread.
Errc end_of(std::string_view unread) {
  Loop loop;
  std::array<int, 2> ends{};
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
  UniqueFd peer(ends[1]);
  auto stream = make_socket_stream(loop.executor(), UniqueFd(ends[0])).value();
  EXPECT_EQ(::send(stream->descriptor(), unread.data(), unread.size(), 0),
            static_cast<ssize_t>(unread.size()));
  peer.reset();
  std::array<char, 8> buffer{};
  auto read = [&]() -> Task<Errc> {
    const auto got = co_await stream->read_some(buffer);
    co_return got ? Errc::conflict : got.error().code;
  };
  return run_task(read());
}

}  // namespace

TEST(SocketStream, AResetIsNoOrderlyEnd) {
  EXPECT_EQ(end_of(""), Errc::closed);
  EXPECT_EQ(end_of("x"), Errc::io);
}

// A scanner that connects and resets at once was a session without a source, and nobody saw it.
TEST(SocketStream, APeerThatIsGoneAlreadyKeepsItsAddress) {
  Loop loop;
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
  UniqueFd(ends[1]).reset();
  const Endpoint peer{IpAddress::parse("198.51.100.7").value(), 40'000};
  const auto stream =
      make_socket_stream(loop.executor(), Accepted{UniqueFd(ends[0]), peer}).value();
  EXPECT_EQ(stream->peer().text(), "198.51.100.7:40000");
}

}  // namespace decnet::net
