#include "engine/doors.h"

#include <optional>

#include <boost/asio/steady_timer.hpp>
#include <fcntl.h>

namespace decnet::engine {
namespace {

constexpr std::chrono::seconds kAnswerMax{
    65};  // netd itself gives a connection 60 s, as a kernel would about.

Errc errc_named(std::string_view name) {
  for (const Errc code : {Errc::denied, Errc::limit, Errc::timeout, Errc::unavailable}) {
    if (name == to_string(code)) return code;
  }
  return Errc::unavailable;
}

}  // namespace

struct Doors::Request {
  explicit Request(const net::Executor& executor) : timer(executor, kAnswerMax) {}
  boost::asio::steady_timer timer;  // Cancelled when the answer is here.
  std::optional<Result<UniqueFd>> outcome;
};

void Doors::use(std::shared_ptr<control::Channel> netd) {
  netd_ = std::move(netd);
  for (auto& [id, request] : requests_) {
    request->outcome = fail(Errc::unavailable, "netd has restarted");
    request->timer.cancel();
  }
  requests_.clear();
}

net::Task<Result<UniqueFd>> Doors::open_passive(std::string decky) {
  const std::uint64_t id = next_id_++;
  control::Message message = control::OpenPassive{id, std::move(decky)};
  return ask(std::move(message), id, {});
}

net::Task<Result<UniqueFd>> Doors::connect_back(std::string decky, int session_socket,
                                                std::uint16_t port, std::uint16_t source_port) {
  const std::uint64_t id = next_id_++;
  control::Message message = control::ConnectBack{id, std::move(decky), port, source_port};
  std::vector<UniqueFd> proof;
  proof.emplace_back(::fcntl(session_socket, F_DUPFD_CLOEXEC, 0));
  return ask(std::move(message), id, std::move(proof));
}

net::Task<Result<UniqueFd>> Doors::ask(control::Message message, std::uint64_t id,
                                       std::vector<UniqueFd> descriptors) {
  if (!netd_) co_return fail(Errc::unavailable, "there is no line to netd");
  if (requests_.size() >= kDoorRequestsMax)
    co_return fail(Errc::limit, "too many sockets are being opened");
  const auto request = std::make_shared<Request>(co_await net::asio::this_coro::executor);
  DECNET_CO_CHECK(netd_->send(message, std::move(descriptors)));
  requests_[id] = request;
  co_await request->timer.async_wait(net::as_result);
  requests_.erase(id);
  if (!request->outcome) co_return fail(Errc::timeout, "netd has not answered");
  co_return std::move(*request->outcome);
}

void Doors::answer(const control::Opened& opened, std::vector<UniqueFd> descriptors) {
  const auto found = requests_.find(opened.id);
  if (found == requests_.end()) return;
  const auto request = found->second;
  if (opened.error.empty() && !descriptors.empty())
    request->outcome = std::move(descriptors.front());
  else
    request->outcome = fail(errc_named(opened.error), "netd refused: " + opened.error);
  request->timer.cancel();
}

}  // namespace decnet::engine
