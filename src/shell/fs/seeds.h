// The files that make a host this host: what its persona puts over the image.
//
//   auto layer = shared_seed_layer({.persona = persona, .image = image, .clock = &clock,
//                                   .address = "192.0.2.10", .gateway = "192.0.2.1"});
//   FileSystem files(layer, clock);
//
// Accounts, names, addresses, disks, keys; the homes of its people with their histories; a little
// that is worth stealing; logs that go on with time. All of it is a function of the persona.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "persona/hardware.h"
#include "persona/persona.h"
#include "shell/fs/seed_layer.h"

namespace decnet::shell {

struct SeedRequest {
  std::shared_ptr<const persona::Persona> persona;
  std::shared_ptr<const Image> image;  // May be null.
  const Clock* clock = nullptr;        // Outlives the layer.
  std::string address;
  int prefix = 24;
  std::string gateway;
  // The files of its host keys by name: "ssh_host_ed25519_key.pub" → "ssh-ed25519 AAAA… root@…\n".
  std::map<std::string, std::string> host_keys = {};
};

std::shared_ptr<const SeedLayer> make_seed_layer(SeedRequest request);
// The same, and the same object as long as somebody holds it, for one persona, image and address.
// The engine's one thread.
std::shared_ptr<const SeedLayer> shared_seed_layer(SeedRequest request);

// Who has an account: a line of /etc/passwd.
struct UnixAccount {
  std::string user;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::string comment, home, shell;
  std::string password;  // Empty: none works.
};
std::vector<UnixAccount> unix_accounts(const persona::Persona& persona);  // People and root.

// The ring buffer of the kernel as it was after the start: "[    0.000000] Linux version …\n" …
std::string boot_messages(const persona::Persona& persona, const persona::HardwareFacts& hardware);

}  // namespace decnet::shell
