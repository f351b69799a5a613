// The keys of deckies: those that the store keeps, and new ones.
#include <algorithm>

#include <fmt/format.h>

#include "persona/persona.h"
#include "worker/reconciler/reconciler.h"

namespace decnet::worker::reconciler {
namespace {

// Keys are made only for a decky that uses them: one of RSA costs a while.
bool has_service(const store::DeckyRow& row, std::initializer_list<std::string_view> names) {
  return std::any_of(row.spec.services.begin(), row.spec.services.end(), [&](const auto& service) {
    return std::find(names.begin(), names.end(), service.name) != names.end();
  });
}

bool speaks_tls(const store::DeckyRow& row) {
  return has_service(row, {"https", "ftp"});
}

bool speaks_ssh(const store::DeckyRow& row) {
  return has_service(row, {"ssh"});
}

// Whose secrets the keys of a site's authority are. The site is the seed's upper half.
Uuid authority_uuid(std::uint64_t seed) {
  return Uuid::v8(fmt::format("authority of site {:08x}", seed >> 32));
}

constexpr std::string_view kHostKeyPurposes[] = {"ssh-rsa", "ssh-ecdsa", "ssh-ed25519"};

}  // namespace

Result<std::optional<Reconciler::Keys>> Reconciler::known_keys(Context& context,
                                                               const store::DeckyRow& row) {
  Keys keys;
  if (speaks_tls(row)) {
    auto known = DECNET_TRY(known_identity(context, row.spec.uuid));
    if (!known) return std::nullopt;
    keys.tls = *std::move(known);
  }
  if (speaks_ssh(row)) {
    auto known = DECNET_TRY(known_host_keys(context, row.spec.uuid));
    if (!known) return std::nullopt;
    keys.host_pem = *std::move(known);
  }
  return keys;
}

Result<Reconciler::Keys> Reconciler::make_keys(Context& context, const store::DeckyRow& row) {
  Keys keys;
  if (speaks_tls(row)) {
    auto known = DECNET_TRY(known_identity(context, row.spec.uuid));
    keys.tls = known ? *std::move(known) : DECNET_TRY(make_identity(context, row));
  }
  if (speaks_ssh(row)) {
    auto known = DECNET_TRY(known_host_keys(context, row.spec.uuid));
    keys.host_pem = known ? *std::move(known) : DECNET_TRY(keep_host_keys(context, row.spec.uuid));
  }
  return keys;
}

Result<std::optional<TlsIdentity>> Reconciler::known_identity(Context& context, const Uuid& decky) {
  auto& deckies = context.store.deckies();
  const auto key = deckies.secret(decky, "tls-key");
  const auto certificate = deckies.secret(decky, "tls-certificate");
  for (const auto* found : {&key, &certificate}) {
    if (!*found && found->error().code != Errc::not_found) return tl::unexpected(found->error());
  }
  if (!key || !certificate) return std::nullopt;
  std::string plain_key = DECNET_TRY(vault_->unseal(*key));
  return TlsIdentity{*certificate, std::move(plain_key)};
}

Result<std::optional<std::vector<std::string>>> Reconciler::known_host_keys(Context& context,
                                                                            const Uuid& decky) {
  std::vector<std::string> out;
  for (const std::string_view purpose : kHostKeyPurposes) {
    const auto sealed = context.store.deckies().secret(decky, purpose);
    if (!sealed && sealed.error().code != Errc::not_found) return tl::unexpected(sealed.error());
    if (!sealed) return std::nullopt;
    std::string key = DECNET_TRY(vault_->unseal(*sealed));
    out.push_back(std::move(key));
  }
  return out;
}

Result<TlsIdentity> Reconciler::make_identity(Context& context, const store::DeckyRow& row) {
  auto& deckies = context.store.deckies();
  const auto persona = persona::make_persona({.name = row.spec.name,
                                              .seed = row.spec.seed,
                                              .archetype = row.spec.archetype,
                                              .deployed_at = row.spec.deployed_at});
  const auto of_site = [&](persona::KeyKind kind) {
    return authority_key(context, row.spec.seed, kind);
  };
  TlsIdentity made = DECNET_TRY(make_tls_identity(persona, context.clock.now(), keys_, of_site));
  DECNET_TRY(deckies.put_secret(row.spec.uuid, "tls-certificate", made.certificate_pem));
  DECNET_TRY(deckies.put_secret(row.spec.uuid, "tls-key", vault_->seal(made.private_key_pem)));
  return made;
}

// A key that is kept already stays: only what is missing is made.
Result<std::vector<std::string>> Reconciler::keep_host_keys(Context& context, const Uuid& decky) {
  auto made = DECNET_TRY(make_host_keys(keys_));
  for (std::size_t n = 0; n < made.size(); ++n) {
    const auto kept = context.store.deckies().secret(decky, kHostKeyPurposes[n]);
    if (kept) {
      made[n] = DECNET_TRY(vault_->unseal(*kept));
      continue;
    }
    if (kept.error().code != Errc::not_found) return tl::unexpected(kept.error());
    DECNET_TRY(
        context.store.deckies().put_secret(decky, kHostKeyPurposes[n], vault_->seal(made[n])));
  }
  return made;
}

// The key of the authority of a host's site: made once, and kept as the hosts' keys are.
Result<std::string> Reconciler::authority_key(Context& context, std::uint64_t seed,
                                              persona::KeyKind kind) {
  auto& deckies = context.store.deckies();
  const Uuid site = authority_uuid(seed);
  const auto kept = deckies.secret(site, "authority-key");
  if (kept) return vault_->unseal(*kept);
  if (kept.error().code != Errc::not_found) return tl::unexpected(kept.error());
  std::string made = DECNET_TRY(keys_.take(kind));
  DECNET_TRY(deckies.put_secret(site, "authority-key", vault_->seal(made)));
  return made;
}

}  // namespace decnet::worker::reconciler
