// The parts of a persona's layer. Private to fs/.
#pragma once

#include "shell/fs/seeds.h"
#include "shell/image.h"

namespace decnet::shell::fs {

struct SeedContext {
  SeedRequest request;
  persona::HardwareFacts hardware;
  std::vector<UnixAccount> accounts;
  int logind_pid = 0;                         // As ps shows it.
  std::map<std::string, std::string> hashes;  // By user, made at the first read of /etc/shadow.

  const persona::Persona& persona() const { return *request.persona; }
  TimePoint now() const { return request.clock->now(); }
  // A moment between the installation and the start, or now: the same for the same words.
  TimePoint moment(std::string_view what, double from = 0, double to = 1) const;
  // Whether somebody works with it, and the public key with which they log in.
  bool is_used(const UnixAccount& account) const;
  std::string login_key(const std::string& user) const;
  std::string image_text(std::string_view path) const;
};
using Context = std::shared_ptr<SeedContext>;  // Shared by what is made later.

void seed_accounts(SeedLayer& layer, const Context& context);  // /etc/passwd and its like
void seed_settings(SeedLayer& layer, const Context& context);  // /etc
void seed_devices(SeedLayer& layer, const Context& context);   // /dev, /run, /boot
void seed_homes(SeedLayer& layer, const Context& context);     // /root, /home, bait, /var/www
void seed_logs(SeedLayer& layer, const Context& context);      // /var/log

}  // namespace decnet::shell::fs
