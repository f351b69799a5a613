// Any bytes as packets, plain and under keys; the first byte chooses the suite.
#include <cstdint>

#include "codec/ssh/packet.h"
using namespace decnet;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  constexpr const char* kSuites[][2] = {{"chacha20-poly1305@openssh.com", "hmac-sha1"},
                                        {"aes128-gcm@openssh.com", "hmac-sha1"},
                                        {"aes256-ctr", "umac-64@openssh.com"},
                                        {"aes128-ctr", "hmac-sha2-256-etm@openssh.com"}};
  codec::ssh::PacketOpener opener;
  if ((data[0] & 4) != 0) {
    const auto& [cipher, mac] = kSuites[data[0] & 3];
    codec::ssh::PacketKeys keys{.cipher = codec::ssh::find_cipher(cipher),
                                .mac = codec::ssh::find_mac(mac)};
    keys.key = keys.iv = keys.mac_key = std::string(64, 'k');
    opener.rekey(keys, false);
  }
  if ((data[0] & 8) != 0) opener.decompress();
  opener.feed({reinterpret_cast<const char*>(data) + 1, size - 1});
  codec::ssh::Packet packet;
  while (opener.next(packet) == codec::ssh::PacketOpener::State::packet) {
  }
  return 0;
}
