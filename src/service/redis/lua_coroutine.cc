// coroutine.*: threads that run to their end when they are resumed. Nothing can be suspended here,
// so yield fails as it does outside of a coroutine; hardly a script for redis ever does either.
#include "service/redis/lua_interpreter.h"

namespace decnet::service::redis::lua {

namespace {

constexpr std::string_view kBody = "body";
constexpr std::string_view kStatus = "status";

// Null: there is none, which was said.
Table* take_thread(Interpreter& machine, const Values& args) {
  const Value value = argument(args, 1);
  if (value.is_thread()) return value.table();
  machine.fail_argument(1, "coroutine expected");
  return nullptr;
}

bool create(Interpreter& machine, void*, Values& args, Values& results) {
  const Value body = argument(args, 1);
  if (!body.is_function() || body.function()->native != nullptr)
    return machine.fail_argument(1, "Lua function expected");
  Table* thread = machine.heap.table();
  thread->set(kBody, body);
  thread->set(kStatus, machine.string("suspended"));
  results.push_back(Value::thread(thread));
  return machine.check_memory();
}

// False: it failed, and the error is with the machine.
bool run(Interpreter& machine, Table& thread, Values args, Values& results) {
  const std::string status = thread.get(kStatus).text();
  if (status != "suspended")
    return machine.fail_value(machine.string(
        "cannot resume " + (status == "running" ? "non-suspended" : status) + " coroutine"));
  thread.set(kStatus, machine.string("running"));
  const bool worked = machine.call(thread.get(kBody), std::move(args), results);
  thread.set(kStatus, machine.string("dead"));
  return worked;
}

bool resume(Interpreter& machine, void*, Values& args, Values& results) {
  Table* thread = take_thread(machine, args);
  if (thread == nullptr) return false;
  Values inner;
  if (run(machine, *thread, {args.begin() + 1, args.end()}, inner)) {
    results.emplace_back(true);
    results.insert(results.end(), inner.begin(), inner.end());
    return true;
  }
  if (machine.is_endless() || machine.heap.is_full()) return false;
  results = {Value(false), machine.take_error()};
  return true;
}

bool resume_wrapped(Interpreter& machine, void* context, Values& args, Values& results) {
  return run(machine, *static_cast<Table*>(context), std::move(args), results);
}

bool wrap(Interpreter& machine, void*, Values& args, Values& results) {
  Values made;
  if (!create(machine, nullptr, args, made)) return false;
  results.push_back(machine.native("wrap", resume_wrapped, made[0].table()));
  return machine.check_memory();
}

bool status(Interpreter& machine, void*, Values& args, Values& results) {
  Table* thread = take_thread(machine, args);
  if (thread == nullptr) return false;
  results.push_back(thread->get(kStatus));
  return true;
}

bool running(Interpreter&, void*, Values&, Values& results) {
  results.emplace_back();  // The main thread, as far as anybody can ask.
  return true;
}

bool yield(Interpreter& machine, void*, Values&, Values&) {
  return machine.fail_value(machine.string("attempt to yield across metamethod/C-call boundary"));
}

constexpr Entry kCoroutine[] = {{"create", create}, {"resume", resume}, {"running", running},
                                {"status", status}, {"wrap", wrap},     {"yield", yield}};

}  // namespace

void open_coroutine(Interpreter& machine) {
  make_library(machine, "coroutine", kCoroutine, std::size(kCoroutine));
}

}  // namespace decnet::service::redis::lua
