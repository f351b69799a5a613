// Compares the shape of what tells of the running system with that of Debian 12's programs
// (test/differential/commands/record_system.py): numbers are masked by their width on both sides.
#include <cctype>
#include <cstdio>
#include <fstream>

#include <gtest/gtest.h>

#include "shell/cmd/golden.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

bool is_word(char byte) {
  return std::isalnum(static_cast<unsigned char>(byte)) != 0 || byte == '_';
}

bool is_digit(char byte) {
  return std::isdigit(static_cast<unsigned char>(byte)) != 0;
}

// Bytes of the number that begins here, with its unit; 0: it is none.
std::size_t number_bytes(std::string_view text) {
  std::size_t most = 0;
  while (most < text.size() &&
         (is_digit(text[most]) || std::string_view(".:,-").find(text[most]) != text.npos))
    ++most;
  for (std::size_t digits = most; digits > 0; --digits) {
    const std::string_view rest = text.substr(digits);
    for (std::size_t unit = std::min<std::size_t>(3, rest.size()) + 1; unit-- > 0;) {
      const std::string_view one = rest.substr(0, unit);
      const bool size = !one.empty() && std::string_view("KMGTP").find(one[0]) != one.npos &&
                        (one.size() == 1 || one.substr(1) == "i" || one.substr(1) == "B" ||
                         one.substr(1) == "iB");
      if (!one.empty() && one != "B" && one != "%" && !size) continue;
      if (rest.size() == unit || !is_word(rest[unit])) return digits + unit;
    }
  }
  return 0;
}

std::string masked(std::string text) {
  for (const char* word : {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "Jan", "Feb", "Mar",
                           "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}) {
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
      if ((at == 0 || !is_word(text[at - 1])) && (at + 3 >= text.size() || !is_word(text[at + 3])))
        text.replace(at, 3, "Www");
    }
  }
  std::string all;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t digit = at;
    while (digit < text.size() && text[digit] == ' ') ++digit;
    const char before = digit > 0 ? text[digit - 1] : '\n';
    const bool begins =
        digit < text.size() && is_digit(text[digit]) && !is_word(before) && before != '<';
    const std::size_t bytes = begins ? number_bytes(std::string_view(text).substr(digit)) : 0;
    if (bytes == 0) {
      all += text[at++];
      continue;
    }
    all += "<" + std::to_string(digit + bytes - at) + ">";
    at = digit + bytes;
  }
  return all;
}

constexpr std::size_t kKnownDistance = 0;  // Only ever lowered.

TEST(Golden, the_system_is_told_in_genuine_columns) {
  std::ifstream file("testdata/system.golden");
  std::string line;
  std::string command;
  std::string out;
  std::string err;
  std::size_t differing = 0;
  std::size_t count = 0;
  while (std::getline(file, line)) {
    const std::string rest = line.size() > 2 ? line.substr(2) : "";
    if (line.starts_with("$")) command = rest;
    if (line.starts_with(">")) out = plain_text(rest);
    if (line.starts_with("!")) err = plain_text(rest);
    if (!line.starts_with("=")) continue;
    ++count;
    const Outcome got = run_line(command);
    const std::string got_out = masked(got.out);
    const std::string got_err = masked(got.err);
    if (got_out == out && got_err == err && std::to_string(got.status) == rest) continue;
    ++differing;
    std::printf("%s\n  out %s | %s\n  err %s | %s\n  status %d | %s\n", command.c_str(),
                got_out.substr(0, 900).c_str(), out.substr(0, 900).c_str(),
                got_err.substr(0, 900).c_str(), err.substr(0, 900).c_str(), got.status,
                rest.c_str());
  }
  ASSERT_GT(count, 80U);
  std::printf("distance: %zu / %zu\n", differing, count);
  EXPECT_LE(differing, kKnownDistance);
}

}  // namespace
}  // namespace decnet::shell::cmd
