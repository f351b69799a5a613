// passwd, chpasswd, chsh
#include "shell/cmd/accounts.h"
#include "shell/cmd/groups.h"
#include "shell/cmd/text.h"
#include "shell/machine.h"

namespace decnet::shell::cmd {
namespace {

constexpr int kTokenFailure = 10;
constexpr std::size_t kLinesMax = 200;  // Of chpasswd.

int unchanged(Io& io) {
  io.err("passwd: Authentication token manipulation error\npasswd: password unchanged\n");
  return kTokenFailure;
}

int change_lock(Io& io, const std::string& user, char how) {
  AccountRows rows = account_rows(io, "/etc/shadow");
  std::vector<std::string>* row = account_row(rows, user);
  if (row == nullptr || row->size() < 3) return 3;
  std::string& hash = (*row)[1];
  if (how == 'S') {
    const bool locked = hash.starts_with("!") || hash.starts_with("*");
    const auto day = number_of((*row)[2]).value_or(0);
    const TimePoint changed{std::chrono::seconds(static_cast<std::int64_t>(day) * 86400)};
    io.out(user +
           (locked         ? " L "
            : hash.empty() ? " NP "
                           : " P ") +
           date_text(changed, "%m/%d/%Y") + " 0 99999 7 -1\n");
    return 0;
  }
  if (how == 'd') {
    hash.clear();
    io.process.machine().set_password(user, "");
  }
  if (how == 'l' && !hash.starts_with("!")) hash.insert(0, "!");
  if (how == 'u' && hash.starts_with("!")) hash.erase(0, 1);
  write_account_rows(io, "/etc/shadow", rows);
  io.out("passwd: password changed.\n");
  return 0;
}

Task<int> renew(Io& io, const std::string& user) {
  if (!io.who.is_root()) {
    io.err("Changing password for " + user + ".\n");
    const std::optional<std::string> old = co_await ask_secret(io, "Current password: ");
    if (!old || !is_password(io, user, *old)) {
      co_await io.flush();
      co_await io.process.sleep(Duration{1'700'000});
      co_return unchanged(io);
    }
  }
  const std::optional<std::string> first = co_await ask_secret(io, "New password: ");
  if (!first || first->empty()) {
    io.err("No password has been supplied.\n");
    co_return unchanged(io);
  }
  const std::optional<std::string> second = co_await ask_secret(io, "Retype new password: ");
  if (!second || *second != *first) {
    io.err("Sorry, passwords do not match.\n");
    co_return unchanged(io);
  }
  co_await io.process.breathe(20'000);
  if (!store_password(io, user, *first)) co_return unchanged(io);
  io.err("passwd: password updated successfully\n");
  co_return 0;
}

Task<int> passwd(Process& process) {
  Io io(process);
  static constexpr Long kLongs[] = {{"delete", 'd'}, {"lock", 'l'},   {"unlock", 'u'},
                                    {"status", 'S'}, {"expire", 'e'}, {"quiet", 'q'}};
  Options options(io, "adeluSqkn:x:w:i:", kLongs, "[options] [LOGIN]", 2);
  char how = 0;
  bool stopped = false;
  for (int id = options.next(); id != kNoMore && !stopped; id = options.next()) {
    stopped = id == kStop;
    if (id == 'd' || id == 'l' || id == 'u' || id == 'S') how = static_cast<char>(id);
  }
  const std::string own = user_name(io, io.who.uid);
  const std::string user = options.operands.empty() ? own : options.operands[0];
  int status = io.status;
  if (stopped) {
    status = 2;
  } else if (!find_user(io, user)) {
    io.err("passwd: user '" + user + "' does not exist\n");
    status = 1;
  } else if (!io.who.is_root() && (user != own || (how != 0 && how != 'S'))) {
    io.err(how != 0 && user == own
               ? "passwd: Permission denied.\n"
               : "passwd: You may not view or modify password information for " + user + ".\n");
    status = 1;
  } else if (how != 0) {
    status = change_lock(io, user, how);
  } else {
    status = co_await renew(io, user);
  }
  co_await io.flush();
  co_return status;
}

Task<int> chpasswd(Process& process) {
  Io io(process);
  bool encrypted = false;
  for (std::size_t at = 1; at < io.argc(); ++at)
    encrypted = encrypted || io.arg(at) == "-e" || io.arg(at) == "--encrypted";
  std::size_t number = 0;
  while (number < kLinesMax) {
    const Sys<std::string> read = co_await process.read_until(0, '\n', 4096, {});
    if (!read || read->empty()) break;
    ++number;
    std::string line = *read;
    while (line.ends_with("\n") || line.ends_with("\r")) line.pop_back();
    const std::string at = text_of("line %zu", number);
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) {
      io.err("chpasswd: " + at + ": missing new password\n");
      io.status = 1;
      continue;
    }
    const std::string user = line.substr(0, colon);
    const std::string secret = line.substr(colon + 1);
    co_await process.breathe(20'000);
    bool done = false;
    if (io.who.is_root() && encrypted) {
      AccountRows rows = account_rows(io, "/etc/shadow");
      if (std::vector<std::string>* row = account_row(rows, user); row && row->size() > 2) {
        (*row)[1] = secret;
        done = write_account_rows(io, "/etc/shadow", rows);
      }
    } else if (io.who.is_root()) {
      done = store_password(io, user, secret);
    }
    if (done) continue;
    io.err("chpasswd: (user " + user +
           ") pam_chauthtok() failed, error:\nAuthentication token manipulation error\nchpasswd: "
           "(" +
           at + ", user " + user + ") password not changed\n");
    io.status = 1;
  }
  co_await io.flush();
  co_return io.status;
}

int chsh(Io& io) {
  static constexpr Long kLongs[] = {{"shell", 's', ':'}};
  Options options(io, "s:R:", kLongs, "[options] [LOGIN]");
  std::string shell;
  for (int id = options.next(); id != kNoMore; id = options.next()) {
    if (id == kStop) return 2;
    if (id == 's') shell = options.value;
  }
  const std::string user =
      options.operands.empty() ? user_name(io, io.who.uid) : options.operands[0];
  AccountRows rows = account_rows(io, "/etc/passwd");
  std::vector<std::string>* row = account_row(rows, user);
  if (row == nullptr || row->size() < 7) {
    io.err("chsh: user '" + user + "' does not exist\n");
    return 1;
  }
  if (!io.who.is_root() && user != user_name(io, io.who.uid)) {
    io.err("chsh: You may not change the shell for '" + user + "'.\n");
    return 1;
  }
  if (shell.empty()) return 0;
  if (!io.stat(shell)) {
    io.err("chsh: " + std::string(io.who.is_root() ? "Warning: " : "") + shell +
           (io.who.is_root() ? " does not exist\n" : " is an invalid shell\n"));
    if (!io.who.is_root()) return 1;
  }
  (*row)[6] = shell;
  write_account_rows(io, "/etc/passwd", rows);
  return 0;
}

constexpr Command kRows[] = {{"passwd", &passwd}, {"chpasswd", &chpasswd}, {"chsh", &plain<chsh>}};

}  // namespace

std::span<const Command> passwd_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
