#include "engine/passive_listener.h"

#include <boost/asio/steady_timer.hpp>

#include "net/cancel.h"
#include "net/listener.h"
#include "net/socket_stream.h"

namespace decnet::engine {
namespace {

class LivePassiveListener final : public session::PassiveListener {
 public:
  LivePassiveListener(session::Session& session, DataPorts& ports, const net::Executor& executor,
                      UniqueFd listening, const net::IpAddress& peer)
      : session_(session),
        ports_(ports),
        executor_(executor),
        peer_(peer),
        listener_(std::make_shared<net::Listener>(executor, std::move(listening))),
        local_(listener_->local()) {
    ports_.open(local_, peer_, session_.clock().monotonic());
  }
  ~LivePassiveListener() override { ports_.close(local_, session_.clock().monotonic()); }

  net::Endpoint local() const override { return local_; }

  net::Task<Result<net::StreamPtr>> accept(TimePoint deadline) override {
    boost::asio::steady_timer timer(executor_, deadline - session_.clock().now());
    timer.async_wait([listener = listener_](boost::system::error_code error) {
      if (!error) listener->close();
    });
    for (;;) {
      auto accepted = co_await listener_->accept();
      if (!accepted) {
        const bool stopping = co_await net::is_cancelled();
        if (stopping) co_return fail(Errc::cancelled, "stopping");
        co_return fail(Errc::timeout, "nobody came");
      }
      if (accepted->peer.ip == peer_)
        co_return net::make_socket_stream(executor_, *std::move(accepted));
      event::Event stranger{.type = std::string(event::kScan)};
      stranger.add("port", local_.port)
          .add("flags", "data_connection_of_another")
          .add("knocker_ip", accepted->peer.ip.text());
      session_.emit(std::move(stranger));
    }
  }

 private:
  session::Session& session_;
  DataPorts& ports_;
  net::Executor executor_;
  net::IpAddress peer_;
  std::shared_ptr<net::Listener> listener_;
  net::Endpoint local_;
};

}  // namespace

std::unique_ptr<session::PassiveListener> make_passive_listener(session::Session& session,
                                                                DataPorts& ports,
                                                                const net::Executor& executor,
                                                                UniqueFd listening,
                                                                const net::IpAddress& peer) {
  return std::make_unique<LivePassiveListener>(session, ports, executor, std::move(listening),
                                               peer);
}

}  // namespace decnet::engine
