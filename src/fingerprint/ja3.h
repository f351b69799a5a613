// JA3 and JA3S: MD5 over decimal lists of what a ClientHello offers and a ServerHello chooses.
// GREASE is left out, order is kept.
//
// Source: https://github.com/salesforce/ja3 (the definition).
#pragma once

#include <string>

#include "fingerprint/tls_hello.h"

namespace decnet::fingerprint {

// "771,4865-4866,0-11-10,29-23,0": version, ciphers, extensions, groups, point formats
std::string ja3_string(const ClientHello& hello);
std::string ja3(const ClientHello& hello);  // 32 characters

// "771,4865,51-43": version, cipher, extensions
std::string ja3s_string(const ServerHello& hello);
std::string ja3s(const ServerHello& hello);

}  // namespace decnet::fingerprint
