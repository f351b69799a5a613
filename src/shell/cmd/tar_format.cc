// The blocks of a tar archive.
#include <algorithm>

#include "shell/cmd/tar.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

std::uint64_t octal(std::string_view field) {
  std::uint64_t value = 0;
  for (const char byte : field) {
    if (byte >= '0' && byte <= '7')
      value = value * 8 + static_cast<std::uint64_t>(byte - '0');
    else if (byte != ' ' || value != 0)
      break;
  }
  return value;
}

std::string text_field(std::string_view field) {
  return std::string(field.substr(0, field.find('\0')));
}

}  // namespace

std::optional<TarEntry> read_tar(std::string_view archive, std::size_t& at, bool& bad) {
  std::string long_name;
  std::string long_link;
  while (at + kTarBlock <= archive.size()) {
    const std::string_view head = archive.substr(at, kTarBlock);
    if (head.find_first_not_of('\0') == std::string_view::npos) return {};
    std::uint64_t sum = 0;
    for (std::size_t byte = 0; byte < kTarBlock; ++byte)
      sum += byte >= 148 && byte < 156 ? 32U : static_cast<unsigned char>(head[byte]);
    if (sum != octal(head.substr(148, 8))) {
      bad = true;
      return {};
    }
    TarEntry entry;
    const std::uint64_t size = octal(head.substr(124, 12));
    const char type = head[156];
    if (size > archive.size() - at - kTarBlock) {
      bad = true;
      return {};
    }
    entry.content = archive.substr(at + kTarBlock, static_cast<std::size_t>(size));
    at += kTarBlock + (static_cast<std::size_t>(size) + kTarBlock - 1) / kTarBlock * kTarBlock;
    if (type == 'L' || type == 'K') {
      (type == 'L' ? long_name : long_link) = text_field(entry.content);
      continue;
    }
    if (type == 'x' || type == 'g') continue;
    const std::string prefix = head.substr(257, 5) == "ustar" && head[262] == '\0'
                                   ? text_field(head.substr(345, 155))
                                   : "";
    entry.name = !long_name.empty()
                     ? long_name
                     : (prefix.empty() ? "" : prefix + "/") + text_field(head.substr(0, 100));
    entry.link = !long_link.empty() ? long_link : text_field(head.substr(157, 100));
    entry.user = text_field(head.substr(265, 32));
    entry.group = text_field(head.substr(297, 32));
    entry.stat.mode = static_cast<std::uint32_t>(octal(head.substr(100, 8)) & 07777U);
    entry.stat.uid = static_cast<std::uint32_t>(octal(head.substr(108, 8)));
    entry.stat.gid = static_cast<std::uint32_t>(octal(head.substr(116, 8)));
    entry.stat.modified = TimePoint{std::chrono::seconds(static_cast<std::int64_t>(
        std::min<std::uint64_t>(octal(head.substr(136, 12)), 1ULL << 33)))};
    entry.stat.size = size;
    entry.stat.kind = type == '5' ? Kind::directory : type == '2' ? Kind::symlink : Kind::regular;
    return entry;
  }
  bad = at == 0 && !archive.empty();
  return {};
}

void append_tar(std::string& archive, const TarEntry& entry) {
  const auto block = [&](const std::string& name, char type, std::uint64_t size) {
    std::string head(kTarBlock, '\0');
    const auto put = [&](std::size_t from, std::size_t most, const std::string& text) {
      head.replace(from, std::min(text.size(), most), text.substr(0, most));
    };
    put(0, 100, name);
    put(100, 8, text_of("%07o", entry.stat.mode));
    put(108, 8, text_of("%07o", entry.stat.uid));
    put(116, 8, text_of("%07o", entry.stat.gid));
    put(124, 12, text_of("%011llo", static_cast<unsigned long long>(size)));
    put(136, 12,
        text_of("%011llo", static_cast<unsigned long long>(
                               std::max<std::int64_t>(0, seconds(entry.stat.modified)))));
    head[156] = type;
    put(157, 100, entry.link);
    put(257, 8, "ustar  ");
    put(265, 31, entry.user);
    put(297, 31, entry.group);
    std::uint64_t sum = 256;
    for (const char byte : head) sum += static_cast<unsigned char>(byte);
    put(148, 7, text_of("%06llo", static_cast<unsigned long long>(sum)));
    head[155] = ' ';
    archive += head;
  };
  const auto pad = [&] {
    archive.resize((archive.size() + kTarBlock - 1) / kTarBlock * kTarBlock, '\0');
  };
  if (entry.name.size() > 100) {
    block("././@LongLink", 'L', entry.name.size() + 1);
    archive += entry.name;
    archive += '\0';
    pad();
  }
  block(entry.name,
        entry.stat.kind == Kind::directory ? '5'
        : entry.stat.kind == Kind::symlink ? '2'
                                           : '0',
        entry.content.size());
  archive += entry.content;
  pad();
}

}  // namespace decnet::shell::cmd
