#include "site/visit.h"

#include <algorithm>
#include <array>

#include "base/counters.h"
#include "base/hash.h"
#include "codec/http/authorization.h"

namespace decnet::site {

namespace http = codec::http;

namespace {

// Fields that come and go with what is asked, and not with who asks.
constexpr std::array<std::string_view, 12> kPassingFields = {
    "authorization", "content-length", "content-type",      "cookie",
    "expect",        "if-match",       "if-modified-since", "if-none-match",
    "origin",        "range",          "referer",           "transfer-encoding"};

bool is_passing(std::string_view name) {
  const std::string lower = http::to_lower(name);
  return std::find(kPassingFields.begin(), kPassingFields.end(), lower) != kPassingFields.end();
}

// A path that wants out of the document root, in any of its disguises.
bool is_traversal(std::string_view target) {
  std::string text(target);
  for (int depth = 0; depth < 3; ++depth) {
    std::replace(text.begin(), text.end(), '\\', '/');
    if (text.find("/../") != std::string::npos || text.ends_with("/..") || text.starts_with("../"))
      return true;
    std::string decoded = http::percent_decode(text, http::Plus::stays);
    if (decoded == text) return false;
    text = std::move(decoded);
  }
  return false;
}

// Version lines that no client sends but to see how a server takes them.
bool is_version_probe(std::string_view line) {
  const auto at = line.rfind(" HTTP/");
  if (at == std::string_view::npos) return false;
  const std::string_view version = line.substr(at + 6);
  const std::size_t digits = std::min(version.find_first_not_of("0123456789"), version.size());
  return digits > 1 || (digits == 1 && version[0] > '3');
}

void add_if_present(event::Event& event, std::string_view name, std::string_view value) {
  if (!value.empty()) event.add(name, value);
}

}  // namespace

BodyRecord::BodyRecord(session::Session& session, const http::Request& request, Keep keep)
    : session_(session),
      path_(request.path),
      content_max_(keep == Keep::form ? kFormBytesMax : kBodySampleBytesMax) {
  const std::string boundary = http::multipart_boundary(request.headers.get("Content-Type"));
  is_put_ = request.is("PUT");
  if (!is_put_ && !boundary.empty()) {
    http::MultipartReader::Sink& sink = *this;
    multipart_ = std::make_unique<http::MultipartReader>(boundary, sink);
  }
}

BodyRecord::~BodyRecord() = default;

void BodyRecord::add(std::string_view bytes) {
  bytes_ += bytes.size();
  if (multipart_) multipart_->feed(bytes);
  if (is_put_ && !bytes.empty()) {
    begin_put();
    file_->write(bytes);
  }
  if (content_.size() < content_max_) content_ += bytes.substr(0, content_max_ - content_.size());
}

void BodyRecord::finish() {
  if (is_put_) begin_put();
  if (file_) end_file();
  is_put_ = false;
}

// Not before its first byte: who expects a 100 (Continue) and gets an answer instead sends none.
void BodyRecord::begin_put() {
  if (!file_) file_ = session_.capture(std::string_view(path_).substr(path_.rfind('/') + 1), path_);
}

const http::Form& BodyRecord::form() {
  if (!form_) form_ = multipart_ ? multipart_->fields() : http::parse_urlencoded(content_);
  return *form_;
}

void BodyRecord::begin_file(std::string_view, std::string_view file_name, std::string_view) {
  file_ = session_.capture(file_name, path_);
}

void BodyRecord::file_bytes(std::string_view bytes) {
  if (file_) file_->write(bytes);
}

void BodyRecord::end_file() {
  file_->finish();
  file_.reset();
}

net::Task<Result<void>> Visit::fill_until(TimePoint deadline) {
  const Duration left = deadline - now();
  if (left <= Duration{0}) co_return fail(Errc::timeout, "the deadline passed");
  session_.set_idle_limit(left);
  co_return co_await reader_.fill();
}

net::Task<Result<void>> Visit::send(std::string_view bytes) {
  if (bytes.empty()) co_return Result<void>{};
  sent_ += bytes.size();
  co_return co_await session_.stream().write(bytes);
}

net::Task<void> Visit::linger(Duration between_bytes, Duration at_most) {
  co_await session_.stream().shutdown_send();
  const TimePoint end = now() + at_most;
  for (;;) {
    reader_.consume(reader_.buffered().size());
    const auto more = co_await fill_until(std::min(end, now() + between_bytes));
    if (!more) co_return;
  }
}

void Visit::record(const http::Request& request, BodyRecord* body, const Outcome& outcome) {
  event::Event event = session_.request();
  if (is_traversal(request.target)) event.severity = event::Severity::warning;
  event.add("method", request.method).add("target", request.target);
  add_if_present(event, "path", request.path);
  add_if_present(event, "query", request.query);
  add_if_present(
      event, "host",
      request.headers.has("Host") ? request.headers.get("Host") : std::string_view(request.host));
  event.add("version", std::to_string(request.major) + "." + std::to_string(request.minor));
  if (outcome.status != 0) event.add("status", outcome.status).add("response_bytes", outcome.bytes);
  add_if_present(event, "refused", outcome.refused);
  add_if_present(event, "user_agent", request.headers.get("User-Agent"));
  add_if_present(event, "referer", request.headers.get("Referer"));
  add_if_present(event, "forwarded_for", request.headers.get("X-Forwarded-For"));
  add_if_present(event, "cookie", request.headers.get("Cookie"));
  add_if_present(event, "content_type", request.headers.get("Content-Type"));
  if (body != nullptr && body->bytes() > 0)
    event.add("body_bytes", body->bytes()).add("body", body->sample());
  session_.emit(std::move(event));
  record_peer(request);
  record_credentials(request);
  if (is_version_probe(request.line)) session_.detection_probe("http_version");
}

void Visit::record_junk(std::string_view bytes, const Outcome& outcome) {
  static Counter& junk = counter("site_junk_total", "What came to a web server and was no request");
  junk.add();
  event::Event event = session_.request();
  event.add("line", bytes.substr(0, kLineSampleBytesMax));
  if (outcome.status != 0) event.add("status", outcome.status).add("response_bytes", outcome.bytes);
  event.add("refused", outcome.refused.empty() ? std::string_view("not_http") : outcome.refused);
  session_.emit(std::move(event));
  if (bytes.starts_with("\xff\xfe\xff\xfe")) session_.detection_probe("same_garbage_everywhere");
}

void Visit::record_peer(const http::Request& request) {
  const std::string_view agent = request.headers.get("User-Agent");
  if (!agent.empty() && agent != last_user_agent_) {
    last_user_agent_ = agent;
    session_.fingerprint("user_agent", agent);
  }
  std::string lasting;
  std::string all;
  for (const http::Header& header : request.headers.list()) {
    all += (all.empty() ? "" : ",") + header.name;
    if (!is_passing(header.name)) lasting += (lasting.empty() ? "" : ",") + header.name;
  }
  if (!lasting.empty() && lasting != last_header_order_) {
    last_header_order_ = lasting;
    session_.fingerprint("header_order", lasting, all);
  }
}

void Visit::record_credentials(const http::Request& request) {
  const std::string* field = request.headers.find("Authorization");
  if (field == nullptr) return;
  const auto given = http::parse_authorization(*field, request.method);
  if (!given || (given->user.empty() && given->secret.empty())) return;
  session::LoginAttempt attempt{.principal = given->user, .secret = given->secret};
  using Scheme = http::Authorization::Scheme;
  switch (given->scheme) {
    case Scheme::basic:
      attempt.secret_kind = "http_basic";
      attempt.method = "basic";
      break;
    case Scheme::digest:
      attempt.secret_kind = "http_digest";
      attempt.method = "digest";
      if (!given->crack_line.empty()) {
        attempt.crack_format = http::kDigestCrackFormat;
        attempt.crack_line = given->crack_line;
      }
      break;
    case Scheme::bearer:
      attempt.secret_kind = "http_bearer";
      attempt.method = "bearer";
      break;
    case Scheme::other:
      return;  // The event of the request tells it already: it is part of no known login.
  }
  session_.login(attempt);
}

}  // namespace decnet::site
