#include "api/password.h"

#include <array>

#include <sodium.h>

#include "base/counters.h"
#include "base/random.h"

namespace decnet::api {
namespace {

// Nothing matches it: its password was drawn and forgotten.
const std::string& nobodys_hash() {
  static const std::string hash = hash_password(random_bytes(32)).value_or(std::string());
  return hash;
}

}  // namespace

Result<std::string> hash_password(std::string_view password) {
  std::array<char, crypto_pwhash_STRBYTES> out{};
  if (crypto_pwhash_str_alg(out.data(), password.data(), password.size(), kPasswordPasses,
                            kPasswordMemoryBytes, crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return fail(Errc::limit, "argon2 has no memory");
  }
  return std::string(out.data());
}

bool password_matches(const std::string& hash, std::string_view password) {
  const std::string& against = hash.empty() ? nobodys_hash() : hash;
  return crypto_pwhash_str_verify(against.c_str(), password.data(), password.size()) == 0;
}

Result<void> check_new_password(std::string_view password, std::string_view username) {
  if (password.size() < kPasswordBytesMin) {
    return fail(Errc::invalid_argument,
                "needs at least " + std::to_string(kPasswordBytesMin) + " characters");
  }
  if (password.size() > kPasswordBytesMax) return fail(Errc::invalid_argument, "is too long");
  if (password.find(username) != password.npos) {
    return fail(Errc::invalid_argument, "must not contain the user's name");
  }
  if (password.find_first_not_of(password.front()) == password.npos) {
    return fail(Errc::invalid_argument, "must be more than one character repeated");
  }
  return {};
}

std::string draw_password() {
  constexpr std::string_view kLetters = "23456789abcdefghijkmnpqrstuvwxyz";  // 32, no 0 o 1 l
  constexpr std::size_t kCharacters = 20;
  std::string password;
  for (std::size_t n = 0; n < kCharacters; ++n) {
    if (n > 0 && n % 5 == 0) password.push_back('-');
    password.push_back(kLetters[random_below(kLetters.size())]);
  }
  return password;
}

bool PasswordQueue::enter() {
  static Counter& refused = counter("api_password_queue_refused_total",
                                    "Password checks refused because too many waited");
  if (waiting_ >= kPasswordQueueMax) {
    refused.add();
    return false;
  }
  ++waiting_;
  return true;
}

}  // namespace decnet::api
