#include "bus/broker.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <utility>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "bus/hub.h"
#include "net/cancel.h"
#include "net/listener.h"
#include "net/packet_channel.h"
#include "net/sockaddr.h"

namespace decnet::bus {
namespace {

namespace asio = net::asio;

constexpr mode_t kFolderMode = 0755;  // Who may connect is said by the socket's own mode.
constexpr int kStepsPerTurn = 16;     // Then other tasks of the loop have theirs.

// What tells one socket file from the next one of the same name.
struct FileIdentity {
  dev_t device = 0;
  ino_t inode = 0;
  bool operator==(const FileIdentity&) const = default;
};

std::optional<FileIdentity> identity_of(const std::string& path) {
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0) return std::nullopt;
  return FileIdentity{found.st_dev, found.st_ino};
}

// "pid 42, uid 0": who listens there.
std::string owner_of(const std::string& path) {
  const auto address = net::unix_sockaddr(path);
  const UniqueFd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (address && probe && ::connect(probe.get(), address->get(), address->length) == 0) {
    if (const auto peer = net::peer_credentials(probe.get()))
      return fmt::format("pid {}, uid {}", peer->pid, peer->uid);
  }
  return "its process cannot be asked";
}

// Two brokers that start at one time must not unlink each other's socket: whoever looks at the file
// and binds holds the folder's lock.
Result<UniqueFd> lock_folder(const std::string& folder) {
  if (::mkdir(folder.c_str(), kFolderMode) != 0 && errno != EEXIST)
    return fail_errno(errno, "make the folder " + folder);
  UniqueFd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return fail_errno(errno, "open the folder " + folder);
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0)
    return fail(Errc::conflict, "another broker is just starting in " + folder);
  return fd;
}

Result<UniqueFd> listen_on(const BrokerOptions& options) {
  const std::string& path = options.socket;
  struct stat found {};
  if (::lstat(path.c_str(), &found) == 0 && !S_ISSOCK(found.st_mode))
    return fail(Errc::invalid_argument, path + " exists and is no socket");
  auto fd = net::listen_unix(path, options.mode, options.group);
  if (!fd && fd.error().code == Errc::conflict)
    return fail(Errc::conflict,
                fmt::format("a broker runs on {} already ({})", path, owner_of(path)));
  return fd;
}

}  // namespace

struct Broker::State : std::enable_shared_from_this<State> {
  State(const net::Executor& executor, BrokerOptions of, std::unique_ptr<Hub> with,
        UniqueFd descriptor)
      : options(std::move(of)),
        hub(std::move(with)),
        ready(executor, descriptor.release()),
        timer(executor) {}

  BrokerOptions options;
  std::optional<FileIdentity> file;
  std::unique_ptr<Hub> hub;
  asio::posix::stream_descriptor ready;  // The hub's epoll: readable when there is work.
  asio::steady_timer timer;
  Connection::Time armed_for{0};
  bool stopping = false;

  // Wakes the waiting run() at `deadline` of the hub's clock.
  void arm(Connection::Time deadline) {
    if (std::exchange(armed_for, deadline) == deadline) return;
    timer.expires_after(deadline - options.clock->monotonic());
    timer.async_wait([self = shared_from_this()](boost::system::error_code cancelled) {
      if (cancelled) return;
      self->armed_for = Connection::Time{0};
      boost::system::error_code ignored;
      self->ready.cancel(ignored);
    });
  }

  void end() {
    timer.cancel();
    hub->goodbye();
    if (file && identity_of(options.socket) == file) ::unlink(options.socket.c_str());
    file.reset();
  }
};

Broker::Broker(std::shared_ptr<State> state) : state_(std::move(state)) {}

Broker::~Broker() {
  state_->end();
}

Result<std::unique_ptr<Broker>> Broker::create(const net::Executor& executor,
                                               BrokerOptions options) {
  const auto parent = std::filesystem::path(options.socket).parent_path().string();
  const UniqueFd lock = DECNET_TRY(lock_folder(parent.empty() ? "." : parent));
  UniqueFd listening = DECNET_TRY(listen_on(options));
  Hub::Options hub_options;
  hub_options.queue = options.queue;
  hub_options.allow = options.allow;
  hub_options.clock = options.clock;
  hub_options.connections_max = options.connections_max;
  hub_options.patterns_max = options.patterns_max;
  hub_options.pattern_nodes_max = options.pattern_nodes_max;
  hub_options.frame_wait = options.frame_wait;
  auto hub = DECNET_TRY(Hub::create(std::move(listening), hub_options));
  UniqueFd descriptor(::fcntl(hub->descriptor(), F_DUPFD_CLOEXEC, 0));
  if (!descriptor) return fail_errno(errno, "the broker's event queue");
  auto state =
      std::make_unique<State>(executor, std::move(options), std::move(hub), std::move(descriptor));
  state->file = identity_of(state->options.socket);
  return std::unique_ptr<Broker>(new Broker(std::move(state)));
}

net::Task<Result<void>> Broker::run() {
  State& state = *state_;
  log::info("bus: listening on {}", state.options.socket);
  while (!state.stopping) {
    if (co_await net::is_cancelled()) break;
    std::size_t handled = 0;
    for (int n = 0; n < kStepsPerTurn; ++n) {
      DECNET_CO_TRY(handled, state.hub->step());
      if (handled == 0 || state.stopping) break;
    }
    if (state.stopping) break;
    state.arm(state.hub->next_deadline());
    // Interrupted by the timer, by stop() and by cancellation: the loop looks which.
    co_await state.ready.async_wait(asio::posix::descriptor_base::wait_read, net::as_result);
  }
  state.end();
  log::info("bus: stopped");
  co_return Result<void>{};
}

void Broker::stop() {
  state_->stopping = true;
  boost::system::error_code ignored;
  state_->ready.cancel(ignored);
}

Result<UniqueFd> Broker::attach() {
  auto [inside, outside] = DECNET_TRY(net::stream_pair());
  const int flags = ::fcntl(outside.get(), F_GETFL);
  if (::fcntl(outside.get(), F_SETFL, flags & ~O_NONBLOCK) != 0)
    return fail_errno(errno, "a connection to the broker");
  if (!state_->hub->add(std::move(inside), Patience::none))
    return fail(Errc::limit, "the broker has as many connections as it may");
  return std::move(outside);
}

void Broker::show_in_health(std::string name, std::function<std::string()> json) {
  state_->hub->show_in_health(std::move(name), std::move(json));
}

void Broker::allow(std::optional<AllowList> list) {
  state_->hub->allow(std::move(list));
}

BrokerStatistics Broker::statistics() const {
  return state_->hub->statistics();
}

}  // namespace decnet::bus
