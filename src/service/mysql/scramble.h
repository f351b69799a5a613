// What a client proves its password with, and how that is checked and written down.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace decnet::service::mysql {

inline constexpr std::size_t kSaltBytes = 20;
inline constexpr std::size_t kSha2ResponseBytes = 32;

// mysql_native_password: SHA1(password) xor SHA1(salt, SHA1(SHA1(password))).
std::string native_response(std::string_view password, std::string_view salt);
// caching_sha2_password: SHA256(password) xor SHA256(SHA256(SHA256(password)), salt).
std::string sha2_response(std::string_view password, std::string_view salt);
// The line that hashcat (mode 11200) and john (mysqlna) take.
std::string native_crack_line(std::string_view salt, std::string_view response);
// The same for caching_sha2_password: "$mysqlsha2$" salt "*" response, both in hexadecimal. No
// program has a mode for it: a guess is right if SHA256(guess) xor SHA256(SHA256(SHA256(guess)),
// salt) is the response.
std::string sha2_crack_line(std::string_view salt, std::string_view response);
// What mysql.user holds: "*" and 40 digits.
std::string native_hash(std::string_view password);

std::string xor_repeated(std::string_view bytes, std::string_view with);

std::string sha2_digest(std::string_view bytes, unsigned bits);  // 224, 256, 384, 512; else empty.
std::uint32_t crc32(std::string_view bytes);

// The RSA key with which clients of caching_sha2_password encrypt a password without TLS.
class PasswordKey {
 public:
  static std::unique_ptr<PasswordKey> make();                      // A new one of 2048 bits.
  static std::unique_ptr<PasswordKey> load(std::string_view pem);  // Null if it is none.
  ~PasswordKey();

  std::string public_pem() const;
  std::string private_pem() const;
  // Empty if it does not fit. RSA-OAEP with SHA-1.
  std::string decrypt(std::string_view bytes) const;

 private:
  struct State;
  explicit PasswordKey(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace decnet::service::mysql
