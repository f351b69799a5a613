#include <charconv>

#include "service/ssh/userland.h"

namespace decnet::service::ssh {
namespace {

std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> out;
  for (;;) {
    const std::size_t colon = line.find(':');
    out.push_back(line.substr(0, colon));
    if (colon == line.npos) return out;
    line.remove_prefix(colon + 1);
  }
}

template <class Visit>
void each_entry(const shell::FileSystem& files, std::string_view path, std::size_t fields,
                Visit visit) {
  const auto text = files.read_file(path, {});
  if (!text) return;
  std::string_view rest = *text;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const auto parts = fields_of(line);
    if (parts.size() >= fields) visit(parts);
  }
}

std::uint32_t number_of(std::string_view text) {
  std::uint32_t value = 65534;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

std::optional<User> find_user(const shell::FileSystem& files, std::string_view name) {
  std::optional<User> found;
  each_entry(files, "/etc/passwd", 7, [&](const std::vector<std::string_view>& parts) {
    if (found || parts[0] != name) return;
    found =
        User{std::string(name), {number_of(parts[2]), number_of(parts[3])}, std::string(parts[5])};
  });
  if (!found) return found;
  each_entry(files, "/etc/group", 4, [&](const std::vector<std::string_view>& parts) {
    const std::string members = "," + std::string(parts[3]) + ",";
    if (members.find("," + std::string(name) + ",") != members.npos)
      found->credentials.groups.push_back(number_of(parts[2]));
  });
  return found;
}

}  // namespace decnet::service::ssh
