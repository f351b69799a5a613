#include "net/hello_replay.h"

#include <algorithm>
#include <array>
#include <fstream>

#include <fmt/format.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "base/bytes.h"
#include "base/try.h"
#include "net/loop.h"
#include "net/memory_stream.h"

namespace decnet::net {

namespace {

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string out(data, static_cast<std::size_t>(size));
  BIO_free(bio);
  return out;
}

TlsSettings decoy_identity() {
  EVP_PKEY* key = EVP_RSA_gen(2048);
  X509* certificate = X509_new();
  X509_set_version(certificate, X509_VERSION_3);
  X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 86'400);
  X509_set_pubkey(certificate, key);
  X509_sign(certificate, key, EVP_sha256());
  BIO* first = BIO_new(BIO_s_mem());
  BIO* second = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(first, certificate);
  PEM_write_bio_PrivateKey(second, key, nullptr, nullptr, 0, nullptr, nullptr);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return {.certificate_pem = text_of(first), .private_key_pem = text_of(second)};
}

// One line on the first record of an answer, as hellos.py writes it.
std::string said(std::string_view answer) {
  if (answer.empty()) return "nothing";
  const auto at = [&](std::size_t n) { return static_cast<unsigned char>(answer.at(n)); };
  if (at(0) == 21) return fmt::format("alert {}.{} {} {}", at(1), at(2), at(5), at(6));
  if (at(0) != 22 || at(5) != 2) return "no TLS";
  ByteReader hello(answer.substr(9));
  const std::string version = to_hex(hello.take(2));
  hello.skip(32);
  const std::size_t session = hello.u8();
  hello.skip(session);
  const std::string cipher = to_hex(hello.take(2));
  hello.skip(1);
  ByteReader extensions(hello.take(hello.u16()));
  std::string out = fmt::format("hello {}.{} {} session {} cipher {} extensions", at(1), at(2),
                                version, session, cipher);
  constexpr std::array<std::string_view, 6> kShown{"0010", "002b", "000b", "ff01", "0023", "0000"};
  while (!extensions.rest().empty() && extensions.ok()) {
    const std::string kind = to_hex(extensions.take(2));
    const std::string content = to_hex(extensions.take(extensions.u16()));
    const bool shown = std::find(kShown.begin(), kShown.end(), kind) != kShown.end();
    out += " " + kind + (shown && !content.empty() ? "=" + content : "");
  }
  return out;
}

std::string answer_to(const std::string& hello, const std::shared_ptr<const TlsContext>& context) {
  MemoryStream stream({hello}, ScriptEnd::closes);
  TlsHello seen;
  (void)run_task(tls_accept(stream, context, {}, seen));
  return said(stream.written());
}

}  // namespace

Result<HelloDistance> replay_hellos(const std::string& recording, const TlsManner& manner) {
  TlsSettings settings = decoy_identity();
  settings.manner = manner;
  const auto context = DECNET_TRY(TlsContext::create(settings));
  std::ifstream file(recording);
  HelloDistance out;
  std::string name;
  std::string hello;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("== ")) name = line.substr(3);
    if (line.starts_with("> ")) hello = DECNET_TRY(from_hex(line.substr(2)));
    if (!line.starts_with("< ") || line.starts_with("< no TLS")) continue;
    ++out.answers;
    const std::string ours = answer_to(hello, context);
    if (ours == line.substr(2)) continue;
    ++out.different;
    out.report += fmt::format("{}\n  genuine: {}\n  ours:    {}\n", name, line.substr(2), ours);
  }
  return out;
}

}  // namespace decnet::net
