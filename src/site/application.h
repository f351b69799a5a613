// A program behind the web server: a site in PHP. It answers what is not a file.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "codec/http/form.h"
#include "codec/http/message.h"
#include "session/session.h"
#include "site/config.h"

namespace decnet::site {

class BodyRecord;

struct ApplicationReply {
  std::string status = "200 OK";
  std::vector<codec::http::Header> headers;  // In the order of PHP; Content-Type is among them.
  std::string body;
  Duration took{0};           // What the genuine program would have needed.
  bool packs_itself = false;  // It answers "Accept-Encoding: gzip" without the server's help.

  void add(std::string_view name, std::string_view value) {
    headers.push_back({std::string(name), std::string(value)});
  }
};

struct ApplicationCall {
  const codec::http::Request& request;
  BodyRecord& body;  // Complete.
  session::Session& session;
};

class Application {
 public:
  virtual ~Application() = default;

  // Who answers a path: the program, the server with a file, the program where there is no such
  // file, or nobody.
  enum class Route : std::uint8_t { program, file, file_or_program, absent };
  virtual Route route(std::string_view path) const = 0;
  virtual ApplicationReply answer(const ApplicationCall& call) = 0;
};

// Packs the reply of a program that does so by itself, where the request lets it.
void pack(ApplicationReply& reply, const codec::http::Request& request);

std::unique_ptr<Application> make_application(const Config& config);  // Null for the default site.

}  // namespace decnet::site
