// Changes of a tree made from any bytes, for the fuzz targets.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "shell/filesystem.h"

namespace decnet::shell::fs {

inline void change_randomly(FileSystem& files, std::string_view bytes) {
  constexpr std::string_view kNames[] = {"/a",   "/a/b",   "/a/b/c",    "/d",
                                         "/d/e", "/a/b/f", "/d/../a/g", "/a/b/c/"};
  for (std::size_t n = 0; n + 1 < bytes.size(); n += 2) {
    const auto what = static_cast<std::uint8_t>(bytes[n]);
    const auto where = static_cast<std::uint8_t>(bytes[n + 1]);
    const std::string_view one = kNames[where % 8];
    const std::string_view other = kNames[where / 8 % 8];
    const Credentials who{where / 64 % 2U, 0, {}};
    switch (what % 8) {
      case 0:
        (void)files.write_file(one, std::string(what, 'x'), who);
        break;
      case 1:
        (void)files.make_directory(one, what * 2U, who);
        break;
      case 2:
        (void)files.remove(one, who);
        break;
      case 3:
        (void)files.remove_directory(one, who);
        break;
      case 4:
        (void)files.rename(one, other, who);
        break;
      case 5:
        (void)files.make_hard_link(one, other, who);
        break;
      case 6:
        (void)files.make_link(other, one, who);
        break;
      default:
        (void)files.truncate(one, what, who);
    }
  }
}

}  // namespace decnet::shell::fs
