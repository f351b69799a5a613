// Opening redirections, and putting them in place for what runs in this process.
#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>

#include "shell/cmd/fetch.h"
#include "shell/sh/escapes.h"
#include "shell/sh/interpreter.h"

namespace decnet::shell::sh {
namespace {

struct Way {
  int flags;
  int descriptor;
};

Way way_of(Redirect::Kind kind, bool keep_existing) {
  switch (kind) {
    case Redirect::Kind::output:
      return {O_WRONLY | O_CREAT | (keep_existing ? O_EXCL : O_TRUNC), 1};
    case Redirect::Kind::clobber:
    case Redirect::Kind::both:
      return {O_WRONLY | O_CREAT | O_TRUNC, 1};
    case Redirect::Kind::append:
    case Redirect::Kind::both_append:
      return {O_WRONLY | O_CREAT | O_APPEND, 1};
    case Redirect::Kind::read_write:
      return {O_RDWR | O_CREAT, 0};
    default:
      return {O_RDONLY, 0};
  }
}

// bash opens /dev/tcp/host/port itself; a host without a way out waits and gives up.
bool is_network(std::string_view path) {
  return path.starts_with("/dev/tcp/") || path.starts_with("/dev/udp/");
}

}  // namespace

// "/dev/tcp/host/port"
Task<void> Interpreter::connect_in_vain(std::string path) {
  const std::size_t slash = path.find('/', sizeof "/dev/tcp");
  const std::string host = path.substr(9, slash == std::string::npos ? slash : slash - 9);
  const std::string port = slash == std::string::npos ? "0" : path.substr(slash + 1);
  cmd::Io io(*process);
  const cmd::Target to = cmd::target_of(path.substr(5, 3) + "://" + host + ":" + port + "/");
  cmd::report(io, "bash", to, "CONNECT", "");
  const Duration took = co_await cmd::wait_for_nobody(io, to, std::chrono::hours{1});
  (void)took;
  const bool named = !cmd::is_address(host) && !cmd::local(host);
  const std::string why = named              ? "Invalid argument"
                          : cmd::local(host) ? "Connection refused"
                                             : "Connection timed out";
  const std::string first =
      named ? host + ": Temporary failure in name resolution" : "connect: " + why;
  const std::string written = bash() ? "bash: " + first + "\n" : first + "\n";
  const Sys<void> said = co_await process->write(2, written);
  (void)said;
  const std::string second = path + ": " + why;
  co_await complain(second);
}

Task<bool> Interpreter::open_redirects(const Node& node, Redirected& out) {
  const auto current = [&](int descriptor) {
    for (auto it = out.wanted.rbegin(); it != out.wanted.rend(); ++it) {
      if (it->first == descriptor) return it->second;
    }
    return descriptor;
  };
  // Beyond the one that it shall become, or it would be closed with the shell's own. False: EMFILE.
  const auto keep = [&](int opened, int target) {
    const Sys<int> high = process->duplicate(opened, -std::max(kHighDescriptor, target + 1));
    (void)process->close(opened);
    if (!high) return false;
    out.opened.push_back(*high);
    out.wanted.emplace_back(target, *high);
    return true;
  };
  for (const Redirect& one : node.redirects) {
    std::string target;
    if (one.kind == Redirect::Kind::here_document || one.kind == Redirect::Kind::here_string) {
      static const Word nothing;
      const bool good = co_await expand_text(one.body                                  ? *one.body
                                             : one.kind == Redirect::Kind::here_string ? one.target
                                                                                       : nothing,
                                             target);
      if (!good) co_return false;
      if (one.kind == Redirect::Kind::here_string) target += '\n';
      const Sys<std::pair<int, int>> ends = process->pipe();
      if (!ends) co_return false;
      if (target.size() <= kPipeBytes) {
        const Sys<void> written = co_await process->write(ends->second, target);
        (void)written;
      } else {
        const auto text = std::make_shared<std::string>(target);
        const auto writer = [text](Process& own) -> Task<int> {
          const Sys<void> written = co_await own.write(1, *text);
          co_return written ? 0 : 1;
        };
        const std::map<int, int> descriptors = {{1, ends->second}};
        (void)process->fork(writer, descriptors);
      }
      (void)process->close(ends->second);
      if (!keep(ends->first, one.descriptor >= 0 ? one.descriptor : 0)) co_return false;
      continue;
    }
    bool good = true;
    if (bash() && !one.target.quoted() &&
        (one.target.plain() == nullptr ||
         one.target.source.find_first_of("*?[{") != std::string::npos)) {
      // It may be several words, or none.
      const std::vector<Word> words = {one.target};
      std::vector<std::string> fields;
      good = co_await expand_words(words, fields);
      if (good && fields.size() != 1) {
        const std::string said = one.target.source + ": ambiguous redirect";
        co_await complain(said);
        co_return false;
      }
      if (good) target = fields[0];
    } else {
      good = co_await expand_text(one.target, target);
    }
    if (!good) co_return false;
    const Way way = way_of(one.kind, options.noclobber);
    int number = one.descriptor >= 0 ? one.descriptor : way.descriptor;
    bool duplicate =
        one.kind == Redirect::Kind::duplicate_input || one.kind == Redirect::Kind::duplicate_output;
    if (one.kind == Redirect::Kind::duplicate_output && one.descriptor < 0) number = 1;
    bool both = one.kind == Redirect::Kind::both || one.kind == Redirect::Kind::both_append;
    int flags = way.flags;
    if (!one.variable.empty()) {
      number = 10;
      while (process->descriptors().contains(number)) ++number;
      set(one.variable, std::to_string(number));
    }
    if (duplicate) {
      if (target == "-") {
        out.wanted.emplace_back(number, -1);
        continue;
      }
      bool moves = target.size() > 1 && target.ends_with('-');
      const std::string digits = moves ? target.substr(0, target.size() - 1) : target;
      if (!digits.empty() && digits.find_first_not_of("0123456789") == std::string::npos &&
          digits.size() < 5) {
        const int from = current(std::stoi(digits));
        const Sys<int> high =
            from < 0 ? sys_fail(EBADF)
                     : process->duplicate(from, -std::max(kHighDescriptor, number + 1));
        if (!high) {
          {
            const std::string said = digits + ": Bad file descriptor";
            co_await complain(said);
          }
          co_return false;
        }
        out.opened.push_back(*high);
        out.wanted.emplace_back(number, *high);
        if (moves) out.wanted.emplace_back(std::stoi(digits), -1);
        continue;
      }
      if (one.kind == Redirect::Kind::duplicate_input || one.descriptor >= 0 || !bash()) {
        {
          const std::string said =
              bash() ? one.target.source + ": ambiguous redirect" : "Syntax error: Bad fd number";
          co_await complain(said);
          status = 2;
          if (!bash()) stop_line();
        }
        co_return false;
      }
      both = true;
      flags = O_WRONLY | O_CREAT | O_TRUNC;
    }
    if (bash() && is_network(target)) {
      co_await connect_in_vain(target);
      co_return false;
    }
    const Sys<Stat> before = options.noclobber && one.kind == Redirect::Kind::output
                                 ? process->files().stat(process->absolute(target), process->user)
                                 : sys_fail(ENOENT);
    if (before && before->kind != Kind::regular) flags &= ~O_EXCL;
    const Sys<int> opened =
        target.empty() ? Sys<int>(sys_fail(ENOENT)) : process->open(target, flags);
    if (!opened) {
      std::string text(sys_error(opened.error()));
      if (opened.error() == EEXIST && bash()) text = "cannot overwrite existing file";
      if (bash()) {
        {
          const std::string said = printable(target) + ": " + text;
          co_await complain(said);
        }
      } else {
        const bool reads = (flags & O_CREAT) == 0;
        if (opened.error() == ENOENT) text = reads ? "No such file" : "Directory nonexistent";
        if (opened.error() == EEXIST) text = "File exists";
        {
          const std::string said =
              fmt::format("cannot {} {}: {}", reads ? "open" : "create", target, text);
          co_await complain(said);
        }
      }
      co_return false;
    }
    if (!keep(*opened, number)) {
      const std::string said = printable(target) + ": " + std::string(sys_error(EMFILE));
      co_await complain(said);
      co_return false;
    }
    if (both) out.wanted.emplace_back(2, out.wanted.back().second);
  }
  co_return true;
}

void Interpreter::apply(Redirected& redirected) {
  for (const auto& [number, from] : redirected.wanted) {
    if (!redirected.lasting) {
      const Sys<int> saved = process->duplicate(number, -kHighDescriptor);
      redirected.saved.emplace_back(number, saved.value_or(-1));
    }
    if (from < 0) {
      (void)process->close(number);
    } else {
      (void)process->duplicate(from, number);
    }
  }
}

void Interpreter::restore(Redirected& redirected) {
  for (auto it = redirected.saved.rbegin(); it != redirected.saved.rend(); ++it) {
    if (it->second < 0) {
      (void)process->close(it->first);
    } else {
      (void)process->duplicate(it->second, it->first);
      (void)process->close(it->second);
    }
  }
  redirected.saved.clear();
  for (const int high : redirected.opened) (void)process->close(high);
  redirected.opened.clear();
}

}  // namespace decnet::shell::sh
