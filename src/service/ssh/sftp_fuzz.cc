// Any bytes as what a client says to the sftp server (after its greeting), or to scp.
#include <cstdint>

#include "service/ssh/fuzz_world.h"
#include "service/ssh/scp.h"
#include "service/ssh/sftp.h"
using namespace decnet;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  session::ScriptedSession session({.service = "ssh"});
  service::ssh::FuzzLand land(session.clock());
  const service::ssh::User user{"root", {}, "/root"};
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const char* commands[] = {"", "scp -rpt /root", "scp -rpf /etc", "scp -t x"};
  const char* command = commands[data[0] & 3];
  const auto program = *command == 0 ? service::ssh::make_sftp(session, land.files(), user)
                                     : service::ssh::make_scp(session, land.files(), user, command);
  if (*command == 0) program->input(std::string("\0\0\0\5\1\0\0\0\3", 9));
  program->input(bytes);
  while (!program->take_output(65'536).empty()) {
  }
  return 0;
}
