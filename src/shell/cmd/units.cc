// What systemctl does with unit files: enable, disable, is-enabled, cat.
#include <algorithm>

#include "shell/cmd/system.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::string_view kOwn = "/etc/systemd/system/";
constexpr std::string_view kShipped = "/lib/systemd/system/";
constexpr std::size_t kInstallLinesMax = 32;

// Where the unit's file lies; empty where it has none.
std::string unit_path(Io& io, const std::string& unit) {
  for (const std::string_view folder : {kOwn, kShipped}) {
    std::string path = std::string(folder) + unit;
    if (io.stat(path)) return path;
  }
  return {};
}

// The links that [Install] asks for.
std::vector<std::string> wanted_links(Io& io, const std::string& path, const std::string& unit) {
  std::vector<std::string> links;
  bool install = false;
  const std::string text = io.slurp_or_empty(path);
  for (const std::string_view line : lines_of(text)) {
    if (line.starts_with("[")) install = line.starts_with("[Install]");
    const std::size_t equals = line.find('=');
    if (!install || equals == std::string_view::npos || links.size() >= kInstallLinesMax) continue;
    const std::string_view key = line.substr(0, equals);
    for (const std::string& name : words_of(line.substr(equals + 1))) {
      if (name.find('/') != std::string::npos) continue;
      if (key == "Alias") links.push_back(std::string(kOwn) + name);
      if (key == "WantedBy") links.push_back(std::string(kOwn) + name + ".wants/" + unit);
      if (key == "RequiredBy") links.push_back(std::string(kOwn) + name + ".requires/" + unit);
    }
  }
  return links;
}

void tell_sysv(Io& io, const std::string& verb, const std::string& unit) {
  const std::string name = unit.substr(0, unit.rfind('.'));
  if (!io.stat("/etc/init.d/" + name)) return;
  io.err("Synchronizing state of " + unit +
         " with SysV service script with /lib/systemd/systemd-sysv-install.\nExecuting: "
         "/lib/systemd/systemd-sysv-install " +
         verb + " " + name + "\n");
}

void enable(Io& io, const std::string& path, const std::vector<std::string>& links) {
  for (const std::string& link : links) {
    const std::string folder = link.substr(0, link.rfind('/'));
    if (!io.stat(folder)) static_cast<void>(io.files.make_directory(folder, 0755, io.who));
    const Sys<void> made = io.files.make_link(path, link, io.who);
    if (made) io.err("Created symlink " + link + " \xE2\x86\x92 " + path + ".\n");
  }
}

void disable(Io& io, const std::vector<std::string>& links) {
  for (const std::string& link : links) {
    const Sys<void> gone = io.files.remove(link, io.who);
    if (gone) io.err("Removed \"" + link + "\".\n");
  }
}

}  // namespace

bool unit_file_verb(Io& io, const std::string& verb, const std::string& unit) {
  const std::string path = unit_path(io, unit);
  if (path.empty()) return false;
  const std::vector<std::string> links = wanted_links(io, path, unit);
  if (verb == "enable" || verb == "disable") {
    tell_sysv(io, verb, unit);
    if (verb == "enable")
      enable(io, path, links);
    else
      disable(io, links);
  } else if (verb == "is-enabled") {
    const bool enabled = std::any_of(links.begin(), links.end(), [&](const std::string& link) {
      return io.stat(link, Follow::no).has_value();
    });
    io.out(enabled ? "enabled\n" : links.empty() ? "static\n" : "disabled\n");
    io.status = enabled || links.empty() ? 0 : 1;
  } else if (verb == "cat") {
    io.out("# " + path + "\n" + io.slurp_or_empty(path));
  } else {
    return false;
  }
  return true;
}

}  // namespace decnet::shell::cmd
