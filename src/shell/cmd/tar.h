// The tar format (ustar with GNU's long names), both ways.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "shell/filesystem.h"

namespace decnet::shell::cmd {

inline constexpr std::size_t kTarBlock = 512;  // Bytes.

inline constexpr std::size_t kTarEntriesMax = 20'000;  // Of one archive; further ones are not read.

struct TarEntry {
  std::string name;
  std::string link;
  Stat stat;
  std::string user, group;
  std::string_view content;
};

// Reads one entry at `at` and moves it behind. Nothing at the end; `bad` where it is no archive.
std::optional<TarEntry> read_tar(std::string_view archive, std::size_t& at, bool& bad);
void append_tar(std::string& archive, const TarEntry& entry);

}  // namespace decnet::shell::cmd
