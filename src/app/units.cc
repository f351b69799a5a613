#include "app/units.h"

#include <fmt/format.h>

#include "app/worker_places.h"
#include "worker/runtime/worker.h"

namespace decnet::app {
namespace {

constexpr std::string_view kUnitFolder = "/etc/systemd/system/";

// What a unit needs beyond what every one has.
struct Needs {
  std::string_view name, description, arguments;
  std::string_view families = "AF_UNIX";
  std::string_view capabilities = {};
  bool network = false;
  std::string_view after = "decnet-bus.service";
  int stop_s = 15;
};

// https://www.freedesktop.org/software/systemd/man/252/systemd.exec.html
constexpr std::string_view kHardening = R"(NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths=/var/lib/decnet /run/decnet
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RemoveIPC=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
)";

std::string unit(const std::string& program, const Needs& needs) {
  std::string out =
      fmt::format("[Unit]\nDescription=decnet: {}\nPartOf=decnet.target\n", needs.description);
  out += "Requires=decnet-prepare.service\nAfter=decnet-prepare.service";
  if (!needs.after.empty()) out += fmt::format(" {}", needs.after);
  out += "\nStartLimitIntervalSec=0\n\n[Service]\nType=notify\nNotifyAccess=main\n";
  out += fmt::format("ExecStart={} --config {} {}\n", program, kInstalledConfig, needs.arguments);
  out += "ExecReload=/bin/kill -HUP $MAINPID\nRestart=on-failure\nRestartSec=1\nWatchdogSec=30\n";
  out += fmt::format("TimeoutStopSec={}\n", needs.stop_s);
  out += "User=decnet\nGroup=decnet\nUMask=0027\nLimitNOFILE=20000\nLimitCORE=0\n";
  out += kHardening;
  out += fmt::format("RestrictAddressFamilies={}\n", needs.families);
  if (!needs.network) out += "PrivateNetwork=yes\n";
  out += fmt::format("CapabilityBoundingSet={0}\nAmbientCapabilities={0}\n", needs.capabilities);
  return out + "\n[Install]\nWantedBy=decnet.target\n";
}

// Migrates the store, makes the first admin; everything else waits for it.
std::string prepare_unit(const std::string& program) {
  std::string out =
      "[Unit]\nDescription=decnet: make the store ready\nPartOf=decnet.target\n\n"
      "[Service]\nType=oneshot\nRemainAfterExit=yes\n";
  out += fmt::format("ExecStart={} --config {} process prepare\n", program, kInstalledConfig);
  out += "User=decnet\nGroup=decnet\nUMask=0027\nTimeoutStartSec=infinity\n";
  out += kHardening;
  return out +
         "RestrictAddressFamilies=AF_UNIX\nPrivateNetwork=yes\nCapabilityBoundingSet=\n"
         "AmbientCapabilities=\n";
}

Needs needs_of(const worker::Descriptor& worker) {
  Needs needs{.name = worker.name, .description = worker.summary, .arguments = worker.name};
  if (worker.name == "collector") {  // Syslog from elsewhere (ingest.listen).
    needs.families = "AF_UNIX AF_INET AF_INET6";
    needs.network = true;
  }
  return needs;
}

std::vector<Needs> all_needs() {
  std::vector<Needs> out = {{.name = "bus",
                             .description = "the bus",
                             .arguments = "bus serve",
                             .families = "AF_UNIX AF_INET AF_INET6",
                             .network = true,  // Of its bridge (bus.bridge).
                             .after = {}},
                            {.name = "api",
                             .description = "API and dashboard",
                             .arguments = "process api",
                             .families = "AF_UNIX AF_INET AF_INET6",
                             .network = true},
                            {.name = "fleet",
                             .description = "the deckies: netd and the engines",
                             .arguments = "up",
                             .families = "AF_UNIX AF_INET AF_INET6 AF_NETLINK AF_PACKET",
                             .capabilities = "CAP_NET_BIND_SERVICE CAP_NET_RAW",
                             .network = true,
                             .stop_s = 45}};
  for (const auto* worker : worker::all()) out.push_back(needs_of(*worker));
  return out;
}

// The API starts units (`POST /workers/{name}/start`) and may do nothing else to systemd.
constexpr std::string_view kPolkitRule = R"(polkit.addRule(function (action, subject) {
  if (action.id === "org.freedesktop.systemd1.manage-units" && subject.user === "decnet" &&
      action.lookup("verb") === "start" && /^decnet-[a-z]+\.service$/.test(action.lookup("unit"))) {
    return polkit.Result.YES;
  }
});
)";

constexpr std::string_view kConfig =
    R"(# Configuration of decnet; `decnet config show` lists every key.
data_dir = "/var/lib/decnet"
run_dir = "/run/decnet"

[workers]
host = "units"
)";

}  // namespace

std::vector<InstalledFile> installed_files(const std::string& program) {
  std::vector<InstalledFile> files;
  files.push_back({std::string(kInstalledConfig), std::string(kConfig), true});
  files.push_back(
      {"/etc/sysusers.d/decnet.conf", "u decnet - \"decnet deception network\" /var/lib/decnet\n"});
  files.push_back({"/etc/tmpfiles.d/decnet.conf",
                   "d /run/decnet 0750 decnet decnet -\nd /var/lib/decnet 0750 decnet decnet -\n"});
  files.push_back({"/etc/polkit-1/rules.d/50-decnet.rules", std::string(kPolkitRule)});
  std::string wants = "decnet-prepare.service";
  const std::string folder(kUnitFolder);
  for (const Needs& needs : all_needs()) {
    const std::string name = fmt::format("decnet-{}.service", needs.name);
    wants += " " + name;
    files.push_back({folder + name, unit(program, needs)});
  }
  files.push_back({folder + "decnet-prepare.service", prepare_unit(program)});
  files.push_back({folder + "decnet.target",
                   "[Unit]\nDescription=decnet deception network\nWants=" + wants +
                       "\nAfter=network-online.target\n\n[Install]\nWantedBy=multi-user.target\n"});
  return files;
}

std::vector<std::string> commands_after_install() {
  return {"systemd-sysusers /etc/sysusers.d/decnet.conf",
          "systemd-tmpfiles --create /etc/tmpfiles.d/decnet.conf", "systemctl daemon-reload",
          "systemctl enable decnet.target"};
}

std::vector<std::string> commands_before_removal() {
  return {"systemctl disable --now decnet.target", "systemctl stop 'decnet-*.service'"};
}

std::vector<std::string> commands_after_removal() {
  return {"systemctl daemon-reload"};
}

}  // namespace decnet::app
