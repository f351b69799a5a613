#include "codec/http/apache_fields.h"

#include <algorithm>

namespace decnet::codec::http {

bool is_control_byte(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

bool is_token_byte(char c) noexcept {
  return is_alpha(c) || is_digit(c) ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

ApacheLine::Fed ApacheLine::feed(std::string_view bytes) {
  const auto end = bytes.find('\n');
  const std::size_t taken = end == std::string_view::npos ? bytes.size() : end + 1;
  text_ += bytes.substr(0, taken);
  if (end == std::string_view::npos) {
    return {taken, text_.size() > 3 * kApacheReadBytes ? State::too_long : State::more};
  }
  // One byte over the limit is forgiven where only the LF does not fit.
  const bool has_cr = text_.size() >= 2 && text_[text_.size() - 2] == '\r';
  if (text_.size() > kApacheLineBytesMax + (has_cr ? 3 : 2)) return {taken, State::too_long};
  if (!has_cr || text_.find('\0') != std::string::npos) return {taken, State::bad};
  text_.resize(text_.size() - 2);
  return {taken, State::whole};
}

std::size_t ApacheFields::feed(std::string_view bytes) {
  std::size_t at = 0;
  while (at < bytes.size() && state_ == State::reading) {
    const ApacheLine::Fed fed = line_.feed(bytes.substr(at));
    at += fed.taken;
    switch (fed.state) {
      case ApacheLine::State::more:
        return at;
      case ApacheLine::State::too_long:
        refuse(Reason::field_too_long);
        break;
      case ApacheLine::State::bad:
        refuse();
        break;
      case ApacheLine::State::whole:
        line(line_.take());
    }
  }
  return at;
}

void ApacheFields::refuse(Reason reason) noexcept {
  state_ = State::refused;
  reason_ = reason;
}

void ApacheFields::line(std::string text) {
  while (text.size() > 1 && (text.back() == ' ' || text.back() == '\t')) text.pop_back();
  if (text.starts_with(' ') || text.starts_with('\t')) return fold(text);
  if (last_ && !finish_field()) return;
  if (text.empty()) {
    state_ = State::complete;
    return;
  }
  last_ = std::move(text);
}

void ApacheFields::fold(std::string_view text) {
  if (!last_ || text.size() == 1) return refuse();
  text.remove_prefix(text.find_first_not_of(" \t") - 1);
  if (last_->size() + text.size() + 1 >= kApacheLineBytesMax) return refuse(Reason::field_too_long);
  *last_ += ' ';
  *last_ += text.substr(1);
}

bool ApacheFields::finish_field() {
  if (++count_ > kApacheFieldsMax) {
    refuse(Reason::too_many);
    return false;
  }
  const std::string_view field = *last_;
  const auto end = std::find_if_not(field.begin(), field.end(), is_token_byte);
  const auto name = field.substr(0, static_cast<std::size_t>(end - field.begin()));
  if (name.empty() || end == field.end() || *end != ':') {
    refuse();
    return false;
  }
  std::string_view value = field.substr(name.size() + 1);
  value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
  if (std::any_of(value.begin(), value.end(),
                  [](char c) { return is_control_byte(c) && c != '\t'; })) {
    refuse();
    return false;
  }
  fields_.add(name, value);
  last_.reset();
  return true;
}

}  // namespace decnet::codec::http
