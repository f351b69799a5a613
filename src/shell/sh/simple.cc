// Simple commands: assignments, functions, builtins, programs.
#include <cerrno>
#include <csignal>

#include <fmt/format.h>
#include <unistd.h>

#include "shell/sh/escapes.h"
#include "shell/sh/interpreter.h"
#include "shell/sh/limits.h"

namespace decnet::shell::sh {

Task<int> Interpreter::run_simple(const Node& node) {
  line = node.line;
  end_line = node.end_line;
  co_await process->breathe();
  if (bash() && !in_trap && (trapped(-2) || subshell || running.empty() || from_command))
    co_await before_command(command_text(node));
  std::vector<std::string> words;
  Redirected redirected;
  substitution_status.reset();
  const bool expanded = co_await expand_words(node.words, words, &node);
  if (!expanded) {
    if (flow == Flow::none) co_await check_errors(status);
    co_return status;
  }
  int result = 0;
  if (words.empty()) {
    const bool opened = node.redirects.empty() || co_await open_redirects(node, redirected);
    restore(redirected);
    if (!opened) result = bash() ? 1 : 2;
    for (const Assignment& one : node.assignments) {
      const bool good = co_await assign_and_trace(one);
      if (good) continue;
      result = bash() ? 1 : 2;
      break;
    }
    if (result == 0) result = substitution_status.value_or(0);
  } else {
    const bool opened = node.redirects.empty() || co_await open_redirects(node, redirected);
    if (opened) {
      result = co_await run_words(node, std::move(words), redirected);
    } else {
      restore(redirected);
      result = bash() ? 1 : 2;
      const Builtin* special = builtin(words[0]);
      if (!bash() && special != nullptr && special->special) stop_line();
    }
  }
  for (const int descriptor : substitution_descriptors) (void)process->close(descriptor);
  substitution_descriptors.clear();
  status = result;
  statuses = {result};
  if (node.words.empty()) last_argument.clear();
  co_await check_errors(result);
  co_return result;
}

Task<int> Interpreter::run_words(const Node& node, std::vector<std::string> words,
                                 Redirected& redirected) {
  const bool was_tail = tail;
  std::vector<std::string> shown;
  const auto function = functions->find(words[0]);
  const Builtin* inner = builtin(words[0]);
  const bool is_function =
      function != functions->end() && !(inner != nullptr && inner->special && !bash());
  std::vector<std::pair<std::string, std::optional<Variable>>> before;
  // The assignments before the command; those of `declare x=1` are among its words.
  std::size_t leading = node.assignments.size();
  for (const Word& word : node.words) {
    if (word.assignment >= 0) --leading;
  }
  const bool declaration = leading < node.assignments.size();
  int result = 0;
  bool failed = false;
  {
    for (std::size_t i = 0; i < leading; ++i) {
      const Assignment& one = node.assignments[i];
      const Variable* old = variables.find(one.name);
      before.emplace_back(one.name, old == nullptr ? std::nullopt : std::optional(*old));
      const bool good = co_await assign_node(one);
      if (!good && bash()) {  // Said; the command runs all the same.
        before.pop_back();
        flow = Flow::none;
        continue;
      }
      if (!good) {
        failed = true;
        break;
      }
      variables.make(one.name).exported = true;
      shown.push_back(one.name + "=" + trace_quote(get(one.name)));
    }
  }
  std::vector<const Assignment*> arrays;
  for (std::size_t i = 1; declaration && i < words.size(); ++i) {
    if (!words[i].starts_with('\x01')) continue;
    const auto at = static_cast<std::size_t>(std::atoi(words[i].c_str() + 1));
    if (at >= node.assignments.size()) continue;
    const Assignment& one = node.assignments[at];
    words[i] = one.name;
    if (one.array) {
      arrays.push_back(&one);
      if (words[0] == "readonly" && words.size() > 1 && words[1] != "-a" && words[1] != "-A")
        words.insert(words.begin() + 1, "-a"), ++i;
      continue;
    }
    std::string value;
    const bool good = co_await expand_text(one.value, value);
    failed = failed || !good;
    words[i] += (one.append ? "+=" : "=") + value;
  }
  const bool keep = inner != nullptr && inner->special && !bash() && !is_function;
  if (options.xtrace && !failed) {
    for (std::string& one : shown) {
      if (bash()) co_await trace(one);
    }
    std::string text = trace_words(words);
    if (!bash()) {
      for (std::size_t i = shown.size(); i-- > 0;) text = shown[i] + " " + text;
    }
    co_await trace(std::move(text));
  }
  const std::string last = words.back();
  if (failed) {
    result = 1;
    restore(redirected);
  } else if (is_function || inner != nullptr) {
    redirected.lasting = inner != nullptr && !is_function && words[0] == "exec";
    tail = false;
    apply(redirected);
    if (is_function) {
      const NodePtr body = function->second;
      const auto source = function_sources->find(words[0]);
      sources.push_back(source != function_sources->end() ? source->second : std::string{});
      call_lines.push_back(node.line);
      result = co_await run_function(body, std::move(words));
      call_lines.pop_back();
      sources.pop_back();
    } else {
      result = co_await run_builtin(*inner, words);
      for (const Assignment* one : arrays) {
        if (result == 2) break;
        const bool good = co_await assign_node(*one);
        if (!good) result = 1;
      }
    }
    restore(redirected);
    tail = was_tail;
  } else {
    result = co_await run_external(node, std::move(words), redirected, environment());
  }
  last_argument = last;
  if (!keep) {
    for (auto& [name, value] : before) {
      if (value) {
        variables.make(name) = std::move(*value);
      } else {
        variables.erase(name);
      }
    }
  }
  co_return result;
}

Task<int> Interpreter::run_function(NodePtr body, std::vector<std::string> words) {
  if (nesting >= kCallDepthMax) {  // As where the stack of a genuine one ends.
    count(Limit::call_depth);
    (void)process->kill(process->pid, SIGSEGV);
    co_await process->breathe();
    co_return 139;
  }
  ++nesting;
  ++function_depth;
  const int loops = std::exchange(loop_depth, 0);
  call_names.push_back(words[0]);
  std::vector<std::string> outer = std::move(positional);
  positional.assign(std::make_move_iterator(words.begin() + 1),
                    std::make_move_iterator(words.end()));
  variables.push_scope();
  // Traps that a function does not inherit are out of sight while it runs.
  std::map<int, std::string> hidden;
  for (const int number : {-1, -2, -3}) {
    const auto trap = traps.find(number);
    if (trap == traps.end() || (number == -1 ? options.errtrace : options.functrace)) continue;
    hidden.insert(*trap);
    traps.erase(trap);
  }
  status_before_return = -1;
  if (trapped(-2)) co_await run_trap(-2);
  int result = co_await run(*body);
  if (flow == Flow::give_back) {
    flow = Flow::none;
    result = status;
  }
  if (trapped(-3) && flow == Flow::none) {
    if (status_before_return >= 0) status = status_before_return;
    co_await run_trap(-3);
  }
  for (auto& [number, action] : hidden) traps[number] = std::move(action);
  variables.pop_scope();
  positional = std::move(outer);
  call_names.pop_back();
  loop_depth = loops;
  --function_depth;
  --nesting;
  co_return result;
}

Task<int> Interpreter::run_builtin(const Builtin& found, std::vector<std::string>& words) {
  int result = 0;
  Output refusal;
  if (found.waiting != nullptr && !refuse_options(*this, words, refusal)) {
    result = co_await found.waiting(*this, words);
    co_return result;
  }
  Output output;
  result = refuse_options(*this, words, output) ? 2 : found.plain(*this, words, output);
  if (!bash() && found.special && result == 2 && !output.error.empty()) {
    status = 2;
    stop_line();
  }
  if (!output.error.empty()) {
    std::string text;
    std::string_view rest = output.error;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('\n') + 1, rest.size());
      const std::string_view one = rest.substr(0, end == 0 ? rest.size() : end);
      // A line that begins with \x01 has no name before it.
      text += one.starts_with('\x01') ? std::string(one.substr(1)) : prefix() + std::string(one);
      rest.remove_prefix(one.size());
    }
    const Sys<void> written = co_await process->write(2, text);
    (void)written;
  }
  if (!output.out.empty()) {
    const Sys<void> written = co_await process->write(1, output.out);
    if (!written) {
      {
        const std::string said =
            fmt::format("{}: write error: {}", words[0], sys_error(written.error()));
        co_await complain(said);
      }
      result = 1;
    }
  }
  co_return result;
}

Sys<std::string> Interpreter::find_program(std::string_view name) const {
  if (name.find('/') != std::string_view::npos) return std::string(name);
  if (name.empty()) return sys_fail(ENOENT);
  if (const auto known = hashed.find(name); known != hashed.end()) {
    // What was removed since is looked for anew, but not where `hash -p` named it.
    const std::string whole = process->absolute(known->second);
    if (process->files().stat(whole, process->user) || !hits.contains(name)) return known->second;
  }
  const std::string path = get("PATH");
  std::string_view rest = path;
  int error = ENOENT;
  for (;;) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    std::string candidate(rest.substr(0, end));
    if (candidate.empty()) candidate = ".";
    candidate += '/';
    candidate += name;
    const std::string whole = process->absolute(candidate);
    const Sys<Stat> stat = process->files().stat(whole, process->user);
    if (stat && stat->kind == Kind::regular) {
      if (process->files().access(whole, X_OK, process->user)) return candidate;
      error = EACCES;
    }
    if (end >= rest.size()) break;
    rest.remove_prefix(end + 1);
  }
  return sys_fail(error);
}

Task<int> Interpreter::run_external(const Node& node, std::vector<std::string> words,
                                    Redirected& redirected, Environment extra) {
  const std::string name = words[0];
  const Sys<std::string> found = find_program(name);
  int error = found ? 0 : found.error();
  const bool named_path = name.find('/') != std::string::npos;
  ChildRequest request;
  request.arguments = std::move(words);
  request.environment = std::move(extra);
  request.descriptors = child_descriptors(&redirected);
  const bool in_place = tail && traps.empty();
  int pid = -1;
  if (found) {
    request.path = *found;
    request.environment["_"] = process->absolute(*found);
    if (in_place) {
      ChildRequest last = request;
      const Sys<int> ended = co_await process->execute(std::move(last));
      if (ended) {
        flow = Flow::leave;
        status = *ended;
        traps.clear();
        observed = false;
        co_return *ended;
      }
      error = ended.error();
    } else {
      request.new_group = options.monitor;
      request.foreground = options.monitor;
      const Sys<int> child = process->spawn(request);
      if (child) pid = *child;
      error = child ? 0 : child.error();
    }
  }
  if (pid < 0 && error == ENOEXEC) {
    const std::string head =
        process->files().read(process->absolute(request.path), 0, 80, process->user).value_or("");
    if (!head.starts_with("\x7f"
                          "ELF") &&
        head.find('\0') == std::string::npos) {
      // A script without "#!": this shell runs it itself.
      request.path = bash() ? "/bin/bash" : "/bin/sh";
      request.arguments.insert(request.arguments.begin(), bash() ? "bash" : "sh");
      request.arguments[1] = *found;
      const Sys<int> child = process->spawn(request);
      if (child) pid = *child;
      error = child ? 0 : child.error();
    }
  }
  if (pid < 0) {
    std::string text = name + ": " + std::string(sys_error(error));
    int result = 126;
    if (error == ENOENT) {
      result = 127;
      const bool no_path = get("PATH").empty();
      const std::string shown = bash() ? printable(name) : name;
      text = bash()         ? (named_path || no_path ? shown + ": No such file or directory"
                                                     : shown + ": command not found")
             : name.empty() ? ": Permission denied"
                            : name + ": not found";
      if (bash() && !named_path && found) text = *found + ": No such file or directory";
    } else if (error == ENOEXEC) {
      text = bash() ? "cannot execute binary file: Exec format error" : "Exec format error";
      text = name + ": " + text;
    } else if (error == EACCES && bash()) {
      const Sys<Stat> stat = process->files().stat(process->absolute(request.path), process->user);
      if (stat && stat->kind == Kind::directory) text = name + ": Is a directory";
    } else if (error == EAGAIN) {
      text = bash() ? "fork: retry: Resource temporarily unavailable" : "Cannot fork";
      result = 254;
    } else if (error == E2BIG) {
      text = request.path + ": Argument list too long";
    }
    std::map<int, int> where = request.descriptors;
    const std::string whole = prefix() + text + "\n";
    const int to = where.contains(2) ? where[2] : 2;
    const Sys<void> written = co_await process->write(to, whole);
    (void)written;
    restore(redirected);
    co_return result;
  }
  restore(redirected);
  if (!named_path) {
    hashed[name] = *found;
    ++hits[name];
  }
  Job job;
  job.pids = {pid};
  job.group = options.monitor ? pid : process->group;
  job.text = command_text(node);
  const int result = co_await wait_for_job(job);
  co_return result;
}

Task<int> Interpreter::call(std::vector<std::string> words, bool with_functions) {
  Node node;
  Redirected redirected;
  if (!with_functions) {
    const auto kept = functions;
    functions = std::make_shared<std::map<std::string, NodePtr, std::less<>>>();
    const int result = co_await run_words(node, std::move(words), redirected);
    functions = kept;
    co_return result;
  }
  const int result = co_await run_words(node, std::move(words), redirected);
  co_return result;
}

}  // namespace decnet::shell::sh
