// decnet: one program, its command line. What each command does is in commands/.
#include <cstdio>
#include <filesystem>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <unistd.h>

#include "app/commands/command.h"
#include "app/exit_codes.h"
#include "app/table.h"
#include "app/units.h"
#include "base/log.h"
#include "base/version.h"

namespace decnet::app {

int failed(const Error& error) {
  fmt::print(stderr, "decnet: {}\n", terminal_safe(error.detail));
  return exit_code(error.code);
}

namespace {

struct Common {
  std::string config_file;
  std::string data_dir;
  std::vector<std::string> settings;
};

void add_common(CLI::App& app, Common& common, Invocation& invocation) {
  app.add_option("--config", common.config_file,
                 "configuration file (default: decnet.toml where there is one; else, for an "
                 "installed program, /etc/decnet/decnet.toml)")
      ->envname("DECNET_CONFIG");
  app.add_option("--data-dir", common.data_dir, "where everything is kept (default: ./data)");
  app.add_option("--set", common.settings,
                 "one configuration key, as section.key=value; may be repeated");
  app.add_flag("--json", invocation.json, "answer in JSON, for programs");
}

// Whether this is the program whose units systemd runs, and not one in a build folder.
bool is_installed() {
  std::error_code error;
  const auto folder = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
  return folder == "/usr/bin" || folder == "/usr/local/bin";
}

// So that an operator need not name it. Who names a data folder means another decnet, as does the
// supervisor to its children.
std::string default_config_file(const Common& common, const Environment& environment) {
  if (::access("decnet.toml", F_OK) == 0) return "decnet.toml";
  std::string installed(kInstalledConfig);
  const bool names_data = !common.data_dir.empty() || environment.contains("DECNET_DATA_DIR");
  if (names_data || !is_installed() || ::access(installed.c_str(), F_OK) != 0) return {};
  return installed;
}

Result<Config> configure(const Common& common, std::string& config_file) {
  ConfigSources sources{.file = common.config_file, .environment = environment_of_process()};
  if (sources.file.empty()) sources.file = default_config_file(common, sources.environment);
  if (!common.data_dir.empty()) sources.overrides["data_dir"] = common.data_dir;
  for (const auto& setting : common.settings) {
    const auto equals = setting.find('=');
    if (equals == setting.npos)
      return fail(Errc::invalid_argument, "--set takes section.key=value, not " + setting);
    sources.overrides[setting.substr(0, equals)] = setting.substr(equals + 1);
  }
  config_file = sources.file;
  return load_config(sources);
}

int run(int argc, char** argv) {
  CLI::App app("decnet puts decoy hosts on a network, and tells who touches them.");
  app.name("decnet");
  app.require_subcommand(1);
  app.fallthrough();
  app.set_version_flag("--version", std::string(kVersion));
  Invocation invocation;
  Common common;
  add_common(app, common, invocation);
  for (const auto add :
       {add_up, add_status, add_watch, add_sessions, add_replay, add_catalog, add_import, add_db,
        add_users, add_config, add_bus, add_doctor, add_init, add_about}) {
    add(app, invocation);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? kExitOk : kExitUsage;
  }
  auto config = configure(common, invocation.config_file);
  if (!config) return failed(config.error());
  invocation.config = *std::move(config);
  const auto level = log::parse_level(invocation.config.log.level);
  const auto format = log::parse_format(invocation.config.log.format);
  if (!level) return failed(level.error());
  if (!format) return failed(format.error());
  log::start("decnet", *level, *format);
  return invocation.action();
}

}  // namespace
}  // namespace decnet::app

int main(int argc, char** argv) {
  return decnet::app::run(argc, argv);
}
