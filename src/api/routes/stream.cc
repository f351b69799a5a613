// The stream of server-sent events, and tickets for it.
#include <charconv>

#include "api/authenticator.h"
#include "api/call.h"
#include "api/checks.h"
#include "api/json_body.h"
#include "api/routes/nouns.h"
#include "api/stream_hub.h"
#include "api/tickets.h"
#include "store/store.h"

namespace decnet::api {
namespace {

constexpr std::size_t kTopicsBytesMax = 1024;

// Where the client was; -1 (nowhere that the store has) where it says so in no number.
std::optional<store::Sequence> last_event_id(const Call& call) {
  std::string text(call.request.header("last-event-id"));
  if (text.empty()) text = call.text("last_event_id");
  if (text.empty()) return std::nullopt;
  store::Sequence seq = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seq);
  return error == std::errc{} && end == text.data() + text.size() ? seq : -1;
}

// Fills in the caller and what they may hear. Nothing: all is well.
net::Task<std::optional<Problem>> find_caller(Call& call, std::string& topics) {
  std::string ticket = call.text("ticket");
  if (ticket.empty()) ticket = call.text("token");
  if (!ticket.empty()) {
    auto redeemed = call.services.tickets.redeem(ticket);
    if (!redeemed)
      co_return Problem(401, "ticket_invalid", "the ticket is used, too old or unknown");
    call.principal = redeemed->principal;
    topics = redeemed->topics;
    co_return std::nullopt;
  }
  auto principal = co_await call.services.authenticator.identify(call.request);
  if (!principal && principal.error().code == Errc::denied) {
    co_return Problem(401, "unauthenticated", principal.error().detail);
  }
  if (!principal) co_return Problem(principal.error());
  call.principal = std::move(*principal);
  co_return check_role(call.principal, Access::viewer);
}

net::Task<std::optional<Problem>> check_reveal(Call& call) {
  if (auto problem = check_role(call.principal, Access::analyst)) co_return problem;
  const auto note = [&call] { return audit(call, "revealStream", "", ""); };
  if (auto noted = co_await net::run_blocking(call.services.database, note); !noted) {
    co_return Problem(noted.error());
  }
  co_return std::nullopt;
}

net::Task<Answer> open_stream(Call& call) {
  std::string topics = call.text("topics");
  if (auto problem = co_await find_caller(call, topics)) co_return std::move(*problem);
  auto filter = TopicFilter::parse(topics);
  if (!filter) {
    co_return Problem(400, "invalid_parameter", filter.error().detail)
        .at("/query/topics", filter.error().detail);
  }
  StreamRequest request{.principal = call.principal,
                        .topics = std::move(*filter),
                        .last_event_id = last_event_id(call)};
  if (call.flag("reveal").value_or(false)) {
    if (auto problem = co_await check_reveal(call)) co_return std::move(*problem);
    request.secrets = Secrets::shown;
  }
  StreamHub& hub = call.services.streams;
  if (auto admitted = hub.admit(*call.principal); !admitted) {
    co_return Problem(429, "too_many_streams", admitted.error().detail).with("Retry-After", "5");
  }
  Response response;
  response.content_type = "text/event-stream";
  response.with("X-Accel-Buffering", "no");
  response.writer = [&hub, request = std::move(request)](BodySink& sink) {
    return hub.serve(request, sink);
  };
  co_return response;
}

Answer create_ticket(Call& call) {
  std::string topics;
  if (!call.request.body.empty()) {
    JsonBody body(call.request.body);
    topics = body.optional_text("topics", {.bytes_max = kTopicsBytesMax}).value_or("");
    const auto filter = TopicFilter::parse(topics);
    if (!filter) body.refuse("topics", filter.error().detail);
    if (auto problem = body.problem()) return std::move(*problem);
  }
  const std::string text = DECNET_TRY(call.services.tickets.issue(call.principal, topics));
  JsonWriter json;
  json.begin_object()
      .field("ticket", text)
      .field("expires_at", call.now + kTicketTime)
      .end_object();
  return json_response(std::move(json).take(), 201);
}

constexpr Param kStreamParams[] = {
    {.name = "topics",
     .says = "Comma-separated: event, event.<type>, change, or patterns of topics (decky.*.state).",
     .bytes_max = kTopicsBytesMax},
    {.name = "last_event_id", .says = "As the header Last-Event-ID."},
    {.name = "ticket", .says = "Instead of cookie or token."},
    {.name = "token", .says = "The same as ticket."},
    {.name = "reveal",
     .type = Type::boolean,
     .says = "Shows secrets; needs the role analyst and is in the audit log."},
    {.name = "Last-Event-ID", .where = Where::header},
};
constexpr Field kTicket[] = {{"ticket"}, {"expires_at", Type::time}};
constexpr Field kTicketCreate[] = {Field{"topics"}.optional().example(R"("event,decky.*.state")")};
constexpr Schema kSchemas[] = {
    {.name = "StreamTicket", .fields = kTicket},
    {.name = "StreamTicketCreate", .fields = kTicketCreate},
};
constexpr Route kRoutes[] = {
    {.path = "/api/v1/stream",
     .operation = "openStream",
     .tag = "stream",
     .summary = "Server-sent events: `event`, `change`, `health`, `reset`, `gap`",
     .access = Access::ticket,
     .params = kStreamParams,
     .media = "text/event-stream",
     .task = open_stream},
    {.method = Method::post,
     .path = "/api/v1/stream/tickets",
     .operation = "createStreamTicket",
     .tag = "stream",
     .summary = "A ticket that opens one stream within a minute",
     .is_idempotent_post = true,
     .request = "StreamTicketCreate",
     .body_is_optional = true,
     .response = "StreamTicket",
     .success = 201,
     .handler = create_ticket},
};

}  // namespace

Noun stream_noun() {
  return {"stream", kRoutes, kSchemas};
}

}  // namespace decnet::api
