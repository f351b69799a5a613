#include <cstring>
#include <vector>

#include "shell/filesystem.h"

namespace decnet::shell {

std::string_view sys_error(int error_number) noexcept {
  const char* text = ::strerrordesc_np(error_number);
  return text != nullptr ? text : "Unknown error";
}

std::string absolute_path(std::string_view directory, std::string_view path) {
  std::vector<std::string_view> parts;
  const auto add = [&](std::string_view from) {
    while (!from.empty()) {
      const std::size_t end = std::min(from.find('/'), from.size());
      const std::string_view part = from.substr(0, end);
      from.remove_prefix(std::min(end + 1, from.size()));
      if (part.empty() || part == ".") continue;
      if (part != "..") {
        parts.push_back(part);
      } else if (!parts.empty()) {
        parts.pop_back();
      }
    }
  };
  if (!path.starts_with('/')) add(directory);
  add(path);
  std::string result;
  for (const std::string_view part : parts) {
    result.push_back('/');
    result.append(part);
  }
  return result.empty() ? "/" : result;
}

}  // namespace decnet::shell
