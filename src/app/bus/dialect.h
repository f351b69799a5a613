// Dialect: how the programs of the bus benchmark speak to a broker. decnet's own stands here, those
// of others in bench/bus_peers.h.
#pragma once

#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/result.h"

namespace decnet::app {

// "unix:/run/x.sock" or "tcp:127.0.0.1:4222" → a blocking socket. Errors: unavailable,
// invalid_argument.
Result<UniqueFd> connect_to(std::string_view address);

// Topics and patterns are decnet's ("a.b", "a.*", "a.>"); each dialect says them in its own way.
class Dialect {
 public:
  enum class Role : std::uint8_t { publisher, subscriber };

  virtual ~Dialect() = default;
  virtual std::string opening(Role role) const = 0;  // The first bytes of a connection.
  virtual std::string subscribe(std::string_view pattern) const = 0;
  // A question whose answer comes when all before it has been processed; where there is none the
  // answer is empty.
  virtual std::string question(Role role) const = 0;
  virtual std::string answer(Role role) const = 0;
  virtual std::string publish(std::string_view topic, std::string_view payload) const = 0;
  // What a subscriber gets for that.
  virtual std::string delivery(std::string_view pattern, std::string_view topic,
                               std::string_view payload) const = 0;
};

class BusDialect final : public Dialect {
 public:
  std::string opening(Role role) const override;
  std::string subscribe(std::string_view pattern) const override;
  std::string question(Role role) const override;
  std::string answer(Role role) const override;
  std::string publish(std::string_view topic, std::string_view payload) const override;
  std::string delivery(std::string_view pattern, std::string_view topic,
                       std::string_view payload) const override;
};

// decnet's frames, and no broker that would answer: for the relay that copies bytes.
class RelayDialect final : public Dialect {
 public:
  std::string opening(Role) const override { return {}; }
  std::string subscribe(std::string_view) const override { return {}; }
  std::string question(Role) const override { return {}; }
  std::string answer(Role) const override { return {}; }
  std::string publish(std::string_view topic, std::string_view payload) const override {
    return BusDialect().publish(topic, payload);
  }
  std::string delivery(std::string_view, std::string_view topic,
                       std::string_view payload) const override {
    return BusDialect().publish(topic, payload);
  }
};

// A connection that is greeted, subscribed and answered.
Result<UniqueFd> open_connection(const Dialect& dialect, std::string_view address,
                                 Dialect::Role role, const std::string& subscriptions = {});

// All of it. Errors: closed, io.
Result<void> write_all(int fd, std::string_view bytes);

}  // namespace decnet::app
