#include "site/apache.h"

#include <algorithm>
#include <array>

#include "site/application.h"

namespace decnet::site {

namespace http = codec::http;
using http::BodyState;
using std::chrono::seconds;

namespace {

// Debian's configuration.
constexpr Duration kKeepAliveTimeout = seconds{5};
constexpr std::size_t kKeepAliveRequestsMax = 100;
// RequestReadTimeout header=20-40,minrate=500 body=10,minrate=500
constexpr Duration kHeaderTimeout = seconds{20};
constexpr Duration kHeaderTimeoutMax = seconds{40};
constexpr Duration kBodyTimeout = seconds{10};
constexpr Duration kPerByte = std::chrono::milliseconds{2};
// A connection without a byte waits in the kernel until TCP_DEFER_ACCEPT gives up.
constexpr Duration kDeferAccept = seconds{31};
constexpr Duration kLingerBetween = seconds{2};
constexpr Duration kLingerMax = seconds{30};
constexpr std::size_t kNameBytesMax = 255;  // of a file system
constexpr std::size_t kPathBytesMax = 4096;
constexpr std::size_t kOutputBufferBytes = 8192;  // A program's page that is longer goes in chunks.

// Methods that Apache knows by number, beside those that it serves.
constexpr std::array<std::string_view, 24> kKnownMethods = {
    "PUT",        "DELETE",           "CONNECT",         "TRACE",    "PATCH",
    "PROPFIND",   "PROPPATCH",        "MKCOL",           "COPY",     "MOVE",
    "LOCK",       "UNLOCK",           "VERSION-CONTROL", "CHECKOUT", "UNCHECKOUT",
    "CHECKIN",    "UPDATE",           "LABEL",           "REPORT",   "MKWORKSPACE",
    "MKACTIVITY", "BASELINE-CONTROL", "MERGE",           "OPTIONS"};

bool has_token(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    const auto end = std::min(list.find(','), list.size());
    if (http::equals_ignoring_case(http::trim(list.substr(0, end)), token)) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

// mods-enabled/setenvif.conf: browsers that cannot keep a connection.
bool loses_connections(std::string_view agent) {
  return agent.find("Mozilla/2") != std::string_view::npos ||
         agent.find("MSIE 4.0b2;") != std::string_view::npos;
}

// "/server-status" and what is under it is for the host itself only.
bool is_status_page(std::string_view path) {
  constexpr std::string_view kPath = "/server-status";
  return path.starts_with(kPath) && (path.size() == kPath.size() || path[kPath.size()] == '/');
}

// What Debian's phpmyadmin.conf denies.
bool is_private_to_phpmyadmin(std::string_view path) {
  return path.starts_with("/phpmyadmin/libraries") || path.starts_with("/phpmyadmin/templates");
}

}  // namespace

net::Task<void> ApacheVisit::run() {
  if (channel_ == Channel::plain_on_tls_port) {
    co_await refuse_plain();
    co_return;
  }
  for (;;) {
    const bool complete = co_await read_head();
    if (!complete) {
      if (head_.state() == http::ApacheHead::State::refused) co_await refuse();
      co_return;
    }
    const Next next = co_await serve_request();
    if (next == Next::end) co_return;
  }
}

net::Task<bool> ApacheVisit::read_head() {
  using State = http::ApacheHead::State;
  head_ = http::ApacheHead(channel_ == Channel::tls);
  raw_.clear();
  const bool first = kept_alive_ == 0;
  bool begun = first && channel_ == Channel::tls;
  TimePoint began = visit_.now();
  TimePoint deadline = began + (begun   ? kHeaderTimeout
                                : first ? kDeferAccept + kHeaderTimeout
                                        : kKeepAliveTimeout);
  std::uint64_t bytes_read = 0;
  while (head_.state() == State::reading) {
    if (visit_.reader().buffered().empty()) {
      const auto more = co_await visit_.fill_until(deadline);
      if (!more) {
        const bool timeout = more.error().code == Errc::timeout;
        visit_.session().set_end_reason(timeout ? "timeout" : "peer");
        // What is no request line yet is not worth an answer, and whoever ends TLS gets none.
        if (head_.stage() == http::ApacheHead::Stage::request_line ||
            (!timeout && channel_ == Channel::tls)) {
          if (!head_.idle())
            visit_.record_junk(raw_, {.status = 0, .bytes = 0, .refused = "incomplete"});
          co_return false;
        }
        head_.end(timeout ? 408 : 400);
        co_return false;
      }
    }
    if (!begun) {
      begun = true;
      began = visit_.now();
    }
    const std::string_view bytes = visit_.reader().buffered();
    const std::size_t taken = head_.feed(bytes);
    bytes_read += taken;
    deadline = began + std::min(kHeaderTimeoutMax,
                                kHeaderTimeout + kPerByte * static_cast<long>(bytes_read));
    raw_ += bytes.substr(0, std::min(taken, kLineSampleBytesMax - raw_.size()));
    visit_.reader().consume(taken);
  }
  co_return head_.state() == State::complete;
}

net::Task<void> ApacheVisit::refuse() {
  const Config& config = visit_.site().config;
  const int status = head_.refusal();
  using Reason = http::ApacheFields::Reason;
  ApacheNote note = ApacheNote::none;
  if (head_.reason() == Reason::field_too_long) note = ApacheNote::field_too_long;
  if (head_.reason() == Reason::too_many) note = ApacheNote::too_many_fields;
  const bool checked = head_.stage() == http::ApacheHead::Stage::checks;
  body_ = http::ApacheBody(head_.body());
  request_ = head_.take_request();
  record_.emplace(visit_.session(), request_, BodyRecord::Keep::sample);
  // A head that could be read but not accepted has its body read first, unless the status ends the
  // connection anyway.
  if (checked && !apache_status_closes(status)) {
    [[maybe_unused]] const Body read = co_await read_body(false);
  }
  http::Request shown = request_;
  if (shown.is_09()) shown.major = 1;  // It is refused in the words of HTTP/1.0.
  const ApacheReply reply = apache_error(config, status, shown, note);
  const ApacheConnectionFields connection{
      .keep_alive = !apache_status_closes(status), .asked_for = false, .left = 0};
  const std::string text = apache_spell(config, reply, shown, connection, visit_.now());
  const auto written = co_await visit_.send(text);
  const Visit::Outcome outcome{.status = status, .bytes = text.size(), .refused = "bad_request"};
  if (request_.line.find(" HTTP/") != std::string::npos ||
      head_.stage() != http::ApacheHead::Stage::request_line) {
    visit_.record(request_, &*record_, outcome);
  } else {
    raw_ += visit_.reader().buffered().substr(0, kLineSampleBytesMax - raw_.size());
    visit_.record_junk(raw_, outcome);
  }
  visit_.session().set_end_reason(status == 408 ? "timeout" : "bad_request");
  if (written) co_await visit_.linger(kLingerBetween, kLingerMax);
}

net::Task<void> ApacheVisit::refuse_plain() {
  const Config& config = visit_.site().config;
  const std::string raw(visit_.reader().buffered());
  request_.method = "GET";
  const ApacheReply reply = apache_error(config, 400, request_, ApacheNote::plain_to_tls);
  const ApacheConnectionFields connection{.keep_alive = false, .asked_for = false, .left = 0};
  const std::string text = apache_spell(config, reply, request_, connection, visit_.now());
  const auto written = co_await visit_.send(text);
  const Visit::Outcome outcome{.status = 400, .bytes = text.size(), .refused = "plain_to_tls"};
  visit_.record_junk(raw, outcome);
  visit_.session().set_end_reason("bad_request");
  if (written) co_await visit_.linger(kLingerBetween, kLingerMax);
}

net::Task<ApacheVisit::Next> ApacheVisit::serve_request() {
  Site& site = visit_.site();
  body_ = http::ApacheBody(head_.body());
  expecting_ = head_.expects_continue();
  body_read_ = false;
  request_ = head_.take_request();
  record_.emplace(visit_.session(), request_,
                  site.application ? BodyRecord::Keep::form : BodyRecord::Keep::sample);

  ApacheReply reply = co_await make_reply();
  // The end of a request reads its body, unless the peer waits for a word before it sends one.
  if (!body_read_ && !expecting_ && !apache_status_closes(reply.status)) {
    const Body body = co_await read_body(false);
    if (body == Body::bad_chunk || body == Body::too_large) reply = body_error(body);
  }
  const ApacheConnectionFields connection = connection_fields(reply);
  const int status = reply.status;
  const std::string text =
      apache_spell(site.config, std::move(reply), request_, connection, visit_.now());
  const auto written = co_await visit_.send(text);
  if (body_.state() == BodyState::done) record_->finish();
  const Visit::Outcome outcome{.status = status, .bytes = text.size(), .refused = {}};
  visit_.record(request_, &*record_, outcome);
  record_.reset();
  if (!written) co_return Next::end;
  if (connection.keep_alive && !request_.is_09()) {
    ++kept_alive_;
    co_return Next::request;
  }
  co_await visit_.linger(kLingerBetween, kLingerMax);
  co_return Next::end;
}

ApacheConnectionFields ApacheVisit::connection_fields(const ApacheReply& reply) const {
  const std::string asked = request_.headers.joined("Connection").value_or("");
  const bool asked_for = has_token(asked, "keep-alive");
  const bool length_told =
      reply.length != ApacheReply::Length::untold || request_.is("HEAD") || reply.status == 304;
  ApacheConnectionFields fields;
  fields.left = kKeepAliveRequestsMax - kept_alive_;
  fields.asked_for = asked_for;
  fields.keep_alive =
      !head_.must_close() && !expecting_ && body_.state() == BodyState::done && length_told &&
      (reply.length != ApacheReply::Length::chunked || request_.at_least(1, 1)) &&
      fields.left > 0 && !apache_status_closes(reply.status) && !has_token(asked, "close") &&
      (!loses_connections(request_.headers.get("User-Agent")) || request_.headers.has("Via")) &&
      (asked_for || request_.at_least(1, 1));
  return fields;
}

net::Task<ApacheReply> ApacheVisit::make_reply() {
  Site& site = visit_.site();
  const Config& config = site.config;
  switch (http::apache_resolve(request_.path)) {
    case http::ApachePath::bad_request:
      co_return apache_error(config, 400, request_);
    case http::ApachePath::not_found:
      co_return apache_error(config, 404, request_);
    case http::ApachePath::ok:
      break;
  }
  if (request_.is("TRACE")) co_return apache_error(config, 405, request_);
  if (const auto status = access_status()) co_return apache_error(config, *status, request_);
  if (request_.path == "*") co_return ApacheReply{};  // OPTIONS *

  Node node = site.documents.at(request_.path);
  if (site.application) {
    const auto route = site.application->route(request_.path);
    const bool absent = node.kind == Node::Kind::absent || !node.beyond.empty();
    if (route == Application::Route::program ||
        (route == Application::Route::file_or_program && absent)) {
      co_return co_await run_program();
    }
  }
  if (node.kind == Node::Kind::folder && !request_.path.ends_with('/') && !request_.is("OPTIONS")) {
    const std::string location = std::string(config.scheme()) + "://" +
                                 apache_authority(config, request_) + request_.path + "/" +
                                 (request_.has_query ? "?" + request_.query : "");
    co_return apache_error(config, 301, request_, ApacheNote::none, location);
  }
  if (request_.path == "/")
    node = site.documents.at("/" + std::string(site.documents.index_name()));
  const bool lists = node.kind == Node::Kind::folder && (request_.is("GET") || request_.is("HEAD"));
  if (lists) co_return apache_error(config, 403, request_);
  const Body body = co_await read_body(true);
  if (body != Body::complete) co_return body_error(body);
  co_return answer_from_files(node);
}

// The default handler: what happens to a method on what was found.
ApacheReply ApacheVisit::answer_from_files(const Node& node) {
  const Config& config = visit_.site().config;
  if (request_.is("OPTIONS")) {
    ApacheReply reply;
    reply.fields.set("Allow", "GET,POST,OPTIONS,HEAD");
    reply.content_type =
        node.kind == Node::Kind::folder ? "httpd/unix-directory" : std::string(node.type);
    return reply;
  }
  if (request_.is("GET") || request_.is("HEAD") || request_.is("POST")) {
    const bool found = node.kind == Node::Kind::file && node.beyond.empty();
    return found ? apache_file(visit_.site(), node, request_, visit_.now())
                 : apache_error(config, 404, request_);
  }
  const bool known =
      std::find(kKnownMethods.begin(), kKnownMethods.end(), request_.method) != kKnownMethods.end();
  return apache_error(config, known ? 405 : 501, request_);
}

// What is refused before anybody looks for a file.
std::optional<int> ApacheVisit::access_status() const {
  const std::string_view path = request_.path;
  if (is_status_page(path)) return 403;
  if (visit_.site().config.kind == Kind::phpmyadmin && is_private_to_phpmyadmin(path)) return 403;
  if (path.size() > kPathBytesMax) return 403;
  // The first part that is no folder is what the rules for files are about.
  for (std::size_t at = 1; at < path.size();) {
    const auto end = std::min(path.find('/', at), path.size());
    const std::string_view name = path.substr(at, end - at);
    if (name.size() > kNameBytesMax) return 403;
    if (name.starts_with(".ht")) return 403;
    if (visit_.site().documents.at(path.substr(0, end + 1)).kind != Node::Kind::folder) break;
    at = end + 1;
  }
  return std::nullopt;
}

// Reads the body to its end. `may_continue`: whoever waits for "100 Continue" gets it.
net::Task<ApacheVisit::Body> ApacheVisit::read_body(bool may_continue) {
  body_read_ = true;
  if (body_.state() == BodyState::more && expecting_ && may_continue && request_.at_least(1, 1)) {
    expecting_ = false;
    const auto written = co_await visit_.send("HTTP/1.1 100 Continue\r\n\r\n");
    if (!written) co_return Body::cut_short;
  }
  const TimePoint began = visit_.now();
  while (body_.state() == BodyState::more) {
    if (visit_.reader().buffered().empty()) {
      const auto allowance =
          kPerByte * static_cast<long>(std::min<std::uint64_t>(record_->bytes(), 1 << 30));
      const auto more = co_await visit_.fill_until(began + kBodyTimeout + allowance);
      if (!more) co_return more.error().code == Errc::timeout ? Body::timed_out : Body::cut_short;
    }
    const http::BodyPiece piece = body_.feed(visit_.reader().buffered());
    record_->add(piece.data);
    visit_.reader().consume(piece.taken);
  }
  if (body_.state() == BodyState::done) {
    record_->finish();
    co_return Body::complete;
  }
  if (body_.in_trailers()) co_return Body::bad_trailer;
  co_return body_.refusal() == 413 ? Body::too_large : Body::bad_chunk;
}

ApacheReply ApacheVisit::body_error(Body body) const {
  int status = 400;
  if (body == Body::too_large) status = 413;
  if (body == Body::timed_out) status = 408;
  ApacheReply reply = apache_error(visit_.site().config, status, request_);
  // The filter that reads a body answers by itself, and does not count what it says.
  if (body == Body::bad_chunk || body == Body::too_large)
    reply.length = ApacheReply::Length::untold;
  return reply;
}

net::Task<ApacheReply> ApacheVisit::run_program() {
  Site& site = visit_.site();
  const Body body = co_await read_body(true);
  if (body != Body::complete) co_return body_error(body);
  const ApplicationCall call{.request = request_, .body = *record_, .session = visit_.session()};
  ApplicationReply answer = site.application->answer(call);
  if (answer.packs_itself) pack(answer, request_);
  [[maybe_unused]] const auto waited = co_await visit_.session().delay(answer.took);
  ApacheReply reply;
  reply.status = std::atoi(answer.status.c_str());
  reply.status_line = std::move(answer.status);
  reply.body = std::move(answer.body);
  for (const http::Header& header : answer.headers) {
    if (http::equals_ignoring_case(header.name, "Content-Type")) {
      reply.content_type = header.value;
    } else if (!http::equals_ignoring_case(header.name, "Date")) {
      reply.fields.add(header.name, header.value);
    }
  }
  if (reply.status == 500) reply.protocol = "HTTP/1.0";  // How mod_php ends after a fatal error.
  if (request_.is("HEAD")) {
    reply.body.clear();
    reply.length = ApacheReply::Length::untold;
    co_return reply;
  }
  if (reply.status == 200) apache_deflate(reply, request_);
  const bool packed = reply.fields.has("Content-Encoding");
  if (!packed && reply.body.size() > kOutputBufferBytes)
    reply.length = ApacheReply::Length::chunked;
  co_return reply;
}

}  // namespace decnet::site
