#include "site/nginx.h"

#include <algorithm>

#include "site/application.h"

namespace decnet::site {

namespace http = codec::http;
using http::BodyState;
using std::chrono::seconds;

namespace {

// nginx's defaults, which Debian's configuration leaves as they are.
constexpr Duration kHeaderTimeout = seconds{60};
constexpr Duration kKeepAliveTimeout = seconds{75};
constexpr Duration kBodyTimeout = seconds{60};
constexpr Duration kLingeringTimeout = seconds{5};
constexpr Duration kLingeringTime = seconds{30};
constexpr std::uint64_t kBodyBytesMax = 1024 * 1024;  // client_max_body_size
constexpr std::size_t kKeepAliveRequestsMax = 1000;
constexpr int kPlainToTls = 497;

}  // namespace

net::Task<void> NginxVisit::run() {
  for (;;) {
    const bool complete = co_await read_head();
    if (!complete) {
      if (head_.state() == http::NginxHead::State::refused) co_await refuse();
      co_return;
    }
    const Next next = co_await serve_request();
    if (next == Next::end) co_return;
  }
}

// False if the connection ended, fell silent, or the head was refused.
net::Task<bool> NginxVisit::read_head() {
  using State = http::NginxHead::State;
  head_ = {};
  raw_.clear();
  TimePoint deadline = visit_.now() + (requests_ == 0 ? kHeaderTimeout : kKeepAliveTimeout);
  bool begun = requests_ == 0;
  while (head_.state() == State::reading) {
    if (visit_.reader().buffered().empty()) {
      const auto more = co_await visit_.fill_until(deadline);
      if (!more) {
        visit_.session().set_end_reason(more.error().code == Errc::timeout ? "timeout" : "peer");
        if (!head_.idle()) visit_.record_junk(raw_, {.refused = "incomplete"});
        co_return false;
      }
    }
    if (!begun) {
      begun = true;
      deadline = visit_.now() + kHeaderTimeout;
    }
    const std::string_view bytes = visit_.reader().buffered();
    const std::size_t taken = head_.feed(bytes);
    raw_ += bytes.substr(0, std::min(taken, kLineSampleBytesMax - raw_.size()));
    visit_.reader().consume(taken);
  }
  co_return head_.state() == State::complete;
}

// A head that is none is answered without a word about keeping alive, and the connection ends.
net::Task<void> NginxVisit::refuse() {
  const Config& config = visit_.site().config;
  request_ = head_.take_request();
  const NginxReply reply = nginx_error(config, head_.refusal(), request_);
  const std::string text = nginx_spell(config, reply, request_, false, visit_.now());
  const auto written = co_await visit_.send(text);
  outcome_ = {.status = reply.status, .bytes = text.size(), .refused = "bad_request"};
  const bool is_request =
      request_.line.find(" HTTP/") != std::string::npos || !request_.path.empty();
  if (is_request) {
    visit_.record(request_, nullptr, outcome_);
  } else {
    raw_ += visit_.reader().buffered().substr(0, kLineSampleBytesMax - raw_.size());
    visit_.record_junk(raw_, outcome_);
  }
  visit_.session().set_end_reason("bad_request");
  if (written) co_await visit_.linger(kLingeringTimeout, kLingeringTime);
}

bool NginxVisit::keeps_alive() const {
  if (requests_ >= kKeepAliveRequestsMax) return false;
  switch (head_.connection()) {
    case http::NginxConnection::close:
      return false;
    case http::NginxConnection::keep_alive:
      return true;
    default:
      return request_.at_least(1, 1);
  }
}

net::Task<NginxVisit::Next> NginxVisit::serve_request() {
  Site& site = visit_.site();
  ++requests_;
  body_ = http::NginxBody(head_.body());
  request_ = head_.take_request();
  record_.emplace(visit_.session(), request_,
                  site.application ? BodyRecord::Keep::form : BodyRecord::Keep::sample);

  NginxReply reply = co_await make_reply();
  const bool body_ok = discard_buffered();
  bool keep_alive =
      keeps_alive() && !request_.is_09() && body_ok && !nginx_error_closes(reply.status);
  reply = nginx_filter(site, std::move(reply), request_);
  // Where the length is not known, HTTP/1.0 learns it from the end of the connection.
  if (!reply.content_length && reply.status == 200 && !request_.at_least(1, 1)) keep_alive = false;
  const std::string text = nginx_spell(site.config, reply, request_, keep_alive, visit_.now());
  outcome_ = {.status = reply.status, .bytes = text.size(), .refused = {}};
  const auto written = co_await visit_.send(text);
  if (!written) {
    visit_.record(request_, &*record_, outcome_);
    co_return Next::end;
  }
  if (reply.ends_connection) {
    visit_.record(request_, &*record_, outcome_);
    co_return Next::end;
  }
  co_return co_await finish(keep_alive);
}

net::Task<NginxReply> NginxVisit::make_reply() {
  Site& site = visit_.site();
  if (channel_ == Channel::plain_on_tls_port)
    co_return nginx_error(site.config, kPlainToTls, request_);
  if (!head_.body().chunked && head_.body().bytes > kBodyBytesMax)
    co_return nginx_error(site.config, 413, request_);
  // try_files $uri $uri/ =404, or /index.php where a program is
  Node node = site.documents.at(request_.path);
  const bool folder = node.kind == Node::Kind::folder;
  const bool usual = request_.is("GET") || request_.is("HEAD") || request_.is("POST");
  if (folder && !usual) co_return nginx_error(site.config, 405, request_);
  if (folder && !request_.path.ends_with('/')) co_return nginx_to_folder(site.config, request_);
  if (site.application) {
    using Route = Application::Route;
    const Route route = site.application->route(request_.path);
    const bool absent = node.kind == Node::Kind::absent;
    if (route == Route::program || (route == Route::file_or_program && absent))
      co_return co_await run_program();
    if (route == Route::absent) co_return nginx_error(site.config, 404, request_);
  }
  if (folder && request_.path != "/") co_return nginx_error(site.config, 403, request_);
  if (folder) node = site.documents.at("/" + std::string(site.documents.index_name()));
  if (node.kind == Node::Kind::absent) co_return nginx_error(site.config, 404, request_);
  if (!request_.is("GET") && !request_.is("HEAD"))
    co_return nginx_error(site.config, 405, request_);
  co_await expect_continue();
  if (!discard_buffered()) co_return nginx_error(site.config, 400, request_);
  co_return nginx_file(node);
}

net::Task<void> NginxVisit::expect_continue() {
  if (request_.at_least(1, 1) &&
      http::equals_ignoring_case(request_.headers.get("Expect"), "100-continue")) {
    const auto written = co_await visit_.send("HTTP/1.1 100 Continue\r\n\r\n");
    if (!written) co_return;
  }
}

// Reads the whole body before the program gets to see anything of it, as fastcgi_request_buffering
// has it.
net::Task<NginxReply> NginxVisit::run_program() {
  Site& site = visit_.site();
  co_await expect_continue();
  for (;;) {
    if (!discard_buffered()) co_return nginx_error(site.config, 400, request_);
    if (record_->bytes() > kBodyBytesMax) co_return nginx_error(site.config, 413, request_);
    if (body_.state() == BodyState::done) break;
    const auto more = co_await visit_.fill_until(visit_.now() + kBodyTimeout);
    if (!more) {
      NginxReply none;
      none.ends_connection = true;
      none.status = 0;
      co_return none;
    }
  }
  record_->finish();
  const ApplicationCall call{.request = request_, .body = *record_, .session = visit_.session()};
  ApplicationReply answer = site.application->answer(call);
  if (answer.packs_itself) pack(answer, request_);
  [[maybe_unused]] const auto waited = co_await visit_.session().delay(answer.took);
  NginxReply reply;
  reply.status = std::atoi(answer.status.c_str());
  reply.status_line = std::move(answer.status);
  reply.body = std::move(answer.body);
  for (http::Header& header : answer.headers) {
    if (http::equals_ignoring_case(header.name, "Content-Type")) {
      reply.content_type = std::move(header.value);
    } else if (!http::equals_ignoring_case(header.name, "Connection")) {
      reply.own_date |= http::equals_ignoring_case(header.name, "Date");
      reply.more.push_back(std::move(header));
    }
  }
  co_return reply;
}

// Takes of the body what has come. False if it is malformed.
bool NginxVisit::discard_buffered() {
  while (body_.state() == BodyState::more && !visit_.reader().buffered().empty()) {
    const http::BodyPiece piece = body_.feed(visit_.reader().buffered());
    record_->add(piece.data);
    visit_.reader().consume(piece.taken);
  }
  return body_.state() != BodyState::refused;
}

// What comes after the answer: the rest of the body, then the next request or the end.
net::Task<NginxVisit::Next> NginxVisit::finish(bool keep_alive) {
  const TimePoint end = visit_.now() + kLingeringTime;
  bool lost = false;
  while (body_.state() == BodyState::more && !lost) {
    const auto more = co_await visit_.fill_until(std::min(end, visit_.now() + kLingeringTimeout));
    lost = !more || !discard_buffered();
  }
  if (body_.state() == BodyState::done) record_->finish();
  visit_.record(request_, &*record_, outcome_);
  record_.reset();
  if (lost) co_return Next::end;
  if (keep_alive) co_return Next::request;
  if (!visit_.reader().buffered().empty() || body_.state() == BodyState::refused) {
    co_await visit_.linger(kLingeringTimeout, kLingeringTime);
  }
  co_return Next::end;
}

}  // namespace decnet::site
