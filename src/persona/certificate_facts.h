// What the certificate of a host says: names, dates, serial, key. Pure data; whoever has a key
// makes the certificate from it.
//
//   const CertificateFacts facts = certificate_facts(persona, now);
//
// Three habits are shown. `snakeoil` is what Debian's package ssl-cert makes at installation
// (make-ssl-cert). `self_signed` is what an administrator types into `openssl req -x509`.
// `site_signed` comes from the authority of the site and is renewed every year or two.
// No name of a real authority is ever used.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "persona/persona.h"

namespace decnet::persona {

enum class CertificateHabit : std::uint8_t { snakeoil, self_signed, site_signed };
enum class KeyKind : std::uint8_t { rsa2048, rsa3072, rsa4096, ec_p256, ed25519 };

// Attributes in order: {{"C", "DE"}, {"O", "Nordwall Logistik GmbH"}, {"CN",
// "web-03.nordwall.lan"}}
using DistinguishedName = std::vector<std::pair<std::string, std::string>>;

struct CertificateFacts {
  CertificateHabit habit = CertificateHabit::snakeoil;
  DistinguishedName subject;
  DistinguishedName issuer;            // The subject itself unless `habit` is site_signed.
  std::vector<std::string> dns_names;  // Subject alternative names; empty: no such extension.
  TimePoint not_before{};              // Whole seconds; never after the `now` that was given.
  TimePoint not_after{};               // May have passed: some hosts are forgotten.
  std::string serial;                  // Big-endian, positive, first byte not zero.
  KeyKind key = KeyKind::rsa2048;
  bool is_authority = false;  // basicConstraints CA:TRUE, as `openssl req -x509` writes.
  bool has_basic_constraints = true;
  bool has_key_identifiers = false;  // subjectKeyIdentifier and authorityKeyIdentifier
  bool operator==(const CertificateFacts&) const = default;
};

// The certificate that the host has at `now`. A later `now` gives the same one until it has been
// renewed.
CertificateFacts certificate_facts(const Persona& persona, TimePoint now);

// The certificate of the authority that signs for the site of `persona`: the same for all its
// hosts. Meant where certificate_facts() says site_signed.
CertificateFacts authority_facts(const Persona& persona, TimePoint now);

}  // namespace decnet::persona
