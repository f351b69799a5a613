#include "service/redis/lua_value.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "service/redis/lua.h"

namespace decnet::service::redis::lua {

std::string_view to_string(Type type) noexcept {
  constexpr std::string_view kNames[] = {"nil",   "boolean",  "number", "string",
                                         "table", "function", "thread"};
  return kNames[static_cast<std::size_t>(type)];
}

const void* Value::address() const noexcept {
  return type_ == Type::table || type_ == Type::thread ? static_cast<const void*>(as_.table)
                                                       : static_cast<const void*>(as_.function);
}

bool Value::raw_equal(const Value& other) const noexcept {
  if (type_ != other.type_) return false;
  switch (type_) {
    case Type::nil:
      return true;
    case Type::boolean:
      return as_.truth == other.as_.truth;
    case Type::number:
      return as_.number == other.as_.number;
    case Type::string:
      return *as_.text == *other.as_.text;
    case Type::table:
    case Type::thread:
      return as_.table == other.as_.table;
    case Type::function:
      return as_.function == other.as_.function;
  }
  return false;
}

bool Table::Less::operator()(const Value& a, const Value& b) const noexcept {
  if (a.type() != b.type()) return a.type() < b.type();
  if (a.type() == Type::boolean) return a.truth() < b.truth();
  if (a.type() == Type::number) return a.number() < b.number();
  return std::less<>{}(a.address(), b.address());
}

Value Table::get(std::string_view key) const {
  const auto at = strings_.find(key);
  return at == strings_.end() ? Value() : at->second;
}

Value Table::get_slow(std::size_t index) const {
  const auto at = others_.find(Value(static_cast<double>(index)));
  return at == others_.end() ? Value() : at->second;
}

Value Table::get(const Value& key) const {
  if (key.is_string()) return get(std::string_view(key.text()));
  if (key.is_number()) {
    const double number = key.number();
    if (number >= 1 && number <= static_cast<double>(array_.size()) &&
        number == std::floor(number)) {
      return array_[static_cast<std::size_t>(number) - 1];
    }
    if (std::isnan(number)) return {};
  }
  if (key.is_nil()) return {};
  const auto at = others_.find(key);
  return at == others_.end() ? Value() : at->second;
}

void Table::set(std::string_view key, const Value& value) {
  if (value.is_nil()) {
    const auto at = strings_.find(key);
    if (at != strings_.end())
      at->second = Value();  // It stays in its place, so that next() goes on from it.
    return;
  }
  strings_.insert_or_assign(std::string(key), value);
}

void Table::set(const Value& key, const Value& value) {
  if (key.is_string()) return set(std::string_view(key.text()), value);
  if (key.is_number()) {
    const double number = key.number();
    const auto size = static_cast<double>(array_.size());
    if (number >= 1 && number <= size && number == std::floor(number)) {
      array_[static_cast<std::size_t>(number) - 1] = value;
      while (!array_.empty() && array_.back().is_nil()) array_.pop_back();
      return;
    }
    if (number == size + 1) {
      if (value.is_nil()) {
        others_.erase(key);
        return;
      }
      array_.push_back(value);
      others_.erase(key);
      return absorb();
    }
  }
  if (value.is_nil()) {
    const auto at = others_.find(key);
    if (at != others_.end()) at->second = Value();
    return;
  }
  others_.insert_or_assign(key, value);
}

// Entries that now follow the array's end move into it.
void Table::absorb() {
  while (!others_.empty()) {
    const auto at = others_.find(Value(static_cast<double>(array_.size() + 1)));
    if (at == others_.end() || at->second.is_nil()) return;
    array_.push_back(at->second);
    others_.erase(at);
  }
}

std::size_t Table::length() const {
  return array_.size();
}

bool Table::next(const Value& key, Value& next_key, Value& value) const {
  std::size_t index = 0;
  auto string = strings_.begin();
  auto other = others_.begin();
  bool in_array = true;
  bool in_strings = true;
  if (key.is_number() && key.number() >= 1 && key.number() <= static_cast<double>(array_.size()) &&
      key.number() == std::floor(key.number())) {
    index = static_cast<std::size_t>(key.number());
  } else if (key.is_string()) {
    in_array = false;
    string = strings_.find(key.text());
    if (string == strings_.end()) return false;
    ++string;
  } else if (!key.is_nil()) {
    in_array = in_strings = false;
    other = others_.find(key);
    if (other == others_.end()) {
      // It may have moved into the array since, or have left it.
      if (!key.is_number()) return false;
      other = others_.upper_bound(key);
    } else {
      ++other;
    }
  }
  for (; in_array && index < array_.size(); ++index) {
    if (array_[index].is_nil()) continue;
    next_key = Value(static_cast<double>(index + 1));
    value = array_[index];
    return true;
  }
  for (; in_strings && string != strings_.end(); ++string) {
    if (string->second.is_nil()) continue;
    next_key = Value(&string->first);
    value = string->second;
    return true;
  }
  for (; other != others_.end(); ++other) {
    if (other->second.is_nil()) continue;
    next_key = other->first;
    value = other->second;
    return true;
  }
  next_key = Value();
  value = Value();
  return true;
}

const std::string* Heap::string(std::string text) {
  bytes_ += text.size() + 48;
  strings_.push_back(std::move(text));
  return &strings_.back();
}

Table* Heap::table() {
  bytes_ += 192;
  tables_.emplace_back();
  return &tables_.back();
}

Callable* Heap::callable() {
  bytes_ += 128;
  callables_.emplace_back();
  return &callables_.back();
}

Cell* Heap::cell() {
  bytes_ += 24;
  cells_.emplace_back();
  return &cells_.back();
}

bool Heap::grow(std::size_t bytes) noexcept {
  bytes_ += bytes;
  return !is_full();
}

bool Heap::is_full() const noexcept {
  return bytes_ > kHeapBytesMax;
}

std::string format_number(double number) {
  if (std::isnan(number)) return std::signbit(number) ? "-nan" : "nan";
  char buffer[64];
  const int size = std::snprintf(buffer, sizeof buffer, "%.14g", number);
  return {buffer, static_cast<std::size_t>(size)};
}

bool read_number(std::string_view text, double& number) {
  constexpr std::size_t kNumberBytesMax = 400;
  const std::size_t first = text.find_first_not_of(" \t\n\v\f\r");
  if (first == std::string_view::npos) return false;
  const std::size_t last = text.find_last_not_of(" \t\n\v\f\r");
  const std::string word(text.substr(first, last - first + 1));
  if (word.size() > kNumberBytesMax || word.find('\0') != std::string::npos) return false;
  char* end = nullptr;
  number = std::strtod(word.c_str(), &end);
  return end == word.c_str() + word.size();
}

}  // namespace decnet::service::redis::lua
