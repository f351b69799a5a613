#include "event/dictionary.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "event/codec.h"
#include "event/wrapping.h"

namespace decnet::event {
namespace {

using ::testing::HasSubstr;

Event login() {
  Event event{.session = "0193560c-7b1a-7000-8000-000000000001",
              .type = std::string(kLoginAttempt)};
  event.add("src_ip", "192.0.2.7").add("src_port", 40'000).add("dst_ip", "2001:db8::1");
  event.add("dst_port", 21).add("proto", "tcp");
  event.add("principal", "root").add("secret_kind", "plaintext").add("secret_b64", "dG9vcg==");
  return event.add("secret_printable", "toor").add("outcome", "refused").add("method", "password");
}

Event with(std::string_view name, std::string_view value) {
  Event event = login();
  for (Field& field : event.fields) {
    if (field.name == name) {
      field.value = value;
      return event;
    }
  }
  return event.add(name, value);
}

TEST(Dictionary, NamesAreWireNamesAndUnique) {
  std::set<std::string_view> seen;
  for (const TypeInfo& type : types()) {
    EXPECT_TRUE(seen.insert(type.name).second) << type.name;
    EXPECT_EQ(find_type(type.name), &type);
    EXPECT_LE(type.name.size(), 32U) << "MSGID takes no more";
    std::set<std::string_view> fields;
    for (const FieldInfo& field : common_fields()) fields.insert(field.name);
    for (const FieldInfo& field : type.fields) {
      EXPECT_TRUE(is_name(field.name));
      EXPECT_TRUE(fields.insert(field.name).second)
          << type.name << " has " << field.name << " twice";
      EXPECT_EQ(field.type == FieldType::choice, !field.values.empty()) << field.name;
      EXPECT_FALSE(field.doc.empty());
    }
  }
  EXPECT_EQ(find_type("no.such"), nullptr);
}

TEST(Dictionary, HasEveryTypeOfTheHeader) {
  for (const std::string_view type : {kSessionStarted, kSessionEnded, kLoginAttempt, kCommand,
                                      kRequest, kFileCaptured, kRecording, kFingerprint, kScan,
                                      kDetectionProbe, kDeckyMutated, kSystemLog, kTypeRfc3164}) {
    EXPECT_NE(find_type(type), nullptr) << type;
  }
}

TEST(Dictionary, KnowsWhatIsDeclared) {
  const TypeInfo& attempt = *find_type(kLoginAttempt);
  EXPECT_TRUE(is_declared(attempt, "principal"));
  EXPECT_TRUE(is_declared(attempt, "src_ip"));
  EXPECT_TRUE(is_declared(attempt, "principal_bytes"));
  EXPECT_FALSE(is_declared(attempt, "password"));
  EXPECT_FALSE(is_declared(attempt, "_bytes"));
  EXPECT_FALSE(is_declared(*find_type(kDeckyMutated), "src_ip"));
  EXPECT_TRUE(is_declared(*find_type(kRequest), "anything"));
}

TEST(Dictionary, FindsNoFaultWithAGoodEvent) {
  EXPECT_EQ(complaint(login()), "");
  EXPECT_EQ(complaint(with("crack_format", "11200")), "");
}

TEST(Dictionary, ComplainsOfABadOne) {
  EXPECT_EQ(complaint(Event{.type = "nonsense"}), "the type 'nonsense' is not declared");
  EXPECT_EQ(complaint(with("password", "x")), "login.attempt has no field password");
  EXPECT_EQ(complaint(with("Upper", "x")), "'Upper' cannot be the name of a field");
  EXPECT_EQ(complaint(with("secret_b64", "!")), "secret_b64 is no base64");
  EXPECT_EQ(complaint(with("src_port", "65536")), "src_port is no port");
  EXPECT_EQ(complaint(with("src_ip", "localhost")), "src_ip is no address");
  EXPECT_EQ(complaint(with("proto", "sctp")), "proto is no choice");
  EXPECT_EQ(complaint(with("secret_kind", "magic")), "the secret kind magic is not declared");
  Event event = login();
  event.session = "1";
  EXPECT_EQ(complaint(event), "the session is no uuid");
  event = login();
  event.fields.erase(event.fields.begin());
  EXPECT_EQ(complaint(event), "login.attempt has no src_ip");
}

TEST(Reference, NamesEverything) {
  const std::pair<std::string_view, std::string_view> fields[] = {{"verb", "GET | POST"}};
  const ServiceFields services[] = {{"echo", "Says it again", fields}};
  const std::string text = event_reference_markdown(services);
  for (const TypeInfo& type : types()) {
    EXPECT_THAT(text, HasSubstr("### `" + std::string(type.name) + "`"));
    for (const FieldInfo& field : type.fields)
      EXPECT_THAT(text, HasSubstr("| `" + std::string(field.name)));
  }
  for (const KindInfo& kind : secret_kinds())
    EXPECT_THAT(text, HasSubstr("| `" + std::string(kind.name)));
  EXPECT_THAT(text, HasSubstr("### echo\n\nSays it again\n\n| field | meaning |\n|---|---|\n| "
                              "`verb` | GET \\| POST |\n"));
}

}  // namespace
}  // namespace decnet::event
