// A scripted Process for tests of programs: standard input is given, output is gathered, every wait
// is over at once, and children run to their end where they are spawned.
//
//   Bench bench;
//   bench.machine().files().seed_file("/tmp/a", "x\n", 0644, 0, 0, {});
//   EXPECT_EQ(bench.run({"cat", "/tmp/a"}).out, "x\n");
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "shell/machine.h"
#include "shell/observer.h"
#include "shell/process.h"
#include "shell/system_view.h"

namespace decnet::shell::cmd {

struct Outcome {
  std::string out;
  std::string err;
  std::string both;  // In the order it was written.
  int status = 0;
};

class Recorder final : public Observer {
 public:
  void emit(event::Event event) override { events.push_back(std::move(event)); }
  std::unique_ptr<CapturedFile> capture(std::string_view name, std::string_view path) override;
  std::vector<event::Event> events;
};

// What the genuine programs say, of build/assets.pack; null: it has none.
std::shared_ptr<const Answers> answers_of_pack();

// Everything that outlives one run.
class Bench {
 public:
  explicit Bench(std::shared_ptr<const Answers> answers = nullptr);
  ~Bench();
  Outcome run(std::vector<std::string> arguments, std::string input = {});
  Machine& machine() { return *machine_; }
  FakeClock& clock() { return clock_; }

  Recorder recorder;
  Credentials user;
  std::string directory = "/";
  Environment environment{{"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
                          {"HOME", "/root"}};
  bool terminal = false;
  std::size_t output_max = 8U << 20;              // Beyond it: EPIPE.
  std::uint64_t breaths = 0;                      // Charged by breathe().
  std::uint64_t breaths_max = ~std::uint64_t{0};  // Beyond it a program gets no more time: 255.

 private:
  FakeClock clock_;
  std::unique_ptr<Machine> machine_;
};

}  // namespace decnet::shell::cmd
