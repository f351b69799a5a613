#include "shell/evidence.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/counters.h"
#include "base/hash.h"
#include "shell/machine_state.h"
#include "shell/observer.h"

namespace decnet::shell {
namespace {

std::string_view last_part(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

// What the shell itself writes of what was typed is known from the commands.
bool is_history(std::string_view path) {
  return last_part(path) == ".bash_history";
}

std::string_view next_word(std::string_view& line) {
  const std::size_t begin = std::min(line.find_first_not_of(" \t"), line.size());
  const std::size_t end = std::min(line.find_first_of(" \t\r", begin), line.size());
  const std::string_view word = line.substr(begin, end - begin);
  line.remove_prefix(end);
  return word;
}

// "SHA256:" and unpadded base64, as ssh-keygen -l shows it.
std::string key_fingerprint(std::string_view blob) {
  std::string text = to_base64(sha256(blob));
  while (text.ends_with('=')) text.pop_back();
  return "SHA256:" + text;
}

// A line is [options] type base64 [comment]; the blob names its type, which finds it.
void tell_key(Observer& observer, const std::string& path, std::string_view line) {
  std::string_view type;
  for (std::string_view word = next_word(line); !word.empty(); word = next_word(line)) {
    if (!type.empty() && word.starts_with("AAAA")) {
      const auto blob = from_base64(word);
      if (!blob) return;
      event::Event event;
      event.type = event::kRequest;
      event.add("request", "authorized_key").add("algorithm", type);
      event.add("key_fingerprint", key_fingerprint(*blob)).add("path", path);
      observer.emit(std::move(event));
      return;
    }
    type = word;
  }
}

void tell_keys(Observer& observer, const std::string& path, std::string_view content) {
  for (std::size_t count = 0; !content.empty() && count < kKeysToldMax; ++count) {
    const std::size_t end = std::min(content.find('\n'), content.size());
    tell_key(observer, path, content.substr(0, end));
    content.remove_prefix(std::min(end + 1, content.size()));
  }
}

}  // namespace

Observer* Evidence::observer_of(const std::weak_ptr<Login>& login) const {
  if (const auto own = login.lock(); own && own->observer != nullptr) return own->observer;
  for (const auto& weak : system_.logins) {  // The same attacker's, at another terminal.
    if (const auto other = weak.lock(); other && other->observer != nullptr) return other->observer;
  }
  return nullptr;
}

void Evidence::written(std::uint64_t number, std::string_view path) {
  if (system_.current == nullptr || !system_.current->login || is_history(path)) return;
  if (unsettled_.size() >= kUnsettledMax && !unsettled_.contains(number)) {
    const auto oldest =
        std::min_element(unsettled_.begin(), unsettled_.end(),
                         [](const auto& a, const auto& b) { return a.second.at < b.second.at; });
    const Unsettled file = std::move(oldest->second);
    unsettled_.erase(oldest);
    tell(file);
  }
  Unsettled& file = unsettled_[number];
  file.path = path;
  file.login = system_.current->login;
  file.at = system_.now();
}

void Evidence::moved(std::uint64_t number, std::string_view path) {
  const auto found = unsettled_.find(number);
  if (found != unsettled_.end()) found->second.path = path;
}

void Evidence::lost(std::uint64_t number, std::string_view content) {
  const auto found = unsettled_.find(number);
  if (found == unsettled_.end()) return;
  const Unsettled file = std::move(found->second);
  unsettled_.erase(found);
  if (versions_lost_.size() >= kVersionedMax && !versions_lost_.contains(file.path)) return;
  if (++versions_lost_[file.path] > kVersionsLostMax) return;
  tell(observer_of(file.login), file.path, content);
}

void Evidence::running(Observer* observer, const std::string& path) {
  tell(observer, path, system_.files->read_file(path, Credentials{}).value_or(std::string{}));
}

void Evidence::login_ends(const std::shared_ptr<Login>& login) {
  for (auto at = unsettled_.begin(); at != unsettled_.end();) {
    if (at->second.login.lock() != login) {
      ++at;
      continue;
    }
    const Unsettled file = std::move(at->second);
    at = unsettled_.erase(at);
    tell(file);
  }
}

void Evidence::settle() {
  const TimePoint rested = system_.now() - kRestingAfter;
  for (auto at = unsettled_.begin(); at != unsettled_.end();) {
    if (at->second.at > rested) {
      ++at;
      continue;
    }
    const Unsettled file = std::move(at->second);
    at = unsettled_.erase(at);
    tell(file);
  }
}

void Evidence::tell(const Unsettled& file) {
  Observer* observer = observer_of(file.login);
  const Sys<std::string> content = system_.files->read_file(file.path, Credentials{});
  if (content) tell(observer, file.path, *content);
}

void Evidence::tell(Observer* observer, const std::string& path, std::string_view content) {
  static Counter& unseen = counter("shell_evidence_dropped_total",
                                   "Files written after their session had ended, not captured");
  if (content.empty()) return;
  if (observer == nullptr) {
    unseen.add();
    return;
  }
  if (told_.size() >= kContentsToldMax) told_.clear();
  if (!told_.insert(sha256(content)).second) return;
  if (const auto kept = observer->capture(last_part(path), path)) {
    kept->write(content);
    kept->finish();
  }
  if (last_part(path).starts_with("authorized_keys")) tell_keys(*observer, path, content);
}

}  // namespace decnet::shell
