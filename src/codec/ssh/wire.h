// SSH's data types (RFC 4251 section 5) and the numbers of its messages.
//
//   std::string payload = Message(kServiceAccept).string("ssh-userauth").take();
//   ByteReader reader(payload);  reader.u8();  const auto service = get_string(reader);
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace decnet::codec::ssh {

enum MessageNumber : std::uint8_t {
  kDisconnect = 1,
  kIgnore = 2,
  kUnimplemented = 3,
  kDebug = 4,
  kServiceRequest = 5,
  kServiceAccept = 6,
  kExtInfo = 7,
  kKexInit = 20,
  kNewKeys = 21,
  kKexInitPublic = 30,  // KEXDH_INIT, KEX_ECDH_INIT
  kKexReply = 31,       // KEXDH_REPLY, KEX_ECDH_REPLY, KEX_DH_GEX_GROUP
  kGexInit = 32,
  kGexReply = 33,
  kGexRequest = 34,
  kUserauthRequest = 50,
  kUserauthFailure = 51,
  kUserauthSuccess = 52,
  kUserauthPkOk = 60,  // … and USERAUTH_INFO_REQUEST
  kUserauthInfoResponse = 61,
  kGlobalRequest = 80,
  kRequestSuccess = 81,
  kRequestFailure = 82,
  kChannelOpen = 90,
  kChannelOpenConfirmation = 91,
  kChannelOpenFailure = 92,
  kChannelWindowAdjust = 93,
  kChannelData = 94,
  kChannelExtendedData = 95,
  kChannelEof = 96,
  kChannelClose = 97,
  kChannelRequest = 98,
  kChannelSuccess = 99,
  kChannelFailure = 100,
};

inline std::string_view get_string(ByteReader& reader) noexcept {
  return reader.take(reader.u32());
}

// A string that the genuine server reads as a C string: a zero byte within is an error (but a last
// one is dropped), which shows as ok == false.
inline std::string_view get_cstring(ByteReader& reader, bool& ok) noexcept {
  std::string_view text = get_string(reader);
  const std::size_t zero = text.find('\0');
  if (zero != text.npos) {
    ok = ok && zero + 1 == text.size();
    text = text.substr(0, zero);
  }
  return text;
}

// An unsigned number as an mpint: no leading zeros, but one where the first bit is set.
inline void put_mpint(std::string& out, std::string_view big_endian) {
  while (!big_endian.empty() && big_endian.front() == '\0') big_endian.remove_prefix(1);
  const bool pad = !big_endian.empty() && (static_cast<unsigned char>(big_endian.front()) & 0x80);
  ByteWriter(out).u32(static_cast<std::uint32_t>(big_endian.size() + (pad ? 1 : 0)));
  if (pad) out.push_back('\0');
  out += big_endian;
}

class Message {
 public:
  Message() = default;  // No number in front: a part of a message.
  explicit Message(std::uint8_t number) { u8(number); }

  Message& u8(std::uint8_t value) {
    bytes_.push_back(static_cast<char>(value));
    return *this;
  }
  Message& boolean(bool value) { return u8(value ? 1 : 0); }
  Message& u32(std::uint64_t value) {
    ByteWriter(bytes_).u32(static_cast<std::uint32_t>(value));
    return *this;
  }
  Message& u64(std::uint64_t value) {
    ByteWriter(bytes_).u64(value);
    return *this;
  }
  Message& string(std::string_view text) {
    u32(text.size());
    bytes_ += text;
    return *this;
  }
  Message& mpint(std::string_view big_endian) {
    put_mpint(bytes_, big_endian);
    return *this;
  }
  Message& raw(std::string_view bytes) {
    bytes_ += bytes;
    return *this;
  }

  const std::string& bytes() const noexcept { return bytes_; }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

}  // namespace decnet::codec::ssh
