// env, printenv, nohup, nice, setsid, timeout, time, xargs, busybox, sudo
#include <algorithm>
#include <csignal>

#include <fcntl.h>

#include "shell/cmd/groups.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

std::vector<std::string> from(const Io& io, std::size_t at) {
  return std::vector<std::string>(
      io.process.arguments.begin() + static_cast<std::ptrdiff_t>(std::min(at, io.argc())),
      io.process.arguments.end());
}

// Runs what is left of the command line, as exec does.
Task<int> hand_over(Io& io, std::vector<std::string> words) {
  const std::string name = words.empty() ? "" : words.front();
  co_await io.flush();
  const Sys<int> status = co_await run_program(io.process, std::move(words));
  if (status) co_return *status;
  const bool missing = status.error() == ENOENT;
  io.fail(
      io.name() == "nohup" || io.name() == "timeout" || io.name() == "nice" || io.name() == "setsid"
          ? "failed to run command " + quoted(name)
          : quoted(name),
      status.error());
  co_await io.flush();
  co_return missing ? 127 : 126;
}

Task<int> env(Process& process) {
  Io io(process);
  std::size_t at = 1;
  for (; at < io.argc(); ++at) {
    const std::string& word = io.arg(at);
    if (word == "-i" || word == "-" || word == "--ignore-environment") {
      process.environment.clear();
    } else if (word == "-u" && at + 1 < io.argc()) {
      process.environment.erase(io.arg(++at));
    } else if (word.size() > 1 && word[0] == '-') {
      io.misused("invalid option -- '" + word.substr(1, 1) + "'", 125);
      co_await io.flush();
      co_return 125;
    } else if (word.find('=') != std::string::npos) {
      process.environment[word.substr(0, word.find('='))] = word.substr(word.find('=') + 1);
    } else {
      break;
    }
  }
  if (at < io.argc()) {
    std::vector<std::string> rest = from(io, at);
    const int status = co_await hand_over(io, std::move(rest));
    co_return status;
  }
  for (const auto& [name, value] : process.environment) io.out(name + "=" + value + "\n");
  co_await io.flush();
  co_return 0;
}

int printenv(Io& io) {
  if (io.argc() < 2) {
    for (const auto& [name, value] : io.process.environment) io.out(name + "=" + value + "\n");
    return 0;
  }
  for (std::size_t at = 1; at < io.argc(); ++at) {
    const auto found = io.process.environment.find(io.arg(at));
    if (found == io.process.environment.end()) {
      io.status = 1;
    } else {
      io.out(found->second + "\n");
    }
  }
  return io.status;
}

Task<int> nohup(Process& process) {
  Io io(process);
  if (io.argc() < 2) {
    io.misused("missing operand", 125);
    co_await io.flush();
    co_return 125;
  }
  process.ignore(SIGHUP, true);
  if (process.is_terminal(1)) {
    Sys<int> opened = process.open("nohup.out", O_WRONLY | O_CREAT | O_APPEND, 0600);
    std::string shown = "nohup.out";
    if (!opened) {
      shown = process.variable("HOME") + "/nohup.out";
      opened = process.open(shown, O_WRONLY | O_CREAT | O_APPEND, 0600);
    }
    if (opened) {
      io.err(std::string("nohup: ") + (process.is_terminal(0) ? "ignoring input and " : "") +
             "appending output to " + quoted(shown) + "\n");
      co_await io.flush();
      static_cast<void>(process.duplicate(*opened, 1));
      if (process.is_terminal(2)) static_cast<void>(process.duplicate(*opened, 2));
    }
  }
  std::vector<std::string> rest = from(io, 1);
  const int status = co_await hand_over(io, std::move(rest));
  co_return status;
}

Task<int> nice(Process& process) {
  Io io(process);
  std::size_t at = 1;
  while (at < io.argc() && io.arg(at).starts_with("-")) at += io.arg(at) == "-n" ? 2 : 1;
  if (at >= io.argc()) {
    io.out("0\n");
    co_await io.flush();
    co_return 0;
  }
  std::vector<std::string> rest = from(io, at);
  const int status = co_await hand_over(io, std::move(rest));
  co_return status;
}

Task<int> setsid(Process& process) {
  Io io(process);
  std::size_t at = 1;
  bool waits = false;
  for (; at < io.argc() && io.arg(at).starts_with("-"); ++at)
    waits = waits || io.arg(at).find('w') != std::string::npos;
  if (at >= io.argc()) {
    io.misused("no command specified");
    co_await io.flush();
    co_return 1;
  }
  std::vector<std::string> rest = from(io, at);
  const int status = co_await hand_over(io, std::move(rest));
  co_return status;
}

Task<int> timeout(Process& process) {
  Io io(process);
  std::size_t at = 1;
  int signal = SIGTERM;
  for (; at < io.argc() && io.arg(at).starts_with("-"); ++at) {
    if ((io.arg(at) == "-s" || io.arg(at) == "-k") && at + 1 < io.argc()) {
      if (io.arg(at) == "-s" && (io.arg(at + 1) == "9" || io.arg(at + 1).ends_with("KILL")))
        signal = SIGKILL;
      ++at;
    }
  }
  const auto limit = at < io.argc() ? seconds_of(io.arg(at)) : std::nullopt;
  if (at + 1 >= io.argc() || !limit) {
    if (at + 1 < io.argc()) io.fail("invalid time interval " + quoted(io.arg(at)));
    io.err("Try 'timeout --help' for more information.\n");
    co_await io.flush();
    co_return 125;
  }
  const std::string name = io.arg(at + 1);
  ChildRequest request;
  const Sys<std::string> path = find_program(process, name);
  request.arguments = from(io, at + 1);
  request.path = path.value_or("");
  request.environment = process.environment;
  request.descriptors = {{0, 0}, {1, 1}, {2, 2}};
  const Sys<int> child =
      path ? process.spawn(std::move(request)) : Sys<int>(sys_fail(path.error()));
  if (!child) {
    io.fail("failed to run command " + quoted(name), child.error());
    co_await io.flush();
    co_return child.error() == ENOENT ? 127 : 126;
  }
  const TimePoint until =
      io.now() +
      Duration(static_cast<std::int64_t>(std::min(*limit == 0 ? 1e9 : *limit, 1e9) * 1e6));
  bool killed = false;
  Duration pause{10'000};
  for (;;) {
    const std::optional<Ended> ended = process.poll_child(*child);
    if (ended) co_return killed ? (signal == SIGKILL ? 137 : 124) : ended->status;
    const Duration left = until - io.now();
    if (left <= Duration{} && !killed) {
      static_cast<void>(process.kill(*child, signal));
      killed = true;
    }
    if (killed) break;
    const Duration turn = std::min(pause, left);
    co_await process.sleep(turn);
    pause = std::min(pause * 2, Duration{500'000});
  }
  const Sys<Ended> ended = co_await process.wait(*child);
  static_cast<void>(ended);
  co_return signal == SIGKILL ? 137 : 124;
}

struct XargsOptions {
  std::uint64_t most = 5'000;
  std::string replace;
  char between = 0;
  bool separated = false, lines = false, no_empty = false, show = false;
  std::vector<std::string> words;
};

bool read_xargs(Io& io, XargsOptions& xargs) {
  static constexpr Long kLongs[] = {{"null", '0'},           {"max-args", 'n', ':'},
                                    {"replace", 'I', '?'},   {"no-run-if-empty", 'r'},
                                    {"delimiter", 'd', ':'}, {"verbose", 't'},
                                    {"max-procs", 'P', ':'}, {"max-lines", 'L', ':'}};
  Options options(io, "+0a:d:E:I:i::L:l::n:prs:tP:x", kLongs,
                  "[OPTION]... COMMAND [INITIAL-ARGS]...");
  for (int id = options.next(); id != kNoMore; id = options.next()) {
    if (id == kStop) return false;
    if (id == '0') xargs.separated = true;
    if (id == 'd') {
      bool ended = false;
      const std::string one = unescaped(options.value, ended, false);
      xargs.between = one.empty() ? '\0' : one[0];
      xargs.separated = true;
    }
    if (id == 'n' || id == 'L') {
      const auto most = number_of(options.value);
      if (!most || *most == 0) {
        io.fail("invalid number \"" + options.value + "\" for -n option");
        return false;
      }
      xargs.most = std::min<std::uint64_t>(*most, 5'000);
      xargs.lines = id == 'L';
    }
    if (id == 'I' || id == 'i') xargs.replace = options.value.empty() ? "{}" : options.value;
    xargs.no_empty = xargs.no_empty || id == 'r';
    xargs.show = xargs.show || id == 't';
  }
  xargs.words = options.operands;
  if (xargs.words.empty()) xargs.words = {"echo"};
  return true;
}

std::vector<std::string> xargs_items(Io& io, const XargsOptions& xargs, std::string_view text,
                                     bool& bad) {
  std::vector<std::string> items;
  if (xargs.separated) {
    items = split(text, xargs.between);
    if (!items.empty() && items.back().empty()) items.pop_back();
    return items;
  }
  if (!xargs.replace.empty()) {
    for (std::string_view line : lines_of(text)) {
      while (!line.empty() && (line[0] == ' ' || line[0] == '\t')) line.remove_prefix(1);
      if (!line.empty()) items.emplace_back(line);
    }
    return items;
  }
  std::string word;
  bool in_word = false;
  char quote = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char byte = text[at];
    if (quote != 0) {
      if (byte == quote)
        quote = 0;
      else
        word += byte;
    } else if (byte == '\'' || byte == '"') {
      quote = byte;
      in_word = true;
    } else if (byte == '\\' && at + 1 < text.size()) {
      word += text[++at];
      in_word = true;
    } else if (byte == ' ' || byte == '\t' || byte == '\n') {
      if (in_word) items.push_back(std::move(word));
      word.clear();
      in_word = false;
    } else {
      word += byte;
      in_word = true;
    }
  }
  if (quote != 0) {
    io.fail(std::string("unmatched ") + (quote == '"' ? "double" : "single") +
            " quote; by default quotes are special to xargs unless you use the -0 option");
    bad = true;
  }
  if (in_word) items.push_back(std::move(word));
  return items;
}

Task<int> xargs(Process& process) {
  Io io(process);
  XargsOptions options;
  bool bad = !read_xargs(io, options);
  std::string text;
  while (!bad) {
    const Sys<std::string> bytes = co_await process.read(0, kPipeBytes);
    if (!bytes || bytes->empty() || text.size() > kGatheredBytesMax) break;
    text += *bytes;
    co_await process.breathe(4);
  }
  std::vector<std::string> items;
  if (!bad) items = xargs_items(io, options, text, bad);
  if (bad) {
    co_await io.flush();
    co_return 1;
  }
  int status = 0;
  std::size_t at = 0;
  bool first = true;
  while (at < items.size() || (first && !options.no_empty && options.replace.empty())) {
    first = false;
    std::vector<std::string> words = options.words;
    if (!options.replace.empty()) {
      for (std::string& word : words) {
        for (std::size_t found = word.find(options.replace); found != std::string::npos;
             found = word.find(options.replace, found + items[at].size())) {
          word.replace(found, options.replace.size(), items[at]);
        }
      }
      ++at;
    } else {
      for (std::uint64_t count = 0; count < options.most && at < items.size(); ++count)
        words.push_back(items[at++]);
    }
    if (options.show) io.err(join(words, " ") + "\n");
    co_await io.flush();
    const std::string name = words.front();
    const Sys<int> ended = co_await run_program(process, std::move(words));
    if (!ended) {
      io.fail(name, ended.error());
      co_await io.flush();
      co_return ended.error() == ENOENT ? 127 : 126;
    }
    if (*ended == 255) {
      io.fail(name + ": exited with status 255; aborting");
      co_await io.flush();
      co_return 124;
    }
    if (*ended != 0) status = 123;
  }
  co_return status;
}

constexpr Command kRows[] = {
    {"env", &env},       {"printenv", &plain<printenv>}, {"nohup", &nohup}, {"nice", &nice},
    {"setsid", &setsid}, {"timeout", &timeout},          {"xargs", &xargs}, {"ionice", &nice}};

}  // namespace

std::span<const Command> launch_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
