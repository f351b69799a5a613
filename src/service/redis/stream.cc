#include "service/redis/stream.h"

#include <algorithm>

namespace decnet::service::redis {

bool StreamId::increment() noexcept {
  if (seq != ~0ULL) {
    ++seq;
  } else if (ms != ~0ULL) {
    ++ms;
    seq = 0;
  } else {
    return false;
  }
  return true;
}

bool StreamId::decrement() noexcept {
  if (seq != 0) {
    --seq;
  } else if (ms != 0) {
    --ms;
    seq = ~0ULL;
  } else {
    return false;
  }
  return true;
}

Stream::Consumer* Stream::Group::find(const std::string& name) const {
  const auto at = consumers.find(name);
  return at == consumers.end() ? nullptr : at->second.get();
}

std::pair<Stream::Consumer*, bool> Stream::Group::consumer(const std::string& name,
                                                           std::int64_t now_ms) {
  auto& slot = consumers[name];
  const bool made = slot == nullptr;
  if (made) {
    slot = std::make_unique<Consumer>();
    slot->name = name;
    slot->seen_ms = now_ms;
  }
  return {slot.get(), made};
}

void Stream::Group::deliver(StreamId id, Consumer& to, std::int64_t now_ms) {
  Pending& entry = pending[id];
  if (entry.consumer != nullptr) entry.consumer->pending.erase(id);
  entry = {&to, now_ms, 1};
  to.pending.insert(id);
}

bool Stream::Group::acknowledge(StreamId id) {
  const auto at = pending.find(id);
  if (at == pending.end()) return false;
  at->second.consumer->pending.erase(id);
  pending.erase(at);
  return true;
}

Stream::Stream(const Stream& other)
    : Container(other),
      last_id(other.last_id),
      max_deleted_id(other.max_deleted_id),
      entries_added(other.entries_added),
      entries_(other.entries_),
      bytes_(other.bytes_) {
  for (const auto& [name, from] : other.groups) {
    Group& to = groups[name];
    to.last_id = from.last_id;
    to.entries_read = from.entries_read;
    for (const auto& [consumer, state] : from.consumers) {
      to.consumers[consumer] = std::make_unique<Consumer>(*state);
    }
    for (const auto& [id, entry] : from.pending) {
      to.pending[id] = {to.find(entry.consumer->name), entry.delivered_ms, entry.deliveries};
    }
  }
}

std::size_t Stream::bytes() const noexcept {
  std::size_t total = bytes_ + entries_.size() * kElementBytes * 2;
  for (const auto& [name, group] : groups) {
    total += name.size() + kElementBytes * 4 + group.pending.size() * kElementBytes * 3 +
             group.consumers.size() * kElementBytes * 4;
  }
  return total;
}

void Stream::append(StreamId id, Fields fields) {
  for (const std::string& field : fields) bytes_ += field.size() + kElementBytes / 2;
  entries_.emplace_hint(entries_.end(), id, std::move(fields));
  last_id = id;
  ++entries_added;
}

void Stream::removed(std::map<StreamId, Fields>::iterator at) {
  for (const std::string& field : at->second) bytes_ -= field.size() + kElementBytes / 2;
  entries_.erase(at);
}

bool Stream::erase(StreamId id) {
  const auto at = entries_.find(id);
  if (at == entries_.end()) return false;
  removed(at);
  max_deleted_id = std::max(max_deleted_id, id);
  return true;
}

std::size_t Stream::trim_to_length(std::size_t length, std::size_t removed_max) {
  std::size_t count = 0;
  for (; entries_.size() > length && count < removed_max; ++count) removed(entries_.begin());
  return count;
}

std::size_t Stream::trim_below(StreamId id, std::size_t removed_max) {
  std::size_t count = 0;
  for (; !entries_.empty() && entries_.begin()->first < id && count < removed_max; ++count) {
    removed(entries_.begin());
  }
  return count;
}

const Stream::Fields* Stream::find(StreamId id) const {
  const auto at = entries_.find(id);
  return at == entries_.end() ? nullptr : &at->second;
}

std::int64_t Stream::entries_read_at(StreamId id) const {
  const auto added = static_cast<std::int64_t>(entries_added);
  if (entries_added == 0) return 0;
  if (entries_.empty() && id <= last_id) return added;
  if (id != StreamId{} && id < max_deleted_id) return -1;
  if (id == last_id) return added;
  if (id > last_id) return -1;
  const StreamId first = first_id();
  if (max_deleted_id != StreamId{} && max_deleted_id >= first) return -1;
  const auto length = static_cast<std::int64_t>(entries_.size());
  if (id < first) return added - length;
  return id == first ? added - length + 1 : -1;
}

bool Stream::has_deleted_from(StreamId id) const {
  if (entries_.empty() || max_deleted_id == StreamId{} || first_id() > max_deleted_id) return false;
  return id <= max_deleted_id;
}

std::int64_t Stream::lag(const Group& group) const {
  const auto added = static_cast<std::int64_t>(entries_added);
  if (entries_added == 0) return 0;
  if (group.entries_read >= 0 && !has_deleted_from(group.last_id))
    return added - group.entries_read;
  const std::int64_t read = entries_read_at(group.last_id);
  return read < 0 ? -1 : added - read;
}

void Stream::advance(Group& group, StreamId id) const {
  if (id <= group.last_id) return;
  if (group.entries_read >= 0 && !has_deleted_from(id)) {
    ++group.entries_read;
  } else if (entries_added > 0) {
    group.entries_read = entries_read_at(id);
  }
  group.last_id = id;
}

}  // namespace decnet::service::redis
