#include "persona/hardware.h"

#include <set>

#include <gtest/gtest.h>

#include "persona/archetype.h"

namespace decnet::persona {
namespace {

Persona persona_of(std::uint64_t seed, std::string_view archetype) {
  return make_persona({.name = "",
                       .seed = seed,
                       .archetype = std::string(archetype),
                       .deployed_at = TimePoint{std::chrono::seconds{1'790'000'000}}});
}

TEST(Hardware, AgreesWithTheMacAddress) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const Persona persona = persona_of(seed << 32 | seed, "linux-server");
    const HardwareFacts facts = make_hardware(persona);
    const bool vmware = persona.mac.starts_with("00:50:56") || persona.mac.starts_with("00:0c:29");
    EXPECT_EQ(facts.hypervisor == Hypervisor::vmware, vmware) << persona.mac << facts.vendor;
    EXPECT_EQ(facts.hypervisor == Hypervisor::microsoft, persona.mac.starts_with("00:15:5d"));
    EXPECT_EQ(facts.cpu_flags.find(" hypervisor ") == std::string::npos,
              facts.hypervisor == Hypervisor::none);
    ASSERT_NE(facts.partition("/"), nullptr);
    std::uint64_t sum = 0;
    for (const Partition& part : facts.disks.front().partitions) sum += part.kib;
    EXPECT_LT(sum, facts.disks.front().kib);
    EXPECT_GT(facts.partition("/")->kib, facts.disks.front().kib / 2);
  }
}

TEST(Hardware, APiIsAPi) {
  const HardwareFacts facts = make_hardware(persona_of(3, "iot-device"));
  EXPECT_TRUE(facts.arm);
  EXPECT_EQ(facts.disks.front().name, "mmcblk0");
  EXPECT_EQ(facts.partition("/")->name, "mmcblk0p2");
}

TEST(Hardware, IsTheSameEachTimeAndNotOfTwoHosts) {
  std::set<std::string> serials;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const HardwareFacts one = make_hardware(persona_of(seed, "web-server"));
    const HardwareFacts again = make_hardware(persona_of(seed, "web-server"));
    EXPECT_EQ(one.uuid, again.uuid);
    EXPECT_EQ(one.partition("/")->uuid, again.partition("/")->uuid);
    serials.insert(one.uuid + one.partition("/")->uuid);
  }
  EXPECT_EQ(serials.size(), 100U);
}

}  // namespace
}  // namespace decnet::persona
