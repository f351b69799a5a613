#include "shell/cmd/testing.h"

#include <cerrno>

#include <fcntl.h>

#include "base/asset_pack.h"
#include "shell/command.h"

namespace decnet::shell::cmd {
namespace {

struct OpenFile {
  std::string path;  // Empty: a stream.
  std::uint64_t at = 0;
  int flags = 0;
  std::shared_ptr<std::string> stream;  // Of a pipe, or of standard input.
  int gathers = 0;                      // 1 or 2: it is the outcome's.
};

class NoFile final : public CapturedFile {
  void write(std::string_view) override {}
  void finish() override {}
};

class Scripted final : public Process {
 public:
  Scripted(Bench& bench, Outcome& outcome) : bench_(bench), outcome_(outcome) {}

  Machine& machine() override { return bench_.machine(); }
  Task<Sys<std::string>> read(int descriptor, std::size_t count) override {
    Sys<std::string> bytes = read_now(descriptor, count);
    co_return bytes;
  }
  Task<Sys<void>> write(int descriptor, std::string_view bytes) override {
    Sys<void> wrote = write_now(descriptor, bytes);
    co_return wrote;
  }
  Sys<int> open(std::string_view wanted, int flags, std::uint32_t mode) override {
    const std::string full = absolute(wanted);
    const Sys<Stat> stat = files().stat(full, user);
    if (!stat && (flags & O_CREAT) == 0) return sys_fail(stat.error());
    if (!stat) {
      const Sys<void> made = files().create(full, mode & ~umask, user);
      if (!made) return sys_fail(made.error());
    } else if (const Sys<void> may = files().access(full, (flags & O_ACCMODE) == 0 ? 4 : 2, user);
               !may) {
      return sys_fail(may.error());
    }
    if (stat && (flags & O_TRUNC) != 0) static_cast<void>(files().truncate(full, 0, user));
    OpenFile file;
    file.path = full;
    file.flags = flags;
    const int lowest = free_one();
    open_[lowest] = std::move(file);
    return lowest;
  }
  Sys<void> close(int descriptor) override {
    if (open_.erase(descriptor) == 0) return sys_fail(EBADF);
    return {};
  }
  Sys<int> duplicate(int from, int to) override {
    if (!open_.contains(from)) return sys_fail(EBADF);
    const int target = to < 0 ? free_one() : to;
    open_[target] = open_[from];
    return target;
  }
  Sys<std::pair<int, int>> pipe() override {
    OpenFile end;
    end.stream = std::make_shared<std::string>();
    const int in = free_one();
    open_[in] = end;
    const int out = free_one();
    open_[out] = end;
    return std::pair(in, out);
  }
  Sys<std::uint64_t> seek(int descriptor, std::uint64_t offset) override {
    open_[descriptor].at = offset;
    return offset;
  }
  bool is_terminal(int) const override { return bench_.terminal; }
  Terminal* terminal() override { return nullptr; }
  Task<void> sleep(Duration how_long) override {
    bench_.clock().advance(how_long);
    co_return;
  }
  Task<void> breathe(std::uint32_t units) override {
    bench_.breaths += units;
    if (bench_.breaths > bench_.breaths_max) co_await std::suspend_always{};  // Never resumed.
  }
  Sys<int> spawn(ChildRequest request) override;
  Sys<int> fork(std::function<Task<int>(Process&)>, std::map<int, int>) override {
    return sys_fail(EAGAIN);
  }
  Task<Sys<Ended>> wait(int which) override {
    const auto found = ended_.find(which);
    Sys<Ended> ended = sys_fail(ECHILD);
    if (found != ended_.end()) ended = found->second;
    co_return ended;
  }
  std::optional<Ended> poll_child(int which) override {
    const auto found = ended_.find(which);
    return found == ended_.end() ? std::nullopt : std::optional<Ended>(found->second);
  }
  Sys<void> kill(int, int) override { return sys_fail(ESRCH); }
  void ignore(int, bool) override {}
  int take_signal() override { return 0; }
  void catch_signal(int) override {}
  Observer* observer() override { return &bench_.recorder; }

  std::map<int, OpenFile> open_;

 private:
  int free_one() const {
    int lowest = 0;
    while (open_.contains(lowest)) ++lowest;
    return lowest;
  }
  Sys<std::string> read_now(int descriptor, std::size_t count) {
    const auto found = open_.find(descriptor);
    if (found == open_.end()) return sys_fail(EBADF);
    OpenFile& file = found->second;
    if (file.stream) {
      std::string bytes = file.stream->substr(0, count);
      file.stream->erase(0, bytes.size());
      return bytes;
    }
    const Sys<Stat> stat = files().stat(file.path, user);
    if (stat && stat->kind == Kind::directory) return sys_fail(EISDIR);
    Sys<std::string> bytes = files().read(file.path, file.at, count, user);
    if (bytes) file.at += bytes->size();
    return bytes;
  }
  Sys<void> write_now(int descriptor, std::string_view bytes) {
    const auto found = open_.find(descriptor);
    if (found == open_.end()) return sys_fail(EBADF);
    OpenFile& file = found->second;
    if (file.gathers != 0) {
      (file.gathers == 1 ? outcome_.out : outcome_.err).append(bytes);
      outcome_.both.append(bytes);
      if (outcome_.both.size() > bench_.output_max) return sys_fail(EPIPE);
      return {};
    }
    if (file.stream) {
      file.stream->append(bytes);
      return {};
    }
    if ((file.flags & O_APPEND) != 0) return files().append(file.path, bytes, user);
    const Sys<void> wrote = files().write(file.path, file.at, bytes, user);
    file.at += bytes.size();
    return wrote;
  }

  Bench& bench_;
  Outcome& outcome_;
  std::map<int, Ended> ended_;
};

int to_the_end(Task<int> task) {
  task.handle().resume();
  return task.done() ? task.take() : 255;
}

Sys<int> Scripted::spawn(ChildRequest request) {
  const Command* command = find_command(request.path.substr(request.path.rfind('/') + 1));
  if (command == nullptr) return sys_fail(ENOEXEC);
  static thread_local int depth = 0;
  if (depth > 20) return sys_fail(EAGAIN);
  Scripted child(bench_, outcome_);
  child.pid = pid + 1 + static_cast<int>(ended_.size());
  child.parent = pid;
  child.arguments = std::move(request.arguments);
  child.path = request.path;
  child.environment = std::move(request.environment);
  child.user = request.user.value_or(user);
  child.directory = request.directory.value_or(directory);
  for (const auto& [to, from] : request.descriptors) {
    if (open_.contains(from)) child.open_[to] = open_[from];
  }
  ++depth;
  Ended ended;
  ended.pid = child.pid;
  ended.status = to_the_end(command->main(child));
  --depth;
  ended_[child.pid] = ended;
  return child.pid;
}

}  // namespace

std::unique_ptr<CapturedFile> Recorder::capture(std::string_view, std::string_view) {
  return std::make_unique<NoFile>();
}

std::shared_ptr<const Answers> answers_of_pack() {
  static const auto pack =
      AssetPack::open("../../../build/assets.pack");  // Tests run in their own folder.
  if (!pack) return nullptr;
  static const auto answers = Answers::read((*pack)->find("debian12/answers"));
  return answers ? *answers : nullptr;
}

Bench::Bench(std::shared_ptr<const Answers> answers) {
  MachineFacts facts;
  facts.answers = std::move(answers);
  facts.persona = std::make_shared<persona::Persona>(
      persona::make_persona({.name = "web-03", .seed = 42, .deployed_at = clock_.now()}));
  facts.clock = &clock_;
  facts.address = "192.0.2.10";
  facts.gateway = "192.0.2.1";
  facts.listening = {22, 80};
  machine_ = std::make_unique<Machine>(std::move(facts));
}

Bench::~Bench() = default;

Outcome Bench::run(std::vector<std::string> arguments, std::string input) {
  Outcome outcome;
  const Command* command = arguments.empty() ? nullptr : find_command(arguments.front());
  if (command == nullptr) {
    outcome.status = 127;
    return outcome;
  }
  Scripted process(*this, outcome);
  process.pid = 1234;
  process.arguments = std::move(arguments);
  process.environment = environment;
  process.user = user;
  process.directory = directory;
  OpenFile in;
  in.stream = std::make_shared<std::string>(std::move(input));
  process.open_[0] = std::move(in);
  OpenFile out;
  out.gathers = 1;
  process.open_[1] = out;
  out.gathers = 2;
  process.open_[2] = out;
  outcome.status = to_the_end(command->main(process));
  return outcome;
}

}  // namespace decnet::shell::cmd
