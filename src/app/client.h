// The command line's way to a running decnet: its API, over the local socket.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <boost/json/value.hpp>

#include "base/config.h"

namespace decnet::app {

inline constexpr std::size_t kFetchBytesMax = 64U << 20;

class Client {
 public:
  explicit Client(const Config& config) : socket_(config.api_socket()) {}

  // `path` begins behind /api/v1 ("/attackers?limit=10"). Errors: unavailable (decnet is not
  // running), denied (not root and not of the group decnet), and those of the answer: the detail is
  // the problem's own.
  Result<boost::json::value> get(std::string_view path) const;
  Result<boost::json::value> post(std::string_view path, std::string_view body) const;

  // A body that is no JSON, whole. Errors: as above; limit (more than kFetchBytesMax).
  Result<std::string> fetch(std::string_view path) const;

  // Server-sent events: each event's name and data, until `take` returns false or the stream ends.
  Result<void> follow(
      std::string_view path,
      const std::function<bool(std::string_view event, std::string_view data)>& take) const;

 private:
  Result<boost::json::value> exchange(std::string_view method, std::string_view path,
                                      std::string_view body) const;

  std::string socket_;
};

// Reading answers: "" and 0 where there is none.
std::string text_at(const boost::json::value& value, std::string_view key);
std::int64_t number_at(const boost::json::value& value, std::string_view key);
const boost::json::array& array_at(const boost::json::value& value, std::string_view key);

}  // namespace decnet::app
