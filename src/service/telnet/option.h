// Options: the states of RFC 1143 for both sides of every option, so that no sequence of WILL,
// WONT, DO and DONT makes a loop: a command that changes nothing is never answered.
//
//   Options options(output);
//   options.support(Side::us, kEcho);
//   options.ask(Side::peer, kWindowSize);          // output: IAC DO NAWS
//   options.receive(Verb::will, kWindowSize);      // Change::on
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace decnet::service::telnet {

enum class Verb : std::uint8_t { will = 251, wont = 252, do_it = 253, dont = 254 };
enum class Side : std::uint8_t { us, peer };
enum class Change : std::uint8_t { none, on, off };

// https://www.iana.org/assignments/telnet-options
inline constexpr std::uint8_t kBinary = 0;
inline constexpr std::uint8_t kEcho = 1;
inline constexpr std::uint8_t kSuppressGoAhead = 3;
inline constexpr std::uint8_t kStatus = 5;
inline constexpr std::uint8_t kTimingMark = 6;
inline constexpr std::uint8_t kTerminalType = 24;
inline constexpr std::uint8_t kWindowSize = 31;
inline constexpr std::uint8_t kTerminalSpeed = 32;
inline constexpr std::uint8_t kFlowControl = 33;
inline constexpr std::uint8_t kLineMode = 34;
inline constexpr std::uint8_t kDisplay = 35;
inline constexpr std::uint8_t kOldEnviron = 36;
inline constexpr std::uint8_t kAuthentication = 37;
inline constexpr std::uint8_t kEncryption = 38;
inline constexpr std::uint8_t kNewEnviron = 39;

class Options {
 public:
  // Commands are appended to `output`, which outlives it.
  explicit Options(std::string& output) : output_(output) {}

  void support(Side side, std::uint8_t option);  // Agrees when the peer proposes it.
  void ask(Side side, std::uint8_t option);      // Proposes; nothing if it is on or asked for.
  void end(Side side, std::uint8_t option);      // Ends it; nothing if it is off.
  Change receive(Verb verb, std::uint8_t option);

  bool is_on(Side side, std::uint8_t option) const { return at(side, option).state == State::yes; }
  bool is_wanted(Side side, std::uint8_t option) const;   // On, or asked for.
  bool is_settled(Side side, std::uint8_t option) const;  // No answer is awaited.

 private:
  enum class State : std::uint8_t { no, yes, want_no, want_yes };
  struct One {
    State state = State::no;
    bool is_opposite = false;  // The queue bit: ask for the opposite once this is answered.
    bool is_supported = false;
  };
  One& at(Side side, std::uint8_t option) { return all_[static_cast<std::size_t>(side)][option]; }
  const One& at(Side side, std::uint8_t option) const {
    return all_[static_cast<std::size_t>(side)][option];
  }
  void say(Side side, bool on, std::uint8_t option);
  Change agreed(Side side, std::uint8_t option);
  Change refused(Side side, std::uint8_t option);

  std::string& output_;
  std::array<std::array<One, 256>, 2> all_{};
};

}  // namespace decnet::service::telnet
