// A client of the bare protocol against one decky's server, for the tests.
//
//   Host host({{"server", "mariadb"}});
//   Client& client = host.connect();
//   client.talk({client_login("app", "app-password"), query("SELECT 1")});
//
// Each step is made when the server waits for it, so that it can look at what came before.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "event/event.h"
#include "service/mysql/mysql.h"
#include "session/session.h"
#include "session/testing.h"

namespace decnet::service::mysql {

// The bytes that a step sends, from all that the server has written so far.
using Step = std::function<std::string(const std::string& written)>;

Step send(std::string bytes);
Step query(std::string sql);
Step client_login(std::string user, std::string password, std::string database = "",
                  std::uint32_t flags = 0x00aaa285, std::string plugin = "mysql_native_password");
std::string salt_of(const std::string& greeting);
std::string packet(std::string_view payload, std::uint8_t sequence = 0);

struct Talk {
  std::vector<std::string> answers;  // The greeting first.
  std::vector<event::Event> events;
  std::vector<std::string> captured;
  bool closed = false;  // By the server, before the steps were over.
  Duration waited{0};
  std::string end_reason;
  std::string all() const;
};

class Host {
 public:
  // Accounts: app (app-password), reader (reader-password); root without a password.
  explicit Host(std::map<std::string, std::string, std::less<>> options);

  Talk talk(std::vector<Step> steps, std::string from = "192.0.2.1");
  session::Service& service() { return *service_; }
  const session::Place& place() const { return place_; }
  FakeClock& clock() { return clock_; }
  void clock_fails(bool fails) { failing_clock_.fails = fails; }  // By an exception.

 private:
  // Shows the time of another, or throws.
  struct FailingClock final : Clock {
    explicit FailingClock(const FakeClock& of) : of_(of) {}
    TimePoint now() const override {
      if (fails) throw std::runtime_error("no time");
      return of_.now();
    }
    std::chrono::nanoseconds monotonic() const override { return of_.monotonic(); }
    const FakeClock& of_;
    bool fails = false;
  };

  FakeClock clock_;
  FailingClock failing_clock_{clock_};
  session::Place place_;
  std::unique_ptr<session::Service> service_;
};

}  // namespace decnet::service::mysql
