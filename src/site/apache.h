// Apache 2.4 as Debian 12 configures it, talking to one peer.
#pragma once

#include <optional>
#include <string>

#include "codec/http/apache_head.h"
#include "site/apache_reply.h"
#include "site/visit.h"

namespace decnet::site {

class ApacheVisit {
 public:
  ApacheVisit(Visit& visit, Channel channel) : visit_(visit), channel_(channel) {}
  net::Task<void> run();

 private:
  enum class Next : std::uint8_t { request, end };
  // How the reading of a body ended.
  enum class Body : std::uint8_t {
    complete,
    bad_chunk,
    too_large,
    bad_trailer,
    cut_short,
    timed_out
  };

  net::Task<bool> read_head();
  net::Task<void> refuse();
  net::Task<void> refuse_plain();
  net::Task<Next> serve_request();
  net::Task<ApacheReply> make_reply();
  net::Task<ApacheReply> run_program();
  ApacheReply answer_from_files(const Node& node);
  std::optional<int> access_status() const;
  net::Task<Body> read_body(bool may_continue);
  ApacheReply body_error(Body body) const;
  ApacheConnectionFields connection_fields(const ApacheReply& reply) const;

  Visit& visit_;
  Channel channel_;
  codec::http::ApacheHead head_;
  codec::http::Request request_;
  codec::http::ApacheBody body_{{}};
  std::optional<BodyRecord> record_;
  std::string raw_;
  std::size_t kept_alive_ = 0;
  bool expecting_ = false;  // "Expect: 100-continue" has not been answered.
  bool body_read_ = false;
};

}  // namespace decnet::site
