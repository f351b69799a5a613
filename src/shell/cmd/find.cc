// find
#include "shell/cmd/find.h"

#include <algorithm>

#include <fcntl.h>

#include "shell/cmd/groups.h"
#include "shell/cmd/tree.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::uint32_t kEntriesARound = 64;

class Find {
 public:
  Find(Io& io, FindProgram program) : io_(io), program_(std::move(program)) {}
  Task<int> run();

 private:
  Task<bool> value(std::size_t at, const TreeEntry& entry, Tree& tree);
  Task<bool> execute(const FindNode& node, const TreeEntry& entry);
  Task<void> root(std::string name);
  Task<void> finish_plus();

  Io& io_;
  FindProgram program_;
  bool quit_ = false;
};

// The expression, from `at`; only what waits is a coroutine.
Task<bool> Find::value(std::size_t at, const TreeEntry& entry, Tree& tree) {
  const FindNode& node = program_.nodes[at];
  bool result = false;
  switch (node.kind) {
    case FindNode::Kind::both:
      result = co_await value(node.left, entry, tree);
      if (result) result = co_await value(node.right, entry, tree);
      co_return result;
    case FindNode::Kind::either:
      result = co_await value(node.left, entry, tree);
      if (!result) result = co_await value(node.right, entry, tree);
      co_return result;
    case FindNode::Kind::list:
      result = co_await value(node.left, entry, tree);
      result = co_await value(node.right, entry, tree);
      co_return result;
    case FindNode::Kind::inverted:
      result = co_await value(node.left, entry, tree);
      co_return !result;
    case FindNode::Kind::test:
      break;
  }
  if (node.name == "-exec" || node.name == "-execdir" || node.name == "-ok") {
    result = co_await execute(node, entry);
    co_return result;
  }
  if (node.name == "-prune") tree.skip();
  if (node.name == "-quit") quit_ = true;
  result = find_test(io_, program_, node, entry);
  co_return result;
}

Task<bool> Find::execute(const FindNode& node, const TreeEntry& entry) {
  FindNode& own = program_.nodes[static_cast<std::size_t>(&node - program_.nodes.data())];
  bool worked = true;
  if (node.plus) {
    own.gathered.push_back(entry.shown);
    if (own.gathered.size() >= kFindArgumentsMax) co_await finish_plus();
    co_return worked;
  }
  std::vector<std::string> arguments;
  for (std::string word : node.arguments) {
    for (std::size_t at = word.find("{}"); at != std::string::npos;
         at = word.find("{}", at + entry.shown.size())) {
      word.replace(at, 2, entry.shown);
    }
    arguments.push_back(std::move(word));
  }
  const std::string first = arguments.front();
  co_await io_.flush();
  const Sys<int> status = co_await run_program(io_.process, std::move(arguments));
  if (!status) io_.fail(quoted_if_odd(first), status.error());
  worked = status && *status == 0;
  co_return worked;
}

Task<void> Find::finish_plus() {
  for (FindNode& node : program_.nodes) {
    if (!node.plus || node.gathered.empty()) continue;
    std::vector<std::string> arguments(node.arguments.begin(), node.arguments.end() - 1);
    arguments.insert(arguments.end(), node.gathered.begin(), node.gathered.end());
    node.gathered.clear();
    const std::string first = arguments.front();
    co_await io_.flush();
    const Sys<int> status = co_await run_program(io_.process, std::move(arguments));
    if (!status) io_.fail(quoted_if_odd(first), status.error());
    if (!status || *status != 0) io_.status = 1;
  }
}

Task<void> Find::root(std::string name) {
  const Sys<Stat> stat = io_.stat(name, program_.follow ? Follow::yes : Follow::no);
  if (!stat) {
    io_.fail(io_.in_quotes(name), stat.error());
    co_return;
  }
  Tree tree(io_.files, io_.who);
  tree.give_after = program_.depth_first;
  tree.follow = program_.follow;
  TreeEntry first;
  first.path = io_.absolute(name);
  first.shown = name;
  first.stat = *stat;
  bool result = false;
  const bool directory = stat->kind == Kind::directory;
  if (directory) tree.enter(first.path, name);
  if (program_.most == 0) tree.skip();
  if (program_.least == 0 && !(program_.depth_first && directory)) {
    result = co_await value(program_.root, first, tree);
  }
  std::uint32_t count = 0;
  const std::uint32_t device = stat->device;
  const TreeEntry* entry = directory && !quit_ ? tree.next() : nullptr;
  for (; entry != nullptr && !quit_; entry = tree.next()) {
    if (entry->error != 0) {
      io_.fail(io_.in_quotes(entry->shown), entry->error);
      continue;
    }
    const TreeEntry now = *entry;
    const bool folder = now.stat.kind == Kind::directory;
    if (folder && !now.after &&
        (now.depth >= program_.most || (program_.one_device && now.stat.device != device)))
      tree.skip();
    const bool turn = !program_.depth_first || !folder || now.after || now.depth >= program_.most;
    if (turn && now.depth >= program_.least && now.depth <= program_.most) {
      result = co_await value(program_.root, now, tree);
    }
    if (++count % kEntriesARound != 0) continue;
    co_await io_.process.breathe(kEntriesARound);
    const Sys<void> wrote = co_await io_.flush();
    if (!wrote) quit_ = true;
  }
  static_cast<void>(result);
}

Task<int> Find::run() {
  for (const std::string& name : program_.roots) {
    if (quit_) break;
    co_await root(name);
  }
  co_await finish_plus();
  co_await io_.flush();
  co_return io_.status;
}

Task<int> find(Process& process) {
  Io io(process);
  FindProgram program;
  const bool ready = parse_find(io, program);
  int status = io.status;
  if (ready) {
    Find work(io, std::move(program));
    status = co_await work.run();
  }
  co_await io.flush();
  co_return status;
}

constexpr Command kRows[] = {{"find", &find}};

}  // namespace

std::span<const Command> find_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
