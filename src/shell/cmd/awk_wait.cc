// The part of a running awk program that waits.
#include <cmath>

#include "shell/cmd/awk_run.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {

using Kind = AwkNode::Kind;

// Waits for what must be waited for below a node. Places (fields, elements) are no values: what
// stands in their brackets is waited for.
Task<std::vector<const AwkNode*>> AwkMachine::await_parts(Io& io, const AwkNode& node) {
  std::vector<const AwkNode*> open = {&node};
  std::vector<std::pair<const AwkNode*, AwkValue>> values;
  while (!open.empty()) {
    const AwkNode* one = open.back();
    open.pop_back();
    std::vector<const AwkNode*> inner;
    for (const AwkTree& part : one->parts) {
      if (part == nullptr || !part->waits) continue;
      if (part->kind == Kind::field || part->kind == Kind::element || part->kind == Kind::block) {
        inner.push_back(part.get());
        continue;
      }
      AwkValue waited = co_await await_value(io, *part);
      values.emplace_back(part.get(), std::move(waited));
    }
    open.insert(open.end(), inner.rbegin(), inner.rend());
  }
  std::vector<const AwkNode*> known;
  for (auto& [part, waited] : values) {
    known_[part] = std::move(waited);
    known.push_back(part);
  }
  co_return known;
}

void AwkMachine::forget(const std::vector<const AwkNode*>& parts) {
  for (const AwkNode* part : parts) known_.erase(part);
}

Task<AwkValue> AwkMachine::await_value(Io& io, const AwkNode& node) {
  if (!node.waits) co_return value(io, node);
  if (!step(io)) co_return AwkValue{};
  switch (node.kind) {
    case Kind::getline: {
      AwkValue got = co_await await_getline(io, node);
      co_return got;
    }
    case Kind::both:
    case Kind::either: {
      const AwkValue left = co_await await_value(io, *node.parts[0]);
      const bool first = as_truth(left);
      if (first != (node.kind == Kind::both)) co_return number(first ? 1 : 0);
      const AwkValue right = co_await await_value(io, *node.parts[1]);
      co_return number(as_truth(right) ? 1 : 0);
    }
    case Kind::ternary: {
      const AwkValue test = co_await await_value(io, *node.parts[0]);
      AwkValue chosen = co_await await_value(io, *node.parts[as_truth(test) ? 1 : 2]);
      co_return chosen;
    }
    case Kind::call: {
      const auto found = program_.functions.find(node.text);
      if (found != program_.functions.end() && found->second.body->waits) {
        AwkValue result = co_await await_function(io, node, found->second);
        co_return result;
      }
      if (node.text == "system" || node.text == "close" || node.text == "fflush") {
        AwkValue result = co_await await_call(io, node);
        co_return result;
      }
      break;
    }
    default:
      break;
  }
  const std::vector<const AwkNode*> waited = co_await await_parts(io, node);
  AwkValue result = value(io, node);
  forget(waited);
  co_return result;
}

Task<AwkValue> AwkMachine::await_call(Io& io, const AwkNode& node) {
  std::string text;
  if (!node.parts.empty()) {
    const AwkValue given = co_await await_value(io, *node.parts[0]);
    text = as_text(given);
  }
  if (node.text == "fflush") {
    co_await flush_all(io);
    co_return number(0);
  }
  int result = 0;
  if (node.text == "close")
    result = co_await close(io, text);
  else
    result = co_await system(io, text);
  co_return number(result);
}

Task<AwkValue> AwkMachine::await_function(Io& io, const AwkNode& node,
                                          const AwkFunction& function) {
  if (too_deep(io)) co_return AwkValue{};
  Frame frame;
  const std::string own = "\001" + std::to_string(++calls_) + ":";
  for (std::size_t at = 0; at < function.parameters.size(); ++at) {
    const std::string& name = function.parameters[at];
    const AwkNode* given = at < node.parts.size() ? node.parts[at].get() : nullptr;
    const std::string place = parameter_place(given, own + name);
    frame.names[name] = place;
    if (given == nullptr || place != own + name) continue;
    AwkValue value = co_await await_value(io, *given);
    variables_[place] = std::move(value);
  }
  frames_.push_back(std::move(frame));
  const AwkFlow flow = co_await await_run(io, *function.body);
  if (flow == AwkFlow::exit) ended_ = true;
  AwkValue result = leave(function, own);
  if (steps_since_ > kAwkStepsPerBreath) co_await breathe(io);
  co_return result;
}

Task<AwkFlow> AwkMachine::await_loop(Io& io, const AwkNode& node) {
  bool first = node.text == "do";
  while (!ended_) {
    if (!first) {
      const AwkNode& test = *node.parts[0];
      AwkValue met;
      if (test.waits)
        met = co_await await_value(io, test);
      else
        met = value(io, test);
      if (!as_truth(met)) break;
    }
    first = false;
    if (!step(io)) co_return AwkFlow::exit;
    const AwkNode& body = *node.parts[1];
    AwkFlow flow = AwkFlow::on;
    if (body.waits)
      flow = co_await await_run(io, body);
    else
      flow = run(io, body);
    if (flow == AwkFlow::breaks) break;
    if (flow != AwkFlow::on && flow != AwkFlow::continues) co_return flow;
    const AwkNode* last = node.parts.size() > 2 ? node.parts[2].get() : nullptr;
    if (last != nullptr && last->waits) co_await await_run(io, *last);
    if (last != nullptr && !last->waits) run(io, *last);
    if (steps_since_ > kAwkStepsPerBreath) co_await breathe(io);
  }
  co_return ended_ ? AwkFlow::exit : AwkFlow::on;
}

Task<AwkFlow> AwkMachine::await_each(Io& io, const AwkNode& node) {
  std::vector<std::string> keys;
  for (const auto& [name, cell] : array(node.parts[0]->text)) keys.push_back(name);
  for (const std::string& name : keys) {
    if (!step(io)) co_return AwkFlow::exit;
    variables_[resolved(node.text)] = input(name);
    const AwkNode& body = *node.parts[1];
    AwkFlow flow = AwkFlow::on;
    if (body.waits)
      flow = co_await await_run(io, body);
    else
      flow = run(io, body);
    if (flow == AwkFlow::breaks) break;
    if (flow != AwkFlow::on && flow != AwkFlow::continues) co_return flow;
    if (steps_since_ > kAwkStepsPerBreath) co_await breathe(io);
  }
  co_return AwkFlow::on;
}

Task<AwkFlow> AwkMachine::await_run(Io& io, const AwkNode& node) {
  if (!node.waits) co_return run(io, node);
  if (ended_ || !step(io)) co_return AwkFlow::exit;
  switch (node.kind) {
    case Kind::block:
      for (const AwkTree& part : node.parts) {
        AwkFlow flow = AwkFlow::on;
        if (part->waits)
          flow = co_await await_run(io, *part);
        else
          flow = run(io, *part);
        if (flow != AwkFlow::on) co_return flow;
      }
      co_return AwkFlow::on;
    case Kind::if_else: {
      const AwkValue test = co_await await_value(io, *node.parts[0]);
      if (ended_) co_return AwkFlow::exit;
      const bool yes = as_truth(test);
      if (!yes && node.parts.size() < 3) co_return AwkFlow::on;
      const AwkFlow flow = co_await await_run(io, *node.parts[yes ? 1 : 2]);
      co_return flow;
    }
    case Kind::loop: {
      const AwkFlow flow = co_await await_loop(io, node);
      co_return flow;
    }
    case Kind::for_in: {
      const AwkFlow flow = co_await await_each(io, node);
      co_return flow;
    }
    case Kind::print:
    case Kind::exit:
    case Kind::returns:
    case Kind::remove: {
      const std::vector<const AwkNode*> waited = co_await await_parts(io, node);
      const AwkFlow flow = ended_ ? AwkFlow::exit : run(io, node);
      forget(waited);
      if (!piped_.empty()) {
        std::string command = std::exchange(piped_to_, {});
        std::string text = std::exchange(piped_, {});
        co_await write_pipe(io, std::move(command), std::move(text));
      }
      if (io.pending() > kPipeBytes) co_await breathe(io);
      co_return flow;
    }
    default: {
      const AwkValue ignored = co_await await_value(io, node);
      static_cast<void>(ignored);
      co_return ended_ ? AwkFlow::exit : AwkFlow::on;
    }
  }
}

Task<bool> AwkMachine::pattern_met(Io& io, AwkRule& rule) {
  if (rule.pattern == nullptr) co_return true;
  if (rule.until == nullptr || !rule.inside) {
    const AwkValue met = co_await await_value(io, *rule.pattern);
    if (!as_truth(met)) co_return false;
  }
  if (rule.until != nullptr) {
    const AwkValue last = co_await await_value(io, *rule.until);
    rule.inside = !as_truth(last);
  }
  co_return true;
}

Task<void> AwkMachine::rules(Io& io, AwkRule::When when) {
  for (AwkRule& rule : program_.rules) {
    if (ended_) co_return;
    if (rule.when != when) continue;
    if (rule.pattern != nullptr) {
      // Without a coroutine where it can be: this is done for each record.
      if (rule.until == nullptr && !rule.pattern->waits) {
        if (!as_truth(value(io, *rule.pattern))) continue;
      } else {
        const bool met = co_await pattern_met(io, rule);
        if (!met) continue;
      }
      if (ended_) co_return;
    }
    AwkFlow flow = AwkFlow::on;
    if (rule.action == nullptr)
      io.out(record_ + text_of_variable("ORS"));
    else if (rule.action->waits)
      flow = co_await await_run(io, *rule.action);
    else
      flow = run(io, *rule.action);
    if (flow == AwkFlow::exit) ended_ = true;
    if (flow == AwkFlow::next) co_return;
  }
}

Task<void> AwkMachine::run_all(Io& io, std::vector<std::string> operands) {
  operands_.assign(operands.begin(), operands.end());
  co_await rules(io, AwkRule::When::begin);
  std::uint32_t count = 0;
  std::string line;
  while (!ended_ && has_records()) {
    if (main_ == nullptr || !cut_line(*main_, line)) {
      const int got = co_await next_record(io, line);
      if (got != 1) break;
    }
    ++nr_;
    ++file_nr_;
    set_record(std::move(line));
    co_await rules(io, AwkRule::When::record);
    if (++count % 64 == 0 || steps_since_ > kAwkStepsPerBreath) co_await breathe(io);
  }
  const bool broken = steps_ > kAwkStepsMax || status == 2;
  if (!broken) {
    ended_ = false;
    co_await rules(io, AwkRule::When::end);
  }
  co_await close_all(io);
}

}  // namespace decnet::shell::cmd
