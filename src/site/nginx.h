// nginx 1.22 as Debian 12 configures it, talking to one peer.
#pragma once

#include <optional>
#include <string>

#include "codec/http/nginx_head.h"
#include "site/nginx_reply.h"
#include "site/visit.h"

namespace decnet::site {

class NginxVisit {
 public:
  NginxVisit(Visit& visit, Channel channel) : visit_(visit), channel_(channel) {}
  net::Task<void> run();

 private:
  enum class Next : std::uint8_t { request, end };

  net::Task<bool> read_head();
  net::Task<void> refuse();
  net::Task<Next> serve_request();
  net::Task<NginxReply> make_reply();
  net::Task<NginxReply> run_program();
  net::Task<void> expect_continue();
  net::Task<Next> finish(bool keep_alive);
  bool keeps_alive() const;
  bool discard_buffered();

  Visit& visit_;
  Channel channel_;
  codec::http::NginxHead head_;
  codec::http::Request request_;
  codec::http::NginxBody body_{{}};
  std::optional<BodyRecord> record_;
  std::string raw_;  // How the head began, for what turns out to be none.
  std::size_t requests_ = 0;
  Visit::Outcome outcome_;
};

}  // namespace decnet::site
