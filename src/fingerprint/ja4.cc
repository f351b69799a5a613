#include "fingerprint/ja4.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/hash.h"

namespace decnet::fingerprint {
namespace {

constexpr std::size_t kHashDigits = 12;
constexpr std::size_t kCountMax = 99;
constexpr std::uint16_t kServerNameExtension = 0x0000;
constexpr std::uint16_t kAlpnExtension = 0x0010;

std::vector<std::uint16_t> without_grease(std::vector<std::uint16_t> values) {
  std::erase_if(values, is_grease);
  return values;
}

// The highest that is offered. DTLS counts downwards.
std::uint16_t highest_of(const ClientHello& hello, Carrier carrier) {
  const auto offered = without_grease(hello.supported_versions);
  if (offered.empty()) return hello.version;
  return carrier == Carrier::dtls ? *std::min_element(offered.begin(), offered.end())
                                  : *std::max_element(offered.begin(), offered.end());
}

std::string_view name_of(std::uint16_t version) {
  switch (version) {
    case 0x0304:
      return "13";
    case 0x0303:
      return "12";
    case 0x0302:
      return "11";
    case 0x0301:
      return "10";
    case 0x0300:
      return "s3";
    case 0x0002:
      return "s2";
    case 0xfeff:
      return "d1";
    case 0xfefd:
      return "d2";
    case 0xfefc:
      return "d3";
    default:
      return "00";
  }
}

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// The first and last character of the first protocol; of its hexadecimal form where one of them is
// neither letter nor digit.
std::string alpn_of(const ClientHello& hello) {
  if (hello.alpn.empty() || hello.alpn.front().empty()) return "00";
  std::string name = hello.alpn.front();
  if (!is_alphanumeric(name.front()) || !is_alphanumeric(name.back())) name = to_hex(name);
  return {name.front(), name.back()};
}

std::string list_of(const std::vector<std::uint16_t>& values) {
  std::string out;
  for (const std::uint16_t value : values) {
    out += fmt::format("{}{:04x}", out.empty() ? "" : ",", value);
  }
  return out;
}

std::string hash_of(const std::string& list) {
  if (list.empty()) return std::string(kHashDigits, '0');
  return sha256_hex(list).substr(0, kHashDigits);
}

struct Parts {
  std::string head, ciphers, extensions;
};

Parts parts_of(const ClientHello& hello, Carrier carrier) {
  auto ciphers = without_grease(hello.ciphers);
  auto extensions = without_grease(hello.extensions);
  const bool has_name =
      std::find(extensions.begin(), extensions.end(), kServerNameExtension) != extensions.end();
  Parts parts;
  parts.head = fmt::format("{}{}{}{:02}{:02}{}",
                           carrier == Carrier::tcp    ? 't'
                           : carrier == Carrier::quic ? 'q'
                                                      : 'd',
                           name_of(highest_of(hello, carrier)), has_name ? 'd' : 'i',
                           std::min(ciphers.size(), kCountMax),
                           std::min(extensions.size(), kCountMax), alpn_of(hello));
  std::sort(ciphers.begin(), ciphers.end());
  parts.ciphers = list_of(ciphers);
  std::erase_if(extensions, [](std::uint16_t extension) {
    return extension == kServerNameExtension || extension == kAlpnExtension;
  });
  std::sort(extensions.begin(), extensions.end());
  parts.extensions = list_of(extensions);
  const auto algorithms = without_grease(hello.signature_algorithms);
  if (!algorithms.empty()) parts.extensions += "_" + list_of(algorithms);
  return parts;
}

}  // namespace

std::string ja4(const ClientHello& hello, Carrier carrier) {
  const Parts parts = parts_of(hello, carrier);
  return parts.head + "_" + hash_of(parts.ciphers) + "_" + hash_of(parts.extensions);
}

std::string ja4_raw(const ClientHello& hello, Carrier carrier) {
  const Parts parts = parts_of(hello, carrier);
  return parts.head + "_" + parts.ciphers + "_" + parts.extensions;
}

}  // namespace decnet::fingerprint
