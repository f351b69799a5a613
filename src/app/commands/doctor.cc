#include "app/commands/doctor.h"

#include <filesystem>
#include <fstream>

#include <fmt/core.h>
#include <grp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "app/client.h"
#include "app/commands/command.h"
#include "app/data_lock.h"
#include "app/exit_codes.h"
#include "app/process.h"
#include "app/table.h"
#include "base/json.h"
#include "net/listener.h"
#include "store/store.h"

namespace decnet::app {
namespace {

Finding check_ports() {
  if (::geteuid() == 0) return {"ports as the genuine services", "kept", "running as root"};
  return {"ports as the genuine services", "weaker",
          "not root: every service answers on port + 10000; run as root for the real ports"};
}

Finding check_scans() {
  const UniqueFd fd(::socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (fd) return {"scans of closed ports are seen", "kept", "packet sockets can be opened"};
  return {"scans of closed ports are seen", "absent", "needs root or CAP_NET_RAW"};
}

Finding check_kernel() {
  utsname name{};
  ::uname(&name);
  const std::string release = name.release;
  int major = 0, minor = 0;
  if (std::sscanf(name.release, "%d.%d", &major, &minor) == 2 &&
      (major > 6 || (major == 6 && minor >= 1))) {
    return {"kernel 6.1 or later", "kept", release};
  }
  return {"kernel 6.1 or later", "weaker",
          release + " is not tested; use Debian 12's kernel or a later one"};
}

Finding check_descriptors() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const auto most = static_cast<std::uint64_t>(limit.rlim_max);
  if (most >= 16'384)
    return {"8,000 sessions an engine", "kept", fmt::format("{} descriptors", most)};
  return {"8,000 sessions an engine", "weaker",
          fmt::format("only {} descriptors: raise `ulimit -Hn` to 20000", most)};
}

Finding check_disk(const Config& config) {
  struct statvfs found {};
  std::error_code error;
  const auto folder =
      std::filesystem::exists(config.data_dir, error) ? config.data_dir : std::string(".");
  if (::statvfs(folder.c_str(), &found) != 0)
    return {"room for events and files", "absent", "the data folder cannot be looked at"};
  const std::uint64_t free = found.f_bavail * found.f_frsize;
  const std::string detail = fmt::format("{} MiB free at {}", free >> 20, folder);
  if (free < config.ingest.disk_critical_bytes)
    return {"room for events and files", "absent",
            detail + ": nothing would be acknowledged; make room"};
  if (free < config.ingest.disk_low_bytes)
    return {"room for events and files", "weaker",
            detail + ": captured files are not kept; make room"};
  return {"room for events and files", "kept", detail};
}

Finding check_dashboard(const Config& config) {
  if (lock_holder(config.data_dir) != 0)
    return {"the dashboard's port", "kept", "decnet runs on this data folder"};
  const auto ip = net::IpAddress::parse(config.api.address);
  if (!ip) return {"the dashboard's port", "absent", "api.address is no address"};
  const net::Endpoint on{*ip, static_cast<std::uint16_t>(config.api.port)};
  const auto listening = net::listen_tcp(on);
  if (listening) return {"the dashboard's port", "kept", on.text() + " is free"};
  return {"the dashboard's port", "absent",
          listening.error().detail + "; set api.port to a free one"};
}

Finding check_assets(const Config& config) {
  const std::string path = assets_path(config);
  std::error_code error;
  if (std::filesystem::exists(path, error)) return {"web pages as Debian ships them", "kept", path};
  return {"web pages as Debian ships them", "absent",
          "run tools/make-assets, or set engine.assets"};
}

Finding check_group(const Config& config) {
  if (::getgrnam(config.bus.group.c_str()) != nullptr)
    return {"use without root by a group", "kept", "group " + config.bus.group};
  return {
      "use without root by a group", "absent",
      fmt::format("there is no group {}: only this user and root can use the sockets (groupadd {})",
                  config.bus.group, config.bus.group)};
}

Finding check_store(const Config& config) {
  auto store = store::open_store({.url = config.store_url(), .migrate = false});
  if (store) return {"the store", "kept", config.store_url()};
  if (store.error().code == Errc::not_found || !std::filesystem::exists(config.data_dir))
    return {"the store", "kept", "there is none yet; the first start makes it"};
  return {"the store", "absent", store.error().detail};
}

int doctor(const Invocation& invocation) {
  const Config& config = invocation.config;
  std::vector<Finding> findings = {
      check_kernel(),       check_ports(),           check_scans(),
      check_descriptors(),  check_disk(config),      check_store(config),
      check_assets(config), check_dashboard(config), check_group(config)};
  for (auto& finding : check_host(config)) findings.push_back(std::move(finding));
  Table table({{"promise"}, {"state"}, {"detail"}});
  JsonWriter json;
  json.begin_array();
  bool broken = false;
  for (const auto& finding : findings) {
    table.add({finding.what, finding.state, finding.detail});
    json.begin_object()
        .field("promise", finding.what)
        .field("state", finding.state)
        .field("detail", finding.detail)
        .end_object();
    broken = broken || (finding.state == "absent" &&
                        (finding.what == "the store" || finding.what == "the dashboard's port"));
  }
  if (invocation.json)
    fmt::print("{}\n", json.end_array().text());
  else
    table.print();
  return broken ? kExitFailed : kExitOk;
}

}  // namespace

void add_doctor(CLI::App& app, Invocation& invocation) {
  app.add_subcommand("doctor", "what this machine lets decnet keep of its promises, and what to do")
      ->callback(
          [&invocation] { invocation.action = [&invocation] { return doctor(invocation); }; });
}

}  // namespace decnet::app
