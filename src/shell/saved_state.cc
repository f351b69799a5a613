#include "shell/saved_state.h"

#include <vector>

#include "shell/machine_state.h"

namespace decnet::shell {
namespace {

constexpr std::string_view kMark = "DSH1";
constexpr std::size_t kPiecesMax = 4096;

void put(std::string& out, std::string_view piece) {
  for (int shift = 0; shift < 32; shift += 8) {
    out.push_back(static_cast<char>(piece.size() >> shift & 0xff));
  }
  out.append(piece);
}

std::vector<std::string_view> pieces(std::string_view bytes) {
  std::vector<std::string_view> all;
  while (bytes.size() >= 4 && all.size() < kPiecesMax) {
    std::size_t size = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      size |= static_cast<std::size_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
    }
    bytes.remove_prefix(4);
    if (size > bytes.size()) return {};
    all.push_back(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
  return all;
}

}  // namespace

std::string save_state(Machine::State& state) {
  std::string out(kMark);
  put(out, state.files->save());
  for (const auto& [user, password] : state.passwords) {
    put(out, "p");
    put(out, user);
    put(out, password);
  }
  for (const auto& [user, login] : state.last_logins) {
    put(out, "l" + std::to_string(to_micros(login.at)));
    put(out, user);
    put(out, login.from);
  }
  return out;
}

void restore_state(Machine::State& state, std::string_view saved) {
  if (!saved.starts_with(kMark)) return;
  const std::vector<std::string_view> all = pieces(saved.substr(kMark.size()));
  if (all.empty()) return;
  state.files->load(all[0]);
  for (std::size_t i = 1; i + 2 < all.size(); i += 3) {
    if (all[i] == "p") {
      state.passwords[std::string(all[i + 1])] = std::string(all[i + 2]);
    } else if (all[i].starts_with('l')) {
      state.last_logins[std::string(all[i + 1])] = {
          std::string(all[i + 2]), from_micros(std::atoll(std::string(all[i].substr(1)).c_str()))};
    }
  }
}

}  // namespace decnet::shell
