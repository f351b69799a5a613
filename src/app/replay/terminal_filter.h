// TerminalFilter: what an attacker's terminal showed, made harmless for the analyst's.
//
// A terminal obeys what is printed on it: it answers questions (device attributes, cursor position,
// answerback) by typing the answer into the analyst's shell, sets titles, writes the clipboard
// (OSC 52), opens links, prints, resizes, changes keys and mouse. So nothing passes but what is
// allowed here:
//
//   text (UTF-8, without C1 and without what turns its direction), \b \t \n \r
//   ESC 7 8 D E H M, ESC ( 0 and ESC ( B
//   CSI: cursor movement, erasing, inserting and deleting, scrolling, scroll region, tabs, colours
//        (@ A-H I J K L M P S T X Z ` a b d e f g m r s u), with at most kParameterMax for a number
//   CSI h and l: 4, ?6, ?7, ?25, ?47, ?1047, ?1049
//
// ESC c (reset) becomes a cleared screen. OSC, DCS, APC, PM and SOS are swallowed whole, however
// they are cut into pieces; what never ends is given up after kStringMax. Everything else is left
// out.
#pragma once

#include <string>
#include <string_view>

namespace decnet::app {

inline constexpr unsigned kParameterMax = 9999;
inline constexpr std::size_t kStringMax = 64 * 1024;
inline constexpr std::size_t kSequenceMax = 64;  // Bytes of a CSI sequence.

class TerminalFilter {
 public:
  // What may be printed of it. Sequences may go on in the next piece.
  std::string filter(std::string_view piece);

  // Brings a terminal back to how it was before.
  static std::string_view reset() noexcept {
    return "\x1b[m\x1b[?25h\x1b[?7h\x1b[4l\x1b[?6l\x1b[r\x1b(B\x1b[?1049l";
  }

 private:
  enum class State : unsigned char { text, escape, intermediate, csi, string, string_escape };

  void take(char c, std::string& out);
  void take_text(char c, std::string& out);
  void take_escape(char c, std::string& out);
  void take_csi(char c, std::string& out);
  void end_text(std::string& out);

  State state_ = State::text;
  std::string held_;           // A character or sequence that is not whole yet.
  std::size_t swallowed_ = 0;  // Of a string.
};

}  // namespace decnet::app
