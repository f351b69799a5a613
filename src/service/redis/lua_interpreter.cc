// Statements, calls and errors. Expressions: lua_expressions.cc.
#include "service/redis/lua_interpreter.h"

#include <cmath>
#include <utility>

namespace decnet::service::redis::lua {

// Counts how deep the walk is; too deep is an error.
class Interpreter::Depth {
 public:
  explicit Depth(Interpreter& machine) : machine_(machine) { ++machine_.depth_; }
  ~Depth() { --machine_.depth_; }
  Depth(const Depth&) = delete;
  Depth& operator=(const Depth&) = delete;
  bool ok() const { return machine_.depth_ <= kDepthMax; }

 private:
  Interpreter& machine_;
};

Interpreter::Interpreter() {
  globals = heap.table();
  open_base(*this);
  open_table(*this);
  open_string(*this);
  open_coroutine(*this);
  open_packing(*this);
  open_json(*this);
}

Value Interpreter::string(std::string text) {
  return Value(heap.string(std::move(text)));
}

Value Interpreter::native(std::string_view name, Native function, void* context) {
  Callable* callable = heap.callable();
  callable->native = function;
  callable->context = context;
  callable->name = name;
  return Value(callable);
}

std::string Interpreter::where(int level) const {
  // Level 1 is the code that runs, or that called the native function which runs.
  const Function* function = current_;
  int line = line_;
  for (int n = 1; n < level; ++n) {
    const std::size_t index = callers_.size() - static_cast<std::size_t>(n);
    if (static_cast<std::size_t>(n) > callers_.size()) return {};
    function = callers_[index].first;
    line = callers_[index].second;
  }
  if (function == nullptr) return {};
  return *function->chunk_name + ":" + std::to_string(line) + ": ";
}

bool Interpreter::fail_value(const Value& error) {
  error_ = error;
  error_line_ = line_;
  return false;
}

bool Interpreter::fail(std::string_view message) {
  return fail_value(string(where(1) + std::string(message)));
}

bool Interpreter::fail_argument(std::size_t number, std::string_view why) {
  return fail("bad argument #" + std::to_string(number) + " to '" + called_name + "' (" +
              std::string(why) + ")");
}

bool Interpreter::fail_type(std::size_t number, std::string_view expected, const Values& args) {
  const std::string got(number <= args.size() ? to_string(args[number - 1].type()) : "no value");
  return fail_argument(number, std::string(expected) + " expected, got " + got);
}

Value Interpreter::take_error() {
  return std::exchange(error_, Value());
}

bool Interpreter::step(std::uint64_t count) {
  steps_ += count;
  if (steps_ <= kStepsMax) return check_memory();
  endless_ = true;
  return false;
}

bool Interpreter::check_memory() {
  if (!heap.is_full()) return true;
  return fail_value(Value(heap.string("not enough memory")));
}

bool Interpreter::call(const Value& function, Values args, Values& results) {
  const Depth depth(*this);
  if (!depth.ok()) return fail("stack overflow");
  if (!step()) return false;
  Value target = function;
  if (!target.is_function()) {
    target = metamethod(function, "__call");
    if (!target.is_function())
      return fail("attempt to call a " + std::string(to_string(function.type())) + " value");
    args.insert(args.begin(), function);
  }
  const Callable& callable = *target.function();
  if (callable.native == nullptr) return call_source(callable, args, results);
  const std::string outer = std::exchange(called_name, callable.name);
  const bool worked = callable.native(*this, callable.context, args, results);
  called_name = outer;
  return worked;
}

bool Interpreter::call_source(const Callable& callable, Values& args, Values& results) {
  const Function& function = *callable.source;
  Frame frame;
  frame.function = &function;
  frame.closure = &callable;
  frame.slots.resize(function.slots);
  if (!step(function.slots / 8)) return false;
  for (std::size_t n = 0; n < function.parameters.size(); ++n) {
    declare(frame, *function.parameters[n], n < args.size() ? args[n] : Value());
  }
  if (function.is_vararg && args.size() > function.parameters.size()) {
    frame.varargs.assign(args.begin() + static_cast<std::ptrdiff_t>(function.parameters.size()),
                         args.end());
  }
  callers_.emplace_back(current_, line_);
  current_ = &function;
  const Flow flow = block(frame, function.body);
  current_ = callers_.back().first;
  line_ = callers_.back().second;
  callers_.pop_back();
  if (flow == Flow::failed) return false;
  results = std::move(frame.results);
  return true;
}

bool Interpreter::run(const Chunk& chunk, const Values& args, Values& results) {
  Callable* main = heap.callable();
  main->source = &chunk.body();
  return call(Value(main), args, results);
}

void Interpreter::declare(Frame& frame, const Local& local, const Value& value) {
  Slot& slot = frame.slots[local.slot];
  if (local.captured) {
    slot.cell = heap.cell();  // A new variable each time the declaration is passed.
    slot.cell->value = value;
  } else {
    slot.value = value;
  }
}

Value Interpreter::read(const Frame& frame, const Local& local) const {
  const Slot& slot = frame.slots[local.slot];
  return local.captured ? (slot.cell != nullptr ? slot.cell->value : Value()) : slot.value;
}

void Interpreter::write(Frame& frame, const Local& local, const Value& value) {
  Slot& slot = frame.slots[local.slot];
  if (local.captured && slot.cell != nullptr) {
    slot.cell->value = value;
  } else {
    slot.value = value;
  }
}

Interpreter::Flow Interpreter::block(Frame& frame, const Block& statements) {
  const Depth depth(*this);
  if (!depth.ok()) {
    fail("stack overflow");
    return Flow::failed;
  }
  for (const auto& one : statements) {
    line_ = one->line;
    if (!step()) return Flow::failed;
    const Flow flow = statement(frame, *one);
    if (flow != Flow::next) return flow;
  }
  return Flow::next;
}

Interpreter::Flow Interpreter::statement(Frame& frame, const Statement& one) {
  const auto done = [](bool worked) { return worked ? Flow::next : Flow::failed; };
  switch (one.kind) {
    case StatementKind::call: {
      Values ignored;
      return done(evaluate_call(frame, *one.values[0], ignored));
    }
    case StatementKind::local: {
      Values values;
      if (!evaluate_all(frame, one.values, values)) return Flow::failed;
      for (std::size_t n = 0; n < one.locals.size(); ++n) {
        declare(frame, *one.locals[n], n < values.size() ? values[n] : Value());
      }
      return Flow::next;
    }
    case StatementKind::assign:
      return done(assign(frame, one));
    case StatementKind::if_then:
      return if_then(frame, one);
    case StatementKind::while_do:
    case StatementKind::repeat_until:
      return loop(frame, one);
    case StatementKind::numeric_for:
      return numeric_for(frame, one);
    case StatementKind::generic_for:
      return generic_for(frame, one);
    case StatementKind::do_block:
      return block(frame, one.blocks[0]);
    case StatementKind::local_function: {
      declare(frame, *one.locals[0], Value());  // It sees itself.
      Value function;
      if (!evaluate(frame, *one.values[0], function)) return Flow::failed;
      write(frame, *one.locals[0], function);
      return Flow::next;
    }
    case StatementKind::return_values:
      return evaluate_all(frame, one.values, frame.results) ? Flow::returned : Flow::failed;
    case StatementKind::break_loop:
      return Flow::broke;
  }
  return Flow::next;
}

Interpreter::Flow Interpreter::if_then(Frame& frame, const Statement& one) {
  for (std::size_t n = 0; n < one.conditions.size(); ++n) {
    Value condition;
    if (!evaluate(frame, *one.conditions[n], condition)) return Flow::failed;
    if (condition.truthy()) return block(frame, one.blocks[n]);
  }
  return one.blocks.size() > one.conditions.size() ? block(frame, one.blocks.back()) : Flow::next;
}

Interpreter::Flow Interpreter::loop(Frame& frame, const Statement& one) {
  const bool tests_first = one.kind == StatementKind::while_do;
  while (true) {
    if (!step()) return Flow::failed;
    Value condition;
    if (tests_first) {
      if (!evaluate(frame, *one.conditions[0], condition)) return Flow::failed;
      if (!condition.truthy()) return Flow::next;
    }
    const Flow flow = block(frame, one.blocks[0]);
    if (flow == Flow::broke) return Flow::next;
    if (flow != Flow::next) return flow;
    if (!tests_first) {
      if (!evaluate(frame, *one.conditions[0], condition)) return Flow::failed;
      if (condition.truthy()) return Flow::next;
    }
  }
}

Interpreter::Flow Interpreter::numeric_for(Frame& frame, const Statement& one) {
  constexpr std::string_view kParts[] = {"initial value", "limit", "step"};
  double numbers[3] = {0, 0, 1};
  for (std::size_t n = 0; n < one.values.size(); ++n) {
    Value value;
    if (!evaluate(frame, *one.values[n], value)) return Flow::failed;
    if (!as_number(value, numbers[n])) {
      fail("'for' " + std::string(kParts[n]) + " must be a number");
      return Flow::failed;
    }
  }
  for (double at = numbers[0]; numbers[2] > 0 ? at <= numbers[1] : at >= numbers[1];
       at += numbers[2]) {
    if (!step()) return Flow::failed;
    declare(frame, *one.locals[0], Value(at));
    const Flow flow = block(frame, one.blocks[0]);
    if (flow == Flow::broke) break;
    if (flow != Flow::next) return flow;
  }
  return Flow::next;
}

Interpreter::Flow Interpreter::generic_for(Frame& frame, const Statement& one) {
  Values head;
  if (!evaluate_all(frame, one.values, head)) return Flow::failed;
  head.resize(3);
  while (true) {
    line_ = one.line;
    Values results;
    const Values args{head[1], head[2]};
    if (!call(head[0], args, results)) return Flow::failed;
    results.resize(std::max(results.size(), one.locals.size()));
    if (results.empty() || results[0].is_nil()) return Flow::next;
    head[2] = results[0];
    for (std::size_t n = 0; n < one.locals.size(); ++n) declare(frame, *one.locals[n], results[n]);
    const Flow flow = block(frame, one.blocks[0]);
    if (flow == Flow::broke) return Flow::next;
    if (flow != Flow::next) return flow;
  }
}

bool Interpreter::assign(Frame& frame, const Statement& one) {
  // Objects and keys first, then values, then the assignments from the right, as Lua does.
  struct Place {
    Value object, key;
  };
  std::vector<Place> places(one.targets.size());
  for (std::size_t n = 0; n < one.targets.size(); ++n) {
    const Expression& target = *one.targets[n];
    if (target.kind != ExpressionKind::index) continue;
    if (!evaluate(frame, *target.left, places[n].object) ||
        !evaluate(frame, *target.right, places[n].key))
      return false;
  }
  Values values;
  if (!evaluate_all(frame, one.values, values)) return false;
  values.resize(std::max(values.size(), one.targets.size()));
  for (std::size_t n = one.targets.size(); n-- > 0;) {
    const Expression& target = *one.targets[n];
    const bool worked =
        target.kind == ExpressionKind::index
            ? set_index(places[n].object, places[n].key, values[n], target.left.get())
            : assign_one(frame, target, values[n]);
    if (!worked) return false;
  }
  return true;
}

bool Interpreter::assign_one(Frame& frame, const Expression& target, const Value& value) {
  if (target.kind == ExpressionKind::local) {
    write(frame, *target.local, value);
    return true;
  }
  if (target.kind == ExpressionKind::upvalue) {
    frame.closure->upvalues[target.index]->value = value;
    return true;
  }
  return set_index(Value(globals), string(target.text), value);
}

Machine::Machine() : interpreter_(std::make_unique<Interpreter>()) {}
Machine::~Machine() = default;
Heap& Machine::heap() noexcept {
  return interpreter_->heap;
}
Table& Machine::globals() noexcept {
  return *interpreter_->globals;
}
Value Machine::string(std::string_view text) {
  return interpreter_->string(std::string(text));
}

Value Machine::function(std::string_view name, Native native, void* context) {
  return interpreter_->native(name, native, context);
}

Outcome Machine::call(Value function, const std::vector<Value>& args) {
  Outcome out;
  interpreter_->globals->read_only = true;
  if (interpreter_->call(function, args, out.values)) return out;
  out.kind = interpreter_->is_endless() ? Outcome::Kind::endless : Outcome::Kind::failed;
  out.line = interpreter_->error_line();
  out.values = {interpreter_->take_error()};
  return out;
}

Outcome Machine::run(const Chunk& chunk, const std::vector<Value>& args) {
  Callable* main = interpreter_->heap.callable();
  main->source = &chunk.body();
  return call(Value(main), args);
}

}  // namespace decnet::service::redis::lua
