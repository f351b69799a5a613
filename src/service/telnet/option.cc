#include "service/telnet/option.h"

#include <utility>

namespace decnet::service::telnet {

void Options::say(Side side, bool on, std::uint8_t option) {
  const Verb verb =
      side == Side::us ? (on ? Verb::will : Verb::wont) : (on ? Verb::do_it : Verb::dont);
  output_ += '\xff';
  output_ += static_cast<char>(verb);
  output_ += static_cast<char>(option);
}

void Options::support(Side side, std::uint8_t option) {
  at(side, option).is_supported = true;
}

bool Options::is_wanted(Side side, std::uint8_t option) const {
  const State state = at(side, option).state;
  return state == State::yes || state == State::want_yes;
}

bool Options::is_settled(Side side, std::uint8_t option) const {
  const State state = at(side, option).state;
  return state == State::yes || state == State::no;
}

void Options::ask(Side side, std::uint8_t option) {
  One& one = at(side, option);
  if (one.state == State::no) {
    one.state = State::want_yes;
    say(side, true, option);
  } else if (one.state == State::want_no || one.state == State::want_yes) {
    one.is_opposite = one.state == State::want_no;
  }
}

void Options::end(Side side, std::uint8_t option) {
  One& one = at(side, option);
  if (one.state == State::yes) {
    one.state = State::want_no;
    say(side, false, option);
  } else if (one.state == State::want_no || one.state == State::want_yes) {
    one.is_opposite = one.state == State::want_yes;
  }
}

// WILL or DO came.
Change Options::agreed(Side side, std::uint8_t option) {
  One& one = at(side, option);
  const bool opposite = std::exchange(one.is_opposite, false);
  switch (one.state) {
    case State::yes:
      one.is_opposite = opposite;
      return Change::none;
    case State::no:
      say(side, one.is_supported, option);
      if (!one.is_supported) return Change::none;
      break;
    case State::want_no:  // Against the protocol: a refusal cannot be refused.
      one.state = opposite ? State::yes : State::no;
      return opposite ? Change::on : Change::off;
    case State::want_yes:
      if (!opposite) break;
      one.state = State::want_no;
      say(side, false, option);
      return Change::none;
  }
  one.state = State::yes;
  return Change::on;
}

// WONT or DONT came.
Change Options::refused(Side side, std::uint8_t option) {
  One& one = at(side, option);
  const bool opposite = std::exchange(one.is_opposite, false);
  if (one.state == State::no) return Change::none;
  if (one.state == State::yes) say(side, false, option);
  if (one.state == State::want_no && opposite) {
    one.state = State::want_yes;
    say(side, true, option);
    return Change::off;
  }
  one.state = State::no;
  return Change::off;
}

Change Options::receive(Verb verb, std::uint8_t option) {
  switch (verb) {
    case Verb::will:
      return agreed(Side::peer, option);
    case Verb::wont:
      return refused(Side::peer, option);
    case Verb::do_it:
      return agreed(Side::us, option);
    case Verb::dont:
      break;
  }
  return refused(Side::us, option);
}

}  // namespace decnet::service::telnet
