#include "shell/console.h"

#include <algorithm>
#include <csignal>

#include <fmt/format.h>

#include "shell/login.h"
#include "shell/program.h"

namespace decnet::shell {
namespace {

constexpr int kTerminalsMax = 64;

std::shared_ptr<Pipe> make_pipe(Machine::State& state, std::size_t capacity) {
  auto pipe = std::make_shared<Pipe>();
  pipe->inode = ++state.next_inode;
  pipe->capacity = capacity;
  return pipe;
}

// pam_systemd starts a manager for each user, with the first of their logins.
void find_manager(Machine::State& system, Login& login) {
  for (const auto& weak : system.logins) {
    const std::shared_ptr<Login> other = weak.lock();
    if (!other || other->observer == nullptr || other->uid != login.uid) continue;
    login.manager_pid = other->manager_pid;
    login.manager_child_pid = other->manager_child_pid;
  }
  if (login.manager_pid != 0) return;
  login.manager_pid = system.new_pid();
  login.manager_child_pid = system.new_pid();
}

}  // namespace

struct Console::State {
  Machine::State& machine;
  std::shared_ptr<Login> login;
  std::shared_ptr<Pipe> in, out, error;   // Without a terminal.
  std::unique_ptr<PipeWriter> input_end;  // Our ends of them.
  std::unique_ptr<PipeReader> out_end, error_end;
  int pid = 0;
  int recorded_pid = 0;  // In utmp.
  int login_session = 1;
  bool over = false;
  Ended ended;

  void look() {
    if (over) return;
    KernelProcess* process = machine.find(pid);
    if (process != nullptr && process->life == KernelProcess::Life::alive) return;
    over = true;
    if (process != nullptr) {
      ended = process->ended;
      machine.bury(pid);
    }
  }
  void begin(const ConsoleRequest& request);
};

bool Machine::State::has_terminal(int number) const {
  const std::string path = fmt::format("/dev/pts/{}", number);
  return std::any_of(logins.begin(), logins.end(), [&](const std::weak_ptr<Login>& weak) {
    const std::shared_ptr<Login> login = weak.lock();
    return login && login->terminal && login->terminal->path() == path;
  });
}

std::shared_ptr<Terminal> Machine::State::make_terminal(std::optional<int> wanted) {
  int number = wanted && !has_terminal(*wanted) ? *wanted : 0;
  while (number < kTerminalsMax && has_terminal(number)) ++number;
  auto holder = std::make_shared<Terminal*>(nullptr);
  auto terminal =
      std::make_shared<Terminal>(fmt::format("/dev/pts/{}", number), [this, holder](int signal) {
        if (*holder != nullptr && (*holder)->foreground > 0) {
          signal_group((*holder)->foreground, signal);
        }
      });
  *holder = terminal.get();
  return terminal;
}

void Console::State::begin(const ConsoleRequest& request) {
  Machine::State& system = machine;
  const PasswdRow who =
      passwd_row(*system.files, request.user).value_or(PasswdRow{.name = request.user});
  login = std::make_shared<Login>();
  login->observer = request.observer;
  if (request.by_ssh) {
    const auto known = system.connections.find(request.peer_port);
    if (known != system.connections.end()) {
      login->monitor_pid = known->second.monitor_pid;
      login->row.daemon_pid = known->second.child_pid;
      login_session = known->second.session;
    } else {
      login->monitor_pid = system.new_pid();
      login->row.daemon_pid = who.uid == 0 ? login->monitor_pid : system.new_pid();
    }
    login->uid = who.uid;
    find_manager(system, *login);
  }
  KernelProcess* process = system.make_process();
  if (process == nullptr) {
    over = true;
    ended.status = 254;
    return;
  }
  pid = process->pid;
  process->parent = login->row.daemon_pid != 0 ? login->row.daemon_pid : 1;
  process->group = process->session = pid;
  process->user = credentials_of(*system.files, who);
  process->directory = system.files->stat(who.home, process->user) ? who.home : "/";
  process->login = login;
  if (request.terminal) {
    login->terminal = system.make_terminal(request.terminal_number);
    login->terminal->columns = request.columns;
    login->terminal->rows = request.rows;
    login->terminal->session = login->terminal->foreground = pid;
    const auto file = std::make_shared<TerminalFile>(login->terminal);
    for (int i = 0; i < 3; ++i) process->set_file(i, file);
    if (!request.command) login->terminal->write(greeting(system, request));
  } else {
    in = make_pipe(system, kConsoleInputMax);
    out = make_pipe(system, kConsoleOutputMax);
    error = make_pipe(system, kConsoleOutputMax);
    input_end = std::make_unique<PipeWriter>(in);
    out_end = std::make_unique<PipeReader>(out);
    error_end = std::make_unique<PipeReader>(error);
    process->set_file(0, std::make_shared<PipeReader>(in));
    process->set_file(1, std::make_shared<PipeWriter>(out));
    process->set_file(2, std::make_shared<PipeWriter>(error));
  }
  const std::string tty = login->terminal ? login->terminal->path() : std::string{};
  login->daemon_title = {"sshd: " + who.name +
                         (tty.empty() ? "@notty" : "@" + std::string(login->terminal->name()))};
  login->row = {.user = who.name,
                .terminal = tty.empty() ? "" : tty.substr(5),
                .from = request.peer_ip,
                .peer_port = request.peer_port,
                .local_port = request.local_port,
                .since = system.now(),
                .active = system.now(),
                .pid = pid,
                .daemon_pid = login->row.daemon_pid};
  system.logins.push_back(login);
  recorded_pid = who.uid != 0 && login->row.daemon_pid != 0 ? login->row.daemon_pid : pid;
  if (login->terminal) record_terminal(system, login->row, recorded_pid);
  process->environment = login_environment(request, who, system.facts.address, tty, login_session);
  const std::string shell = who.shell.substr(who.shell.rfind('/') + 1);
  process->path = system.files->real_path(who.shell, process->user).value_or(who.shell);
  process->arguments = {request.command ? shell : "-" + shell};
  if (request.command) {
    process->arguments.emplace_back("-c");
    process->arguments.push_back(*request.command);
  }
  ChildRequest start;
  start.path = who.shell;
  start.arguments = process->arguments;
  const Sys<Program> program = system.program(start, process->user);
  Main main = find_shell(shell);
  if (main == nullptr && !program) main = find_shell("bash");
  if (main != nullptr) {
    process->start(main);
  } else {
    process->start(program->main);
  }
}

Console::Console(Machine& machine, ConsoleRequest request)
    : state_(std::make_unique<State>(State{.machine = machine.state()})) {
  std::erase_if(machine.state().logins, [](const auto& weak) { return weak.expired(); });
  state_->begin(request);
}

Console::~Console() {
  if (!state_->login) return;
  state_->look();
  Machine::State& system = state_->machine;
  if (state_->login->terminal) {
    const int front = state_->login->terminal->foreground;
    state_->login->terminal->hang_up();
    record_hang_up(system, state_->login->row, state_->recorded_pid);
    if (front > 0 && front != state_->pid) system.signal_group(front, SIGHUP);
  }
  if (!state_->over) {
    if (KernelProcess* process = system.find(state_->pid)) process->deliver(SIGHUP);
    if (KernelProcess* process = system.find(state_->pid)) process->deliver(SIGKILL);
    state_->look();
  }
  system.evidence.login_ends(state_->login);
  state_->login->observer = nullptr;  // It may go now; what runs on in the background has none.
}

void Console::input(std::string_view bytes) {
  if (!state_->login) return;
  state_->login->row.active = state_->machine.now();
  if (state_->login->terminal) {
    state_->login->terminal->input(bytes);
  } else if (state_->input_end) {
    state_->in->bytes.append(bytes);
    state_->in->read_queue.wake();
  }
}

void Console::input_end() {
  if (!state_->login) return;
  if (state_->login->terminal) {
    state_->login->terminal->input("\x04");
  } else {
    state_->input_end.reset();
  }
}

bool Console::accepts_input() const {
  if (!state_->login) return false;
  if (state_->login->terminal) return state_->login->terminal->accepts_input();
  return state_->in && state_->in->size() < kConsoleInputMax;
}

void Console::resize(std::uint16_t columns, std::uint16_t rows) {
  if (!state_->login || !state_->login->terminal) return;
  state_->login->terminal->columns = columns;
  state_->login->terminal->rows = rows;
  state_->machine.signal_group(state_->login->terminal->foreground, SIGWINCH);
}

void Console::send_signal(int signal) {
  if (!state_->login) return;
  const int group = state_->login->terminal ? state_->login->terminal->foreground : state_->pid;
  if (group > 0) state_->machine.signal_group(group, signal);
}

std::string Console::take_output(std::size_t count) {
  if (!state_->login) return {};
  if (state_->login->terminal) return state_->login->terminal->take_output(count);
  return state_->out ? state_->out->take(count) : std::string{};
}

std::string Console::take_error(std::size_t count) {
  return state_->error ? state_->error->take(count) : std::string{};
}

bool Console::has_output() const {
  if (!state_->login) return false;
  if (state_->login->terminal) return state_->login->terminal->has_output();
  return state_->out && (state_->out->size() > 0 || state_->error->size() > 0);
}

bool Console::hides_input() const {
  if (!state_->login || !state_->login->terminal) return false;
  const TerminalMode& mode = state_->login->terminal->mode();
  return mode.canonical && !mode.echo;
}

bool Console::ended() const {
  state_->look();
  return state_->over && !has_output();
}

int Console::exit_status() const {
  state_->look();
  return state_->ended.status;
}

int Console::exit_signal() const {
  state_->look();
  return state_->ended.signal;
}

}  // namespace decnet::shell
