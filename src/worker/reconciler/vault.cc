#include <fstream>
#include <iterator>

#include <fcntl.h>
#include <sodium.h>

#include "base/fd.h"
#include "base/random.h"
#include "base/try.h"
#include "worker/reconciler/keys.h"

namespace decnet::worker::reconciler {
namespace {

Result<std::string> make_key_file(const std::string& path) {
  const std::string key = random_bytes(crypto_secretbox_KEYBYTES);
  const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!fd) return fail_errno(errno, "create " + path);
  if (::write(fd.get(), key.data(), key.size()) != static_cast<ssize_t>(key.size()) ||
      ::fsync(fd.get()) != 0) {
    return fail_errno(errno, "write " + path);
  }
  return key;
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

Result<Vault> Vault::open(const std::string& key_file) {
  if (::sodium_init() < 0) return fail(Errc::io, "libsodium cannot be used");
  Vault out;
  std::ifstream file(key_file, std::ios::binary);
  if (!file) {
    out.key_ = DECNET_TRY(make_key_file(key_file));
    return out;
  }
  out.key_.assign(std::istreambuf_iterator<char>(file), {});
  if (out.key_.size() != crypto_secretbox_KEYBYTES)
    return fail(Errc::corrupt, key_file + " is not a key file");
  return out;
}

std::string Vault::seal(std::string_view plain) const {
  std::string out = random_bytes(crypto_secretbox_NONCEBYTES);
  std::string box(plain.size() + crypto_secretbox_MACBYTES, '\0');
  crypto_secretbox_easy(reinterpret_cast<unsigned char*>(box.data()), bytes_of(plain), plain.size(),
                        bytes_of(out), bytes_of(key_));
  return out + box;
}

Result<std::string> Vault::unseal(std::string_view sealed) const {
  constexpr std::size_t kOverhead = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
  if (sealed.size() < kOverhead) return fail(Errc::corrupt, "a sealed secret is cut short");
  const auto nonce = sealed.substr(0, crypto_secretbox_NONCEBYTES);
  const auto box = sealed.substr(crypto_secretbox_NONCEBYTES);
  std::string out(sealed.size() - kOverhead, '\0');
  if (crypto_secretbox_open_easy(reinterpret_cast<unsigned char*>(out.data()), bytes_of(box),
                                 box.size(), bytes_of(nonce), bytes_of(key_)) != 0) {
    return fail(Errc::corrupt,
                "a sealed secret does not open: it was sealed with another key, or was altered");
  }
  return out;
}

}  // namespace decnet::worker::reconciler
