// apt, apt-get, dpkg, dpkg-query
#include <algorithm>

#include "shell/cmd/fetch.h"
#include "shell/cmd/groups.h"
#include "shell/cmd/system.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::size_t kSourcesMax = 12;

struct Package {
  std::string name, version, architecture, summary, text;
};

std::vector<Package> packages_of(const Io& io) {
  std::vector<Package> all;
  Package one;
  const std::string text =
      io.files.read_file("/var/lib/dpkg/status", Credentials{}).value_or("") + "\n\n";
  for (const std::string_view line : lines_of(text)) {
    const auto value = [&](std::string_view key, std::string& into) {
      if (line.starts_with(key)) into = line.substr(key.size());
    };
    value("Package: ", one.name);
    value("Version: ", one.version);
    value("Architecture: ", one.architecture);
    value("Description: ", one.summary);
    if (!line.empty()) {
      one.text += std::string(line) + "\n";
    } else if (!one.name.empty()) {
      all.push_back(std::move(one));
      one = {};
    }
  }
  std::sort(all.begin(), all.end(),
            [](const Package& left, const Package& right) { return left.name < right.name; });
  return all;
}

void list_packages(Io& io, const std::vector<std::string>& patterns) {
  std::vector<Package> shown;
  for (const Package& one : packages_of(io)) {
    const bool fits =
        patterns.empty() || std::any_of(patterns.begin(), patterns.end(), [&](const auto& pattern) {
          return glob_matches(pattern, one.name);
        });
    if (fits) shown.push_back(one);
  }
  for (const std::string& pattern : patterns) {
    const bool any = std::any_of(shown.begin(), shown.end(), [&](const Package& one) {
      return glob_matches(pattern, one.name);
    });
    if (any) continue;
    io.err("dpkg-query: no packages found matching " + pattern + "\n");
    io.status = 1;
  }
  if (shown.empty()) return;
  std::size_t name = 14, version = 12, architecture = 12, summary = 33;
  for (const Package& one : shown) {
    name = std::max(name, one.name.size());
    version = std::max(version, one.version.size());
    summary = std::max(summary, one.summary.size());
  }
  if (io.on_terminal()) {
    const auto columns = static_cast<std::size_t>(io.columns());
    const std::size_t used = name + version + architecture + 7;
    summary = columns > used + 14 ? columns - used : 14;
  }
  io.out(
      "Desired=Unknown/Install/Remove/Purge/Hold\n| "
      "Status=Not/Inst/Conf-files/Unpacked/halF-conf/Half-inst/trig-aWait/Trig-pend\n|/ "
      "Err?=(none)/Reinst-required (Status,Err: uppercase=bad)\n||/ " +
      padded("Name", name) + " " + padded("Version", version) + " " +
      padded("Architecture", architecture) + " Description\n+++-" + std::string(name, '=') + "-" +
      std::string(version, '=') + "-" + std::string(architecture, '=') + "-" +
      std::string(summary, '=') + "\n");
  for (const Package& one : shown) {
    io.out("ii  " + padded(one.name, name) + " " + padded(one.version, version) + " " +
           padded(one.architecture, architecture) + " " + one.summary.substr(0, summary) + "\n");
  }
}

void find_owner(Io& io, const std::string& path) {
  const Credentials root;
  for (const DirectoryEntry& entry :
       io.files.list("/var/lib/dpkg/info", root).value_or(std::vector<DirectoryEntry>{})) {
    if (!entry.name.ends_with(".list")) continue;
    const std::string text =
        "\n" + io.files.read_file("/var/lib/dpkg/info/" + entry.name, root).value_or("") + "\n";
    if (text.find("\n" + path + "\n") == std::string::npos) continue;
    io.out(entry.name.substr(0, entry.name.size() - 5) + ": " + path + "\n");
    return;
  }
  io.err("dpkg-query: no path found matching pattern " + path + "\n");
  io.status = 1;
}

int dpkg(Io& io) {
  const std::string how = io.argc() > 1 ? io.arg(1) : "";
  const std::vector<std::string> rest(
      io.process.arguments.begin() +
          static_cast<std::ptrdiff_t>(std::min<std::size_t>(2, io.argc())),
      io.process.arguments.end());
  if (how == "-l" || how == "--list") {
    list_packages(io, rest);
  } else if (how == "--print-architecture") {
    io.out(hardware_of(io).arm ? "arm64\n" : "amd64\n");
  } else if (how == "--version") {
    io.out("Debian 'dpkg' package management program version 1.21.22 (" +
           std::string(hardware_of(io).arm ? "arm64" : "amd64") +
           ").\nThis is free software; see the GNU General Public License version 2 or\nlater for "
           "copying conditions. There is NO warranty.\n");
  } else if (how == "--get-selections" || how == "-W" || how == "--show") {
    for (const Package& one : packages_of(io)) {
      if (!rest.empty() && std::find(rest.begin(), rest.end(), one.name) == rest.end()) continue;
      io.out(how == "--get-selections"
                 ? one.name +
                       std::string(one.name.size() < 48 ? (55 - one.name.size()) / 8 : 1, '\t') +
                       "install\n"
                 : one.name + "\t" + one.version + "\n");
    }
  } else if (how == "-s" || how == "--status" || how == "-L" || how == "--listfiles") {
    const std::vector<Package> all = packages_of(io);
    for (const std::string& name : rest) {
      const auto found = std::find_if(all.begin(), all.end(),
                                      [&](const Package& one) { return one.name == name; });
      if (found == all.end()) {
        io.err(how == "-s" || how == "--status"
                   ? "dpkg-query: package '" + name +
                         "' is not installed and no information is available\nUse dpkg --info (= "
                         "dpkg-deb --info) to examine archive files.\n"
                   : "dpkg-query: package '" + name +
                         "' is not installed\nUse dpkg --contents (= dpkg-deb --contents) to list "
                         "archive files contents.\n");
        io.status = 1;
      } else if (how == "-s" || how == "--status") {
        io.out(found->text);
      } else {
        io.out(io.slurp_or_empty("/var/lib/dpkg/info/" + name + ".list"));
      }
    }
  } else if (how == "-S" || how == "--search") {
    for (const std::string& path : rest) find_owner(io, path);
  } else if (how == "-i" || how == "--install" || how == "-r" || how == "-P") {
    if (!io.who.is_root()) {
      io.err("dpkg: error: requested operation requires superuser privilege\n");
      return 2;
    }
    for (const std::string& name : rest) {
      const bool there = io.stat(name).has_value();
      if (how == "-r" || how == "-P") {
        io.err("dpkg: warning: ignoring request to remove " + name + " which isn't installed\n");
        continue;
      }
      io.err(
          there ? "dpkg-deb: error: '" + name +
                      "' is not a Debian format archive\ndpkg: error processing archive " + name +
                      " (--install):\n dpkg-deb --control subprocess returned error exit status "
                      "2\nErrors were encountered while processing:\n " +
                      name + "\n"
                : "dpkg: error: cannot access archive '" + name + "': No such file or directory\n");
      io.status = there ? 1 : 2;
    }
  } else if (how == "--configure" || how == "--audit") {
    return 0;
  } else {
    io.err(
        "dpkg: error: need an action option\n\nType dpkg --help for help about installing and "
        "deinstalling packages [*];\nUse 'apt' or 'aptitude' for user-friendly package "
        "management;\nType dpkg -Dhelp for a list of dpkg debug flag values;\nType dpkg "
        "--force-help for a list of forcing options;\nType dpkg-deb --help for help about "
        "manipulating *.deb files;\n\nOptions marked [*] produce a lot of output - pipe it through "
        "'less' or 'more' !\n");
    return 2;
  }
  return io.status;
}

struct Source {
  std::string url, suite, host;
};

std::vector<Source> sources_of(const Io& io) {
  std::vector<Source> all;
  const std::string text = io.slurp_or_empty("/etc/apt/sources.list");
  for (const std::string_view line : lines_of(text)) {
    const std::vector<std::string> words = words_of(line);
    if (words.size() < 3 || words[0] != "deb" || all.size() >= kSourcesMax) continue;
    std::string url = words[1];
    while (url.ends_with("/")) url.pop_back();
    all.push_back({url, words[2], target_of(url).host});
  }
  if (!all.empty()) return all;
  const std::string main = "http://deb.debian.org/debian";
  all.push_back({main, "bookworm", "deb.debian.org"});
  all.push_back(
      {"http://security.debian.org/debian-security", "bookworm-security", "security.debian.org"});
  all.push_back({main, "bookworm-updates", "deb.debian.org"});
  return all;
}

Task<void> update(Io& io) {
  const std::vector<Source> sources = sources_of(io);
  for (int round = 0; round < 3; ++round) {
    for (std::size_t at = 0; at < sources.size(); ++at)
      io.out(text_of("Ign:%zu ", at + 1) + sources[at].url + " " + sources[at].suite +
             " InRelease\n");
    co_await io.flush();
    const Duration pause = std::chrono::seconds(1 << round) + kNamePatience / 10;
    co_await io.process.sleep(pause);
  }
  std::string warnings;
  for (std::size_t at = 0; at < sources.size(); ++at) {
    const Source& one = sources[at];
    const Target target = target_of(one.url + "/dists/" + one.suite + "/InRelease");
    report(io, io.name(), target, "GET", "");
    const std::string why = "  Temporary failure resolving '" + one.host + "'\n";
    io.out(text_of("Err:%zu ", at + 1) + one.url + " " + one.suite + " InRelease\n" + why);
    warnings += "W: Failed to fetch " + target.url + why;
  }
  io.out("Reading package lists... Done\n");
  if (io.name() == "apt")
    io.out(
        "Building dependency tree... Done\nReading state information... Done\nAll packages are "
        "up to date.\n");
  io.err(warnings +
         "W: Some index files failed to download. They have been ignored, or old ones "
         "used instead.\n");
}

void change(Io& io, const std::string& verb, const std::vector<std::string>& names) {
  io.out(
      "Reading package lists... Done\nBuilding dependency tree... Done\nReading state "
      "information... Done\n");
  const std::vector<Package> all = packages_of(io);
  for (const std::string& name : names) {
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const Package& one) { return one.name == name; });
    if (found == all.end() && verb != "install") {
      io.out("Package '" + name + "' is not installed, so not removed\n");
    } else if (found == all.end()) {
      io.err("E: Unable to locate package " + name + "\n");
      io.status = 100;
    } else if (verb == "install") {
      io.out(name + " is already the newest version (" + found->version + ").\n");
    } else {
      io.err(
          text_of("E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process %d "
                  "(unattended-upgr)\nN: Be aware that removing the lock file is not a solution "
                  "and may break your system.\nE: Unable to acquire the dpkg frontend lock "
                  "(/var/lib/dpkg/lock-frontend), is another process using it?\n",
                  io.process.pid - 41));
      io.status = 100;
      return;
    }
  }
  if (io.status == 0) io.out("0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n");
}

Task<int> apt(Process& process) {
  Io io(process);
  std::vector<std::string> words;
  for (std::size_t at = 1; at < io.argc(); ++at) {
    if (io.arg(at) == "-o" || io.arg(at) == "-t")
      ++at;
    else if (!io.arg(at).starts_with("-"))
      words.push_back(io.arg(at));
  }
  const std::string verb = words.empty() ? "" : words[0];
  if (!words.empty()) words.erase(words.begin());
  if (io.name() == "apt" && !verb.empty() && !io.on_terminal())
    io.err("\nWARNING: apt does not have a stable CLI interface. Use with caution in scripts.\n\n");
  const bool changes = verb == "install" || verb == "remove" || verb == "purge" ||
                       verb == "upgrade" || verb == "dist-upgrade" || verb == "full-upgrade" ||
                       verb == "autoremove" || verb == "reinstall";
  if (verb == "update" && !io.who.is_root()) {
    io.out("Reading package lists... Done\n");
    io.err(
        "E: Could not open lock file /var/lib/apt/lists/lock - open (13: Permission denied)\nE: "
        "Unable to lock directory /var/lib/apt/lists/\n");
    io.status = 100;
  } else if (verb == "update") {
    co_await update(io);
  } else if (changes && !io.who.is_root()) {
    io.err(
        "E: Could not open lock file /var/lib/dpkg/lock-frontend - open (13: Permission "
        "denied)\nE: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), "
        "are you root?\n");
    io.status = 100;
  } else if (changes) {
    const std::string plain = verb == "reinstall" ? "install" : verb;
    change(io, plain, words);
  } else if (verb == "list") {
    io.out("Listing...\n");
    for (const Package& one : packages_of(io))
      io.out(one.name + "/now " + one.version + " " + one.architecture + " [installed,local]\n");
  } else if (verb == "clean" || verb == "autoclean" || verb == "check") {
    io.status = io.who.is_root() ? 0 : 100;
  } else if (verb.empty()) {
    io.out("apt 2.6.1 (" + std::string(hardware_of(io).arm ? "arm64" : "amd64") +
           ")\nUsage: " + std::string(io.name()) + " [options] command\n");
    io.status = 1;
  } else {
    io.err("E: Invalid operation " + verb + "\n");
    io.status = 100;
  }
  co_await io.flush();
  co_return io.status;
}

constexpr Command kRows[] = {
    {"apt", &apt}, {"apt-get", &apt}, {"dpkg", &plain<dpkg>}, {"dpkg-query", &plain<dpkg>}};

}  // namespace

std::span<const Command> packages_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
