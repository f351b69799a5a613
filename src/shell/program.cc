#include "shell/program.h"

#include <cerrno>

#include <unistd.h>

#include "shell/cmd/answers.h"
#include "shell/command.h"
#include "shell/machine_state.h"
#include "shell/sh/shell_main.h"

namespace decnet::shell {
namespace {

constexpr std::size_t kHeadBytes = 256;  // As Linux reads for "#!".

std::string_view last_part(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool in_system_folder(std::string_view path) {
  for (const std::string_view folder : {"/usr/bin/", "/bin/", "/usr/sbin/", "/sbin/"}) {
    if (path.starts_with(folder)) return true;
  }
  return false;
}

Main known(std::string_view name) {
  if (const Main shell = find_shell(name)) return shell;
  const Command* command = find_command(name);
  return command != nullptr ? command->main : nullptr;
}

// Whether the first line of a script names a shell.
bool of_a_shell(std::string_view head) {
  const std::string_view line = head.substr(0, head.find('\n'));
  return line.find("sh") != std::string_view::npos;
}

// An ELF file that nobody here knows: it is kept as evidence, works a while and says nothing.
Task<int> run_unknown(Process& process) {
  process.machine().state().evidence.running(process.observer(), process.path);
  co_await process.breathe(500);
  co_await process.sleep(Duration{20'000 + static_cast<std::int64_t>(random_below(60'000))});
  co_return 0;
}

Task<int> run_silent(Process& process) {
  co_await process.breathe(200);
  co_return 0;
}

}  // namespace

Main find_shell(std::string_view name) noexcept {
  if (name.starts_with('-')) name.remove_prefix(1);
  if (name == "bash" || name == "rbash" || name == "sh" || name == "dash" || name == "ash") {
    return &sh::shell_main;
  }
  return nullptr;
}

Elf elf_kind(std::string_view head, bool arm) noexcept {
  if (!head.starts_with("\x7f"
                        "ELF"))
    return Elf::none;
  if (head.size() < 20) return Elf::other;
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(head[i]); };
  const bool little = at(5) == 1;
  const int machine = little ? at(18) | at(19) << 8 : at(19) | at(18) << 8;
  const bool intel = (at(4) == 2 && machine == 62) || (at(4) == 1 && machine == 3);
  const bool ours = little && (arm ? at(4) == 2 && machine == 183 : intel);
  return ours ? Elf::ours : Elf::other;
}

Sys<Program> Machine::State::program(const ChildRequest& request, const Credentials& who,
                                     int depth) {
  if (depth >= kInterpretersMax) return sys_fail(ELOOP);
  const Sys<Stat> stat = files->stat(request.path, who);
  if (!stat) return sys_fail(stat.error());
  if (stat->kind != Kind::regular) return sys_fail(EACCES);
  if (const Sys<void> may = files->access(request.path, X_OK, who); !may) {
    return sys_fail(may.error());
  }
  Program result{.main = nullptr, .path = request.path, .arguments = request.arguments};
  const std::string real = files->real_path(request.path, who).value_or(request.path);
  const bool theirs = !in_system_folder(real) || files->is_changed(real);
  if (!theirs) {
    Main main = known(last_part(request.path));
    if (main == nullptr) main = known(last_part(real));
    if (main != nullptr) {
      result.main = main;
      return result;
    }
  }
  // Of those that are not emulated what they say of themselves is known. What is a script of the
  // shell runs as one.
  const bool answered =
      !theirs && facts.answers != nullptr &&
      (facts.answers->knows(last_part(request.path)) || facts.answers->knows(last_part(real)));
  const std::string head = files->read(request.path, 0, kHeadBytes, Credentials{}).value_or("");
  if (answered && (!head.starts_with("#!") || !of_a_shell(head))) {
    result.main = &cmd::run_answers;
    return result;
  }
  if (head.starts_with("#!")) {
    std::string line =
        head.substr(2, head.find('\n') == std::string::npos ? head.size() : head.find('\n') - 2);
    const std::size_t begin = line.find_first_not_of(" \t");
    if (begin == std::string::npos) return sys_fail(ENOEXEC);
    line = line.substr(begin, line.find_last_not_of(" \t\r") + 1 - begin);
    const std::size_t gap = line.find_first_of(" \t");
    ChildRequest inner;
    inner.path = line.substr(0, gap);
    inner.arguments.push_back(inner.path);
    if (gap != std::string::npos) {
      inner.arguments.push_back(line.substr(line.find_first_not_of(" \t", gap)));
    }
    inner.arguments.push_back(request.path);
    for (std::size_t i = 1; i < request.arguments.size(); ++i) {
      inner.arguments.push_back(request.arguments[i]);
    }
    return program(inner, who, depth + 1);
  }
  switch (elf_kind(head, view && view->hardware().arm)) {
    case Elf::none:
    case Elf::other:
      return sys_fail(ENOEXEC);
    case Elf::ours:
      break;
  }
  result.main = theirs ? &run_unknown : &run_silent;
  return result;
}

}  // namespace decnet::shell
