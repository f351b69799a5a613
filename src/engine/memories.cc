#include "engine/memories.h"

#include <optional>

#include <boost/asio/steady_timer.hpp>

#include "base/counters.h"
#include "session/service.h"

namespace decnet::engine {

struct Memories::Request {
  explicit Request(const net::Executor& executor) : timer(executor, kRecallTime) {}
  boost::asio::steady_timer timer;  // Cancelled when the answer is here.
  std::optional<Result<std::string>> outcome;
};

void Memories::use(std::shared_ptr<control::Channel> core) {
  core_ = std::move(core);
  for (auto& [id, request] : requests_) {
    request->outcome = fail(Errc::unavailable, "core has restarted");
    request->timer.cancel();
  }
  requests_.clear();
}

net::Task<Result<std::string>> Memories::get(std::string decky, std::string topic,
                                             std::string peer) {
  if (!core_) co_return fail(Errc::unavailable, "there is no line to core");
  if (requests_.size() >= kRecallsMax) co_return fail(Errc::limit, "too many are being recalled");
  const std::uint64_t id = next_id_++;
  const auto request = std::make_shared<Request>(co_await net::asio::this_coro::executor);
  const control::Message question =
      control::MemoryGet{id, std::move(decky), std::move(topic), std::move(peer)};
  DECNET_CO_CHECK(core_->send(question));
  requests_[id] = request;
  co_await request->timer.async_wait(net::as_result);
  requests_.erase(id);
  if (!request->outcome) co_return fail(Errc::timeout, "core has not answered");
  co_return std::move(*request->outcome);
}

Result<void> Memories::put(const control::MemoryPut& memory) {
  static Counter& refused =
      counter("session_memory_refused_total", "Memories of a peer that were too large to keep");
  if (memory.memory.size() > session::kMemoryBytesMax) {
    refused.add();
    return fail(Errc::limit, "a memory is too large");
  }
  if (!core_) return fail(Errc::unavailable, "there is no line to core");
  return core_->send(memory);
}

void Memories::answer(const control::MemoryIs& answer) {
  const auto found = requests_.find(answer.id);
  if (found == requests_.end()) return;
  const auto request = found->second;
  if (answer.known)
    request->outcome = answer.memory;
  else
    request->outcome = fail(Errc::not_found, "nothing is remembered");
  request->timer.cancel();
}

}  // namespace decnet::engine
