#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/core.h>
#include <unistd.h>

#include "app/commands/command.h"
#include "app/exit_codes.h"
#include "app/units.h"
#include "base/try.h"

namespace decnet::app {
namespace {

namespace fs = std::filesystem;

struct InitOptions {
  bool dry_run = false;
  bool remove = false;
  std::string root;  // Empty: this system.
};

// What init does, or, in a dry run, says that it would do.
class Installer {
 public:
  explicit Installer(const InitOptions& options) : options_(options) {}

  Result<void> install(const std::vector<InstalledFile>& files) {
    for (const auto& file : files) DECNET_TRY(write(file));
    return run(commands_after_install());
  }
  Result<void> remove(const std::vector<InstalledFile>& files) {
    DECNET_TRY(run(commands_before_removal()));
    for (const auto& file : files) DECNET_TRY(unlink(file));
    return run(commands_after_removal());
  }

 private:
  std::string place(const InstalledFile& file) const { return options_.root + file.path; }

  static std::string read(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  Result<void> write(const InstalledFile& file) {
    const std::string path = place(file);
    std::error_code error;
    const bool is_there = fs::exists(path, error);
    if (is_there && file.is_kept) {
      fmt::print("keep     {}\n", path);
      return {};
    }
    const bool is_same = is_there && read(path) == file.content;
    fmt::print("{} {}\n", is_same ? "same    " : is_there ? "replace " : "write   ", path);
    if (options_.dry_run) {
      if (!is_same) print_indented(file.content);
      return {};
    }
    fs::create_directories(fs::path(path).parent_path(), error);
    if (error) return fail_errno(error.value(), "create " + fs::path(path).parent_path().string());
    const std::string unfinished = path + ".part";
    std::ofstream out(unfinished, std::ios::trunc);
    out << file.content;
    out.close();
    if (!out) return fail(Errc::denied, "cannot write " + path + " (run as root)");
    fs::permissions(unfinished, fs::perms(0644), error);
    fs::rename(unfinished, path, error);
    if (error) return fail_errno(error.value(), "write " + path);
    return {};
  }

  Result<void> unlink(const InstalledFile& file) {
    const std::string path = place(file);
    std::error_code error;
    if (!fs::exists(path, error)) return {};
    if (file.is_kept && read(path) != file.content) {
      fmt::print("keep     {} (it was changed)\n", path);
      return {};
    }
    fmt::print("remove   {}\n", path);
    if (options_.dry_run) return {};
    fs::remove(path, error);
    if (error) return fail_errno(error.value(), "remove " + path);
    if (file.is_kept) fs::remove(fs::path(path).parent_path(), error);  // Its own folder, if empty.
    return {};
  }

  // Only on this system: below another root nothing runs.
  Result<void> run(const std::vector<std::string>& commands) {
    if (!options_.root.empty() && !options_.dry_run) return {};
    for (const auto& command : commands) {
      fmt::print("run      {}\n", command);
      std::fflush(stdout);
      if (options_.dry_run) continue;
      // NOLINTNEXTLINE(cert-env33-c): fixed texts.
      if (std::system(command.c_str()) != 0) fmt::print(stderr, "failed   {}\n", command);
    }
    return {};
  }

  static void print_indented(std::string_view text) {
    while (!text.empty()) {
      const auto end = text.find('\n');
      fmt::print("         | {}\n", text.substr(0, end));
      text.remove_prefix(end == text.npos ? text.size() : end + 1);
    }
  }

  const InitOptions& options_;
};

int init(const InitOptions& options) {
  if (options.root.empty() && !options.dry_run && ::geteuid() != 0)
    return failed({Errc::denied, "init writes to /etc: run it as root, or look with --dry-run"});
  std::error_code error;
  const std::string program = fs::read_symlink("/proc/self/exe", error).string();
  Installer installer(options);
  const auto files = installed_files(program);
  const auto done = options.remove ? installer.remove(files) : installer.install(files);
  if (!done) return failed(done.error());
  if (options.dry_run) return kExitOk;
  if (options.remove)
    fmt::print(
        "\n/var/lib/decnet and the user decnet stay: what was recorded is yours to remove\n");
  else
    fmt::print("\n`systemctl start decnet.target` starts it\n");
  return kExitOk;
}

}  // namespace

void add_init(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<InitOptions>();
  auto* command =
      app.add_subcommand("init", "units of systemd, the user and the folders that decnet needs");
  command->add_flag("--dry-run", options->dry_run, "print everything that would be done");
  command->add_flag("--remove", options->remove, "undo it; what was recorded stays");
  command->add_option("--root", options->root, "a folder that stands for /; nothing is run");
  command->callback(
      [&invocation, options] { invocation.action = [options] { return init(*options); }; });
}

}  // namespace decnet::app
