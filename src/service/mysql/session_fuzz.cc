// Any packets as what a client says before and after its login; the first byte chooses the server.
#include <cstdint>
#include <cstdlib>

#include "base/counters.h"
#include "service/mysql/host_test.cc"  // The host that the tests have, too.
using namespace decnet;
using namespace decnet::service::mysql;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const bool mariadb = (data[0] & 1) != 0;
  Host host(
      {{"server", mariadb ? "mariadb" : "mysql"}, {"bait", (data[0] & 2) != 0 ? "auto" : "none"}});
  std::vector<Step> steps;
  const std::uint32_t flags = (data[0] & 8) != 0 ? 0x01abaa85 : 0x00ababa5;
  if (mariadb && (data[0] & 4) == 0)
    steps.push_back(client_login("app", "app-password", "", flags));
  std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  for (std::size_t n = 0; n < 16 && !rest.empty(); ++n) {
    const std::size_t end = std::min(rest.find("\n~\n"), rest.size());
    steps.push_back(
        send((data[0] & 16) != 0 ? std::string(rest.substr(0, end)) : packet(rest.substr(0, end))));
    rest.remove_prefix(std::min(end + 3, rest.size()));
  }
  host.talk(std::move(steps));
  static Counter& errors = counter("mysql_internal_error_total", "");
  if (errors.value() > 0) std::abort();
  return 0;
}
