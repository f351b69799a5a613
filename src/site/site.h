// The web servers that http and https decoys are: nginx or Apache as Debian 12 has them, with their
// default page, a WordPress or a phpMyAdmin.
//
//   std::unique_ptr<session::Service> create(const session::Place& place) {
//     return site::make_service(place, site::Transport::plain);
//   }
//
// What a server answers, down to the order of its header fields, its error pages and when it
// closes, is measured against recordings of the genuine one (testdata/*.golden, made by
// test/differential/http/record). Each request becomes a `request` event; credentials, uploads, and
// the peer's header order and user agent are recorded.
#pragma once

#include <cstdint>
#include <memory>

#include "session/session.h"
#include "site/config.h"
#include "site/documents.h"

namespace decnet::site {

class Application;

// What all sessions of one place share. It outlives them.
struct Site {
  Site(Config config, const session::Assets& assets);
  ~Site();

  Config config;
  Documents documents;
  std::unique_ptr<Application> application;  // Null for the default site.
  std::uint64_t next_boundary = 0;  // nginx counts the boundaries of its multipart answers.
};

std::unique_ptr<session::Service> make_service(const session::Place& place, Transport transport);

// How the peer is spoken to: a TLS port may hear plain words, too, and has an answer to them.
enum class Channel : std::uint8_t { plain, tls, plain_on_tls_port };

// Talks to one peer until the session is over. On a TLS port it begins TLS, unless the session has
// already.
net::Task<void> serve(Site& site, session::Session& session);

}  // namespace decnet::site
