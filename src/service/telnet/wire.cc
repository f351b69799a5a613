#include "service/telnet/wire.h"

#include <utility>

#include "base/counters.h"

namespace decnet::service::telnet {

void Decoder::plain(char byte, WireHandler& handler) {
  const bool after_cr = std::exchange(state_, State::text) == State::after_cr;
  if (byte == kIac) {
    state_ = State::iac;
    return;
  }
  if (after_cr && (byte == '\0' || byte == '\n')) return;
  if (byte == '\r' && !is_binary_) state_ = State::after_cr;
  handler.on_text(byte);
}

void Decoder::command(std::uint8_t byte, WireHandler& handler) {
  state_ = State::text;
  if (byte == 255) {
    handler.on_text(kIac);
  } else if (byte >= 251) {
    verb_ = static_cast<Verb>(byte);
    state_ = State::verb;
  } else if (byte == static_cast<std::uint8_t>(Command::subnegotiation)) {
    content_.clear();
    state_ = State::inside;
  } else {
    handler.on_command(static_cast<Command>(byte));
  }
}

void Decoder::finish(WireHandler& handler) {
  const std::string content = std::exchange(content_, {});
  if (!content.empty()) handler.on_subnegotiation(content);
}

void Decoder::inside(char byte, WireHandler& handler) {
  if (state_ == State::inside && byte == kIac) {
    state_ = State::inside_iac;
    return;
  }
  if (state_ == State::inside_iac && byte != kIac) {
    finish(handler);  // Whatever ends it: telnetd takes another command for the end, too.
    state_ = State::text;
    if (byte != '\xf0') command(static_cast<std::uint8_t>(byte), handler);
    return;
  }
  state_ = State::inside;
  if (content_.size() < kSubnegotiationBytesMax) {
    content_ += byte;
    return;
  }
  static Counter& cut = counter("telnet_limit_subnegotiation_bytes_total",
                                "Bytes of telnet subnegotiations beyond their limit");
  cut.add();
}

void Decoder::feed(std::string_view bytes, WireHandler& handler) {
  for (const char byte : bytes) {
    switch (state_) {
      case State::text:
      case State::after_cr:
        plain(byte, handler);
        break;
      case State::iac:
        command(static_cast<std::uint8_t>(byte), handler);
        break;
      case State::verb:
        state_ = State::text;
        handler.on_option(verb_, static_cast<std::uint8_t>(byte));
        break;
      case State::inside:
      case State::inside_iac:
        inside(byte, handler);
        break;
    }
  }
}

std::string Encoder::encode(std::string_view text, bool is_binary) {
  std::string out;
  out.reserve(text.size());
  for (const char byte : text) {
    if (after_cr_ && byte != '\n' && !is_binary) out += '\0';
    after_cr_ = byte == '\r';
    out += byte;
    if (byte == kIac) out += kIac;
  }
  return out;
}

std::string subnegotiation(std::uint8_t option, std::string_view content) {
  std::string out = {kIac, '\xfa', static_cast<char>(option)};
  for (const char byte : content) {
    out += byte;
    if (byte == kIac) out += kIac;
  }
  out += kIac;
  out += '\xf0';
  return out;
}

}  // namespace decnet::service::telnet
