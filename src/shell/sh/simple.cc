// Simple commands: assignments, functions, builtins, programs.
#include <cerrno>
#include <csignal>

#include <fmt/format.h>
#include <unistd.h>

#include "shell/sh/escapes.h"
#include "shell/sh/interpreter.h"

namespace decnet::shell::sh {

Task<void> Interpreter::trace(const std::vector<std::string>& words,
                              const std::vector<std::string>& before) {
  std::string text = lookup("PS4").value_or("+ ");
  for (const std::string& one : before) text += one + " ";
  for (const std::string& word : words) text += (bash() ? shell_quote(word) : word) + " ";
  if (text.ends_with(' ')) text.pop_back();
  text += '\n';
  const Sys<void> written = co_await process->write(2, text);
  (void)written;
}

Task<int> Interpreter::run_simple(const Node& node) {
  line = node.line;
  co_await process->breathe();
  std::vector<std::string> words;
  Redirected redirected;
  substitution_status.reset();
  const bool expanded = co_await expand_words(node.words, words, &node);
  if (!expanded) {
    check_errors(status);
    co_return status;
  }
  int result = 0;
  if (words.empty()) {
    const bool opened = node.redirects.empty() || co_await open_redirects(node, redirected);
    restore(redirected);
    if (!opened) result = bash() ? 1 : 2;
    for (const Assignment& one : node.assignments) {
      const bool good = co_await assign_node(one);
      if (!good) {
        result = bash() ? 1 : 2;
        break;
      }
      if (options.xtrace) {
        const std::vector<std::string> shown = {one.name + (one.append ? "+=" : "=") +
                                                (one.array ? "(...)" : shell_quote(get(one.name)))};
        co_await trace({}, shown);
      }
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
  check_errors(result);
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
  const bool declaration = node.assignments.size() > 0 && node.words.size() > 0 &&
                           inner != nullptr &&
                           (words[0] == "export" || words[0] == "declare" || words[0] == "local" ||
                            words[0] == "readonly" || words[0] == "typeset");
  int result = 0;
  bool failed = false;
  if (!declaration) {
    for (const Assignment& one : node.assignments) {
      const Variable* old = variables.find(one.name);
      before.emplace_back(one.name, old == nullptr ? std::nullopt : std::optional(*old));
      const bool good = co_await assign_node(one);
      if (!good) {
        failed = true;
        break;
      }
      variables.make(one.name).exported = true;
      shown.push_back(one.name + "=" + shell_quote(get(one.name)));
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
      continue;
    }
    std::string value;
    const bool good = co_await expand_text(one.value, value);
    failed = failed || !good;
    words[i] += (one.append ? "+=" : "=") + value;
  }
  const bool keep = inner != nullptr && inner->special && !bash() && !is_function;
  if (options.xtrace && !failed) co_await trace(words, shown);
  if (failed) {
    result = 1;
    restore(redirected);
  } else if (is_function || inner != nullptr) {
    redirected.lasting = inner != nullptr && !is_function && words[0] == "exec";
    tail = false;
    apply(redirected);
    if (is_function) {
      const NodePtr body = function->second;
      result = co_await run_function(body, std::move(words));
    } else {
      result = co_await run_builtin(*inner, words);
      for (const Assignment* one : arrays) {
        const bool good = co_await assign_node(*one);
        if (!good) result = 1;
      }
    }
    restore(redirected);
    tail = was_tail;
  } else {
    result = co_await run_external(node, std::move(words), redirected, environment());
  }
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
  int result = co_await run(*body);
  if (flow == Flow::give_back) {
    flow = Flow::none;
    result = status;
  }
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
  if (found.waiting != nullptr) {
    result = co_await found.waiting(*this, words);
    co_return result;
  }
  Output output;
  result = found.plain(*this, words, output);
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

const Builtin* Interpreter::builtin(std::string_view name) const {
  static const std::map<std::string, Builtin, std::less<>> table = [] {
    std::map<std::string, Builtin, std::less<>> all;
    for (const auto& group : {basic_builtins(), variable_builtins(), flow_builtins(),
                              job_builtins(), option_builtins(), input_builtins()}) {
      for (const Builtin& one : group) all.emplace(std::string(one.name), one);
    }
    return all;
  }();
  const auto found = table.find(name);
  if (found == table.end() || (found->second.bash_only && !bash())) return nullptr;
  return &found->second;
}

Sys<std::string> Interpreter::find_program(std::string_view name) const {
  if (name.find('/') != std::string_view::npos) return std::string(name);
  if (name.empty()) return sys_fail(ENOENT);
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
  if (pid >= 0) restore(redirected);
  if (pid < 0) {
    std::string text = name + ": " + std::string(sys_error(error));
    int result = 126;
    if (error == ENOENT) {
      result = 127;
      text = bash() ? (named_path ? name + ": No such file or directory"
                                  : name + ": command not found")
                    : name + ": not found";
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
  Job job;
  job.pids = {pid};
  job.group = options.monitor ? pid : process->group;
  job.text = node.source;
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
