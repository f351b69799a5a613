#include "fingerprint/ja3.h"

#include "base/hash.h"

namespace decnet::fingerprint {
namespace {

template <class Number>
void append_list(std::string& out, const std::vector<Number>& numbers) {
  bool first = true;
  for (const Number number : numbers) {
    if (sizeof(Number) == 2 && is_grease(number)) continue;
    if (!first) out += '-';
    first = false;
    out += std::to_string(number);
  }
}

}  // namespace

std::string ja3_string(const ClientHello& hello) {
  std::string out = std::to_string(hello.version) + ",";
  append_list(out, hello.ciphers);
  out += ',';
  append_list(out, hello.extensions);
  out += ',';
  append_list(out, hello.groups);
  out += ',';
  append_list(out, hello.point_formats);
  return out;
}

std::string ja3(const ClientHello& hello) {
  return md5_hex(ja3_string(hello));
}

std::string ja3s_string(const ServerHello& hello) {
  std::string out = std::to_string(hello.version) + "," + std::to_string(hello.cipher) + ",";
  append_list(out, hello.extensions);
  return out;
}

std::string ja3s(const ServerHello& hello) {
  return md5_hex(ja3s_string(hello));
}

}  // namespace decnet::fingerprint
