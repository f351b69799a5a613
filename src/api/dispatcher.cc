#include "api/dispatcher.h"

#include "api/authenticator.h"
#include "api/checks.h"
#include "api/metrics.h"
#include "api/password.h"
#include "api/unsafe_call.h"
#include "base/counters.h"
#include "base/log.h"
#include "net/blocking.h"

namespace decnet::api {
namespace {

// What a handler returns, in the form that run_blocking() wants: an exception becomes an Error.
Result<Answer> in_result(Answer answer) {
  return Result<Answer>(std::move(answer));
}

Answer flatten(Result<Answer> outcome) {
  if (!outcome) return Problem(outcome.error());
  return std::move(*outcome);
}

Problem no_such_path() {
  return {404, "not_found", "there is nothing at this path"};
}

}  // namespace

net::Task<Answer> Dispatcher::run(Call& call) {
  if (call.route.task != nullptr) co_return co_await call.route.task(call);
  if (call.route.thread == Thread::loop) co_return call.route.handler(call);
  const auto work = [&call] {
    return in_result(is_safe(call.route.method) ? call.route.handler(call) : run_unsafe(call));
  };
  if (call.route.thread == Thread::password) {
    co_return flatten(co_await services_.passwords.run(work));
  }
  co_return flatten(co_await net::run_blocking(services_.database, work));
}

// Everything that may refuse a call, in the order in which a client wants to hear of it.
net::Task<Answer> Dispatcher::admit(Call& call) {
  if (auto problem = check_media(call)) co_return std::move(*problem);
  if (call.route.access != Access::open && call.route.access != Access::ticket) {
    auto principal = co_await services_.authenticator.identify(call.request);
    if (!principal && principal.error().code == Errc::denied) {
      co_return Problem(401, "unauthenticated", principal.error().detail)
          .with("WWW-Authenticate", "Bearer realm=\"api\", error=\"invalid_token\"");
    }
    if (!principal) co_return Problem(principal.error());
    call.principal = std::move(*principal);
  }
  if (auto problem = check_access(call)) {
    if (call.principal && !is_safe(call.route.method)) {
      const Answer refused{*problem};
      const auto note = [&call, &refused] {
        audit_outcome(call, refused);
        return Result<void>{};
      };
      (void)co_await net::run_blocking(services_.database, note);
    }
    co_return std::move(*problem);
  }
  if (auto problem = check_origin(call)) co_return std::move(*problem);
  if (auto problem = take_parameters(call)) co_return std::move(*problem);
  if (auto problem = check_precondition(call)) co_return std::move(*problem);
  co_return co_await run(call);
}

net::Task<Answer> Dispatcher::call(Request& request) {
  Match match = router_.find(request.method, request.path);
  if (match.route == nullptr && !match.allow.empty()) {
    co_return Problem(405, "method_not_allowed", "this path takes " + match.allow)
        .with("Allow", match.allow);
  }
  if (match.route == nullptr) {
    const bool is_api = request.path.starts_with("/api/") || request.path == "/api";
    if (is_api) co_return no_such_path();
    if (request.method != Method::get && request.method != Method::head) {
      co_return Problem(405, "method_not_allowed", "this path takes GET, HEAD")
          .with("Allow", "GET, HEAD");
    }
    if (auto file = files_.find(request)) co_return std::move(*file);
    co_return no_such_path();
  }
  Call call{.request = request,
            .route = *match.route,
            .services = services_,
            .path_values = std::move(match.values),
            .now = services_.clock.now()};
  co_return co_await admit(call);
}

net::Task<Response> Dispatcher::answer(Request& request) {
  static Counter& requests = counter("api_requests_total", "Requests that were answered");
  static Counter& failures =
      counter("api_requests_failed_total", "Requests that the server failed to answer (5xx)");
  requests.add();
  const auto began = services_.clock.monotonic();
  Answer answer = co_await call(request);
  Response response = answer ? std::move(*answer) : to_response(answer.error(), request);
  if (response.status >= 500) failures.add();
  if (!response.writer) services_.latency.note(services_.clock.monotonic() - began);
  if (!request.traceparent.empty()) response.with("traceparent", request.traceparent);
  co_return response;
}

}  // namespace decnet::api
