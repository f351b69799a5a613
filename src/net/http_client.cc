#include "net/http_client.h"

#include <memory>

#include <curl/curl.h>

namespace decnet::net {
namespace {

struct FreeHandle {
  void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
};
struct FreeList {
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};

struct Sink {
  const HttpRequest& request;
  std::string body;
  bool too_long = false;
};

std::size_t take_body(char* data, std::size_t, std::size_t count, void* to) {
  auto& sink = *static_cast<Sink*>(to);
  if (sink.request.on_data) return sink.request.on_data({data, count}) ? count : 0;
  sink.too_long = sink.body.size() + count > kHttpBodyBytesMax;
  if (sink.too_long) return 0;
  sink.body.append(data, count);
  return count;
}

Errc class_of(CURLcode code, bool too_long) {
  switch (code) {
    case CURLE_COULDNT_CONNECT:
    case CURLE_COULDNT_RESOLVE_HOST:
      return Errc::unavailable;
    case CURLE_OPERATION_TIMEDOUT:
      return Errc::timeout;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return Errc::invalid_argument;
    case CURLE_WRITE_ERROR:
      return too_long ? Errc::limit : Errc::cancelled;
    default:
      return Errc::io;
  }
}

}  // namespace

Result<HttpResponse> http_request(const HttpRequest& request) {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  const std::unique_ptr<CURL, FreeHandle> handle(curl_easy_init());
  if (started != CURLE_OK || !handle) return fail(Errc::io, "libcurl cannot be used");
  std::unique_ptr<curl_slist, FreeList> headers;
  for (const auto& header : request.headers)
    headers.reset(curl_slist_append(headers.release(), header.c_str()));
  Sink sink{request, {}};
  CURL* curl = handle.get();
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &sink);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count() / 1000));
  if (!request.unix_socket.empty())
    curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, request.unix_socket.c_str());
  if (!request.body.empty()) {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.c_str());
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
  }
  const CURLcode code = curl_easy_perform(curl);
  if (code != CURLE_OK) return fail(class_of(code, sink.too_long), curl_easy_strerror(code));
  HttpResponse out;
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  const char* type = nullptr;
  curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
  out.status = static_cast<int>(status);
  out.content_type = type != nullptr ? type : "";
  out.body = std::move(sink.body);
  return out;
}

}  // namespace decnet::net
