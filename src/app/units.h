// What `decnet init` writes: units of systemd, hardened, each with the rights that its process
// needs and no more; the user they run as; the folders they write.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace decnet::app {

// Of the decnet that systemd runs.
inline constexpr std::string_view kInstalledConfig = "/etc/decnet/decnet.toml";

struct InstalledFile {
  std::string path;  // Absolute; below --root where one is given.
  std::string content;
  bool is_kept = false;  // People write in it: never overwritten, removed only as it was written.
};

// `program`: the absolute path of the binary that the units start.
std::vector<InstalledFile> installed_files(const std::string& program);

// Run after the files are there, and before they go. Each is one command for the shell.
std::vector<std::string> commands_after_install();
std::vector<std::string> commands_before_removal();
std::vector<std::string> commands_after_removal();

}  // namespace decnet::app
