// Connection: reads, waits and writes for one Talk.
#pragma once

#include "net/reader.h"
#include "service/telnet/talk.h"

namespace decnet::service::telnet {

class Connection {
 public:
  // All outlive it. `keep` is called every guest::kKeepEvery and at the end, once logged in.
  Connection(session::Session& session, Talk& talk, std::function<void()> keep);
  net::Task<void> run();

 private:
  bool is_late() const;
  Duration next_wait(bool busy) const;
  net::Task<Result<void>> read(Duration wait);

  session::Session& session_;
  Talk& talk_;
  std::function<void()> keep_;
  net::Reader reader_;
  TimePoint last_input_;
  TimePoint ends_at_;
};

}  // namespace decnet::service::telnet
