// Any bytes as what ProFTPD reads: lines with telnet codes, their words, patterns and times.
#include <cstdint>
#include <cstdlib>

#include "service/ftp/listing.h"
#include "service/ftp/proftpd_line.h"

using namespace decnet::service::ftp;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  TelnetLine line;
  std::string replies;
  for (auto event = line.feed(bytes, replies); event != TelnetLine::Event::more;
       event = line.feed(bytes, replies)) {
    const ProftpdCommand command = parse_proftpd_command(line.line());
    if (line.line().size() > kProftpdLineMax || replies.size() > size) std::abort();
    (void)foreign_protocol(command);
    (void)parse_compact_time(command.argument);
    (void)glob_matches(command.verb, command.argument);
    (void)vsftpd_matches(command.verb, command.argument);
  }
  return 0;
}
