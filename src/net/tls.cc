#include "net/tls.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <vector>

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace decnet::net {
namespace {

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};
using ContextPtr = std::unique_ptr<SSL_CTX, Deleter<SSL_CTX_free>>;
using SslPtr = std::unique_ptr<SSL, Deleter<SSL_free>>;
using BioPtr = std::unique_ptr<BIO, Deleter<BIO_free>>;
using CertificatePtr = std::unique_ptr<X509, Deleter<X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;

constexpr std::size_t kRecordBytes = 17 * 1024;  // One TLS record with its overhead.

std::string last_reason() {
  const unsigned long code = ERR_peek_last_error();
  ERR_clear_error();
  const char* reason = code != 0 ? ERR_reason_error_string(code) : nullptr;
  return reason != nullptr ? reason : "TLS failed";
}

Result<void> use_certificates(SSL_CTX* context, const std::string& pem) {
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const CertificatePtr leaf(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  if (!leaf || SSL_CTX_use_certificate(context, leaf.get()) != 1) {
    return fail(Errc::invalid_argument, "the certificate cannot be read: " + last_reason());
  }
  while (X509* next = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr))
    SSL_CTX_add0_chain_cert(context, next);
  ERR_clear_error();  // The end of the chain is an error to OpenSSL.
  return {};
}

Result<int> version_number(std::string_view name) {
  if (name == "any") return 0;
  if (name == "TLSv1") return TLS1_VERSION;
  if (name == "TLSv1.1") return TLS1_1_VERSION;
  if (name == "TLSv1.2") return TLS1_2_VERSION;
  if (name == "TLSv1.3") return TLS1_3_VERSION;
  return fail(Errc::invalid_argument, "unknown TLS version " + std::string(name));
}

std::string alpn_wire(std::string_view list) {
  std::string out;
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    out.push_back(static_cast<char>(comma));
    out.append(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return out;
}

}  // namespace

struct TlsContext::State {
  ContextPtr context;
  std::string alpn;  // Wire form.
  TlsManner::UnknownAlpn unknown_alpn = TlsManner::UnknownAlpn::refused;
  std::string acknowledged_name;

  static int choose_alpn(SSL*, const unsigned char** out, unsigned char* out_length,
                         const unsigned char* offered, unsigned offered_length, void* self) {
    const auto& wanted = static_cast<const State*>(self)->alpn;
    unsigned char* chosen = nullptr;
    const int found = SSL_select_next_proto(
        &chosen, out_length, reinterpret_cast<const unsigned char*>(wanted.data()),
        static_cast<unsigned>(wanted.size()), offered, offered_length);
    *out = chosen;
    if (found == OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_OK;
    if (static_cast<const State*>(self)->unknown_alpn == TlsManner::UnknownAlpn::refused)
      return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out_length = static_cast<unsigned char>(wanted[0]);
    *out = reinterpret_cast<const unsigned char*>(wanted.data()) + 1;
    return SSL_TLSEXT_ERR_OK;
  }

  static int look_at_name(SSL* ssl, int*, void* self) {
    const auto& known = static_cast<const State*>(self)->acknowledged_name;
    const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    if (known.empty() || name == nullptr) return SSL_TLSEXT_ERR_NOACK;
    const bool same = known == "*" || OPENSSL_strcasecmp(known.c_str(), name) == 0;
    return same ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
  }
};

TlsContext::TlsContext() : state_(std::make_unique<State>()) {}
TlsContext::~TlsContext() = default;

Result<std::shared_ptr<const TlsContext>> TlsContext::create(const TlsSettings& settings) {
  static std::mutex mutex;
  static std::vector<std::weak_ptr<const TlsContext>> all;
  const std::lock_guard lock(mutex);
  std::erase_if(all, [](const auto& one) { return one.expired(); });
  for (const auto& one : all) {
    if (auto alive = one.lock(); alive && alive->settings() == settings) return alive;
  }
  auto made = make(settings);
  if (made) all.emplace_back(*made);
  return made;
}

Result<std::shared_ptr<const TlsContext>> TlsContext::make(const TlsSettings& settings) {
  std::shared_ptr<TlsContext> out(new TlsContext);
  out->settings_ = settings;
  State& state = *out->state_;
  state.context.reset(SSL_CTX_new(TLS_server_method()));
  SSL_CTX* context = state.context.get();
  DECNET_TRY(use_certificates(context, settings.certificate_pem));
  const BioPtr bio(BIO_new_mem_buf(settings.private_key_pem.data(),
                                   static_cast<int>(settings.private_key_pem.size())));
  const KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  if (!key || SSL_CTX_use_PrivateKey(context, key.get()) != 1 ||
      SSL_CTX_check_private_key(context) != 1) {
    return fail(Errc::invalid_argument, "the private key cannot be used: " + last_reason());
  }
  const TlsManner& manner = settings.manner;
  const int minimum = DECNET_TRY(version_number(manner.minimum));
  SSL_CTX_set_min_proto_version(context, minimum);
  if (!manner.ciphers.empty() && SSL_CTX_set_cipher_list(context, manner.ciphers.c_str()) != 1) {
    return fail(Errc::invalid_argument, "no cipher of the list is known");
  }
  if (manner.prefers_own_ciphers) SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE);
  if (manner.ephemeral_dh) SSL_CTX_set_dh_auto(context, 1);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // Without tickets every session gets an id, remembered or not: clients mistake a server that
  // gives none.
  SSL_CTX_set_session_cache_mode(
      context, SSL_SESS_CACHE_SERVER | (manner.session_ids ? 0 : SSL_SESS_CACHE_NO_INTERNAL));
  SSL_CTX_sess_set_cache_size(context, manner.session_ids ? kTlsSessionsMax : 1);
  if (manner.session_ids) {
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
    const unsigned char id[] = "decoy";  // Tells nothing: it never leaves the process.
    SSL_CTX_set_session_id_context(context, id, sizeof id - 1);
  }
  state.acknowledged_name = manner.acknowledged_name;
  if (!manner.acknowledged_name.empty()) {
    SSL_CTX_set_tlsext_servername_callback(context, &State::look_at_name);
    SSL_CTX_set_tlsext_servername_arg(context, &state);
  }
  state.unknown_alpn = manner.unknown_alpn;
  state.alpn = alpn_wire(manner.alpn);
  if (!state.alpn.empty()) SSL_CTX_set_alpn_select_cb(context, State::choose_alpn, &state);
  return std::shared_ptr<const TlsContext>(std::move(out));
}

namespace {

class OpenSslStream final : public TlsStream {
 public:
  OpenSslStream(Stream& inner, std::shared_ptr<const TlsContext> context)
      : inner_(inner),
        context_(std::move(context)),
        ssl_(SSL_new(context_->state().context.get())) {
    in_ = BIO_new(BIO_s_mem());
    out_ = BIO_new(BIO_s_mem());
    SSL_set_bio(ssl_.get(), in_, out_);  // The SSL owns both.
    SSL_set_accept_state(ssl_.get());
  }

  Task<Result<void>> handshake(std::string buffered, TlsHello& hello) {
    keep(hello, buffered);
    BIO_write(in_, buffered.data(), static_cast<int>(buffered.size()));
    for (;;) {
      ERR_clear_error();
      const int done = SSL_do_handshake(ssl_.get());
      const int why = done == 1 ? SSL_ERROR_NONE : SSL_get_error(ssl_.get(), done);
      const std::string reason =
          why == SSL_ERROR_NONE || why == SSL_ERROR_WANT_READ ? std::string{} : last_reason();
      auto flushed = co_await flush();
      if (done == 1) co_return flushed;
      if (why != SSL_ERROR_WANT_READ) co_return fail(Errc::invalid_argument, reason);
      if (!flushed) co_return flushed;
      DECNET_CO_CHECK(co_await feed(&hello));
    }
  }

  Task<Result<std::size_t>> read_some(std::span<char> buffer) override {
    for (;;) {
      ERR_clear_error();
      const int got = SSL_read(ssl_.get(), buffer.data(),
                               static_cast<int>(std::min<std::size_t>(buffer.size(), INT32_MAX)));
      if (got > 0) co_return static_cast<std::size_t>(got);
      const int why = SSL_get_error(ssl_.get(), got);
      if (why == SSL_ERROR_ZERO_RETURN)
        co_return fail(Errc::closed, "the peer has ended the stream");
      if (why != SSL_ERROR_WANT_READ) {
        const std::string reason = last_reason();
        co_await flush();  // The alert.
        co_return fail(Errc::io, reason);
      }
      DECNET_CO_CHECK(co_await flush());  // Key updates and renegotiation have answers.
      DECNET_CO_CHECK(co_await feed(nullptr));
    }
  }

  Task<Result<void>> write(std::string_view bytes) override {
    while (!bytes.empty()) {
      const auto piece = bytes.substr(0, 16 * 1024);
      ERR_clear_error();
      const int sent = SSL_write(ssl_.get(), piece.data(), static_cast<int>(piece.size()));
      if (sent <= 0) co_return fail(Errc::io, last_reason());
      bytes.remove_prefix(static_cast<std::size_t>(sent));
      DECNET_CO_CHECK(co_await flush());
    }
    co_return Result<void>{};
  }

  void set_deadline(TimePoint when) override { inner_.set_deadline(when); }

  Task<void> shutdown_send() override {
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
    ERR_clear_error();
    auto flushed = co_await flush();
    if (flushed) co_await inner_.shutdown_send();
  }

  void close() override { inner_.close(); }
  void reset() override { inner_.reset(); }
  Endpoint local() const override { return inner_.local(); }
  Endpoint peer() const override { return inner_.peer(); }

  std::string alpn() const override {
    const unsigned char* name = nullptr;
    unsigned length = 0;
    SSL_get0_alpn_selected(ssl_.get(), &name, &length);
    return {reinterpret_cast<const char*>(name), length};
  }
  std::string server_name() const override {
    const char* name = SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name);
    return name != nullptr ? name : "";
  }
  std::string version() const override { return SSL_get_version(ssl_.get()); }

 private:
  static void keep(TlsHello& hello, std::string_view bytes) {
    hello.records.append(
        bytes.substr(0, kTlsHelloBytesMax - std::min(hello.records.size(), kTlsHelloBytesMax)));
  }

  // Peer → OpenSSL.
  Task<Result<void>> feed(TlsHello* hello) {
    thread_local std::array<char, kRecordBytes> chunk;
    DECNET_CO_TRY(const std::size_t got, co_await inner_.read_some(chunk));
    if (hello != nullptr) keep(*hello, {chunk.data(), got});
    BIO_write(in_, chunk.data(), static_cast<int>(got));
    co_return Result<void>{};
  }

  // OpenSSL → peer. The buffer is this stream's own: another may flush while this write waits.
  Task<Result<void>> flush() {
    const auto pending = BIO_ctrl_pending(out_);
    if (pending == 0) co_return Result<void>{};
    std::string bytes(pending, '\0');
    BIO_read(out_, bytes.data(), static_cast<int>(pending));
    co_return co_await inner_.write(bytes);
  }

  Stream& inner_;
  std::shared_ptr<const TlsContext> context_;
  SslPtr ssl_;
  BIO* in_ = nullptr;
  BIO* out_ = nullptr;
};

}  // namespace

Task<Result<std::unique_ptr<TlsStream>>> tls_accept(Stream& stream,
                                                    std::shared_ptr<const TlsContext> context,
                                                    std::string buffered, TlsHello& hello) {
  auto made = std::make_unique<OpenSslStream>(stream, std::move(context));
  auto done = co_await made->handshake(std::move(buffered), hello);
  if (!done) co_return tl::unexpected<Error>(std::move(done).error());
  co_return std::unique_ptr<TlsStream>(std::move(made));
}

}  // namespace decnet::net
