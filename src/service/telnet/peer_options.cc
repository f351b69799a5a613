#include "service/telnet/peer_options.h"

#include "base/bytes.h"
#include "base/counters.h"

namespace decnet::service::telnet {

void PeerOptions::note(Verb verb, std::uint8_t option) {
  if (++count_ == kOptionCommandsMax + 1) {
    static Counter& floods = counter("telnet_limit_option_commands_total",
                                     "Telnet connections closed for too many option commands");
    floods.add();
  }
  if (count_ > kOptionsShown || told_) return;
  constexpr std::string_view kNames[] = {"will", "wont", "do", "dont"};
  if (!text_.empty()) text_ += ',';
  text_ += kNames[static_cast<std::size_t>(verb) - static_cast<std::size_t>(Verb::will)];
  text_ += ' ' + std::to_string(option);
  raw_ += {'\xff', static_cast<char>(verb), static_cast<char>(option)};
}

void PeerOptions::tell(session::Session& session) {
  if (told_ || text_.empty()) return;
  told_ = true;
  session.fingerprint("telnet_options", text_, to_hex(raw_));
}

}  // namespace decnet::service::telnet
