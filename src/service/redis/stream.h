// A stream: entries by id, and the groups of consumers that read them.
#pragma once

#include <compare>
#include <map>
#include <set>

#include "service/redis/value.h"

namespace decnet::service::redis {

struct StreamId {
  std::uint64_t ms = 0;
  std::uint64_t seq = 0;

  // clang-tidy 14 takes the 0 that the compiler compares with for a pointer.
  auto operator<=>(const StreamId&) const noexcept = default;  // NOLINT(modernize-use-nullptr)
  std::string text() const { return std::to_string(ms) + "-" + std::to_string(seq); }
  static constexpr StreamId greatest() noexcept { return {~0ULL, ~0ULL}; }
  // The id behind or before this one; false beyond the ends (the id is then left alone).
  bool increment() noexcept;
  bool decrement() noexcept;
};

class Stream final : public Container {
 public:
  using Fields = std::vector<std::string>;  // name, value, name, value …

  struct Consumer {
    std::string name;
    std::int64_t seen_ms = 0;
    std::set<StreamId> pending;
  };
  struct Pending {
    Consumer* consumer = nullptr;  // in the group's consumers
    std::int64_t delivered_ms = 0;
    std::uint64_t deliveries = 0;
  };
  struct Group {
    StreamId last_id;
    std::int64_t entries_read = -1;  // -1: unknown
    std::map<StreamId, Pending> pending;
    std::map<std::string, std::unique_ptr<Consumer>> consumers;

    Consumer* find(const std::string& name) const;
    // The consumer of that name, made if there was none.
    std::pair<Consumer*, bool> consumer(const std::string& name, std::int64_t now_ms);
    void deliver(StreamId id, Consumer& to, std::int64_t now_ms);  // As if read for the first time.
    bool acknowledge(StreamId id);
  };

  Stream() = default;
  Stream(const Stream& other);

  std::size_t size() const noexcept override { return entries_.size(); }
  std::size_t bytes() const noexcept override;
  Encoding encoding() const noexcept override { return Encoding::stream; }
  std::unique_ptr<Container> clone() const override { return std::make_unique<Stream>(*this); }

  // The id must be greater than last_id().
  void append(StreamId id, Fields fields);
  bool erase(StreamId id);
  // Removes from the front until at most `length` are left, or none is below `id`. Returns how
  // many.
  std::size_t trim_to_length(std::size_t length, std::size_t removed_max);
  std::size_t trim_below(StreamId id, std::size_t removed_max);

  const std::map<StreamId, Fields>& entries() const noexcept { return entries_; }
  const Fields* find(StreamId id) const;
  StreamId first_id() const noexcept {
    return entries_.empty() ? StreamId{} : entries_.begin()->first;
  }

  // How many entries were ever added up to `id`; -1 if deletions make it unknowable.
  std::int64_t entries_read_at(StreamId id) const;
  // What a group has not read yet; -1 unknown.
  std::int64_t lag(const Group& group) const;
  // The group has now read up to `id`.
  void advance(Group& group, StreamId id) const;

  StreamId last_id;
  StreamId max_deleted_id;
  std::uint64_t entries_added = 0;
  std::map<std::string, Group> groups;

 private:
  bool has_deleted_from(StreamId id) const;
  void removed(std::map<StreamId, Fields>::iterator at);

  std::map<StreamId, Fields> entries_;
  std::size_t bytes_ = 0;
};

}  // namespace decnet::service::redis
