// Running trees: everything but simple commands.
#include <csignal>

#include <fmt/format.h>

#include "shell/sh/interpreter.h"
#include "shell/sh/pattern.h"
#include "shell/sh/variables.h"

namespace decnet::shell::sh {

namespace {
Task<int> done_with(int status) {
  co_return status;
}
}  // namespace

Task<int> Interpreter::run(const Node& node) {
  if (options.noexec && !interactive) return done_with(status);
  switch (node.kind) {
    case Node::Kind::simple:
      return run_simple(node);
    case Node::Kind::pipeline:
      return node.timed ? run_timed(node) : run_pipeline(node);
    case Node::Kind::and_or:
      return run_and_or(node);
    case Node::Kind::list:
      return run_list(node);
    default:
      return node.redirects.empty() ? run_plain(node) : run_redirected(node);
  }
}

Task<int> Interpreter::run_plain(const Node& node) {
  switch (node.kind) {
    case Node::Kind::subshell:
      return run_subshell(node);
    case Node::Kind::group:
      return run(*node.children[0]);
    case Node::Kind::choice:
      return run_choice(node);
    case Node::Kind::loop:
      return run_loop(node);
    case Node::Kind::choose:
      return run_choosing(node);
    case Node::Kind::counting:
      return run_counting(node);
    case Node::Kind::repetition:
      return run_repetition(node);
    case Node::Kind::selection:
      return run_selection(node);
    case Node::Kind::conditional:
    case Node::Kind::arithmetic:
      return run_conditional(node);
    case Node::Kind::function:
      functions = std::make_shared<std::map<std::string, NodePtr, std::less<>>>(*functions);
      functions->insert_or_assign(node.name, node.children[0]);
      function_sources =
          std::make_shared<std::map<std::string, std::string, std::less<>>>(*function_sources);
      function_sources->insert_or_assign(node.name, !sources.empty() ? sources.back()
                                                    : from_command   ? "environment"
                                                                     : "main");
      status = 0;
      return done_with(0);
    default:
      return done_with(0);
  }
}

Task<int> Interpreter::run_redirected(const Node& node) {
  Redirected redirected;
  const bool opened = co_await open_redirects(node, redirected);
  if (!opened) {
    restore(redirected);
    status = bash() ? 1 : 2;
    co_await check_errors(status);
    co_return status;
  }
  const bool tail_before = tail;
  tail = false;
  apply(redirected);
  const int result = co_await run_plain(node);
  restore(redirected);
  tail = tail_before;
  co_return result;
}

Task<void> Interpreter::check_errors(int result) {
  if (result == 0 || unchecked != 0 || flow != Flow::none || in_trap) co_return;
  if (trapped(-1)) {
    status = result;
    co_await run_trap(-1);
    if (flow != Flow::none) co_return;
  }
  if (options.errexit) flow = Flow::leave;
}

Task<int> Interpreter::run_and_or(const Node& node) {
  const bool tail_before = tail;
  int result = 0;
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    if (i > 0 && (node.operators[i - 1] == '&') != (result == 0)) continue;
    const bool last = i + 1 == node.children.size();
    tail = tail_before && last;
    if (!last) ++unchecked;
    result = co_await run(*node.children[i]);
    if (!last) --unchecked;
    if (flow != Flow::none) break;
  }
  status = result;
  co_return result;
}

Task<int> Interpreter::run_list(const Node& node) {
  const bool tail_before = tail;
  int result = 0;
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    tail = tail_before && i + 1 == node.children.size();
    if (node.operators[i] == '&') {
      result = co_await run_background(node.children[i]);
    } else {
      result = co_await run(*node.children[i]);
    }
    status = result;
    if (flow != Flow::none) break;
    const bool go_on = co_await handle_signals();
    if (!go_on) {
      result = status;
      break;
    }
  }
  tail = tail_before;
  co_return result;
}

Task<int> Interpreter::run_choice(const Node& node) {
  const bool tail_before = tail;
  std::size_t i = 0;
  for (; i + 1 < node.children.size(); i += 2) {
    tail = false;
    ++unchecked;
    const int condition = co_await run(*node.children[i]);
    --unchecked;
    tail = tail_before;
    if (flow != Flow::none) co_return condition;
    if (condition == 0) {
      const int result = co_await run(*node.children[i + 1]);
      co_return result;
    }
  }
  if (i >= node.children.size()) {
    status = 0;
    co_return 0;
  }
  const int result = co_await run(*node.children[i]);
  co_return result;
}

bool Interpreter::after_body() {
  if (flow == Flow::next_round || flow == Flow::stop_loop) {
    const bool leave = flow == Flow::stop_loop || flow_count > 1;
    if (--flow_count <= 0) flow = Flow::none;
    return leave;
  }
  return flow != Flow::none;
}

Task<int> Interpreter::run_loop(const Node& node) {
  std::vector<std::string> words = positional;
  int result = 0;
  if (node.has_in) {
    words.clear();
    const bool expanded = co_await expand_words(node.words, words);
    if (!expanded) co_return status;
  }
  tail = false;
  line = node.line;
  if (!is_name(node.name)) {
    const std::string said = "`" + node.name + "': not a valid identifier";
    co_await complain(said);
    status = 1;
    co_return 1;
  }
  ++loop_depth;
  const bool shown = bash() && (options.xtrace || trapped(-2));
  for (std::string& word : words) {
    if (shown) {
      line = node.line;
      co_await before_command(head_text(node));
      if (options.xtrace) co_await trace(head_text(node));
    }
    if (!set(node.name, std::move(word))) {
      co_await complain(problem);
      result = 1;
      break;
    }
    result = co_await run(*node.children[0]);
    if (after_body()) break;
    const bool go_on = co_await handle_signals();
    if (!go_on) break;
    co_await process->breathe();
  }
  --loop_depth;
  status = result;
  co_return result;
}

Task<int> Interpreter::run_counting(const Node& node) {
  std::string texts[3];
  int result = 0;
  tail = false;
  ++loop_depth;
  for (bool first = true;; first = false) {
    for (int i = first ? 0 : 2; i != -1; i = i == 1 ? -1 : i == 0 || i == 2 ? 1 : -1) {
      const bool expanded = co_await expand_text(node.words[static_cast<std::size_t>(i)], texts[i]);
      if (!expanded) result = 1;
      const bool blank = texts[i].find_first_not_of(" \t\n") == std::string::npos;
      if (!blank && options.xtrace) {
        const std::string shown = "(( " + texts[i] + " ))";
        co_await trace(shown);
      }
      const auto value = calculate(texts[i]);
      if (!value) {
        {
          const std::string said = "((: " + value.error();
          co_await complain(said);
        }
        --loop_depth;
        status = 1;
        co_return 1;
      }
      if (i == 1 && !blank && *value == 0) {
        --loop_depth;
        status = result;
        co_return result;
      }
    }
    result = co_await run(*node.children[0]);
    if (after_body()) break;
    const bool go_on = co_await handle_signals();
    if (!go_on) break;
    co_await process->breathe();
  }
  --loop_depth;
  status = result;
  co_return result;
}

Task<int> Interpreter::run_repetition(const Node& node) {
  int result = 0;
  tail = false;
  ++loop_depth;
  for (;;) {
    ++unchecked;
    const int condition = co_await run(*node.children[0]);
    --unchecked;
    if (flow != Flow::none && after_body()) break;
    if ((condition == 0) == node.negated) break;
    result = co_await run(*node.children[1]);
    if (after_body()) break;
    const bool go_on = co_await handle_signals();
    if (!go_on) break;
    co_await process->breathe();
  }
  --loop_depth;
  status = result;
  co_return result;
}

Task<int> Interpreter::run_selection(const Node& node) {
  std::string subject;
  int result = 0;
  bool falls = false;
  if (bash() && (options.xtrace || trapped(-2))) {
    std::string head = head_text(node);
    while (head.ends_with(' ')) head.pop_back();
    line = node.line;
    co_await before_command(head);
    if (options.xtrace) co_await trace(head);
  }
  const bool expanded = co_await expand_text(node.words[0], subject);
  if (!expanded) co_return status;
  const bool nocase = shopts.contains("nocasematch") && shopts.at("nocasematch");
  for (const CaseItem& item : node.items) {
    bool hit = falls;
    for (const Word& pattern : item.patterns) {
      if (hit) break;
      std::string text;
      const bool good = co_await expand_pattern(pattern, text);
      if (!good) co_return status;
      hit = matches(text, subject, {.extended = bash(), .ignore_case = nocase});
    }
    if (!hit) continue;
    status = 0;
    result = 0;
    if (item.body) result = co_await run(*item.body);
    if (item.end == CaseItem::End::stop || flow != Flow::none) break;
    falls = item.end == CaseItem::End::fall_through;
  }
  status = result;
  co_return result;
}

Task<int> Interpreter::run_timed(const Node& node) {
  const TimePoint begin = process->clock().now();
  const Duration cpu_begin = process->cpu_time();
  Node inner = node;
  inner.timed = false;
  const bool tail_before = tail;
  tail = false;
  int result = 0;
  if (!inner.children.empty()) result = co_await run_pipeline(inner);
  tail = tail_before;
  const auto show = [&](Duration time) {
    const double seconds = static_cast<double>(time.count()) / 1e6;
    if (node.timed_posix) return fmt::format("{:.2f}", seconds);
    return fmt::format("{}m{:.3f}s", static_cast<int>(seconds / 60),
                       seconds - 60 * static_cast<int>(seconds / 60));
  };
  const Duration cpu = process->cpu_time() - cpu_begin;
  const char gap = node.timed_posix ? ' ' : '\t';
  const std::string text =
      fmt::format("{}real{}{}\nuser{}{}\nsys{}{}\n", node.timed_posix ? "" : "\n", gap,
                  show(process->clock().now() - begin), gap, show(cpu * 2 / 3), gap, show(cpu / 3));
  const Sys<void> written = co_await process->write(2, text);
  (void)written;
  co_return result;
}

}  // namespace decnet::shell::sh
