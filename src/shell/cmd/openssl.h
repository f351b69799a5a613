// What the commands of openssl share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "shell/cmd/io.h"

namespace decnet::shell::cmd {

// The words behind a command.
struct OpensslWords {
  std::vector<std::string> all;
  std::size_t at = 0;
  bool option() const { return at < all.size() && all[at].size() > 1 && all[at][0] == '-'; }
  std::string take() { return at < all.size() ? all[at++] : std::string(); }
};

std::string hex_of(std::string_view bytes);
std::string base64_of(std::string_view bytes, bool lines);
std::string base64_bytes(std::string_view text);  // Empty where it is none.
std::string error_line(std::string_view what);    // As OpenSSL's queue of errors is printed.
Task<std::string> read_input(Io& io, int descriptor);
Task<void> openssl_encode(Io& io, std::string command, OpensslWords& words);

}  // namespace decnet::shell::cmd
