// $( ), `…`, <( ).
#include <cerrno>

#include "shell/sh/expander.h"
#include "shell/sh/typed_line.h"

namespace decnet::shell::sh {

Task<bool> Expander::substitute(const Part& part, std::string& out) {
  Process& process = *shell_.process;
  if (!part.bad.empty()) {  // Of backquotes: it does not parse.
    Parser parser(part.bad, {.flavour = shell_.flavour});
    Parsed parsed = parser.next();
    while (parsed.kind == Parsed::Kind::command || parsed.kind == Parsed::Kind::nothing)
      parsed = parser.next();
    const bool kept = std::exchange(shell_.in_backquote, true);
    co_await tell_syntax(shell_, parsed, part.bad);
    shell_.in_backquote = kept;
    shell_.substitution_status = 2;
    co_return true;
  }
  if (!part.commands) {
    shell_.substitution_status = 0;
    co_return true;
  }
  if (const Node& node = *part.commands;
      shell_.flavour != Flavour::dash && node.kind == Node::Kind::simple && node.words.empty() &&
      node.assignments.empty() && node.redirects.size() == 1 && node.redirects[0].descriptor <= 0 &&
      node.redirects[0].kind == Redirect::Kind::input) {  // $(< file)
    const bool good = co_await read_whole(node, out);
    co_return good;
  }
  const Sys<std::pair<int, int>> made = process.pipe();
  if (!made) {
    co_await shell_.complain("cannot make pipe for command substitution: Too many open files");
    shell_.status = 1;
    co_return false;
  }
  const int from = process.duplicate(made->first, -kHighDescriptor).value_or(-1);
  std::map<int, int> descriptors = shell_.child_descriptors();
  descriptors[1] = made->second;
  if (made->second != 1 && made->second != 0) descriptors.erase(made->second);
  descriptors.erase(made->first);
  int error = 0;
  ++shell_.trace_depth;
  const bool kept_errexit = shell_.options.errexit;
  const bool inherits =
      shell_.shopts.contains("inherit_errexit") && shell_.shopts.at("inherit_errexit");
  if (shell_.bash() && !inherits && !shell_.options.posix) shell_.options.errexit = false;
  const int pid = shell_.fork_node(part.commands, descriptors, &error);
  shell_.options.errexit = kept_errexit;
  --shell_.trace_depth;
  (void)process.close(made->first);
  (void)process.close(made->second);
  if (pid < 0) {
    (void)process.close(from);
    {
      const std::string said =
          shell_.bash() ? "fork: retry: Resource temporarily unavailable" : "Cannot fork";
      co_await shell_.complain(said);
    }
    shell_.status = 254;
    co_return false;
  }
  for (;;) {
    const Sys<std::string> bytes = co_await process.read(from, kPipeBytes);
    if (!bytes && bytes.error() == EINTR) {
      const bool go_on = co_await shell_.handle_signals();
      if (!go_on) break;
      continue;
    }
    if (!bytes || bytes->empty() || out.size() > kExpansionBytesMax) break;
    out += *bytes;
  }
  (void)process.close(from);
  for (;;) {
    const Sys<Ended> ended = co_await process.wait(pid);
    if (!ended && ended.error() == EINTR) {
      const bool go_on = co_await shell_.handle_signals();
      if (go_on) continue;
    }
    shell_.substitution_status = ended ? ended->status : 0;
    shell_.status = *shell_.substitution_status;
    if (ended && ended->signal == 2 && shell_.interactive) {
      shell_.flow = Flow::line;
      co_return false;
    }
    break;
  }
  if (std::erase(out, '\0') > 0 && shell_.bash())
    co_await shell_.complain("warning: command substitution: ignored null byte in input");
  while (out.ends_with('\n')) out.pop_back();
  co_return true;
}

Task<bool> Expander::read_whole(const Node& node, std::string& out) {
  Process& process = *shell_.process;
  Redirected redirected;
  const bool opened = co_await shell_.open_redirects(node, redirected);
  shell_.substitution_status = opened ? 0 : 1;
  while (opened && out.size() <= kExpansionBytesMax && !redirected.wanted.empty()) {
    const Sys<std::string> bytes = co_await process.read(redirected.wanted[0].second, kPipeBytes);
    if (!bytes || bytes->empty()) break;
    out += *bytes;
  }
  shell_.restore(redirected);
  std::erase(out, '\0');
  while (out.ends_with('\n')) out.pop_back();
  co_return true;
}

Task<bool> Expander::process_substitution(const Part& part) {
  Process& process = *shell_.process;
  const Sys<std::pair<int, int>> made = process.pipe();
  if (!made) co_return false;
  const bool reads = part.kind == Part::Kind::input;
  std::map<int, int> descriptors = shell_.child_descriptors();
  descriptors.erase(made->first);
  descriptors.erase(made->second);
  descriptors[reads ? 1 : 0] = reads ? made->second : made->first;
  int error = 0;
  const int pid = shell_.fork_node(part.commands, descriptors, &error);
  int number = 63;
  while (number > 10 && process.descriptors().contains(number)) --number;
  (void)process.duplicate(reads ? made->first : made->second, number);
  (void)process.close(made->first);
  (void)process.close(made->second);
  shell_.substitution_descriptors.push_back(number);
  if (pid > 0) shell_.last_background = pid;
  put("/dev/fd/" + std::to_string(number), true);
  co_return pid > 0;
}

}  // namespace decnet::shell::sh
