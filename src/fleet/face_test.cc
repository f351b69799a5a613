#include "fleet/face.h"

#include <gtest/gtest.h>

#include "fleet/catalog.h"
#include "fleet/demo.h"

namespace decnet::fleet {
namespace {

TEST(Face, TellsTheDeckiesOfAFleetApart) {
  const auto deckies = demo_fleet(1, from_micros(1'790'000'000'000'000)).value();
  for (const auto& decky : deckies) {
    const Face face = face_of(decky);
    EXPECT_FALSE(face.personality.empty());
    EXPECT_FALSE(face.hostname.empty());
    EXPECT_EQ(face.mac.size(), 17U);
    EXPECT_EQ(face_of(decky).mac, face.mac);
  }
  EXPECT_NE(face_of(deckies[0]).mac, face_of(deckies[1]).mac);
}

TEST(ArchetypeViews, NameNoServiceThatThisBuildLacks) {
  const auto views = archetype_views();
  ASSERT_FALSE(views.empty());
  for (const auto& view : views) {
    EXPECT_FALSE(view.summary.empty());
    for (const auto service : view.services) EXPECT_NE(find_service(service), nullptr);
  }
}

}  // namespace
}  // namespace decnet::fleet
