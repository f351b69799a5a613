#include "shell/sh/variables.h"

#include <cctype>

namespace decnet::shell::sh {

bool is_name(std::string_view text) noexcept {
  if (text.empty() || std::isdigit(static_cast<unsigned char>(text[0])) != 0) return false;
  for (const char byte : text) {
    if (std::isalnum(static_cast<unsigned char>(byte)) == 0 && byte != '_') return false;
  }
  return true;
}

Variables::Map& Variables::own() {
  if (map_.use_count() > 1) map_ = std::make_shared<Map>(*map_);
  return *map_;
}

std::string Variables::target(std::string_view name) const {
  std::string at(name);
  for (int i = 0; i < 8; ++i) {
    const auto found = map_->find(at);
    if (found == map_->end() || !found->second.reference || found->second.value.empty()) break;
    at = found->second.value;
  }
  return at;
}

const Variable* Variables::find(std::string_view name) const {
  const auto found = map_->find(target(name));
  return found == map_->end() ? nullptr : &found->second;
}

Variable& Variables::make(std::string_view name) {
  Map& map = own();
  const std::string at = target(name);
  const auto found = map.find(at);
  if (found != map.end()) return found->second;
  Variable fresh;
  fresh.set = false;
  return map.emplace(at, std::move(fresh)).first->second;
}

void Variables::erase(std::string_view name) {
  Map& map = own();
  const auto found = map.find(target(name));
  if (found != map.end()) map.erase(found);
}

void Variables::erase_reference(std::string_view name) {
  Map& map = own();
  if (const auto found = map.find(name); found != map.end()) map.erase(found);
}

void Variables::unset(std::string_view name) {
  const std::string at = target(name);
  for (std::size_t i = scopes_.size(); i-- > 0;) {
    const auto hidden = scopes_[i].find(at);
    if (hidden == scopes_[i].end()) continue;
    if (i + 1 == scopes_.size()) {  // Of this function: unset, and local still.
      Variable fresh;
      fresh.set = false;
      own().insert_or_assign(at, std::move(fresh));
    } else if (hidden->second) {  // Of a caller: what it hid comes to light.
      Variable before = std::move(*hidden->second);
      scopes_[i].erase(hidden);
      own().insert_or_assign(at, std::move(before));
    } else {
      scopes_[i].erase(hidden);
      erase(at);
    }
    return;
  }
  erase(at);
}

void Variables::make_local(std::string_view name) {
  if (scopes_.empty()) return;
  auto& scope = scopes_.back();
  if (scope.contains(name)) return;
  const auto found = map_->find(name);
  scope.emplace(std::string(name),
                found == map_->end() ? std::nullopt : std::optional<Variable>(found->second));
  Variable fresh;
  fresh.set = false;
  if (found != map_->end()) fresh.exported = found->second.exported;
  own().insert_or_assign(std::string(name), std::move(fresh));
}

void Variables::pop_scope() {
  auto scope = std::move(scopes_.back());
  scopes_.pop_back();
  Map& map = own();
  for (auto& [name, before] : scope) {
    if (before) {
      map.insert_or_assign(name, std::move(*before));
    } else if (const auto found = map.find(name); found != map.end()) {
      map.erase(found);
    }
  }
}

Environment Variables::environment() const {
  Environment result;
  for (const auto& [name, variable] : *map_) {
    if (variable.exported && variable.set && !variable.is_array && !variable.is_map) {
      result.emplace(name, variable.value);
    }
  }
  return result;
}

}  // namespace decnet::shell::sh
