// World: all that the SSH service on one decky knows of itself: which OpenSSH it is, its keys, its
// lists of algorithms.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "codec/ssh/kex.h"
#include "codec/ssh/key.h"
#include "session/service.h"

namespace decnet::service::ssh {

namespace wire = codec::ssh;

inline constexpr int kAuthTriesMax = 6;                             // MaxAuthTries
inline constexpr Duration kLoginGrace = std::chrono::seconds{120};  // LoginGraceTime
inline constexpr std::uint32_t kStartupsBegin = 10;                 // MaxStartups 10:30:100
inline constexpr std::uint32_t kStartupsRate = 30;
inline constexpr std::uint32_t kStartupsFull = 100;

struct World {
  std::string banner;  // "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3"
  std::string kex;     // In its order, without what is added for a strict exchange.
  bool strict = true;  // Knows strict key exchange (since Debian's u2).
  bool keyboard_interactive = false;
  std::vector<std::shared_ptr<const wire::HostKey>> host_keys;  // RSA, ECDSA, Ed25519.
  // Of /etc/ssh/moduli, shared by all deckies; null or empty: the fixed ones.
  std::shared_ptr<const std::vector<wire::DhGroup>> groups;

  std::string methods() const {
    return keyboard_interactive ? "publickey,password,keyboard-interactive" : "publickey,password";
  }
};

inline constexpr std::string_view kCiphers =
    "chacha20-poly1305@openssh.com,aes128-ctr,aes192-ctr,aes256-ctr,aes128-gcm@openssh.com,"
    "aes256-gcm@openssh.com";
inline constexpr std::string_view kMacs =
    "umac-64-etm@openssh.com,umac-128-etm@openssh.com,hmac-sha2-256-etm@openssh.com,"
    "hmac-sha2-512-etm@openssh.com,hmac-sha1-etm@openssh.com,umac-64@openssh.com,"
    "umac-128@openssh.com,hmac-sha2-256,hmac-sha2-512,hmac-sha1";
inline constexpr std::string_view kCompressions = "none,zlib@openssh.com";
inline constexpr std::string_view kHostKeyAlgorithms =
    "rsa-sha2-512,rsa-sha2-256,ecdsa-sha2-nistp256,ssh-ed25519";
inline constexpr std::string_view kSignatureAlgorithms =
    "ssh-ed25519,sk-ssh-ed25519@openssh.com,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,"
    "ecdsa-sha2-nistp521,sk-ecdsa-sha2-nistp256@openssh.com,"
    "webauthn-sk-ecdsa-sha2-nistp256@openssh.com,ssh-dss,ssh-rsa,rsa-sha2-256,rsa-sha2-512";

// What OpenSSH holds of a client by its banner (its compat table), as far as it shows.
struct Compat {
  bool curve_padding = false;       // curve25519-sha256@libssh.org is not offered.
  bool old_group_exchange = false;  // Group exchange is not offered.
  bool no_host_keys = false;        // Is not told the host's keys.
  bool new_openssh = false;         // Understands eow@openssh.com.
  bool probe = false;               // A scanner: hung up on.
};
Compat compat_of(std::string_view software);  // What stands after "SSH-2.0-".

// What the place's options and persona say.
World make_world(const session::Place& place);

// Items of `list` that are not in `without`, both separated by commas.
std::string list_without(std::string_view list, std::string_view without);
bool list_has(std::string_view list, std::string_view item);
// The first of the client's that the server has too; empty if none.
std::string_view list_match(std::string_view client, std::string_view server);

}  // namespace decnet::service::ssh
