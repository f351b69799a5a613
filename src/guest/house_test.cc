// Who comes to a decky's shell, comes back, and finds no room.
#include "guest/house.h"

#include <gtest/gtest.h>

#include "base/counters.h"
#include "session/testing.h"

namespace decnet::guest {
namespace {

constexpr shell::Credentials kRoot{};

// Logs in and does nothing.
class Visitor final : public session::Service {
 public:
  explicit Visitor(House& house) : house_(house) {}
  net::Task<void> serve(session::Session& session) override {
    const auto held = co_await house_.visit(session);
    was_known = held != nullptr;
    machine = house_.enter(session);
  }
  bool was_known = false;
  std::shared_ptr<shell::Machine> machine;

 private:
  House& house_;
};

class GuestHouse : public ::testing::Test {
 protected:
  GuestHouse() {
    place_.decky = "web-01";
    place_.address = "192.0.2.10";
    place_.persona = std::make_shared<const persona::Persona>(session::Script::example_persona());
    place_.clock = &clock_;
  }
  static std::unique_ptr<session::ScriptedSession> from(std::uint32_t host) {
    auto session = std::make_unique<session::ScriptedSession>(session::Script{.service = "ssh"});
    const net::Endpoint local{net::IpAddress::v4(0xc000020a), 22};
    session->memory_stream().set_addresses(local, {net::IpAddress::v4(0xc6336400 + host), 40007});
    return session;
  }

  FakeClock clock_;
  session::Place place_;
};

TEST_F(GuestHouse, BringsBackWhatTheyLeft) {
  House house(place_);
  const auto first = from(1);
  Visitor visitor(house);
  first->run(visitor);
  ASSERT_TRUE(visitor.machine);
  EXPECT_FALSE(visitor.was_known);
  ASSERT_TRUE(visitor.machine->files().write_file("/root/left", "here", kRoot));
  house.keep(*first);

  House after_a_restart(place_);
  const auto second = from(1);
  second->memories = first->memories;
  Visitor again(after_a_restart);
  second->run(again);
  EXPECT_TRUE(again.was_known);
  EXPECT_EQ(again.machine->files().read_file("/root/left", kRoot).value_or(""), "here");

  const auto stranger = from(2);
  Visitor other(after_a_restart);
  stranger->run(other);
  EXPECT_FALSE(other.was_known);
  EXPECT_FALSE(other.machine->files().read_file("/root/left", kRoot));
}

TEST_F(GuestHouse, SessionsOfOnePeerShareTheirMachine) {
  House house(place_);
  const auto session = from(1), beside = from(1);
  Visitor one(house), two(house);
  session->run(one);
  beside->run(two);
  EXPECT_TRUE(two.was_known);
  EXPECT_EQ(one.machine, two.machine);
}

TEST_F(GuestHouse, AMemoryThatCouldNotBeHadIsNotReplaced) {
  House house(place_);
  const auto session = from(1);
  session->memories["shell"] = "what was there";
  session->memory_is_lost = true;
  Visitor visitor(house);
  session->run(visitor);
  ASSERT_TRUE(visitor.machine) << "they get in all the same";
  ASSERT_TRUE(visitor.machine->files().write_file("/root/new", "x", kRoot));
  house.keep(*session);
  EXPECT_EQ(session->memories["shell"], "what was there");
}

TEST_F(GuestHouse, AFullHouseTakesNobodyNew) {
  const Counter& refused = counter("guest_machines_refused_total", "");
  const std::uint64_t before = refused.value();
  House house(place_);
  std::vector<std::shared_ptr<shell::Machine>> inside;
  for (std::uint32_t host = 1; host <= kMachinesMax; ++host) {
    Visitor visitor(house);
    from(host)->run(visitor);
    inside.push_back(visitor.machine);
    ASSERT_TRUE(inside.back());
  }
  Visitor late(house);
  from(kMachinesMax + 1)->run(late);
  EXPECT_FALSE(late.machine);
  EXPECT_EQ(refused.value() - before, 1U);
  inside.pop_back();
  from(kMachinesMax + 1)->run(late);
  EXPECT_TRUE(late.machine) << "whoever has gone makes room";
}

TEST_F(GuestHouse, IdleMachinesGiveWay) {
  House house(place_);
  for (std::uint32_t host = 1; host <= 4 * kIdleMax; ++host) {
    Visitor visitor(house);
    from(host)->run(visitor);
    clock_.advance(std::chrono::seconds{1});
  }
  EXPECT_LE(house.size(), kIdleMax + 2);
}

}  // namespace
}  // namespace decnet::guest
