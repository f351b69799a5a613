// watch
#include <algorithm>
#include <csignal>

#include "shell/cmd/groups.h"
#include "shell/cmd/system.h"
#include "shell/cmd/text.h"
#include "shell/terminal.h"

namespace decnet::shell::cmd {
namespace {

constexpr double kDelayLeast = 0.1;                  // Seconds between two pictures.
constexpr std::size_t kWatchedBytesMax = 64 * 1024;  // Of one picture.

// What a command prints, up to a limit.
Task<std::string> output_of(Process& process, std::string command, int& status) {
  std::string text;
  const Sys<std::pair<int, int>> ends = process.pipe();
  if (!ends) co_return text;
  ChildRequest request;
  request.arguments = {"sh", "-c", std::move(command)};
  request.path = "/bin/sh";
  request.environment = process.environment;
  request.descriptors = {{0, 0}, {1, ends->second}, {2, ends->second}};
  const Sys<int> child = process.spawn(std::move(request));
  static_cast<void>(process.close(ends->second));
  while (child) {
    const Sys<std::string> bytes = co_await process.read(ends->first, kPipeBytes);
    if (!bytes || bytes->empty()) break;
    if (text.size() < kWatchedBytesMax) text += *bytes;
  }
  static_cast<void>(process.close(ends->first));
  if (child) {
    const Sys<Ended> ended = co_await process.wait(*child);
    status = ended ? ended->status : 1;
  }
  co_return text;
}

Task<int> watch(Process& process) {
  Io io(process);
  Options options(io, "+bced::ghq:n:ptvwx", {}, "[options] command");
  double interval = 2;
  bool titled = true, until_error = false, until_change = false, stopped = false;
  for (int id = options.next(); id != kNoMore && !stopped; id = options.next()) {
    stopped = id == kStop || id == 'v' || id == 'h';
    if (id == 'v') io.out(version_text(io, "watch"));
    if (id == 'h') io.out(usage_text("watch"));
    if (id == 'n') interval = std::max(kDelayLeast, seconds_of(options.value).value_or(2));
    if (id == 't') titled = false;
    until_error = until_error || id == 'e';
    until_change = until_change || id == 'g';
  }
  std::string command = join(options.operands, " ");
  Terminal* terminal = process.is_terminal(1) ? process.terminal() : nullptr;
  if (!stopped && command.empty()) {
    io.err(usage_text("watch"));
    io.status = 1;
  } else if (!stopped && terminal == nullptr) {
    const std::string kind = io.variable("TERM");
    io.err("Error opening terminal: " + (kind.empty() ? "unknown" : kind) + ".\n");
    io.status = 1;
  } else if (!stopped) {
    process.catch_signal(SIGINT);
    io.out(text_of("\033[?1049h\033[22;0;0t\033[1;%ur\033(B\033[m\033[4l\033[?7h", terminal->rows));
    std::string last;
    bool first = true;
    for (;;) {
      int status = 0;
      const std::string text = co_await output_of(process, command, status);
      const std::size_t wide = terminal->columns;
      std::string picture = "\033[H\033[2J";
      std::size_t room = terminal->rows;
      if (titled) {
        const std::string right =
            hostname_of(io) + ": " + date_text(io.now(), "%a %b %e %H:%M:%S %Y");
        std::string left = "Every " + text_of("%.1f", interval) + "s: " + command;
        if (right.size() + 1 < wide) {
          left.resize(std::min(left.size(), wide - right.size() - 1));
          picture += padded(left, wide - right.size()) + right;
        }
        picture += "\033[3;1H";
        room = room > 2 ? room - 2 : 1;
      }
      std::size_t shown = 0;
      for (const std::string_view line : lines_of(text)) {
        if (shown >= room) break;
        if (shown++ > 0) picture += "\n";
        picture += line.substr(0, wide);
      }
      picture += text_of("\033[%u;%uH", terminal->rows, terminal->columns);
      io.out(picture);
      const Sys<void> wrote = co_await io.flush();
      if (!wrote || (until_error && status != 0) || (until_change && !first && text != last)) break;
      first = false;
      last = text;
      const Duration pause(static_cast<std::int64_t>(std::min(interval, 1e6) * 1e6));
      co_await process.sleep(pause);
      if (process.take_signal() != 0) break;
    }
    io.out(text_of("\033[%u;1H\033[?1049l\033[23;0;0t\r\033[?1l\033>", terminal->rows));
  }
  co_await io.flush();
  co_return io.status;
}

constexpr Command kRows[] = {{"watch", &watch}};

}  // namespace

std::span<const Command> watch_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
