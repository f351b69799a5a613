#include "app/replay/terminal_filter.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/bytes.h"

namespace decnet::app {
namespace {

constexpr char kEscape = '\x1b';
constexpr std::string_view kFinals = "@ABCDEFGHIJKLMPSTXZ`abdefgmrsu";
constexpr std::string_view kPlainEscapes = "78DEHM";
constexpr std::string_view kReplacement = "\xef\xbf\xbd";
// ESC c would also forget what the analyst has set.
constexpr std::string_view kCleared = "\x1b[m\x1b[2J\x1b[H";
constexpr std::array<std::string_view, 7> kModes = {"4",   "?6",    "?7",   "?25",
                                                    "?47", "?1047", "?1049"};

std::size_t sequence_length(unsigned char first) noexcept {
  if (first >= 0xf0 && first < 0xf5) return 4;
  if (first >= 0xe0) return 3;
  return first >= 0xc2 ? 2 : 1;
}

// C1 controls, marks of direction, and the bytes that a recording carries (U+EF80 … U+EFFF).
std::string_view harmless(std::string_view character) noexcept {
  if (!is_utf8(character)) return kReplacement;
  if (character.size() == 2 && character[0] == '\xc2' &&
      static_cast<unsigned char>(character[1]) < 0xa0)
    return {};
  if (character == "\xd8\x9c") return {};
  if (character.size() != 3) return character;
  const std::string_view head = character.substr(0, 2);
  const auto last = static_cast<unsigned char>(character[2]);
  if (head == "\xe2\x80" && (last == 0x8e || last == 0x8f || (last >= 0xa8 && last <= 0xae)))
    return {};
  if (head == "\xe2\x81" && last >= 0xa6 && last <= 0xaf) return {};
  if (head == "\xee\xbe" || head == "\xee\xbf") return kReplacement;
  return character;
}

bool numbers_are_small(std::string_view parameters) noexcept {
  while (!parameters.empty()) {
    const std::size_t end = std::min(parameters.find_first_of(";:"), parameters.size());
    unsigned value = 0;
    const auto number = parameters.substr(0, end);
    const auto [rest, error] = std::from_chars(number.data(), number.data() + end, value);
    if (end > 0 && (error != std::errc{} || rest != number.data() + end || value > kParameterMax))
      return false;
    parameters.remove_prefix(std::min(end + 1, parameters.size()));
  }
  return true;
}

bool is_allowed(std::string_view parameters, char final) noexcept {
  if (final == 'h' || final == 'l')
    return std::find(kModes.begin(), kModes.end(), parameters) != kModes.end();
  if (kFinals.find(final) == kFinals.npos) return false;
  if ((final == 's' || final == 'u') && !parameters.empty()) return false;
  return parameters.find_first_not_of("0123456789;:") == parameters.npos &&
         numbers_are_small(parameters);
}

}  // namespace

std::string TerminalFilter::filter(std::string_view piece) {
  std::string out;
  out.reserve(piece.size());
  for (const char c : piece) take(c, out);
  return out;
}

void TerminalFilter::take(char c, std::string& out) {
  const bool aborts = c == '\x18' || c == '\x1a';  // CAN and SUB end every sequence.
  switch (state_) {
    case State::text:
      take_text(c, out);
      return;
    case State::escape:
    case State::intermediate:
      take_escape(c, out);
      return;
    case State::csi:
      take_csi(c, out);
      return;
    case State::string:
      if (c == kEscape) state_ = State::string_escape;
      if (c == '\x07' || aborts || ++swallowed_ > kStringMax) state_ = State::text;
      return;
    case State::string_escape:
      // ESC \ ends it; any other escape ends it, too, and begins its own sequence.
      state_ = State::text;
      if (c == '\\') return;
      state_ = State::escape;
      take_escape(c, out);
      return;
  }
}

void TerminalFilter::take_text(char c, std::string& out) {
  const auto byte = static_cast<unsigned char>(c);
  if ((byte & 0xc0U) == 0x80U && !held_.empty()) {
    held_.push_back(c);
    if (held_.size() == sequence_length(static_cast<unsigned char>(held_.front()))) end_text(out);
    return;
  }
  end_text(out);  // A character that was cut.
  if (byte >= 0x80) {
    held_.assign(1, c);
    if (sequence_length(byte) == 1) end_text(out);
  } else if (c == kEscape) {
    state_ = State::escape;
  } else if ((byte >= 0x20 && byte != 0x7f) || c == '\b' || c == '\t' || c == '\n' || c == '\r') {
    out.push_back(c);
  }
}

void TerminalFilter::end_text(std::string& out) {
  if (!held_.empty()) out.append(harmless(held_));
  held_.clear();
}

void TerminalFilter::take_escape(char c, std::string& out) {
  const auto byte = static_cast<unsigned char>(c);
  if (state_ == State::intermediate) {
    if (byte >= 0x20 && byte < 0x30) {
      held_ = "?";  // Two of them: nothing that is allowed.
      return;
    }
    if (held_ == "(" && (c == '0' || c == 'B')) out.append("\x1b(").push_back(c);
    held_.clear();
    state_ = c == kEscape ? State::escape : State::text;
    return;
  }
  state_ = State::text;
  if (c == '[') {
    state_ = State::csi;
  } else if (c == ']' || c == 'P' || c == '_' || c == '^' || c == 'X') {
    state_ = State::string;
    swallowed_ = 0;
  } else if (byte >= 0x20 && byte < 0x30) {
    state_ = State::intermediate;
    held_.assign(1, c);
  } else if (c == kEscape) {
    state_ = State::escape;
  } else if (c == 'c') {
    out.append(kCleared);
  } else if (kPlainEscapes.find(c) != kPlainEscapes.npos) {
    out.append({kEscape, c});
  }
}

void TerminalFilter::take_csi(char c, std::string& out) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte >= 0x20 && byte < 0x40) {
    if (held_.size() < kSequenceMax) held_.push_back(c);
    return;
  }
  const bool is_final = byte >= 0x40 && byte < 0x7f;
  if (is_final && held_.size() < kSequenceMax && is_allowed(held_, c))
    out.append("\x1b[").append(held_).push_back(c);
  // A control character inside a sequence is obeyed by terminals at once; here it ends it.
  held_.clear();
  state_ = c == kEscape ? State::escape : State::text;
}

}  // namespace decnet::app
