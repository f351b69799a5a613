// HASSH and HASSHServer: MD5 over the algorithms that an SSH client or server offers in its
// KEXINIT.
//
//   SshReader reader;
//   reader.feed(bytes);                         // of one side, from its first byte on
//   if (const auto* offer = reader.kexinit()) use(hassh(*offer));
//
// Sources: RFC 4253 sections 4.2, 6 and 7.1; https://github.com/salesforce/hassh (the definition).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace decnet::fingerprint {

// The name-lists as they were sent: comma-separated.
struct KexInit {
  std::string kex, host_key;
  std::string cipher_to_server, cipher_to_client;
  std::string mac_to_server, mac_to_client;
  std::string compression_to_server, compression_to_client;
  std::string language_to_server, language_to_client;
  bool first_packet_follows = false;
};

// `payload` begins with the message number 20. Errors: invalid_argument.
Result<KexInit> parse_kexinit(std::string_view payload);

// "kex;cipher;mac;compression" of what a client sends …
std::string hassh_string(const KexInit& offer);
std::string hassh(const KexInit& offer);  // 32 characters
// … and of what a server sends.
std::string hassh_server_string(const KexInit& offer);
std::string hassh_server(const KexInit& offer);

inline constexpr std::size_t kSshPacketBytesMax = 35'000;  // RFC 4253 section 6.1
inline constexpr std::size_t kSshPreambleBytesMax =
    8'192;  // What a server may say before its banner.

// Finds banner and KEXINIT in what one side of a connection sends. Bounded; over after the KEXINIT,
// or after what is not SSH.
class SshReader {
 public:
  void feed(std::string_view bytes);
  const std::string& banner() const noexcept { return banner_; }  // "SSH-2.0-…"; empty if none yet.
  const KexInit* kexinit() const noexcept { return offer_ ? &*offer_ : nullptr; }
  bool is_over() const noexcept { return over_; }

 private:
  bool read_banner();
  bool read_packet();

  std::string stream_;
  std::size_t preamble_bytes_ = 0;
  std::string banner_;
  std::optional<KexInit> offer_;
  bool over_ = false;
};

}  // namespace decnet::fingerprint
