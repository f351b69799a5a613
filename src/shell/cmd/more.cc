// more, of util-linux: a screen at a time, and what its keys do. At the end of a file it fills the
// screen with blank lines and waits, as version 2.38 does.
#include <algorithm>
#include <utility>

#include <fcntl.h>

#include "shell/cmd/answers.h"
#include "shell/cmd/full_screen.h"
#include "shell/cmd/groups.h"
#include "shell/cmd/keyboard.h"
#include "shell/cmd/memory_charge.h"
#include "shell/cmd/more_help.h"
#include "shell/cmd/paged_text.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::size_t kTypedBytesMax = 1024;  // Behind / and !
constexpr std::size_t kMoreCountMax = 100'000;
constexpr std::string_view kBanner = "::::::::::::::\n";

class More {
 public:
  More(Process& process, Io& io) : process_(process), io_(io), keys_(process), memory_(process) {}
  bool read_options();
  Task<int> run();

 private:
  Task<bool> load(std::string name);
  Task<void> print_all();
  Task<bool> page(std::string name);
  Task<bool> command(int key);
  Task<bool> colon();
  Task<void> search(std::string pattern, std::size_t count, std::size_t lines);
  Task<std::string> typed(char before);
  Task<void> shell(std::string line);
  Task<int> next_key();
  Task<void> read_on(std::size_t row);
  void show(std::size_t count);
  void skip(std::size_t count, std::size_t screens);
  void prompt();
  std::size_t screen() { return lines_ > 0 ? lines_ : keys_.rows() - 1; }

  Process& process_;
  Io& io_;
  Keyboard keys_;
  MemoryCharge memory_;
  PagedText text_;
  std::vector<std::string> files_;
  std::size_t current_ = 0, lines_ = 0, at_ = 0, start_ = 0, half_ = 11;
  std::string first_pattern_, pattern_;
  int input_ = 0;
  bool squeeze_ = false, ends_ = false, prompted_ = false, named_ = false;
  int move_ = 0;  // Files to go on with.
};

bool More::read_options() {
  std::vector<std::string> kept;
  for (std::size_t at = 1; at < io_.argc(); ++at) {
    const std::string& word = io_.arg(at);
    const auto number = word.size() > 1 ? number_of(word.substr(1)) : std::nullopt;
    if (word.starts_with('-') && number) {
      lines_ = std::min<std::size_t>(*number, kMoreCountMax);
    } else if (word.starts_with('+') && number) {
      start_ = *number > 0 ? std::min<std::size_t>(*number, kMoreCountMax) - 1 : 0;
    } else if (word.starts_with("+/")) {
      first_pattern_ = word.substr(2);
    } else {
      kept.push_back(word);
    }
  }
  process_.arguments.resize(1);
  process_.arguments.insert(process_.arguments.end(), kept.begin(), kept.end());
  static constexpr Long kLongs[] = {{"silent", 'd'},     {"logical", 'f'},     {"no-pause", 'l'},
                                    {"print-over", 'c'}, {"clean-print", 'p'}, {"squeeze", 's'},
                                    {"plain", 'u'},      {"exit-on-eof", 'e'}, {"lines", 'n', ':'}};
  Options options(io_, "dflcpsuen:hV", kLongs, "");
  for (int id = options.next(); id != kNoMore; id = options.next()) {
    if (id == kStop) return false;
    if (id == 'h' || id == 'V') {
      io_.out(id == 'h' ? answer_text(io_.process, "more", "--help") : version_text(io_, "more"));
      return false;
    }
    squeeze_ = squeeze_ || id == 's';
    ends_ = ends_ || id == 'e';
    if (id == 'n') lines_ = std::min<std::size_t>(number_of(options.value).value_or(0), 10'000);
  }
  files_ = options.operands;
  if (files_.empty() && process_.is_terminal(0)) {
    io_.err("more: bad usage\nTry 'more --help' for more information.\n");
    io_.status = 1;
    return false;
  }
  named_ = files_.size() > 1;
  if (files_.empty()) files_.emplace_back("-");
  return true;
}

Task<int> More::next_key() {
  const Sys<void> wrote = co_await io_.flush();
  if (!wrote) co_return kKeyEnd;
  const int key = co_await keys_.byte();
  co_return key;
}

// False: it cannot be shown, which was told.
Task<bool> More::load(std::string name) {
  input_ = 0;
  text_ = PagedText();
  PagedLook look;
  look.columns = process_.is_terminal(1) ? keys_.columns() : 80;
  look.raw = true;
  look.squeeze = squeeze_;
  text_.lay_out(look);
  at_ = 0;
  if (name == "-") co_return true;
  const Sys<Stat> stat = io_.stat(name);
  Sys<int> opened = sys_fail(stat ? 0 : stat.error());
  if (stat && stat->kind == Kind::directory) {
    io_.out("\n*** " + name + ": directory ***\n\n");
    co_return false;
  }
  if (stat) opened = process_.open(name, O_RDONLY);
  if (!opened) {
    io_.err("more: cannot open " + name + ": " + std::string(sys_error(opened.error())) + "\n");
    co_return false;
  }
  const std::string head = io_.files.read(io_.absolute(name), 0, 4, io_.who).value_or("");
  if (head == "\177ELF") {
    io_.out("\n******** " + name + ": Not a text file ********\n\n");
    static_cast<void>(process_.close(*opened));
    co_return false;
  }
  input_ = *opened;
  if (stat->kind == Kind::regular) co_await read_on(kPagedRowsMax);
  co_return true;
}

Task<void> More::read_on(std::size_t row) {
  while (!text_.finished() && text_.rows() <= row) {
    const Sys<std::string> bytes = co_await process_.read(input_, kPipeBytes);
    if (!bytes || bytes->empty() || !text_.append(*bytes) || !memory_.set(text_.memory()))
      text_.finish();
    co_await process_.breathe(
        static_cast<std::uint32_t>(bytes ? bytes->size() / kPagedBytesAUnit + 1 : 1));
  }
  if (text_.finished() && input_ > 0) {
    static_cast<void>(process_.close(input_));
    input_ = 0;
  }
}

Task<void> More::print_all() {
  for (const std::string& name : files_) {
    const bool good = co_await load(name);
    if (!good) continue;
    if (name != "-") io_.out(std::string(kBanner) + name + "\n" + std::string(kBanner));
    for (std::size_t row = 0;; ++row) {
      co_await read_on(row);
      if (row >= text_.rows()) break;
      io_.out(text_.plain(row));
      if (io_.pending() < kPipeBytes) continue;
      const Sys<void> wrote = co_await io_.flush();
      if (!wrote) co_return;
    }
  }
}

void More::prompt() {
  const bool end = text_.finished() && at_ >= text_.rows();
  prompted_ = true;
  if (end) {
    io_.out("\033[7m--More--\r\033[K(END)\033[27m");
    return;
  }
  io_.out("\033[7m--More--");
  const bool known = text_.finished() && text_.size() > 0 && files_[current_] != "-";
  if (known) {
    const std::size_t done = at_ > 0 ? text_.end_of(at_ - 1) : 0;
    io_.out("(" + std::to_string(done * 100 / text_.size()) + "%)");
  }
  io_.out("\033[27m");
}

// The next lines; behind the last one blank ones.
void More::show(std::size_t count) {
  const bool over = prompted_ && at_ < text_.rows();
  if (prompted_) io_.out(over ? "\r" : "\r\033[K");
  prompted_ = false;
  for (std::size_t done = 0; done < count; ++done) {
    const bool more = at_ < text_.rows();
    std::string line = more ? text_.plain(at_++) : "\n";
    if (!line.ends_with('\n')) line += '\n';
    if (over && done == 0) line.insert(line.size() - 1, "\033[K");
    io_.out(line);
  }
}

void More::skip(std::size_t count, std::size_t screens) {
  const std::size_t lines = screens > 0 ? screens * screen() : count;
  io_.out("\r\r\033[K\n...skipping " + std::to_string(lines) +
          (lines == 1 ? " line\n" : " lines\n"));
  at_ = std::min(at_ + lines, text_.rows());
  io_.out("\r");
  prompted_ = false;
  show(screen());
}

Task<std::string> More::typed(char before) {
  std::string line;
  io_.out("\r\033[K");
  io_.out(before);
  for (;;) {
    const int key = co_await next_key();
    if (key < 0 || key == '\r' || key == '\n') break;
    if (key == 0x7f || key == '\b') {
      if (line.empty()) break;
      line.pop_back();
      io_.out("\b \b");
    } else if (line.size() < kTypedBytesMax) {
      line.push_back(static_cast<char>(key));
      io_.out(static_cast<char>(key));
    }
  }
  co_return line;
}

Task<void> More::search(std::string pattern, std::size_t count, std::size_t lines) {
  if (!pattern.empty()) pattern_ = std::move(pattern);
  auto regex = Regex::compile(pattern_, {});
  if (pattern_.empty() || !regex) {
    io_.out(pattern_.empty() ? "No previous regular expression" : "Invalid regular expression");
    co_return;
  }
  co_await read_on(kPagedRowsMax);
  for (std::size_t row = at_; row < text_.rows(); ++row) {
    const std::uint64_t steps = Regex::steps();
    const bool met = text_.row(row).begins && regex->matches(text_.line_text(row));
    const std::uint64_t work = (Regex::steps() - steps) / kPagedStepsAUnit + 1;
    co_await process_.breathe(static_cast<std::uint32_t>(work));
    if (!met || --count > 0) continue;
    io_.out("\r\n...skipping\n");
    at_ = row > 2 ? row - 2 : 0;
    prompted_ = true;
    show(lines);
    prompt();
    co_return;
  }
  io_.out("\r\n\033[7mPattern not found\033[27m");
}

Task<void> More::shell(std::string line) {
  std::string program = io_.variable("SHELL");
  if (program.empty()) program = "/bin/sh";
  io_.out("\n");
  co_await io_.flush();
  keys_.cooked();
  std::vector<std::string> arguments = {program, "-c", std::move(line)};
  const Sys<int> ran = co_await run_program(process_, std::move(arguments));
  static_cast<void>(ran);
  keys_.raw();
  io_.out("------------------------\n");
  prompt();
}

// What ":" begins. False: this file ends.
Task<bool> More::colon() {
  const int key = co_await next_key();
  if (key == 'f') {
    const std::size_t line = at_ > 0 ? text_.row(at_ - 1).line + 1 : 0;
    io_.out("\r\033[K\"" + files_[current_] + "\" line " + std::to_string(line));
  } else if (key == 'q' || key == 'Q' || key < 0) {
    move_ = 0;
    io_.out("\r\033[K");
    co_return false;
  } else if (key == 'n' || key == 'p') {
    io_.out("\r\033[K\n...Skipping \n");
    move_ = key == 'n' ? 1 : -1;
    co_return false;
  } else if (key == '!') {
    std::string line = co_await typed('!');
    co_await shell(std::move(line));
  }
  co_return true;
}

// False: this file ends.
Task<bool> More::command(int key) {
  std::size_t count = 0;
  while (key >= '0' && key <= '9') {
    count = std::min(count * 10 + static_cast<std::size_t>(key - '0'), kMoreCountMax);
    key = co_await next_key();
  }
  const std::size_t given = count > 0 ? count : 1, most = std::max<std::size_t>(screen(), 2) - 1;
  co_await read_on(at_ + screen() * (given + 1));
  std::size_t lines = 0;
  if (key == ' ' || key == 'z') lines = count > 0 ? count : screen();
  if (key == '\r' || key == '\n') lines = given;
  if (key == 'd' || key == 0x04) lines = count > 0 ? half_ = count : half_;
  if (lines > 0) {
    if (ends_ && at_ >= text_.rows()) co_return false;
    show(lines);
    prompt();
  } else if (key == 's' || key == 'f') {
    skip(key == 's' ? given : 0, key == 'f' ? given : 0);
    prompt();
  } else if (key == 'b' || key == 0x02) {
    io_.out("\r\033[K...back " + std::to_string(given) + (given == 1 ? " page\n\r" : " pages\n\r"));
    const std::size_t back = screen() * (given + 1) + 1;
    at_ = at_ > back ? at_ - back : 0;
    prompted_ = false;
    show(screen());
    prompt();
  } else if (key == '=') {
    io_.out("\r\033[K" + std::to_string(at_ > 0 ? text_.row(at_ - 1).line + 1 : 0));
  } else if (key == 'h' || key == '?') {
    io_.out("\r\033[K" + more_help());
    prompt();
  } else if (key == '/') {
    std::string pattern = co_await typed('/');
    co_await search(std::move(pattern), given, most);
  } else if (key == 'n') {
    co_await search("", given, most);
  } else if (key == '!') {
    std::string line = co_await typed('!');
    co_await shell(std::move(line));
  } else if (key == 'v') {
    std::string line =
        "/usr/bin/vi +" + std::to_string(at_) + " " + quoted_if_odd(files_[current_]);
    co_await shell(std::move(line));
  } else if (key == ':') {
    const bool going = co_await colon();
    co_return going;
  } else if (key == 'q' || key == 'Q' || key < 0 || key == 0x03) {
    io_.out("\r\033[K");
    move_ = 0;
    co_return false;
  }
  co_return true;
}

// False: nothing comes behind it.
Task<bool> More::page(std::string name) {
  move_ = 1;
  const bool good = co_await load(name);
  if (!good) co_return true;
  if (named_) io_.out(std::string(kBanner) + name + "\n" + std::string(kBanner));
  co_await read_on(start_ + screen());
  at_ = std::min(start_, text_.rows());
  start_ = 0;
  prompted_ = false;
  if (!first_pattern_.empty())
    co_await search(std::exchange(first_pattern_, {}), 1, screen());
  else
    show(screen() > 3 && named_ ? screen() - 3 : screen());
  if (ends_ && text_.finished() && at_ >= text_.rows()) co_return true;
  if (!prompted_) prompt();
  for (bool going = true; going;) {
    const int key = co_await next_key();
    going = co_await command(key);
  }
  co_return move_ != 0;
}

Task<int> More::run() {
  const bool screen = process_.is_terminal(1) && keys_.open({});
  if (!screen) co_await print_all();
  while (screen && current_ < files_.size()) {
    const bool going = co_await page(files_[current_]);
    if (!going) break;
    current_ = move_ < 0 ? (current_ > 0 ? current_ - 1 : 0) : current_ + 1;
  }
  co_await io_.flush();
  co_return io_.status;
}

constexpr Command kRows[] = {{"more", &run_full_screen<More>}};

}  // namespace

std::span<const Command> more_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
