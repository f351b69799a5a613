// sudo, su
#include <algorithm>

#include "shell/cmd/accounts.h"
#include "shell/cmd/groups.h"
#include "shell/cmd/system.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::string_view kSecurePath =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr std::string_view kUserPath = "/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games";
constexpr std::string_view kLecture =
    "\nWe trust you have received the usual lecture from the local System\nAdministrator. It "
    "usually boils down to these three things:\n\n    #1) Respect the privacy of others.\n    #2) "
    "Think before you type.\n    #3) With great power comes great responsibility.\n\nFor security "
    "reasons, the password you type will not be visible.\n\n";
constexpr std::int64_t kRememberSeconds = 15 * 60;

struct Sudo {
  bool list = false, from_input = false, never_ask = false, login = false, shell = false;
  bool validate = false, forget = false, background = false, keep = false;
  std::string user = "root", prompt, other;
  Environment given;
  std::vector<std::string> words;
};

enum class Allowed : std::uint8_t { no, with_password, freely };

// "(ALL:ALL) NOPASSWD:ALL" as sudo -l shows it: "(ALL : ALL) NOPASSWD: ALL".
std::string shown_rule(std::string_view line) {
  std::string out;
  bool inside = false;
  for (const char letter : line.substr(line.find('=') + 1)) {
    if (letter == '(' || letter == ')') inside = letter == '(';
    if (letter == ' ' && (out.empty() || out.ends_with(' '))) continue;
    out += letter != ':' ? std::string(1, letter) : inside ? " : " : ": ";
  }
  return out;
}

void add_rules(const Io& io, const std::string& name, std::string_view text, Allowed& allowed,
               std::vector<std::string>& rules) {
  for (const std::string_view line : lines_of(text)) {
    const std::vector<std::string> words = words_of(line);
    if (words.size() < 2 || words[0].starts_with("#")) continue;
    bool fits = words[0] == name || words[0] == "ALL";
    if (words[0].starts_with("%")) {
      const auto group = find_group(io, words[0].substr(1));
      fits = group &&
             std::find(group->members.begin(), group->members.end(), name) != group->members.end();
    }
    if (!fits || words[1].find('=') == std::string::npos) continue;
    rules.push_back(shown_rule(line));
    allowed =
        line.find("NOPASSWD:") != std::string_view::npos ? Allowed::freely : Allowed::with_password;
  }
}

Allowed allowed_for(const Io& io, const std::string& name, std::vector<std::string>& rules) {
  Allowed allowed = Allowed::no;
  const Credentials root;
  std::string text = io.files.read_file("/etc/sudoers", root).value_or("%sudo ALL=(ALL:ALL) ALL\n");
  for (const DirectoryEntry& entry :
       io.files.list("/etc/sudoers.d", root).value_or(std::vector<DirectoryEntry>{})) {
    text += "\n" + io.files.read_file("/etc/sudoers.d/" + entry.name, root).value_or("");
  }
  add_rules(io, name, text, allowed, rules);
  return name == "root" ? Allowed::freely : allowed;
}

bool read_sudo(Io& io, Sudo& sudo) {
  static constexpr Long kLongs[] = {
      {"list", 'l'},     {"stdin", 'S'},      {"non-interactive", 'n'},   {"login", 'i'},
      {"shell", 's'},    {"user", 'u', ':'},  {"other-user", 'U', ':'},   {"reset-timestamp", 'k'},
      {"validate", 'v'}, {"background", 'b'}, {"preserve-env", 'E', '?'}, {"prompt", 'p', ':'},
      {"set-home", 'H'}};
  Options options(io, "+lSnisu:U:kKvbEp:HVA", kLongs, "-h | -K | -k | -V", 1);
  for (int id = options.next(); id != kNoMore; id = options.next()) {
    if (id == kStop) return false;
    if (id == 'V') {
      io.out(
          "Sudo version 1.9.13p3\nSudoers policy plugin version 1.9.13p3\nSudoers file grammar "
          "version 50\nSudoers I/O plugin version 1.9.13p3\nSudoers audit plugin version "
          "1.9.13p3\n");
      return false;
    }
    sudo.list = sudo.list || id == 'l';
    sudo.from_input = sudo.from_input || id == 'S';
    sudo.never_ask = sudo.never_ask || id == 'n';
    sudo.login = sudo.login || id == 'i';
    sudo.shell = sudo.shell || id == 's';
    sudo.forget = sudo.forget || id == 'k' || id == 'K';
    sudo.validate = sudo.validate || id == 'v';
    sudo.keep = sudo.keep || id == 'E';
    if (id == 'u') sudo.user = options.value;
    if (id == 'p') sudo.prompt = options.value;
    if (id == 'U') sudo.other = options.value;
  }
  sudo.words = options.operands;
  while (!sudo.words.empty() && sudo.words[0].find('=') != std::string::npos &&
         sudo.words[0].find('/') > sudo.words[0].find('=')) {
    const std::string& one = sudo.words[0];
    sudo.given[one.substr(0, one.find('='))] = one.substr(one.find('=') + 1);
    sudo.words.erase(sudo.words.begin());
  }
  if (sudo.words.empty() && !sudo.list && !sudo.login && !sudo.shell && !sudo.validate &&
      !sudo.forget) {
    io.err(
        "usage: sudo -h | -K | -k | -V\nusage: sudo -v [-ABkNnS] [-g group] [-h host] [-p prompt] "
        "[-u user]\nusage: sudo -l [-ABkNnS] [-g group] [-h host] [-p prompt] [-U user] [-u user] "
        "[command [arg ...]]\nusage: sudo [-ABbEHkNnPS] [-r role] [-t type] [-C num] [-D "
        "directory] "
        "[-g group] [-h host] [-p prompt] [-R directory] [-T timeout] [-u user] [VAR=value] [-i | "
        "-s] [command [arg ...]]\nusage: sudo -e [-ABkNnS] [-r role] [-t type] [-C num] [-D "
        "directory] [-g group] [-h host] [-p prompt] [-R directory] [-T timeout] [-u user] file "
        "...\n");
    io.status = 1;
    return false;
  }
  return true;
}

// The time stamp that saves asking again.
std::string stamp_path(const std::string& name) {
  return "/run/sudo/ts/" + name;
}
bool is_remembered(const Io& io, const std::string& name) {
  const Sys<Stat> stat = io.files.stat(stamp_path(name), Credentials{});
  return stat && seconds(io.now()) - seconds(stat->modified) < kRememberSeconds;
}
void remember(Io& io, const std::string& name) {
  for (const char* folder : {"/run/sudo", "/run/sudo/ts"})
    static_cast<void>(io.files.make_directory(folder, 0700, Credentials{}));
  static_cast<void>(
      io.files.write_file(stamp_path(name), std::string(112, '\0'), Credentials{}, 0600));
}

Task<bool> authenticate(Io& io, const Sudo& sudo, std::string name) {
  if (is_remembered(io, name)) co_return true;
  if (sudo.never_ask) {
    io.err("sudo: a password is required\n");
    co_return false;
  }
  if (!sudo.from_input && !io.process.is_terminal(0)) {
    io.err(
        "sudo: a terminal is required to read the password; either use the -S option to read from "
        "standard input or configure an askpass helper\nsudo: a password is required\n");
    co_return false;
  }
  if (!io.files.stat("/var/lib/sudo/lectured/" + name, Credentials{})) {
    io.err(kLecture);
    for (const char* folder : {"/var/lib/sudo", "/var/lib/sudo/lectured"})
      static_cast<void>(io.files.make_directory(folder, 0700, Credentials{}));
    static_cast<void>(
        io.files.write_file("/var/lib/sudo/lectured/" + name, "", Credentials{}, 0600));
  }
  int tries = 0;
  while (tries < 3) {
    const std::string prompt =
        sudo.prompt.empty() ? "[sudo] password for " + name + ": " : sudo.prompt;
    const std::optional<std::string> secret = co_await ask_secret(io, prompt);
    if (!secret) break;
    if (is_password(io, name, *secret)) {
      remember(io, name);
      co_return true;
    }
    ++tries;
    co_await io.flush();
    co_await io.process.sleep(Duration{1'900'000});
    if (tries < 3) io.err("Sorry, try again.\n");
  }
  io.err(tries == 0
             ? "sudo: no password was provided\nsudo: a password is required\n"
             : text_of("sudo: %d incorrect password attempt%s\n", tries, tries > 1 ? "s" : ""));
  co_return false;
}

void list_rules(Io& io, const std::string& name, const std::vector<std::string>& rules) {
  const std::string host = hostname_of(io);
  if (rules.empty()) {
    io.out("User " + name + " is not allowed to run sudo on " + host + ".\n");
    return;
  }
  io.out("Matching Defaults entries for " + name + " on " + host +
         ":\n    env_reset, mail_badpass,\n    "
         "secure_path=/usr/local/sbin\\:/usr/local/bin\\:/usr/sbin\\:/usr/bin\\:/sbin\\:/bin,\n    "
         "use_pty\n\nUser " +
         name + " may run the following commands on " + host + ":\n");
  for (const std::string& rule : rules) io.out("    " + rule + "\n");
}

Task<int> start(Io& io, Sudo& sudo, const std::string& name) {
  const std::optional<PasswdRow> row = passwd_row(io.files, sudo.user);
  if (!row) {
    io.err("sudo: unknown user " + sudo.user +
           "\nsudo: error initializing audit plugin sudoers_audit\n");
    co_await io.flush();
    co_return 1;
  }
  std::vector<std::string> words = sudo.words;
  if (sudo.login || sudo.shell || words.empty()) {
    const std::string shell = sudo.login                     ? row->shell
                              : io.variable("SHELL").empty() ? row->shell
                                                             : io.variable("SHELL");
    std::vector<std::string> inner = {(sudo.login ? "-" : "") + shell.substr(shell.rfind('/') + 1)};
    if (!words.empty()) inner.insert(inner.end(), {"-c", join(words, " ")});
    words = std::move(inner);
    words[0] = sudo.login ? words[0] : shell;
    sudo.words = {shell};
  }
  Environment environment;
  if (sudo.keep) environment = io.process.environment;
  for (const char* kept : {"TERM", "LANG", "DISPLAY", "COLORTERM", "LC_ALL", "LS_COLORS"}) {
    if (const std::string value = io.variable(kept); !value.empty()) environment[kept] = value;
  }
  environment["PATH"] = kSecurePath;
  environment["HOME"] = row->home;
  environment["SHELL"] = row->shell;
  environment["USER"] = environment["LOGNAME"] = row->name;
  environment["MAIL"] = "/var/mail/" + row->name;
  environment["SUDO_USER"] = name;
  environment["SUDO_UID"] = std::to_string(io.who.uid);
  environment["SUDO_GID"] = std::to_string(io.who.gid);
  for (const auto& [key, value] : sudo.given) environment[key] = value;
  io.process.environment["PATH"] = kSecurePath;
  const Sys<std::string> path = find_program(io.process, sudo.words[0]);
  if (!path) {
    io.err("sudo: " + sudo.words[0] + ": command not found\n");
    co_await io.flush();
    co_return 1;
  }
  environment["SUDO_COMMAND"] = *path;
  PasswdRow target = *row;
  std::string where = sudo.login ? row->home : io.process.directory;
  std::string program = *path;
  const int status = co_await run_as(io, std::move(target), std::move(program), std::move(words),
                                     std::move(environment), std::move(where));
  co_return status;
}

Task<int> sudo_main(Process& process) {
  Io io(process);
  Sudo sudo;
  bool going = read_sudo(io, sudo);
  const std::string name = user_name(io, io.who.uid);
  if (going && sudo.forget && sudo.words.empty()) {
    static_cast<void>(io.files.remove(stamp_path(name), Credentials{}));
    going = false;
  }
  std::vector<std::string> rules;
  const Allowed allowed = allowed_for(io, name, rules);
  if (going && allowed != Allowed::freely) {
    std::string who = name;
    const bool known = co_await authenticate(io, sudo, std::move(who));
    if (!known) io.status = 1;
    if (known && allowed == Allowed::no) {
      io.err(sudo.list ? "Sorry, user " + name + " may not run sudo on " + hostname_of(io) + ".\n"
                       : name + " is not in the sudoers file.  This incident will be reported.\n");
      io.status = 1;
    }
    going = known && allowed != Allowed::no;
  }
  if (going && sudo.list && !sudo.other.empty() && !find_user(io, sudo.other)) {
    io.err("sudo: unknown user " + sudo.other + "\n");
    io.status = 1;
  } else if (going && sudo.list) {
    const bool other = !sudo.other.empty() && sudo.other != name;
    std::vector<std::string> theirs;
    if (other) static_cast<void>(allowed_for(io, sudo.other, theirs));
    list_rules(io, other ? sudo.other : name, other ? theirs : rules);
  }
  int status = io.status;
  if (going && !sudo.list && !(sudo.validate && sudo.words.empty())) {
    status = co_await start(io, sudo, name);
  }
  co_await io.flush();
  co_return status;
}

struct Su {
  bool login = false, keep = false;
  std::string command, shell, user = "root";
  std::vector<std::string> rest;
};

bool read_su(Io& io, Su& su) {
  static constexpr Long kLongs[] = {{"login", 'l'},      {"command", 'c', ':'},
                                    {"shell", 's', ':'}, {"preserve-environment", 'p'},
                                    {"group", 'g', ':'}, {"pty", 'P'}};
  Options options(io, "lc:s:mpg:G:Pf", kLongs, "[options] [-] [<user> [<argument>...]]", 1);
  for (int id = options.next(); id != kNoMore; id = options.next()) {
    if (id == kStop) return false;
    su.login = su.login || id == 'l';
    su.keep = su.keep || id == 'p' || id == 'm';
    if (id == 'c') su.command = options.value;
    if (id == 's') su.shell = options.value;
  }
  std::vector<std::string> words = options.operands;
  if (!words.empty() && words[0] == "-") {
    su.login = true;
    words.erase(words.begin());
  }
  if (!words.empty()) {
    su.user = words[0];
    words.erase(words.begin());
  }
  su.rest = std::move(words);
  return true;
}

Task<int> su_main(Process& process) {
  Io io(process);
  Su su;
  const bool ready = read_su(io, su);
  const std::optional<PasswdRow> row = ready ? passwd_row(io.files, su.user) : std::nullopt;
  if (ready && !row) {
    io.err("su: user " + su.user +
           " does not exist or the user entry does not contain all the required fields\n");
    io.status = 1;
  }
  bool allowed = row.has_value();
  if (allowed && !io.who.is_root()) {
    const std::optional<std::string> secret = co_await ask_secret(io, "Password: ");
    allowed = secret && is_password(io, su.user, *secret);
    if (!allowed) {
      co_await io.flush();
      co_await process.sleep(Duration{2'300'000});
      io.err("su: Authentication failure\n");
      io.status = 1;
    }
  }
  int status = io.status;
  if (allowed) {
    const std::string shell = su.shell.empty() ? row->shell : su.shell;
    std::vector<std::string> words = {su.login ? "-" + shell.substr(shell.rfind('/') + 1)
                                               : shell.substr(shell.rfind('/') + 1)};
    if (!su.command.empty()) words.insert(words.end(), {"-c", su.command});
    words.insert(words.end(), su.rest.begin(), su.rest.end());
    Environment environment;
    if (!su.login) environment = process.environment;
    if (su.login && !process.variable("TERM").empty())
      environment["TERM"] = process.variable("TERM");
    if (!su.keep) {
      environment["HOME"] = row->home;
      environment["SHELL"] = shell;
      if (su.login || row->uid != 0) environment["USER"] = environment["LOGNAME"] = row->name;
      if (su.login) environment["PATH"] = row->uid == 0 ? kSecurePath : kUserPath;
      if (su.login) environment["MAIL"] = "/var/mail/" + row->name;
    }
    PasswdRow target = *row;
    std::string where = su.login ? row->home : process.directory;
    std::string path = shell;
    status = co_await run_as(io, std::move(target), std::move(path), std::move(words),
                             std::move(environment), std::move(where));
  }
  co_await io.flush();
  co_return status;
}

constexpr Command kRows[] = {{"sudo", &sudo_main}, {"su", &su_main}};

}  // namespace

std::span<const Command> sudo_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
