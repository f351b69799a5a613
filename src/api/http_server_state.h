// What an HttpServer is made of. For http_server.cc and http_doors.cc only.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "api/http_server.h"
#include "net/listener.h"
#include "net/task_group.h"

namespace decnet::api {

// One listener.
struct HttpServer::Door {
  std::unique_ptr<net::Listener> listener;
  bool is_local_socket = false;
  bool is_tls = false;
  std::string group;  // Of the local socket.
};

struct HttpServer::State {
  State(const net::Executor& on, AnswerFunction how, const Clock& with)
      : executor(on), answer(std::move(how)), clock(with) {}

  net::Executor executor;
  AnswerFunction answer;
  const Clock& clock;
  std::shared_ptr<const net::TlsContext> tls;
  std::vector<std::unique_ptr<Door>> doors;
  std::map<std::string, std::size_t, std::less<>> by_source;  // Open connections.
  std::size_t connections = 0;
};

// A connection's place among the kConnectionsMax; given back by its destructor.
class HttpServer::Place {
 public:
  // Nothing where all are taken, or all that one source may have.
  static std::unique_ptr<Place> take(State& state, const std::string& source);
  ~Place();
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

 private:
  Place(State& state, std::string source) : state_(state), source_(std::move(source)) {}

  State& state_;
  std::string source_;
};

}  // namespace decnet::api
