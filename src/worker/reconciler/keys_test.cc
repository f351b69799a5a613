#include "worker/reconciler/keys.h"

#include <map>

#include <gtest/gtest.h>
#include <openssl/pem.h>

#include "persona/site.h"
#include "worker/reconciler/openssl.h"

namespace decnet::worker::reconciler {

namespace {

const TimePoint kNow{std::chrono::sys_days{std::chrono::year{2026} / 11 / 28}};

// Two hosts of one site whose certificates the site's authority signs.
std::vector<persona::Persona> signed_hosts() {
  for (std::uint32_t site = 1; site < 200; ++site) {
    std::vector<persona::Persona> out;
    for (std::uint32_t host = 1; host < 20 && out.size() < 2; ++host) {
      auto persona = persona::make_persona({.name = "",
                                            .seed = persona::seed_of(site, host),
                                            .archetype = "web-server",
                                            .deployed_at = kNow});
      const auto facts = persona::certificate_facts(persona, kNow);
      if (facts.habit == persona::CertificateHabit::site_signed) out.push_back(std::move(persona));
    }
    if (out.size() == 2) return out;
  }
  return {};
}

CertificatePtr certificate_of(const std::string& pem) {
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return CertificatePtr(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
}

KeyPtr key_of(const std::string& pem) {
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return KeyPtr(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
}

}  // namespace

TEST(ReconcilerKeys, HostsOfASiteAreSignedByOneAuthority) {
  const auto hosts = signed_hosts();
  ASSERT_EQ(hosts.size(), 2U);
  KeyPool pool;
  const std::string authority_key = pool.take(persona::KeyKind::rsa2048).value();
  const AuthorityKey kept = [&](persona::KeyKind) -> Result<std::string> { return authority_key; };
  const KeyPtr authority = key_of(authority_key);
  std::vector<std::string> identifiers;
  for (const auto& host : hosts) {
    const TlsIdentity identity = make_tls_identity(host, kNow, pool, kept).value();
    const CertificatePtr certificate = certificate_of(identity.certificate_pem);
    ASSERT_TRUE(certificate);
    EXPECT_EQ(X509_verify(certificate.get(), authority.get()), 1);
    EXPECT_EQ(X509_check_private_key(certificate.get(), key_of(identity.private_key_pem).get()), 1);
    const ASN1_OCTET_STRING* of_issuer = X509_get0_authority_key_id(certificate.get());
    ASSERT_NE(of_issuer, nullptr);
    identifiers.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(of_issuer)),
                             static_cast<std::size_t>(ASN1_STRING_length(of_issuer)));
    EXPECT_EQ(identity.certificate_pem.find("BEGIN", 20), std::string::npos);  // No chain.
  }
  EXPECT_EQ(identifiers[0], identifiers[1]);
}

TEST(ReconcilerKeys, ARefusedAuthorityKeyIsNoIdentity) {
  const auto hosts = signed_hosts();
  ASSERT_FALSE(hosts.empty());
  KeyPool pool;
  const AuthorityKey none = [](persona::KeyKind) -> Result<std::string> {
    return fail(Errc::io, "no store");
  };
  EXPECT_EQ(make_tls_identity(hosts[0], kNow, pool, none).error().code, Errc::io);
}

}  // namespace decnet::worker::reconciler
