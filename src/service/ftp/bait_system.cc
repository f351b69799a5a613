// The accounts of the host, and the files of Debian that anybody may read.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/bytes.h"
#include "service/ftp/bait.h"

namespace decnet::service::ftp {

namespace {

struct SystemUser {
  std::string_view name;
  std::uint32_t uid;
  std::uint32_t gid;
  std::string_view group;
  std::string_view home;
};

// What a Debian 12 has from the start (base-passwd), and what its usual packages add.
constexpr std::array<SystemUser, 24> kSystemUsers{{
    {"root", 0, 0, "root", "/root"},
    {"daemon", 1, 1, "daemon", "/usr/sbin"},
    {"bin", 2, 2, "bin", "/bin"},
    {"sys", 3, 3, "sys", "/dev"},
    {"sync", 4, 65534, "nogroup", "/bin"},
    {"games", 5, 60, "games", "/usr/games"},
    {"man", 6, 12, "man", "/var/cache/man"},
    {"lp", 7, 7, "lp", "/var/spool/lpd"},
    {"mail", 8, 8, "mail", "/var/mail"},
    {"news", 9, 9, "news", "/var/spool/news"},
    {"uucp", 10, 10, "uucp", "/var/spool/uucp"},
    {"proxy", 13, 13, "proxy", "/bin"},
    {"www-data", 33, 33, "www-data", "/var/www"},
    {"backup", 34, 34, "backup", "/var/backups"},
    {"list", 38, 38, "list", "/var/list"},
    {"irc", 39, 39, "irc", "/run/ircd"},
    {"_apt", 42, 65534, "nogroup", "/nonexistent"},
    {"nobody", 65534, 65534, "nogroup", "/nonexistent"},
    {"systemd-network", 998, 998, "systemd-network", "/"},
    {"messagebus", 100, 107, "messagebus", "/nonexistent"},
    {"sshd", 101, 65534, "nogroup", "/run/sshd"},
    {"postgres", 102, 110, "postgres", "/var/lib/postgresql"},
    {"mysql", 103, 111, "mysql", "/nonexistent"},
    {"redis", 106, 114, "redis", "/var/lib/redis"},
}};
constexpr std::size_t kAlwaysThere =
    21;  // Of kSystemUsers; the rest only where the persona names them.

struct Group {
  std::string_view name;
  unsigned gid;
};
constexpr std::array<Group, 16> kOtherGroups{{{"adm", 4},
                                              {"tty", 5},
                                              {"disk", 6},
                                              {"kmem", 15},
                                              {"dialout", 20},
                                              {"cdrom", 24},
                                              {"sudo", 27},
                                              {"audio", 29},
                                              {"src", 40},
                                              {"shadow", 42},
                                              {"utmp", 43},
                                              {"video", 44},
                                              {"staff", 50},
                                              {"users", 100},
                                              {"crontab", 996},
                                              {"ssh_keys", 997}}};

std::string capitalised(std::string_view name) {
  std::string out(name);
  if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 32);
  return out;
}

std::string passwd(const Users& users) {
  std::string out;
  for (const User& user : users.all()) {
    const std::string_view shell =
        user.name == "sync" ? std::string_view("/bin/sync") : std::string_view(user.shell);
    out += fmt::format("{}:x:{}:{}:{}:{}:{}\n", user.name, user.uid, user.gid, user.full_name,
                       user.home, shell);
  }
  return out;
}

std::string groups(const Users& users) {
  std::vector<std::pair<std::uint32_t, std::string>> all;
  all.reserve(std::size(kOtherGroups) + users.all().size());
  for (const Group& group : kOtherGroups) all.emplace_back(group.gid, group.name);
  for (const User& user : users.all()) all.emplace_back(user.gid, users.names().group(user.gid));
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  std::string out;
  for (const auto& [gid, name] : all) out += fmt::format("{}:x:{}:\n", name, gid);
  return out;
}

std::string vsftpd_conf(const Profile& profile) {
  const auto yes = [](bool on) { return on ? "YES" : "NO"; };
  std::string out =
      fmt::format("listen=NO\nlisten_ipv6=YES\nanonymous_enable={}\nlocal_enable=YES\n",
                  yes(profile.anonymous));
  if (profile.writable) out += "write_enable=YES\n";
  if (profile.writable && profile.anonymous)
    out += "anon_upload_enable=YES\nanon_mkdir_write_enable=YES\n";
  out += "dirmessage_enable=YES\nuse_localtime=YES\nxferlog_enable=YES\nconnect_from_port_20=YES\n";
  out += "secure_chroot_dir=/var/run/vsftpd/empty\npam_service_name=vsftpd\n";
  return out + fmt::format("ssl_enable={}\n", yes(profile.tls));
}

std::string proftpd_conf(const Profile& profile) {
  std::string out =
      "Include /etc/proftpd/modules.conf\n\nUseIPv6 on\nServerName \"Debian\"\nServerType "
      "standalone\nDeferWelcome off\n"
      "DefaultServer on\nShowSymlinks on\nTimeoutNoTransfer 600\nTimeoutStalled 600\nTimeoutIdle "
      "1200\n"
      "DisplayLogin welcome.msg\nDisplayChdir .message true\nListOptions \"-l\"\nPort "
      "21\nMaxInstances 30\nUser proftpd\n"
      "Group nogroup\nUmask 022 022\nAllowOverwrite on\n";
  if (profile.tls) out += "Include /etc/proftpd/tls.conf\n";
  if (profile.anonymous)
    out +=
        "<Anonymous ~ftp>\n  User ftp\n  Group nogroup\n  UserAlias anonymous ftp\n</Anonymous>\n";
  return out;
}

}  // namespace

Users users_of(const persona::Persona& persona, Profile::Server server) {
  Users users;
  std::uint32_t next = 1000;
  const auto opened = [&](std::string_view name) {
    return std::any_of(persona.accounts.begin(), persona.accounts.end(), [&](const auto& account) {
      return account.user == name && !account.password.empty();
    });
  };
  const auto named = [&](std::string_view name) {
    return std::any_of(persona.accounts.begin(), persona.accounts.end(),
                       [&](const auto& account) { return account.user == name; });
  };
  for (std::size_t n = 0; n < kSystemUsers.size(); ++n) {
    const SystemUser& system = kSystemUsers[n];
    if (n >= kAlwaysThere && !named(system.name)) continue;
    const bool shell = system.uid == 0 || opened(system.name);
    users.add({std::string(system.name), system.uid, system.gid, std::string(system.home),
               std::string(system.name), shell ? "/bin/bash" : "/usr/sbin/nologin"},
              std::string(system.group));
  }
  users.add({"ftp", 104, 112, "/srv/ftp", "ftp daemon,,,", "/usr/sbin/nologin"}, "ftp");
  if (server == Profile::Server::proftpd)
    users.add({"proftpd", 105, 65534, "/run/proftpd", "", "/usr/sbin/nologin"}, "nogroup");
  for (const auto& account : persona.accounts) {
    if (users.find(account.user) != nullptr || account.user.empty()) continue;
    users.add({account.user, next, next, "/home/" + account.user, capitalised(account.user) + ",,,",
               "/bin/bash"},
              account.user);
    ++next;
  }
  return users;
}

Purpose purpose_of(const persona::Persona& persona) {
  const std::string_view archetype = persona.archetype;
  if (archetype.find("web") != std::string_view::npos) return Purpose::web;
  if (archetype.find("file") != std::string_view::npos ||
      archetype.find("office") != std::string_view::npos)
    return Purpose::office;
  if (archetype.find("backup") != std::string_view::npos ||
      archetype.find("database") != std::string_view::npos)
    return Purpose::backup;
  return static_cast<Purpose>(persona.stream("ftp.purpose").below(3));
}

std::string Bait::system_file(std::string_view name) const {
  const persona::Persona& persona = *persona_;
  SeededRandom random = persona.stream(fmt::format("ftp.system.{}", name));
  if (name == "passwd") return passwd(users_);
  if (name == "group") return groups(users_);
  if (name == "hostname") return persona.hostname + "\n";
  if (name == "mailname") return persona.fqdn() + "\n";
  if (name == "hosts") {
    return fmt::format(
        "127.0.0.1\tlocalhost\n127.0.1.1\t{}\t{}\n\n::1     localhost ip6-localhost ip6-loopback\n",
        persona.fqdn(), persona.hostname);
  }
  if (name == "issue") return "Debian GNU/Linux 12 \\n \\l\n\n";
  if (name == "issue.net") return "Debian GNU/Linux 12\n";
  if (name == "debian_version") return fmt::format("12.{}\n", random.between(5, 11));
  if (name == "os-release") {
    return "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian "
           "GNU/Linux\"\nVERSION_ID=\"12\"\nVERSION=\"12 (bookworm)\"\n"
           "VERSION_CODENAME=bookworm\nID=debian\n";
  }
  if (name == "fstab") {
    const std::string id = to_hex(random.bytes(16));
    return fmt::format("UUID={}-{}-{}-{}-{} / ext4 errors=remount-ro 0 1\n", id.substr(0, 8),
                       id.substr(8, 4), id.substr(12, 4), id.substr(16, 4), id.substr(20));
  }
  if (name == "resolv.conf")
    return fmt::format("search {}\nnameserver 10.{}.0.53\n", persona.domain, random.between(1, 60));
  if (name == "machine-id") return to_hex(random.bytes(16)) + "\n";
  if (name == "timezone") return "Etc/UTC\n";
  if (name == "shells")
    return "# valid login "
           "shells\n/bin/sh\n/usr/bin/sh\n/bin/bash\n/usr/bin/bash\n/bin/rbash\n/usr/bin/rbash\n/"
           "bin/dash\n/usr/bin/dash\n";
  if (name == "ftpusers") {
    return "# users who may not log in by "
           "FTP\n\nroot\ndaemon\nbin\nsys\nsync\ngames\nman\nlp\nmail\nnews\nuucp\nnobody\n";
  }
  if (name == "crontab") {
    return fmt::format(
        "SHELL=/bin/sh\n{} *\t* * *\troot\tcd / && run-parts --report /etc/cron.hourly\n{} {}\t* * "
        "*\troot\t/usr/local/sbin/backup.sh\n",
        random.between(1, 59), random.between(0, 59), random.between(1, 5));
  }
  if (name == "vsftpd.conf") return vsftpd_conf(profile_);
  if (name == "proftpd.conf") return proftpd_conf(profile_);
  if (name == "bashrc")
    return "# for interactive shells\ncase $- in *i*) ;; *) return ;; "
           "esac\nHISTCONTROL=ignoreboth\nHISTSIZE=1000\n"
           "PS1='\\u@\\h:\\w\\$ '\nalias ll='ls -l'\nalias la='ls -A'\n";
  if (name == "profile")
    return "# for login shells\n[ -f \"$HOME/.bashrc\" ] && . \"$HOME/.bashrc\"\n[ -d "
           "\"$HOME/bin\" ] && PATH=\"$HOME/bin:$PATH\"\n";
  if (name == "bash_logout")
    return "[ \"$SHLVL\" = 1 ] && [ -x /usr/bin/clear_console ] && /usr/bin/clear_console -q\n";
  return {};
}

}  // namespace decnet::service::ftp
