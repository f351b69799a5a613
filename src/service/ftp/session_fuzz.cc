// Any bytes as what a peer says to each server, logged in or not; the first byte chooses.
#include <array>
#include <cstdint>

#include "service/ftp/world.h"
#include "session/testing.h"
using namespace decnet;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  session::Script script{.service = "ftp"};
  script.options = {{"server", (data[0] & 1) != 0 ? "proftpd" : "vsftpd"}, {"anonymous", "yes"}};
  script.options["writable"] = "yes";
  if ((data[0] & 2) != 0) script.script = {"USER backup\r\nPASS backup123\r\n"};
  script.script.emplace_back(reinterpret_cast<const char*>(data) + 1, size - 1);
  session::ScriptedSession session(std::move(script));
  for (const char* sent : {"", "abc\r\n", "x"}) session.add_data_connection({.script = {sent}});
  service::ftp::World world = service::ftp::make_world(session.place());
  static std::array<service::ftp::NodePtr, 2> disks;  // Planted once, for speed.
  auto& disk = disks[data[0] & 1];
  if (disk == nullptr) disk = world.plant();
  world.plant = [&disk] { return disk; };
  session.run(*service::ftp::make_service(std::move(world)));
  return 0;
}
