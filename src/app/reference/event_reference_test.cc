#include "app/reference/event_reference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fleet/catalog.h"

namespace decnet::app {
namespace {

TEST(EventReference, HasTheFieldsOfEveryService) {
  const std::string text = event_reference();
  EXPECT_THAT(text, ::testing::HasSubstr("### `login.attempt`"));
  for (const fleet::ServiceInfo& service : fleet::catalogue()) {
    const std::size_t section = text.find("\n### " + std::string(service.name) + "\n");
    ASSERT_NE(section, text.npos) << service.name;
    for (const fleet::FieldInfo& field : service.fields) {
      EXPECT_NE(text.find("| `" + std::string(field.name) + "` |", section), text.npos)
          << service.name << "." << field.name;
    }
  }
}

}  // namespace
}  // namespace decnet::app
