#include "api/find_urls.h"

#include <algorithm>
#include <array>

namespace decnet::api {
namespace {

constexpr std::array<std::string_view, 8> kSchemes = {"http", "https", "ftp", "ftps",
                                                      "tftp", "sftp",  "scp", "ldap"};
constexpr std::string_view kMark = "://";

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_letter(char c) noexcept {
  return lower(c) >= 'a' && lower(c) <= 'z';
}

bool is_scheme(std::string_view text) noexcept {
  const auto same = [text](std::string_view scheme) {
    return std::equal(scheme.begin(), scheme.end(), text.begin(), text.end(),
                      [](char a, char b) { return a == lower(b); });
  };
  return std::any_of(kSchemes.begin(), kSchemes.end(), same);
}

std::size_t end_of_url(std::string_view text, std::size_t from) noexcept {
  bool in_query = false;
  for (std::size_t n = from; n < text.size(); ++n) {
    const char c = text[n];
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == 0x7f) return n;
    if (std::string_view("\"'`;|<>(){}\\").find(c) != std::string_view::npos) return n;
    if (c == '&' && !in_query) return n;
    in_query |= c == '?';
  }
  return text.size();
}

}  // namespace

std::vector<std::string> find_urls(std::string_view text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; out.size() < kUrlsMax;) {
    const std::size_t mark = text.find(kMark, at);
    if (mark == std::string_view::npos) break;
    std::size_t begin = mark;
    while (begin > at && is_letter(text[begin - 1])) --begin;
    const std::size_t end = end_of_url(text, mark + kMark.size());
    at = std::max(end, mark + kMark.size());
    if (!is_scheme(text.substr(begin, mark - begin)) || end == mark + kMark.size()) continue;
    std::string url(text.substr(begin, std::min(end - begin, kUrlBytesMax)));
    if (std::find(out.begin(), out.end(), url) == out.end()) out.push_back(std::move(url));
  }
  return out;
}

}  // namespace decnet::api
