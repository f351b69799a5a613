// What Apache 2.4 sends: a reply before it is spelled out, the static pages and the error pages.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "codec/http/message.h"
#include "site/documents.h"
#include "site/site.h"

namespace decnet::site {

// Fields in the order of Apache's table: setting one again keeps its place.
class ApacheFieldsOut {
 public:
  void set(std::string_view name, std::string_view value);
  void add(std::string_view name, std::string_view value) {
    list_.push_back({std::string(name), std::string(value)});
  }
  void remove(std::string_view name);
  std::string_view get(std::string_view name) const noexcept;
  bool has(std::string_view name) const noexcept;
  const std::vector<codec::http::Header>& list() const noexcept { return list_; }

 private:
  std::vector<codec::http::Header> list_;
};

struct ApacheReply {
  // How the length of the body is told.
  enum class Length : std::uint8_t { known, chunked, untold };

  int status = 200;
  std::string_view protocol = "HTTP/1.1";
  std::string status_line;  // "302 Found" from a program; empty: Apache's own words
  ApacheFieldsOut fields;   // All but Date, Server, those of the connection, and Content-Type.
  std::string content_type;
  std::string body;
  Length length = Length::known;
};

// Why a request is refused, where the page says more than its status.
enum class ApacheNote : std::uint8_t { none, field_too_long, too_many_fields, plain_to_tls };

// The page of a status. `location` is for redirections.
ApacheReply apache_error(const Config& config, int status, const codec::http::Request& request,
                         ApacheNote note = ApacheNote::none, std::string_view location = {});
ApacheReply apache_file(Site& site, const Node& node, const codec::http::Request& request,
                        TimePoint now);
// Packs what mod_deflate would, whether a file or what a program made.
void apache_deflate(ApacheReply& reply, const codec::http::Request& request);
// Whether an answer of that status ends the connection.
bool apache_status_closes(int status) noexcept;

struct ApacheConnectionFields {
  bool keep_alive = true;
  bool asked_for = false;  // The peer has sent "keep-alive": it is told how long and how often.
  std::size_t left = 100;
};
std::string apache_spell(const Config& config, ApacheReply reply,
                         const codec::http::Request& request,
                         const ApacheConnectionFields& connection, TimePoint now);

// How the server names itself to the peer of that request: "www.example.com", and the port.
std::string apache_authority(const Config& config, const codec::http::Request& request);

}  // namespace decnet::site
