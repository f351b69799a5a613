// The bytes of a telnet connection (RFC 854): commands and text apart on the way in, escaped on the
// way out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "service/telnet/option.h"

namespace decnet::service::telnet {

inline constexpr std::size_t kSubnegotiationBytesMax = 512;  // What is longer is cut and counted.

inline constexpr char kIac = '\xff';
enum class Command : std::uint8_t {
  end_of_file = 236,
  suspend = 237,
  abort = 238,
  subnegotiation_end = 240,
  no_operation = 241,
  data_mark = 242,
  break_key = 243,
  interrupt = 244,
  abort_output = 245,
  are_you_there = 246,
  erase_character = 247,
  erase_line = 248,
  go_ahead = 249,
  subnegotiation = 250,
};

class WireHandler {
 public:
  virtual ~WireHandler() = default;
  virtual void on_text(char byte) = 0;
  virtual void on_command(Command command) = 0;
  virtual void on_option(Verb verb, std::uint8_t option) = 0;
  // Without its IAC SB and IAC SE; the first byte is the option. Never empty.
  virtual void on_subnegotiation(std::string_view content) = 0;
};

class Decoder {
 public:
  // The text comes with CR LF and CR NUL as CR, unless the peer's side is binary.
  void feed(std::string_view bytes, WireHandler& handler);
  void set_binary(bool is_binary) { is_binary_ = is_binary; }

 private:
  enum class State : std::uint8_t { text, after_cr, iac, verb, inside, inside_iac };
  void plain(char byte, WireHandler& handler);
  void command(std::uint8_t byte, WireHandler& handler);
  void inside(char byte, WireHandler& handler);
  void finish(WireHandler& handler);

  State state_ = State::text;
  Verb verb_ = Verb::will;
  bool is_binary_ = false;
  std::string content_;
};

// Text for the peer: IAC doubled, and a CR that no LF follows gets a NUL unless `is_binary`.
class Encoder {
 public:
  std::string encode(std::string_view text, bool is_binary);

 private:
  bool after_cr_ = false;
};

std::string subnegotiation(std::uint8_t option, std::string_view content);

}  // namespace decnet::service::telnet
