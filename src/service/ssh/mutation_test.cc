// Ten thousand mutated handshakes, from the recording's own: each ends, and says no more than a
// genuine server would.
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "base/random.h"
#include "service/ssh/fuzz_world.h"
#include "service/ssh/transport.h"

namespace decnet::service::ssh {
namespace {

std::vector<std::string> seeds() {
  std::vector<std::string> out;
  for (const auto& entry : std::filesystem::directory_iterator("corpus/hello")) {
    std::ifstream file(entry.path(), std::ios::binary);
    out.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return out;
}

std::string mutated(std::string bytes, SeededRandom& random) {
  const std::uint64_t changes = 1 + random.below(4);
  for (std::uint64_t change = 0; change < changes && !bytes.empty(); ++change) {
    const auto at = static_cast<std::size_t>(random.below(bytes.size()));
    switch (random.below(3)) {
      case 0:
        bytes[at] = static_cast<char>(random.below(256));
        break;
      case 1:
        bytes.erase(at, static_cast<std::size_t>(random.below(8)));
        break;
      default:
        bytes.insert(at, random.bytes(1 + static_cast<std::size_t>(random.below(8))));
    }
  }
  return bytes;
}

}  // namespace

TEST(SshMutation, TenThousandHandshakes) {
  constexpr std::size_t kSaidMax = 8 * 1024;
  const std::vector<std::string> all = seeds();
  ASSERT_GE(all.size(), 80U);
  SeededRandom random(1, "ssh mutations");
  std::size_t over = 0;
  for (int round = 0; round < 10'000; ++round) {
    Transport transport(fuzz_world());
    transport.feed(mutated(random.pick(all), random));
    wire::Packet packet;
    Transport::Event event = Transport::Event::message;
    while (event == Transport::Event::message) event = transport.next(packet);
    over += event == Transport::Event::over ? 1 : 0;
    ASSERT_LE(transport.take_output().size(), kSaidMax);
    ASSERT_FALSE(transport.is_ready());
  }
  EXPECT_GE(over, 5'000U);
}

}  // namespace decnet::service::ssh
