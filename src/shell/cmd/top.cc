// top
#include <algorithm>
#include <cmath>
#include <csignal>
#include <map>
#include <memory>

#include "shell/cmd/groups.h"
#include "shell/cmd/system.h"
#include "shell/cmd/text.h"
#include "shell/machine.h"
#include "shell/terminal.h"

namespace decnet::shell::cmd {
namespace {

constexpr double kDelayLeast = 0.1;  // Seconds between two pictures.
constexpr std::string_view kPlain = "\033(B\033[m\033[39;49m";
constexpr std::string_view kEnd = "\033(B\033[m\033[39;49m\033[K";

Duration pause_of(double seconds) {
  return Duration(static_cast<std::int64_t>(std::clamp(seconds, kDelayLeast, 1e6) * 1e6));
}

// A memory size in a column: KiB while it fits, then with a unit.
std::string fitting(std::uint64_t kib, std::size_t width) {
  std::string text = std::to_string(kib);
  double value = static_cast<double>(kib);
  for (const char unit : {'m', 'g', 't'}) {
    if (text.size() <= width) break;
    value /= 1024;
    text = text_of(value < 100 ? "%.1f%c" : "%.0f%c", value, unit);
  }
  return padded_left(text, width);
}

class Top {
 public:
  explicit Top(Io& io) : io_(io) {
    for (const User& user : users_of(io)) users_[user.uid] = user.name;
  }
  bool read_options();
  Task<void> run_batch();
  Task<void> run_screen(Terminal& terminal);
  bool batch() const { return batch_; }

 private:
  struct Row {
    ProcessRow of;
    std::uint64_t shared = 0;
    double share = 0;
  };
  std::vector<std::string> head();
  std::vector<std::string> cpu_lines();
  std::vector<Row> rows();
  std::string line(const Row& row) const;
  void draw(Terminal& terminal);
  bool press(char key);

  Io& io_;
  bool batch_ = false, whole_ = false, idle_too_ = true;
  double delay_ = 3;
  std::uint64_t rounds_ = ~std::uint64_t{0};
  std::vector<int> pids_;
  std::string user_, message_;
  char order_ = 'P';
  std::map<std::uint32_t, std::string> users_;
  std::map<int, Duration> before_;
  TimePoint before_at_{};
  CpuView cpu_before_;
  std::size_t running_ = 0, stopped_ = 0, zombies_ = 0, total_ = 0;
};

bool Top::read_options() {
  Options options(io_, "bcd:E:e:Hhin:o:Op:sSu:U:vVw::1", {}, "");
  for (int id = options.next(); id != kNoMore; id = options.next()) {
    if (id == kStop) return false;
    batch_ = batch_ || id == 'b';
    whole_ = whole_ || id == 'c';
    if (id == 'i') idle_too_ = false;
    if (id == 'v' || id == 'V' || id == 'h') {
      io_.out("top from procps-ng 4.0.2\n");
      return false;
    }
    if (id == 'd') {
      const auto delay = seconds_of(options.value);
      if (!delay) {
        io_.fail("bad delay interval '" + options.value + "'");
        return false;
      }
      delay_ = *delay;
    }
    if (id == 'n') {
      const auto rounds = number_of(options.value);
      if (!rounds || *rounds == 0) {
        io_.fail("bad iterations argument '" + options.value + "'");
        return false;
      }
      rounds_ = *rounds;
    }
    if (id == 'o')
      order_ = options.value.ends_with("MEM") || options.value == "RES" ? 'M'
               : options.value == "PID"                                 ? 'N'
                                                                        : 'P';
    if (id == 'u' || id == 'U') {
      user_ = options.value;
      if (!find_user(io_, user_) && !number_of(user_)) {
        io_.fail("Invalid user");
        return false;
      }
    }
    for (const std::string& one :
         id == 'p' ? split(options.value, ',') : std::vector<std::string>{}) {
      const auto pid = number_of(one);
      if (!pid || *pid > 4'194'304) {
        io_.fail("bad pid '" + one + "'");
        return false;
      }
      pids_.push_back(static_cast<int>(*pid));
    }
  }
  return true;
}

std::vector<std::string> Top::cpu_lines() {
  const CpuView now = cpu_of(io_);
  const auto part = [&](std::uint64_t CpuView::*which) {
    return static_cast<double>(now.*which - std::min(now.*which, cpu_before_.*which));
  };
  const double user = part(&CpuView::user), nice = part(&CpuView::nice),
               system = part(&CpuView::system), idle = part(&CpuView::idle),
               wait = part(&CpuView::iowait), irq = part(&CpuView::irq),
               soft = part(&CpuView::softirq);
  const double all = std::max(1.0, user + nice + system + idle + wait + irq + soft);
  cpu_before_ = now;
  return {
      text_of("%%Cpu(s):%5.1f us,%5.1f sy,%5.1f ni,%5.1f id,%5.1f wa,%5.1f hi,%5.1f si,%5.1f st ",
              user * 100 / all, system * 100 / all, nice * 100 / all, idle * 100 / all,
              wait * 100 / all, irq * 100 / all, soft * 100 / all, 0.0)};
}

std::vector<std::string> Top::head() {
  const MemoryView memory = memory_of(io_);
  const auto mib = [](std::uint64_t kib) { return static_cast<double>(kib) / 1024; };
  std::vector<std::string> lines = {"top -" + uptime_line(io_)};
  lines.push_back(
      text_of("Tasks: %3zu total, %3zu running, %3zu sleeping, %3zu stopped, %3zu zombie", total_,
              running_, total_ - running_ - stopped_ - zombies_, stopped_, zombies_));
  for (std::string& one : cpu_lines()) lines.push_back(std::move(one));
  lines.push_back(text_of("MiB Mem :%9.1f total,%9.1f free,%9.1f used,%9.1f buff/cache     ",
                          mib(memory.total), mib(memory.free), mib(memory.total - memory.available),
                          mib(memory.buff_cache())));
  lines.push_back(text_of("MiB Swap:%9.1f total,%9.1f free,%9.1f used.%9.1f avail Mem ",
                          mib(memory.swap_total), mib(memory.swap_free),
                          mib(memory.swap_total - memory.swap_free), mib(memory.available)));
  return lines;
}

std::vector<Top::Row> Top::rows() {
  std::map<int, std::uint64_t> shared;
  for (const ProcessView& view : io_.process.machine().system().processes())
    shared[view.pid] = view.shared_kib;
  std::vector<Row> rows;
  std::map<int, Duration> now;
  running_ = stopped_ = zombies_ = total_ = 0;
  for (ProcessRow& one : processes_of(io_)) {
    ++total_;
    running_ += one.state == 'R' ? 1 : 0;
    stopped_ += one.state == 'T' ? 1 : 0;
    zombies_ += one.state == 'Z' ? 1 : 0;
    now[one.pid] = one.cpu;
    const bool chosen =
        pids_.empty() || std::find(pids_.begin(), pids_.end(), one.pid) != pids_.end();
    if (!chosen || (!user_.empty() && users_[one.uid] != user_ && std::to_string(one.uid) != user_))
      continue;
    Row row;
    const auto before = before_.find(one.pid);
    const Duration since = before != before_.end() ? one.cpu - before->second : Duration{};
    const double passed =
        static_cast<double>(std::max<std::int64_t>(1, (io_.now() - before_at_).count()));
    if (before != before_.end())
      row.share = std::min(100.0, static_cast<double>(since.count()) * 100 / passed);
    row.shared = std::min(shared[one.pid], one.resident_kib);
    row.of = std::move(one);
    if (idle_too_ || row.share > 0) rows.push_back(std::move(row));
  }
  before_ = std::move(now);
  before_at_ = io_.now();
  std::stable_sort(rows.begin(), rows.end(), [&](const Row& left, const Row& right) {
    if (order_ == 'M') return left.of.resident_kib > right.of.resident_kib;
    if (order_ == 'N') return left.of.pid > right.of.pid;
    if (order_ == 'T') return left.of.cpu > right.of.cpu;
    return left.share > right.share;
  });
  return rows;
}

std::string Top::line(const Row& row) const {
  const ProcessRow& of = row.of;
  const auto found = users_.find(of.uid);
  std::string user = found == users_.end() ? std::to_string(of.uid) : found->second;
  if (user.size() > 8) user = user.substr(0, 7) + "+";
  const auto hundredths = static_cast<long long>(of.cpu.count() / 10'000);
  const std::string time =
      text_of("%lld:%02lld.%02lld", hundredths / 6'000, hundredths / 100 % 60, hundredths % 100);
  const std::string priority =
      of.name.starts_with("migration") ? "rt" : std::to_string(20 + of.nice);
  const auto memory = static_cast<double>(std::max<std::uint64_t>(1, memory_of(io_).total));
  const std::string command =
      whole_ ? of.arguments.empty() ? "[" + of.name + "]" : join(of.arguments, " ") : of.name;
  return text_of("%7d ", of.pid) + padded(user, 8) + " " + padded_left(priority, 3) +
         text_of(" %3d ", of.nice) + fitting(of.virtual_kib, 7) + " " +
         fitting(of.resident_kib, 6) + " " + fitting(row.shared, 6) +
         text_of(" %c %5.1f %5.1f ", of.state, row.share,
                 static_cast<double>(of.resident_kib) * 100 / memory) +
         padded_left(time, 9) + " " + command;
}

constexpr std::string_view kTitles =
    "    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND";

Task<void> Top::run_batch() {
  for (std::uint64_t round = 0; round < rounds_; ++round) {
    if (round > 0) {
      const Duration pause = pause_of(delay_);
      co_await io_.process.sleep(pause);
      io_.out("\n");
    }
    const std::vector<Row> shown = rows();
    for (const std::string& one : head()) io_.out(one + "\n");
    io_.out("\n" + std::string(kTitles) + "\n");
    const std::size_t wide = static_cast<std::size_t>(io_.columns());
    for (const Row& row : shown) {
      const std::string text = line(row);
      io_.out((io_.on_terminal() ? text.substr(0, wide) : text) + "\n");
    }
    co_await io_.process.breathe(300);
    const Sys<void> wrote = co_await io_.flush();
    if (!wrote) co_return;
  }
}

// Numbers of the head stand out.
std::string emphasized(const std::string& text) {
  std::string out;
  bool bold = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool number = std::string_view("0123456789. ").find(text[at]) != std::string_view::npos &&
                        text.find_first_of("0123456789") <= at + 8 && at >= text.find(':');
    if (number && !bold && at > text.find(':')) out += std::string(kPlain) + "\033[1m";
    if (!number && bold) out += kPlain;
    bold = number && at > text.find(':');
    out += text[at];
  }
  return out;
}

void Top::draw(Terminal& terminal) {
  const std::size_t height = std::max<std::size_t>(terminal.rows, 8);
  const std::size_t wide = std::max<std::size_t>(terminal.columns, 20);
  const std::vector<Row> shown = rows();
  std::string out = "\033[H";
  std::size_t lines = 0;
  for (const std::string& one : head()) {
    out += (lines == 0 ? "\033(B\033[m" + one.substr(0, wide) : emphasized(one.substr(0, wide))) +
           std::string(kEnd) + "\n";
    ++lines;
  }
  out += message_.empty() ? "\033[K\n" : "\033[7m" + message_ + std::string(kEnd) + "\n";
  message_.clear();
  out += "\033[7m" + padded(kTitles.substr(0, wide), wide) + std::string(kEnd);
  lines += 2;
  for (const Row& row : shown) {
    if (lines++ >= height) break;
    out += "\n\033(B\033[m" + std::string(row.of.state == 'R' ? "\033[1m" : "") +
           padded(line(row).substr(0, wide), wide) + std::string(kEnd);
  }
  while (lines++ < height) out += "\n\033[K";
  io_.out(out);
}

// False: it ends.
bool Top::press(char key) {
  switch (key) {
    case 'q':
      return false;
    case 'M':
    case 'N':
    case 'P':
    case 'T':
      order_ = key;
      break;
    case 'c':
      whole_ = !whole_;
      break;
    case 'i':
      idle_too_ = !idle_too_;
      break;
    case ' ':
    case '\r':
    case '\n':
    case '1':
    case 't':
    case 'm':
    case 'l':
    case 'z':
    case 'x':
      break;
    default:
      message_ = " Unknown command - try 'h' for help ";
  }
  return true;
}

Task<void> Top::run_screen(Terminal& terminal) {
  TerminalMode raw = terminal.mode();
  raw.canonical = raw.echo = false;
  const auto guard = std::make_unique<ModeGuard>(terminal, raw);
  io_.process.catch_signal(SIGINT);
  io_.out("\033[?1h\033=\033[?25l\033[H\033[2J");
  bool going = true;
  for (std::uint64_t round = 0; going && round < rounds_; ++round) {
    draw(terminal);
    co_await io_.process.breathe(300);
    const Sys<void> wrote = co_await io_.flush();
    if (!wrote) break;
    const Duration pause = pause_of(delay_);
    const std::optional<TimePoint> until = io_.now() + pause;
    const Sys<std::string> key = co_await io_.process.read_until(0, '\0', 1, until);
    if (io_.process.take_signal() != 0) break;
    if (key)
      going = !key->empty() && press((*key)[0]);
    else
      going = key.error() == ETIMEDOUT;
  }
  io_.out(text_of("\033[?1l\033>\033[%u;1H\n\033[?12l\033[?25h\033[K", terminal.rows));
}

Task<int> top(Process& process) {
  Io io(process);
  Top picture(io);
  if (picture.read_options()) {
    Terminal* terminal = process.is_terminal(0) ? process.terminal() : nullptr;
    if (picture.batch()) {
      co_await picture.run_batch();
    } else if (terminal == nullptr || !process.is_terminal(1)) {
      io.err("top: failed tty get\n");
      io.status = 1;
    } else {
      co_await picture.run_screen(*terminal);
    }
  }
  co_await io.flush();
  co_return io.status;
}

constexpr Command kRows[] = {{"top", &top}};

}  // namespace

std::span<const Command> top_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
