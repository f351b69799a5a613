#include "net/packet_channel.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <deque>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <fcntl.h>
#include <sys/socket.h>

#include "net/cancel.h"

namespace decnet::net {
namespace {

constexpr int kSocketBufferBytes = 4 * 1024 * 1024;

// 1: sent. 0: the socket is full. -1: broken, errno says how.
int send_now(int fd, const Packet& packet) {
  iovec data{const_cast<char*>(packet.bytes.data()), packet.bytes.size()};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  std::vector<int> numbers;
  for (const auto& descriptor : packet.descriptors) numbers.push_back(descriptor.get());
  std::vector<char> ancillary(CMSG_SPACE(sizeof(int) * numbers.size()));
  if (!numbers.empty()) {
    message.msg_control = ancillary.data();
    message.msg_controllen = ancillary.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int) * numbers.size());
    std::memcpy(CMSG_DATA(header), numbers.data(), sizeof(int) * numbers.size());
  }
  for (;;) {
    if (::sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0) return 1;
    if (errno == EINTR) continue;
    return errno == EAGAIN || errno == ETOOMANYREFS ? 0 : -1;
  }
}

std::vector<UniqueFd> take_descriptors(msghdr& message) {
  std::vector<UniqueFd> out;
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
       header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t n = 0; n < count; ++n) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(header) + n * sizeof(int), sizeof fd);
      out.emplace_back(fd);
    }
  }
  return out;
}

}  // namespace

struct PacketChannel::State : std::enable_shared_from_this<State> {
  State(const Executor& executor, UniqueFd fd) : descriptor(executor, fd.release()) {}

  asio::posix::stream_descriptor descriptor;
  std::deque<Packet> queue;
  bool waiting_to_write = false;

  void flush() {
    while (!queue.empty() && descriptor.is_open()) {
      const int outcome = send_now(descriptor.native_handle(), queue.front());
      if (outcome == 0) return wait_to_write();
      if (outcome < 0) return close();
      queue.pop_front();
    }
  }
  void wait_to_write() {
    if (std::exchange(waiting_to_write, true)) return;
    descriptor.async_wait(asio::posix::descriptor_base::wait_write,
                          [self = shared_from_this()](boost::system::error_code error) {
                            self->waiting_to_write = false;
                            if (!error) self->flush();
                          });
  }
  void close() {
    boost::system::error_code ignored;
    descriptor.close(ignored);
    queue.clear();
  }
};

PacketChannel::PacketChannel(const Executor& executor, UniqueFd socket) {
  ::fcntl(socket.get(), F_SETFL, ::fcntl(socket.get(), F_GETFL) | O_NONBLOCK);
  ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDBUF, &kSocketBufferBytes, sizeof kSocketBufferBytes);
  state_ = std::make_shared<State>(executor, std::move(socket));
}

PacketChannel::~PacketChannel() {
  close();
}
void PacketChannel::close() {
  state_->close();
}
bool PacketChannel::is_open() const noexcept {
  return state_->descriptor.is_open();
}

Result<void> PacketChannel::send(std::string_view bytes, std::vector<UniqueFd> descriptors) {
  if (!is_open()) return fail(Errc::closed, "the other side of the channel is gone");
  if (bytes.empty() || bytes.size() > kPacketBytesMax ||
      descriptors.size() > kPacketDescriptorsMax) {
    return fail(Errc::limit, "the message is empty or too large for its channel");
  }
  if (state_->queue.size() >= kPacketQueueMax)
    return fail(Errc::limit, "the channel's queue is full");
  state_->queue.push_back({std::string(bytes), std::move(descriptors)});
  if (state_->queue.size() == 1) state_->flush();
  if (!is_open()) return fail(Errc::closed, "the other side of the channel is gone");
  return {};
}

Task<Result<Packet>> PacketChannel::receive() {
  thread_local std::array<char, kPacketBytesMax> buffer;
  const auto state = state_;
  for (;;) {
    if (!state->descriptor.is_open()) co_return fail(Errc::closed, "the channel is closed");
    if (co_await is_cancelled()) co_return fail(Errc::cancelled, "stopping");
    iovec data{buffer.data(), buffer.size()};
    std::array<char, CMSG_SPACE(sizeof(int) * 253)> ancillary{};
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = ancillary.data();
    message.msg_controllen = ancillary.size();
    const auto got = ::recvmsg(state->descriptor.native_handle(), &message, MSG_CMSG_CLOEXEC);
    if (got > 0) {
      Packet packet{std::string(buffer.data(), static_cast<std::size_t>(got)),
                    take_descriptors(message)};
      if ((message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0)
        co_return fail(Errc::io, "a message was cut");
      co_return packet;
    }
    if (got == 0) co_return fail(Errc::closed, "the other side of the channel is gone");
    if (errno == EAGAIN) {
      const auto [error] =
          co_await state->descriptor.async_wait(asio::posix::descriptor_base::wait_read, as_result);
      if (error) co_return fail(Errc::cancelled, "stopping");
    } else if (errno != EINTR) {
      co_return fail_errno(errno, "receive");
    }
  }
}

namespace {
Result<std::pair<UniqueFd, UniqueFd>> make_pair_of(int type) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()) != 0)
    return fail_errno(errno, "socketpair");
  return std::make_pair(UniqueFd(ends[0]), UniqueFd(ends[1]));
}
}  // namespace

Result<std::pair<UniqueFd, UniqueFd>> packet_pair() {
  return make_pair_of(SOCK_SEQPACKET);
}
Result<std::pair<UniqueFd, UniqueFd>> stream_pair() {
  return make_pair_of(SOCK_STREAM);
}

}  // namespace decnet::net
