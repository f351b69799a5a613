#include "api/unsafe_call.h"

#include <algorithm>

#include <sodium.h>

#include "api/services.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/random.h"
#include "store/store.h"

namespace decnet::api {
namespace {

bool is_visible_ascii(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

// Under which key of its own the store keeps the answer, and with which it is sealed: the caller's
// key is in neither form to be read there, nor is a token that was made.
struct Keys {
  std::string stored;
  std::string seal;
};

std::string whose(const Call& call) {
  const Principal& principal = *call.principal;
  if (principal.kind == Principal::Kind::local_socket) return principal.name;
  return principal.kind == Principal::Kind::token ? principal.token_uuid.text()
                                                  : principal.user_uuid.text();
}

Keys keys_of(const Call& call, std::string_view key) {
  const std::string name =
      whose(call) + '\n' + std::string(call.route.operation) + '\n' + std::string(key);
  return {sha256_hex("idempotency\n" + name), hmac_sha256(key, "seal\n" + name)};
}

std::string seal(const std::string& key, std::string_view text) {
  std::string out = random_bytes(crypto_secretbox_NONCEBYTES);
  const std::string nonce = out;
  out.resize(nonce.size() + crypto_secretbox_MACBYTES + text.size());
  crypto_secretbox_easy(reinterpret_cast<unsigned char*>(out.data() + nonce.size()),
                        reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                        reinterpret_cast<const unsigned char*>(nonce.data()),
                        reinterpret_cast<const unsigned char*>(key.data()));
  return out;
}

std::optional<std::string> unseal(const std::string& key, std::string_view sealed) {
  constexpr std::size_t kOverhead = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
  if (sealed.size() < kOverhead) return std::nullopt;
  const std::string nonce(sealed.substr(0, crypto_secretbox_NONCEBYTES));
  sealed.remove_prefix(nonce.size());
  std::string out(sealed.size() - crypto_secretbox_MACBYTES, '\0');
  if (crypto_secretbox_open_easy(reinterpret_cast<unsigned char*>(out.data()),
                                 reinterpret_cast<const unsigned char*>(sealed.data()),
                                 sealed.size(),
                                 reinterpret_cast<const unsigned char*>(nonce.data()),
                                 reinterpret_cast<const unsigned char*>(key.data())) != 0) {
    return std::nullopt;
  }
  return out;
}

// Of the headers of an answer only where the new thing is and its version are kept.
std::string kept_headers(const Response& response) {
  std::string text;
  for (const Header& header : response.headers) {
    if (header.name == "Location" || header.name == "ETag") {
      text += header.name + ": " + header.value + "\n";
    }
  }
  return text;
}

Answer replay(const store::IdempotentAnswer& kept, const std::string& request_sha256,
              const std::string& seal_key) {
  if (kept.request_sha256 != request_sha256) {
    return Problem(422, "idempotency_key_reused", "this Idempotency-Key came with another request");
  }
  if (kept.status == 0) {
    return Problem(409, "in_progress", "the first request with this Idempotency-Key is under way")
        .with("Retry-After", "1");
  }
  auto body = unseal(seal_key, kept.body);
  if (!body) return Problem(500, "internal", "the kept answer cannot be read");
  Response response = json_response(std::move(*body), kept.status);
  if (kept.status >= 400) response.content_type = kProblemJson;
  for (std::string_view rest = kept.headers; !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    const auto line = rest.substr(0, end);
    const auto colon = line.find(": ");
    if (colon != line.npos) response.with(line.substr(0, colon), line.substr(colon + 2));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  response.with("Idempotency-Replayed", "true");
  return response;
}

Answer run_once(Call& call, std::string_view key) {
  const Keys keys = keys_of(call, key);
  const std::string request_sha256 = sha256_hex(call.request.path + '\n' + call.request.body);
  auto& accounts = call.services.store.accounts();
  const auto kept = DECNET_TRY(accounts.claim_idempotency(keys.stored, request_sha256, call.now));
  if (kept) return replay(*kept, request_sha256, keys.seal);
  Answer answer = call.route.handler(call);
  audit_outcome(call, answer);
  const Response shown = answer ? *answer : to_response(answer.error(), call.request);
  const store::IdempotentAnswer keep{.request_sha256 = request_sha256,
                                     .status = shown.status,
                                     .headers = kept_headers(shown),
                                     .body = seal(keys.seal, shown.content()),
                                     .at = call.now};
  if (auto finished = accounts.finish_idempotency(keys.stored, keep); !finished) {
    log::warn("an idempotent answer was not kept: {}", finished.error().detail);
  }
  return answer;
}

}  // namespace

void audit_outcome(const Call& call, const Answer& answer) {
  std::string outcome = "ok";
  if (!answer) outcome = answer.error().status < 500 ? "refused" : "failed";
  std::string detail = call.audit_detail;
  if (!answer) detail += (detail.empty() ? "" : "; ") + answer.error().code;
  if (auto done = audit(call, call.route.operation, call.audit_target, detail, outcome); !done) {
    log::error("no audit row for {} by {}: {}", call.route.operation, call.actor(),
               done.error().detail);
  }
}

Answer run_unsafe(Call& call) {
  const std::string_view key = call.request.header("idempotency-key");
  if (!key.empty() && call.route.is_idempotent_post) {
    if (key.size() > kIdempotencyKeyBytesMax || !is_visible_ascii(key)) {
      return Problem(400, "invalid_idempotency_key", "at most 64 visible ASCII characters");
    }
    return run_once(call, key);
  }
  Answer answer = call.route.handler(call);
  if (!call.route.audits_itself) audit_outcome(call, answer);
  return answer;
}

}  // namespace decnet::api
