// PeerOptions: what the peer's option commands tell of its software, as the fingerprint
// telnet_options ("dont 37,will 24,…"), and a bound on how many it may send.
#pragma once

#include <string>

#include "service/telnet/option.h"
#include "session/session.h"

namespace decnet::service::telnet {

inline constexpr std::size_t kOptionsShown = 48;         // Of the fingerprint.
inline constexpr std::size_t kOptionCommandsMax = 4096;  // Beyond: the connection is closed.

class PeerOptions {
 public:
  void note(Verb verb, std::uint8_t option);
  bool is_flood() const { return count_ > kOptionCommandsMax; }
  void tell(session::Session& session);  // Once.

 private:
  std::string text_;
  std::string raw_;
  std::size_t count_ = 0;
  bool told_ = false;
};

}  // namespace decnet::service::telnet
