// useradd, usermod, userdel, groupadd, groupdel, adduser, deluser
#include <algorithm>

#include "shell/cmd/accounts.h"
#include "shell/cmd/groups.h"
#include "shell/cmd/system.h"
#include "shell/cmd/text.h"
#include "shell/cmd/tree.h"

namespace decnet::shell::cmd {
namespace {

struct Wanted {
  std::string name, uid, gid, groups, home, shell, comment, password, login;
  bool make_home = false, system = false, same_uid = false, add = false, lock = false;
  bool unlock = false, remove = false, force = false, no_group = false;
};

bool refused(Io& io) {
  if (io.who.is_root()) return false;
  io.err(std::string(io.name()) + ": Permission denied.\n" + std::string(io.name()) +
         ": cannot lock /etc/" + (io.name().starts_with("group") ? "group" : "passwd") +
         "; try again later.\n");
  io.status = io.name().starts_with("group") ? 10 : 1;
  return true;
}

bool read_wanted(Io& io, Wanted& wanted) {
  static constexpr Long kLongs[] = {
      {"create-home", 'm'},    {"shell", 's', ':'},    {"gid", 'g', ':'},      {"groups", 'G', ':'},
      {"uid", 'u', ':'},       {"non-unique", 'o'},    {"home-dir", 'd', ':'}, {"home", 'd', ':'},
      {"comment", 'c', ':'},   {"password", 'p', ':'}, {"system", 'r'},        {"append", 'a'},
      {"lock", 'L'},           {"unlock", 'U'},        {"remove", 'r'},        {"force", 'f'},
      {"no-create-home", 'M'}, {"no-user-group", 'N'}, {"login", 'l', ':'}};
  const bool deletes = io.name() == "userdel";
  const bool changes = io.name() == "usermod";
  Options options(io,
                  deletes   ? "frZR:"
                  : changes ? "ab:c:d:e:f:g:G:l:Lmop:s:u:UR:"
                            : "b:c:d:De:f:g:G:k:K:lmMNop:rs:u:UR:",
                  kLongs, "[options] LOGIN", 2);
  for (int id = options.next(); id != kNoMore; id = options.next()) {
    if (id == kStop) return false;
    if (id == 'm') wanted.make_home = true;
    if (id == 's') wanted.shell = options.value;
    if (id == 'g') wanted.gid = options.value;
    if (id == 'G') wanted.groups = options.value;
    if (id == 'u') wanted.uid = options.value;
    if (id == 'o') wanted.same_uid = true;
    if (id == 'd') wanted.home = options.value;
    if (id == 'c') wanted.comment = options.value;
    if (id == 'p') wanted.password = options.value;
    if (id == 'r') (deletes ? wanted.remove : wanted.system) = true;
    if (id == 'a') wanted.add = true;
    if (id == 'L') wanted.lock = true;
    if (id == 'U') wanted.unlock = true;
    if (id == 'N') wanted.no_group = true;
    if (id == 'l' && changes) wanted.login = options.value;
  }
  if (options.operands.size() != 1) {
    io.err("Usage: " + std::string(io.name()) + " [options] LOGIN\n\n");
    io.status = 2;
    return false;
  }
  wanted.name = options.operands[0];
  return true;
}

void join_groups(AccountRows& groups, const Wanted& wanted) {
  for (const std::string& name : split(wanted.groups, ',')) {
    std::vector<std::string>* group = account_row(groups, name);
    if (group == nullptr) continue;
    group->resize(4);
    std::vector<std::string> members = split((*group)[3], ',');
    std::erase(members, "");
    if (std::find(members.begin(), members.end(), wanted.name) == members.end())
      members.push_back(wanted.name);
    (*group)[3] = join(members, ",");
  }
}

bool groups_exist(Io& io, const Wanted& wanted) {
  bool all = true;
  for (const std::string& name : split(wanted.groups, ',')) {
    if (name.empty() || find_group(io, name)) continue;
    io.err(std::string(io.name()) + ": group '" + name + "' does not exist\n");
    all = false;
  }
  if (!all) io.status = 6;
  return all;
}

bool add_user(Io& io, Wanted& wanted) {
  AccountRows users = account_rows(io, "/etc/passwd");
  AccountRows groups = account_rows(io, "/etc/group");
  const std::string tool(io.name());
  const bool odd = wanted.name.empty() ||
                   wanted.name.find_first_of(":/ \t,") != std::string::npos ||
                   wanted.name[0] == '-';
  const int failure = odd ? 3 : account_row(users, wanted.name) != nullptr ? 9 : 0;
  if (failure != 0) {
    io.err(odd ? tool + ": invalid user name '" + wanted.name + "': use --badname to ignore\n"
               : tool + ": user '" + wanted.name + "' already exists\n");
    io.status = failure;
    return false;
  }
  if (!groups_exist(io, wanted)) return false;
  if (wanted.uid.empty()) wanted.uid = next_id(users, wanted.system);
  const bool taken = std::any_of(users.begin(), users.end(), [&](const auto& row) {
    return row.size() > 2 && row[2] == wanted.uid;
  });
  if (taken && !wanted.same_uid) {
    io.err(tool + ": UID " + wanted.uid + " is not unique\n");
    io.status = 4;
    return false;
  }
  std::string gid = wanted.gid;
  if (!gid.empty() && !number_of(gid)) {
    const auto group = find_group(io, gid);
    if (!group) {
      io.err(tool + ": group '" + gid + "' does not exist\n");
      io.status = 6;
      return false;
    }
    gid = std::to_string(group->gid);
  } else if (gid.empty() && wanted.no_group) {
    gid = "100";
  } else if (gid.empty()) {
    gid = next_id(groups, wanted.system);
    if (const auto same = number_of(wanted.uid); same && *same >= kFirstUser) gid = wanted.uid;
    groups.push_back({wanted.name, "x", gid, ""});
  }
  if (wanted.home.empty()) wanted.home = "/home/" + wanted.name;
  if (wanted.shell.empty()) wanted.shell = tool == "adduser" ? "/bin/bash" : "/bin/sh";
  users.push_back({wanted.name, "x", wanted.uid, gid, wanted.comment, wanted.home, wanted.shell});
  join_groups(groups, wanted);
  AccountRows shadow = account_rows(io, "/etc/shadow");
  shadow.push_back({wanted.name, wanted.password.empty() ? "!" : wanted.password, days_now(io), "0",
                    "99999", "7", "", "", ""});
  write_account_rows(io, "/etc/passwd", users);
  write_account_rows(io, "/etc/group", groups);
  write_account_rows(io, "/etc/shadow", shadow);
  wanted.gid = gid;
  if (wanted.make_home)
    make_home(io, wanted.home, static_cast<std::uint32_t>(number_of(wanted.uid).value_or(0)),
              static_cast<std::uint32_t>(number_of(gid).value_or(0)));
  return true;
}

int useradd(Io& io) {
  Wanted wanted;
  if (!read_wanted(io, wanted)) return io.status == 0 ? 0 : 2;
  if (!refused(io)) add_user(io, wanted);
  return io.status;
}

int usermod(Io& io) {
  Wanted wanted;
  if (!read_wanted(io, wanted)) return io.status == 0 ? 0 : 2;
  AccountRows users = account_rows(io, "/etc/passwd");
  std::vector<std::string>* row = account_row(users, wanted.name);
  if (row == nullptr || row->size() < 7) {
    io.err("usermod: user '" + wanted.name + "' does not exist\n");
    return 6;
  }
  if (refused(io) || !groups_exist(io, wanted)) return io.status;
  if (!wanted.shell.empty()) (*row)[6] = wanted.shell;
  if (!wanted.home.empty()) (*row)[5] = wanted.home;
  if (!wanted.comment.empty()) (*row)[4] = wanted.comment;
  if (!wanted.uid.empty()) (*row)[2] = wanted.uid;
  if (const auto group = find_group(io, wanted.gid)) (*row)[3] = std::to_string(group->gid);
  AccountRows shadow = account_rows(io, "/etc/shadow");
  if (std::vector<std::string>* secret = account_row(shadow, wanted.name);
      secret != nullptr && secret->size() > 1) {
    std::string& hash = (*secret)[1];
    if (!wanted.password.empty()) hash = wanted.password;
    if (wanted.lock && !hash.starts_with("!")) hash.insert(0, "!");
    if (wanted.unlock && hash.starts_with("!")) hash.erase(0, 1);
    if (!wanted.login.empty()) (*secret)[0] = wanted.login;
    write_account_rows(io, "/etc/shadow", shadow);
  }
  if (!wanted.groups.empty()) {
    AccountRows groups = account_rows(io, "/etc/group");
    for (auto& group : groups) {
      if (wanted.add || group.size() < 4) continue;
      std::vector<std::string> members = split(group[3], ',');
      std::erase(members, wanted.name);
      group[3] = join(members, ",");
    }
    join_groups(groups, wanted);
    write_account_rows(io, "/etc/group", groups);
  }
  if (!wanted.login.empty()) (*row)[0] = wanted.login;
  write_account_rows(io, "/etc/passwd", users);
  return 0;
}

void forget(Io& io, std::string_view file, const std::string& name) {
  AccountRows rows = account_rows(io, file);
  std::erase_if(rows, [&](const auto& row) { return row[0] == name; });
  write_account_rows(io, file, rows);
}

// 0: none.
int first_process_of(const Io& io, std::uint32_t uid) {
  int first = 0;
  for (const ProcessRow& row : processes_of(io)) {
    if (row.uid == uid && (first == 0 || row.pid < first)) first = row.pid;
  }
  return first;
}

Task<int> userdel(Process& process) {
  Io io(process);
  Wanted wanted;
  const bool ready = read_wanted(io, wanted);
  const auto user = ready ? find_user(io, wanted.name) : std::nullopt;
  if (ready && !user) {
    io.err("userdel: user '" + wanted.name + "' does not exist\n");
    io.status = 6;
  }
  const int busy = user ? first_process_of(io, user->uid) : 0;
  if (busy != 0) {
    io.err("userdel: user " + wanted.name + " is currently used by process " +
           std::to_string(busy) + "\n");
    io.status = 8;
  }
  if (user && busy == 0 && !refused(io)) {
    for (const char* file : {"/etc/passwd", "/etc/shadow", "/etc/group"})
      forget(io, file, wanted.name);
    if (wanted.remove) {
      io.err("userdel: " + wanted.name + " mail spool (/var/mail/" + wanted.name + ") not found\n");
      Tree tree(io.files, Credentials{});
      tree.give_after = true;
      std::uint32_t count = 0;
      const bool own = user->home.starts_with("/home/");
      if (own) tree.enter(user->home, user->home);
      while (const TreeEntry* entry = tree.next()) {
        if (entry->after) static_cast<void>(io.files.remove_directory(entry->path, Credentials{}));
        if (entry->stat.kind != Kind::directory)
          static_cast<void>(io.files.remove(entry->path, Credentials{}));
        if (++count % 32 == 0) co_await process.breathe(100);
      }
      if (own) static_cast<void>(io.files.remove_directory(user->home, Credentials{}));
    }
  }
  co_await io.flush();
  co_return io.status;
}

int groupadd(Io& io) {
  std::string name;
  std::string gid;
  bool quiet = false;
  for (std::size_t at = 1; at < io.argc(); ++at) {
    if (io.arg(at) == "-g" && at + 1 < io.argc())
      gid = io.arg(++at);
    else if (io.arg(at).starts_with("-"))
      quiet = quiet || io.arg(at) == "-f";
    else
      name = io.arg(at);
  }
  const std::string tool(io.name());
  if (name.empty()) {
    io.err("Usage: " + tool + " [options] GROUP\n\n");
    return 2;
  }
  AccountRows groups = account_rows(io, "/etc/group");
  const bool there = account_row(groups, name) != nullptr;
  if (tool == "groupdel") {
    if (!there) io.err("groupdel: group '" + name + "' does not exist\n");
    if (!there || refused(io)) return there ? io.status : 6;
    forget(io, "/etc/group", name);
    return 0;
  }
  if (there) {
    if (!quiet) io.err(tool + ": group '" + name + "' already exists\n");
    return quiet ? 0 : 9;
  }
  if (refused(io)) return io.status;
  groups.push_back({name, "x", gid.empty() ? next_id(groups, false) : gid, ""});
  write_account_rows(io, "/etc/group", groups);
  return 0;
}

Task<int> adduser(Process& process) {
  Io io(process);
  Wanted wanted;
  bool ask = true;
  bool gecos = false;
  std::vector<std::string> names;
  for (std::size_t at = 1; at < io.argc(); ++at) {
    const std::string& word = io.arg(at);
    const bool more = at + 1 < io.argc();
    if (word == "--disabled-password" || word == "--disabled-login" || word == "--system") {
      ask = false;
    } else if ((word == "--gecos" || word == "--comment") && more) {
      wanted.comment = io.arg(++at);
      gecos = true;
    } else if (word == "--shell" && more) {
      wanted.shell = io.arg(++at);
    } else if (word == "--home" && more) {
      wanted.home = io.arg(++at);
    } else if (word == "--uid" && more) {
      wanted.uid = io.arg(++at);
    } else if (word == "--ingroup" && more) {
      wanted.gid = io.arg(++at);
    } else if (!word.starts_with("-")) {
      names.push_back(word);
    }
  }
  if (!io.who.is_root() || names.empty()) {
    io.err(io.who.is_root() ? "adduser: Only one or two names allowed.\n"
                            : "adduser: Only root may add a user or group to the system.\n");
    co_await io.flush();
    co_return 1;
  }
  wanted.name = names[0];
  wanted.make_home = true;
  if (names.size() > 1) {
    wanted.groups = names[1];
    const bool known = find_user(io, names[0]).has_value() && find_group(io, names[1]).has_value();
    if (known) {
      AccountRows groups = account_rows(io, "/etc/group");
      join_groups(groups, wanted);
      write_account_rows(io, "/etc/group", groups);
      io.out("Adding user `" + names[0] + "' to group `" + names[1] + "' ...\nDone.\n");
    } else {
      io.err("adduser: The user `" + names[0] + "' does not exist.\n");
    }
    co_await io.flush();
    co_return known ? 0 : 1;
  }
  if (find_user(io, wanted.name)) {
    io.err("adduser: The user `" + wanted.name + "' already exists.\n");
    co_await io.flush();
    co_return 1;
  }
  const bool own_group = wanted.gid.empty();
  const bool made = add_user(io, wanted);
  if (made) {
    io.out("Adding user `" + wanted.name + "' ...\n");
    if (own_group) io.out("Adding new group `" + wanted.name + "' (" + wanted.gid + ") ...\n");
    io.out("Adding new user `" + wanted.name + "' (" + wanted.uid + ") with group `" + wanted.name +
           " (" + wanted.gid + ")' ...\nCreating home directory `" + wanted.home +
           "' ...\nCopying files from `/etc/skel' ...\n");
  }
  if (made && ask) {
    std::vector<std::string> words = {"passwd", wanted.name};
    co_await io.flush();
    const Sys<int> status = co_await run_program(process, std::move(words));
    static_cast<void>(status);
  }
  if (made && !gecos) {
    io.out("Changing the user information for " + wanted.name +
           "\nEnter the new value, or press ENTER for the default\n");
    for (const char* field : {"Full Name", "Room Number", "Work Phone", "Home Phone", "Other"}) {
      io.out("\t" + std::string(field) + " []: ");
      co_await io.flush();
      const Sys<std::string> line = co_await process.read_until(0, '\n', 256, {});
      static_cast<void>(line);
    }
    io.out("Is the information correct? [Y/n] ");
    co_await io.flush();
    const Sys<std::string> line = co_await process.read_until(0, '\n', 256, {});
    static_cast<void>(line);
  }
  if (made)
    io.out("Adding new user `" + wanted.name +
           "' to supplemental / extra groups `users' ...\n"
           "Adding user `" +
           wanted.name + "' to group `users' ...\n");
  co_await io.flush();
  co_return made ? 0 : 1;
}

constexpr Command kRows[] = {{"useradd", &plain<useradd>},   {"usermod", &plain<usermod>},
                             {"userdel", &userdel},          {"deluser", &userdel},
                             {"groupadd", &plain<groupadd>}, {"addgroup", &plain<groupadd>},
                             {"groupdel", &plain<groupadd>}, {"adduser", &adduser}};

}  // namespace

std::span<const Command> users_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
