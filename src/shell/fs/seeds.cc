#include "shell/fs/seeds.h"

#include <algorithm>
#include <chrono>

#include "base/bytes.h"
#include "base/hash.h"
#include "shell/fs/seed_logins.h"
#include "shell/fs/seed_parts.h"
#include "shell/fs/system_model.h"

namespace decnet::shell {
namespace fs {

TimePoint SeedContext::moment(std::string_view what, double from, double to) const {
  SeededRandom random(persona().seed ^ stable_hash(what), "seeds.moment");
  const Duration span = std::max(Duration{1}, persona().booted_at - persona().installed_at);
  const double part = from + (to - from) * random.unit();
  return persona().installed_at +
         Duration{static_cast<std::int64_t>(static_cast<double>(span.count()) * part)};
}

bool SeedContext::is_used(const UnixAccount& account) const {
  if (account.uid == 0 || !account.comment.starts_with(',')) return true;
  return SeededRandom(persona().seed, "used." + account.user).chance(0.6);
}

std::string SeedContext::login_key(const std::string& user) const {
  std::string key;
  ByteWriter out(key);
  SeededRandom random(persona().seed, "key." + user);
  out.u32(11).bytes("ssh-ed25519").u32(32).bytes(random.bytes(32));
  return key;
}

std::string SeedContext::image_text(std::string_view path) const {
  if (request.image == nullptr) return {};
  const Image::Node* node = request.image->find(path);
  return node != nullptr ? request.image->content(*node) : std::string{};
}

}  // namespace fs

std::shared_ptr<const SeedLayer> make_seed_layer(SeedRequest request) {
  auto context = std::make_shared<fs::SeedContext>();
  context->hardware = persona::make_hardware(*request.persona);
  context->accounts = unix_accounts(*request.persona);
  const persona::Persona& persona = *request.persona;
  for (const ProcessView& process :
       model_processes(persona, context->hardware, persona.booted_at + std::chrono::hours{1})) {
    if (process.name == "systemd-logind") context->logind_pid = process.pid;
  }
  SeedFacts facts{.seed = persona.seed,
                  .installed_at = persona.installed_at,
                  .booted_at = persona.booted_at,
                  .device = context->hardware.disks.front().number,
                  .arm = context->hardware.arm};
  for (const persona::Partition& part : context->hardware.disks.front().partitions) {
    if (part.mount == "/") facts.device |= static_cast<std::uint32_t>(part.name.back() - '0');
  }
  const std::shared_ptr<const Image> image = request.image;
  context->request = std::move(request);
  const fs::SeedContext& known = *context;
  facts.sessions = static_cast<int>(fs::logins_between(known, facts.booted_at, known.now()).size());
  auto layer = std::make_shared<SeedLayer>(image, facts);
  fs::seed_accounts(*layer, context);
  fs::seed_settings(*layer, context);
  fs::seed_devices(*layer, context);
  fs::seed_homes(*layer, context);
  fs::seed_logs(*layer, context);
  return layer;
}

std::shared_ptr<const SeedLayer> shared_seed_layer(SeedRequest request) {
  using Key = std::pair<std::string, const void*>;
  thread_local std::map<Key, std::weak_ptr<const SeedLayer>> known;
  const Key key{std::to_string(request.persona->seed) + " " + request.persona->hostname + " " +
                    request.address,
                request.image.get()};
  std::erase_if(known, [](const auto& entry) { return entry.second.expired(); });
  if (const auto found = known.find(key); found != known.end()) {
    if (auto layer = found->second.lock()) return layer;
  }
  auto layer = make_seed_layer(std::move(request));
  known[key] = layer;
  return layer;
}

}  // namespace decnet::shell
