// What engines want to be remembered, and ask to have back.
#include "base/log.h"
#include "net/blocking.h"
#include "worker/reconciler/reconciler.h"

namespace decnet::worker::reconciler {

net::Task<void> Reconciler::keep_state(Context& context, const control::StatePut& put) {
  auto keep = [&] {
    return context.store.deckies().put_service_state(put.decky, put.service, put.port, put.state);
  };
  const auto kept = co_await net::run_blocking(context.pool, keep);
  if (!kept)
    log::warn("the state of {}:{} is not kept: {}", put.decky, put.service, kept.error().detail);
}

net::Task<void> Reconciler::keep_memory(Context& context, const control::MemoryPut& put) {
  auto keep = [&] {
    const store::MemoryKey key{put.decky, put.topic, put.peer};
    return context.store.deckies().put_memory(key, put.memory, context.clock.now());
  };
  const auto kept = co_await net::run_blocking(context.pool, keep);
  if (!kept)
    log::warn("what {} remembers of {} is not kept: {}", put.decky, put.peer, kept.error().detail);
}

// An engine that gets no answer waits for nothing: its session goes on as with a new face.
net::Task<void> Reconciler::recall(Context& context, control::Channel& engine,
                                   const control::MemoryGet& question) {
  auto find = [&] {
    return context.store.deckies().memory({question.decky, question.topic, question.peer});
  };
  auto found = co_await net::run_blocking(context.pool, find);
  if (!found && found.error().code != Errc::not_found)
    log::warn("what {} remembers of {} cannot be read: {}", question.decky, question.peer,
              found.error().detail);
  const control::MemoryIs answer{question.id, found.has_value(),
                                 found ? *std::move(found) : std::string()};
  const auto sent = engine.send(answer);
  if (!sent) log::warn("a memory was not sent: {}", sent.error().detail);
}

}  // namespace decnet::worker::reconciler
