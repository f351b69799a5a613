// A Stream over a script, for tests: what the peer sends is given up front, what is written is
// kept.
//
//   MemoryStream stream({"USER a\r\n", "PASS b\r\n"});
//   run_task(service.serve(session));     // net/run_task.h
//   EXPECT_EQ(stream.written(), "331 …");
//
// Each element of the script is what one read returns (cut to the reader's buffer). After the last
// one comes the end that was chosen. A read that would wait for ever moves the clock to the
// deadline and fails with timeout.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "net/stream.h"

namespace decnet::net {

enum class ScriptEnd : std::uint8_t { closes, resets, stays_silent };

class MemoryStream final : public Stream {
 public:
  explicit MemoryStream(std::vector<std::string> script, ScriptEnd end = ScriptEnd::closes,
                        FakeClock* clock = nullptr);

  Task<Result<std::size_t>> read_some(std::span<char> buffer) override;
  Task<Result<void>> write(std::string_view bytes) override;
  void set_deadline(TimePoint when) override { deadline_ = when; }
  Task<void> shutdown_send() override;
  void close() override { closed_ = true; }
  void reset() override { closed_ = was_reset_ = true; }
  Endpoint local() const override { return local_; }
  Endpoint peer() const override { return peer_; }

  const std::string& written() const noexcept { return written_; }
  std::string take_written();  // What was written since the last call.
  bool closed() const noexcept { return closed_; }
  bool was_reset() const noexcept { return was_reset_; }
  bool sent_fin() const noexcept { return sent_fin_; }
  void feed(std::string bytes) { script_.push_back(std::move(bytes)); }
  void set_addresses(Endpoint local, Endpoint peer);

 private:
  std::deque<std::string> script_;
  ScriptEnd end_;
  FakeClock* clock_;
  TimePoint deadline_ = TimePoint::max();
  std::string written_;
  std::size_t taken_ = 0;
  bool closed_ = false;
  bool was_reset_ = false;
  bool sent_fin_ = false;
  Endpoint local_{IpAddress::v4(0xc0000201), 80};    // 192.0.2.1, from the range for documentation
  Endpoint peer_{IpAddress::v4(0xc6336407), 40007};  // 198.51.100.7
};

}  // namespace decnet::net
