#include "shell/cmd/accounts.h"

#include <algorithm>
#include <memory>

#include <crypt.h>

#include "base/random.h"
#include "shell/cmd/system.h"
#include "shell/cmd/text.h"
#include "shell/machine.h"
#include "shell/terminal.h"

namespace decnet::shell::cmd {

AccountRows account_rows(const Io& io, std::string_view file) {
  AccountRows rows;
  const std::string text = io.files.read_file(file, Credentials{}).value_or("");
  for (const std::string_view line : lines_of(text)) {
    if (!line.empty() && rows.size() < kAccountRowsMax) rows.push_back(split(line, ':'));
  }
  return rows;
}

bool write_account_rows(Io& io, std::string_view file, const AccountRows& rows) {
  std::string text;
  for (const auto& row : rows) text += join(row, ":") + "\n";
  return io.files.write_file(file, std::move(text), Credentials{}).has_value();
}

std::vector<std::string>* account_row(AccountRows& rows, std::string_view name) {
  for (auto& row : rows) {
    if (row[0] == name) return &row;
  }
  return nullptr;
}

Task<std::optional<std::string>> ask_secret(Io& io, std::string prompt) {
  io.err(prompt);
  co_await io.flush();
  Terminal* terminal = io.process.is_terminal(0) ? io.process.terminal() : nullptr;
  std::unique_ptr<ModeGuard> guard;
  if (terminal != nullptr) {
    TerminalMode quiet = terminal->mode();
    quiet.echo = false;
    quiet.canonical = true;
    guard = std::make_unique<ModeGuard>(*terminal, quiet);
  }
  const Sys<std::string> line = co_await io.process.read_until(0, '\n', kSecretBytesMax, {});
  guard.reset();
  if (terminal != nullptr) io.err("\n");
  std::optional<std::string> secret;
  if (line && !line->empty()) secret = *line;
  while (secret && (secret->ends_with("\n") || secret->ends_with("\r"))) secret->pop_back();
  co_return secret;
}

bool is_password(const Io& io, std::string_view user, std::string_view secret) {
  const std::optional<bool> changed = io.process.machine().password_works(user, secret);
  if (changed) return *changed;
  for (const persona::Account& account : persona_of(io).accounts) {
    if (account.user == user) return !account.password.empty() && account.password == secret;
  }
  return false;
}

std::string crypt_salt(std::size_t letters) {
  constexpr std::string_view kLetters =
      "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  std::string salt;
  while (salt.size() < letters) salt += kLetters[random_below(kLetters.size())];
  return salt;
}

std::string crypt_text(const std::string& secret, const std::string& setting) {
  auto data = std::make_unique<crypt_data>();
  const char* hash = ::crypt_r(secret.c_str(), setting.c_str(), data.get());
  return hash != nullptr && hash[0] != '*' ? hash : "";
}

std::string days_now(const Io& io) {
  return std::to_string(seconds(io.now()) / 86400);
}

bool store_password(Io& io, const std::string& user, const std::string& secret) {
  AccountRows rows = account_rows(io, "/etc/shadow");
  if (!find_user(io, user)) return false;
  std::vector<std::string>* row = account_row(rows, user);
  if (row == nullptr) {
    rows.push_back({user, "", "", "0", "99999", "7", "", "", ""});
    row = &rows.back();
  }
  row->resize(9);
  (*row)[1] = crypt_text(secret, "$y$j9T$" + crypt_salt(21) + ".$");
  (*row)[2] = days_now(io);
  if (!write_account_rows(io, "/etc/shadow", rows)) return false;
  io.process.machine().set_password(user, secret);
  return true;
}

Task<int> run_as(Io& io, PasswdRow row, std::string path, std::vector<std::string> words,
                 Environment environment, std::string directory) {
  co_await io.flush();
  ChildRequest request;
  request.arguments = std::move(words);
  request.path = std::move(path);
  request.environment = std::move(environment);
  request.descriptors = {{0, 0}, {1, 1}, {2, 2}};
  request.directory = std::move(directory);
  request.user = credentials_of(io.files, row);
  const std::string shown = request.path;
  const Sys<int> child = io.process.spawn(std::move(request));
  int status = 126;
  if (!child) {
    io.fail("failed to execute " + shown, child.error(), 126);
    co_await io.flush();
  } else {
    const Sys<Ended> ended = co_await io.process.wait(*child);
    status = ended ? ended->status : 1;
  }
  co_return status;
}

std::string next_id(const AccountRows& rows, bool system) {
  std::uint64_t next = system ? 999 : kFirstUser;
  const auto taken = [&](std::uint64_t id) {
    return std::any_of(rows.begin(), rows.end(), [&](const auto& row) {
      return row.size() > 2 && row[2] == std::to_string(id);
    });
  };
  if (system) {
    while (next > 100 && taken(next)) --next;
  } else {
    for (const auto& row : rows) {
      const auto id = row.size() > 2 ? number_of(row[2]) : std::nullopt;
      if (id && *id >= next && *id < kLastUser) next = *id + 1;
    }
  }
  return std::to_string(next);
}

void make_home(Io& io, const std::string& home, std::uint32_t uid, std::uint32_t gid) {
  const Credentials root;
  static_cast<void>(io.files.make_directory(home, 0755, root));
  for (const DirectoryEntry& entry :
       io.files.list("/etc/skel", root).value_or(std::vector<DirectoryEntry>{})) {
    if (entry.kind != Kind::regular) continue;
    const std::string path = home + "/" + entry.name;
    static_cast<void>(io.files.write_file(
        path, io.files.read_file("/etc/skel/" + entry.name, root).value_or(""), root, 0644));
    static_cast<void>(io.files.set_owner(path, uid, gid, root));
  }
  static_cast<void>(io.files.set_owner(home, uid, gid, root));
}

}  // namespace decnet::shell::cmd
