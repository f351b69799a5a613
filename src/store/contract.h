// What the contract suite shares: a store in a folder of its own, for each backend, and makers of
// events.
#pragma once

#include <filesystem>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "store/store.h"

namespace decnet::store {

// A folder that goes with the test.
class TestFolder {
 public:
  TestFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "decnet-store-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  TestFolder(const TestFolder&) = delete;
  ~TestFolder() { std::filesystem::remove_all(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

struct Backend {
  std::string name;
  std::string (*url)(const std::string& folder);
};
inline void PrintTo(const Backend& backend, std::ostream* out) {
  *out << backend.name;
}
inline std::string sqlite_url(const std::string& folder) {
  return "sqlite:" + folder + "/decnet.sqlite";
}
inline const std::vector<Backend>& backends() {
  static const std::vector<Backend> kBackends = {{"sqlite", sqlite_url}};
  return kBackends;
}

inline constexpr TimePoint kStart{
    std::chrono::seconds{1'790'000'040}};  // On a minute, not on an hour.
constexpr TimePoint after_start(std::chrono::seconds by) {
  return kStart + by;
}

// Makes events of one origin, a second apart.
class Maker {
 public:
  explicit Maker(std::uint64_t origin = 7) : origin_(origin) {}

  event::Event bare(std::string_view type) {
    event::Event event;
    event.origin = origin_;
    event.seq = ++seq_;
    event.time = now_;
    event.type = type;
    event.decky = "web-01";
    event.service = "http";
    now_ += std::chrono::seconds{1};
    return event;
  }
  // About a peer; `session` is any word, its UUID is derived from it; empty: none.
  event::Event peer(std::string_view type, std::string_view ip, std::string_view session = "") {
    event::Event event = bare(type);
    if (!session.empty()) event.session = session_uuid(session).text();
    event.add("src_ip", ip)
        .add("src_port", 40'000)
        .add("dst_ip", "10.0.0.5")
        .add("dst_port", 80)
        .add("proto", "tcp");
    return event;
  }
  event::Event login(std::string_view ip, std::string_view session, std::string_view principal,
                     std::string_view secret, std::string_view outcome = "refused") {
    event::Event event = peer(event::kLoginAttempt, ip, session);
    event.severity = outcome == "accepted" ? event::Severity::warning : event::Severity::notice;
    event.add("principal", principal)
        .add("secret_kind", "plaintext")
        .add("secret_b64", to_base64(secret));
    return std::move(event.add("outcome", outcome));
  }
  static Uuid session_uuid(std::string_view name) {
    return Uuid::v8("session " + std::string(name));
  }

  void set_now(TimePoint now) { now_ = now; }
  TimePoint now() const { return now_; }
  std::uint64_t seq() const { return seq_; }

 private:
  std::uint64_t origin_;
  std::uint64_t seq_ = 0;
  TimePoint now_ = kStart;
};

class StoreContract : public ::testing::TestWithParam<Backend> {
 protected:
  StoreContract() { reopen(); }

  void reopen() {
    store_.reset();
    store_ = open_another();
  }
  std::unique_ptr<Store> open_another() {
    auto opened = open_store({.url = GetParam().url(folder_.path()), .backup_folder = {}});
    EXPECT_TRUE(opened) << opened.error().detail;
    return opened ? std::move(*opened) : nullptr;
  }

  IngestOutcome commit(std::vector<event::Event> events) {
    return commit_batch({.events = std::move(events), .rejected = {}});
  }
  IngestOutcome commit_batch(const IngestBatch& batch) {
    auto outcome = store_->ingest().commit(batch);
    EXPECT_TRUE(outcome) << outcome.error().detail;
    return outcome ? *outcome : IngestOutcome{};
  }
  // Every counter equals its recount.
  void expect_sound() {
    const auto recount = store_->maintenance().check();
    ASSERT_TRUE(recount) << recount.error().detail;
    EXPECT_TRUE(recount->ok);
    for (const std::string& difference : recount->differences) ADD_FAILURE() << difference;
  }

  TestFolder folder_;
  std::unique_ptr<Store> store_;
  Maker maker_;
};

inline std::string backend_name(const ::testing::TestParamInfo<Backend>& info) {
  return info.param.name;
}

}  // namespace decnet::store

#define DECNET_STORE_CONTRACT(Suite) \
  INSTANTIATE_TEST_SUITE_P(Backends, Suite, ::testing::ValuesIn(backends()), backend_name)
