// Streamlined NTRU Prime 761: the responder's half (encapsulation), with no branch and no address
// that depends on a secret.
// Source: the specification of NTRU Prime (ntruprime.cr.yp.to, round 3), parameters sntrup761.
#pragma once

#include <string>
#include <string_view>

namespace decnet::codec::ssh {

inline constexpr std::size_t kSntrupPublicBytes = 1158;
inline constexpr std::size_t kSntrupCipherBytes = 1039;
inline constexpr std::size_t kSntrupSecretBytes = 32;

struct Encapsulated {
  std::string ciphertext;
  std::string secret;
};

// `public_key` has kSntrupPublicBytes. `random` (3044 bytes) is what the short polynomial is made
// from: for tests; in use it comes from the kernel.
Encapsulated sntrup761_encapsulate(std::string_view public_key, std::string_view random);
Encapsulated sntrup761_encapsulate(std::string_view public_key);

}  // namespace decnet::codec::ssh
