#include <ctime>

#include <openssl/pem.h>

#include "base/try.h"
#include "worker/reconciler/keys.h"
#include "worker/reconciler/openssl.h"

namespace decnet::worker::reconciler {
namespace {

NamePtr name_of(const persona::DistinguishedName& parts) {
  NamePtr name(X509_NAME_new());
  for (const auto& [key, value] : parts) {
    X509_NAME_add_entry_by_txt(name.get(), key.c_str(), MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(value.c_str()), -1, -1, 0);
  }
  return name;
}

void set_time(ASN1_TIME* to, TimePoint time) {
  ASN1_TIME_set(to, static_cast<std::time_t>(to_micros(time) / 1'000'000));
}

bool add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

Result<KeyPtr> read_key(const std::string& pem) {
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  if (!key) return fail(Errc::invalid_argument, "a private key cannot be read");
  return key;
}

Result<CertificatePtr> read_certificate(const std::string& pem) {
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  CertificatePtr certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  if (!certificate) return fail(Errc::invalid_argument, "a certificate cannot be read");
  return certificate;
}

bool add_extensions(X509* certificate, X509* issuer, const persona::CertificateFacts& facts) {
  bool ok = true;
  if (facts.has_key_identifiers)
    ok = add_extension(certificate, certificate, NID_subject_key_identifier, "hash") && ok;
  if (facts.has_key_identifiers)
    ok = add_extension(certificate, issuer, NID_authority_key_identifier, "keyid:always") && ok;
  if (facts.has_basic_constraints) {
    const std::string value = facts.is_authority ? "critical,CA:TRUE" : "CA:FALSE";
    ok = add_extension(certificate, certificate, NID_basic_constraints, value) && ok;
  }
  std::string names;
  for (const auto& name : facts.dns_names) names += (names.empty() ? "DNS:" : ",DNS:") + name;
  if (!names.empty())
    ok = add_extension(certificate, certificate, NID_subject_alt_name, names) && ok;
  return ok;
}

}  // namespace

Result<std::string> make_certificate(const persona::CertificateFacts& facts,
                                     const std::string& key_pem, const TlsIdentity& issuer) {
  const KeyPtr key = DECNET_TRY(read_key(key_pem));
  const bool signs_itself = issuer.private_key_pem.empty();
  const KeyPtr signer = DECNET_TRY(read_key(signs_itself ? key_pem : issuer.private_key_pem));
  const CertificatePtr certificate(X509_new());
  CertificatePtr above;
  if (!signs_itself) above = DECNET_TRY(read_certificate(issuer.certificate_pem));
  X509_set_version(certificate.get(), X509_VERSION_3);
  const BigNumPtr serial(BN_bin2bn(reinterpret_cast<const unsigned char*>(facts.serial.data()),
                                   static_cast<int>(facts.serial.size()), nullptr));
  BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(certificate.get()));
  set_time(X509_getm_notBefore(certificate.get()), facts.not_before);
  set_time(X509_getm_notAfter(certificate.get()), facts.not_after);
  X509_set_subject_name(certificate.get(), name_of(facts.subject).get());
  X509_set_issuer_name(certificate.get(), name_of(facts.issuer).get());
  X509_set_pubkey(certificate.get(), key.get());
  if (!add_extensions(certificate.get(), signs_itself ? certificate.get() : above.get(), facts))
    return fail(Errc::invalid_argument, "a certificate's extension is refused");
  if (X509_sign(certificate.get(), signer.get(), EVP_sha256()) == 0)
    return fail(Errc::io, "a certificate could not be signed");
  const BioPtr out(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_X509(out.get(), certificate.get()) != 1)
    return fail(Errc::io, "a certificate could not be written");
  return bio_text(out.get());
}

}  // namespace decnet::worker::reconciler
