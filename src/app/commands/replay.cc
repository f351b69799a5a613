// decnet replay ID: a recorded terminal in the analyst's own.
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <ctime>

#include <fmt/core.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "app/client.h"
#include "app/commands/command.h"
#include "app/exit_codes.h"
#include "app/replay/cast_reader.h"
#include "app/replay/terminal_filter.h"
#include "app/table.h"
#include "base/uuid.h"
#include "session/recorder.h"

namespace decnet::app {
namespace {

struct ReplayOptions {
  std::string id;
  double speed = 1, max_idle = 2, from = 0;
  std::uint32_t recording = 0;
  bool raw = false;
};

// Ctrl-C and SIGTERM, held back from their default so that the terminal can be put back first.
sigset_t stop_signals() {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGINT);
  ::sigaddset(&set, SIGTERM);
  return set;
}

// Waits; true if it shall stop.
bool stopped_within(double seconds) {
  timespec left{};
  left.tv_sec = static_cast<std::time_t>(seconds);
  left.tv_nsec = static_cast<long>((seconds - static_cast<double>(left.tv_sec)) * 1e9);
  const sigset_t signals = stop_signals();
  return ::sigtimedwait(&signals, nullptr, &left) > 0;
}

void print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

void say_size(const Cast& cast) {
  winsize window{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_col == 0) return;
  if (window.ws_col < cast.columns || window.ws_row < cast.rows)
    fmt::print(stderr, "The recording is {} columns by {} rows; this terminal is smaller.\n",
               cast.columns, cast.rows);
}

// Where nobody looks (a pipe, a file) nothing is waited for.
void play(const Cast& cast, const ReplayOptions& options) {
  const bool waits = ::isatty(STDOUT_FILENO) == 1;
  TerminalFilter filter;
  double before = options.from;
  for (const CastEvent& event : cast.events) {
    if (event.code != 'o') continue;
    const double pause = std::clamp(event.time - before, 0.0, options.max_idle) / options.speed;
    if (waits && stopped_within(pause)) break;
    before = std::max(before, event.time);
    print(options.raw ? session::restore_bytes(event.text) : filter.filter(event.text));
  }
  if (waits) print(TerminalFilter::reset());
  print("\n");
}

int replay(const Invocation& invocation, const ReplayOptions& options) {
  if (!Uuid::parse(options.id))
    return failed({Errc::invalid_argument, "a session's id is a UUID, not " + options.id});
  const auto text =
      Client(invocation.config)
          .fetch(fmt::format("/sessions/{}/recording?recording={}", options.id, options.recording));
  if (!text) return failed(text.error());
  if (invocation.json) {
    print(*text);
    return kExitOk;
  }
  if (::isatty(STDOUT_FILENO) == 1) {
    const sigset_t signals = stop_signals();
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  }
  const Cast cast = parse_cast(*text);
  say_size(cast);
  play(cast, options);
  return kExitOk;
}

}  // namespace

void add_replay(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<ReplayOptions>();
  auto* command = app.add_subcommand("replay", "play a recorded terminal in this one");
  command->add_option("id", options->id, "the session")->required();
  command->add_option("--recording", options->recording, "which of its terminals, from 0");
  command->add_option("--speed", options->speed, "how many times as fast")
      ->check(CLI::Range(0.1, 1000.0));
  command->add_option("--max-idle", options->max_idle, "silences are cut to so many seconds")
      ->check(CLI::Range(0.0, 3600.0));
  command->add_option("--from", options->from, "what came before this second is shown at once")
      ->check(CLI::Range(0.0, 1e7));
  command->add_flag("--raw", options->raw,
                    "print everything: the recording can then type into your shell");
  command->callback([&invocation, options] {
    invocation.action = [&invocation, options] { return replay(invocation, *options); };
  });
}

}  // namespace decnet::app
