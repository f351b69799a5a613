#include "service/redis/reply.h"

#include "service/redis/number.h"

namespace decnet::service::redis {

bool Reply::fits(std::size_t bytes) {
  if (!overflowed_ && text_.size() + bytes <= bytes_max_) return true;
  overflowed_ = true;
  return false;
}

void Reply::line(char kind, std::string_view text) {
  if (!fits(text.size() + 3)) return;
  text_ += kind;
  text_ += text;
  text_ += "\r\n";
}

void Reply::number(char kind, std::int64_t value) {
  line(kind, std::to_string(value));
}

void Reply::error(std::string_view text) {
  std::string clean(text);
  for (char& c : clean) {
    if (c == '\r' || c == '\n') c = ' ';
  }
  ++errors_;
  constexpr std::size_t kCodesMax = 64;
  if (codes_.size() < kCodesMax) codes_.push_back(clean.substr(0, clean.find(' ')));
  line('-', clean);
}

void Reply::bulk(std::string_view bytes) {
  if (!fits(bytes.size() + 26)) return;
  number('$', static_cast<std::int64_t>(bytes.size()));
  text_ += bytes;
  text_ += "\r\n";
}

void Reply::verbatim(std::string_view text) {
  if (!is_resp3()) return bulk(text);
  if (!fits(text.size() + 30)) return;
  number('=', static_cast<std::int64_t>(text.size() + 4));
  text_ += "txt:";
  text_ += text;
  text_ += "\r\n";
}

void Reply::null() {
  raw(is_resp3() ? "_\r\n" : "$-1\r\n");
}

void Reply::null_array() {
  raw(is_resp3() ? "_\r\n" : "*-1\r\n");
}

void Reply::real(double value) {
  const std::string text = format_double(value);
  if (is_resp3()) {
    line(',', text);
  } else {
    bulk(text);
  }
}

void Reply::human_real(long double value) {
  const std::string text = format_human(value);
  if (is_resp3()) {
    line(',', text);
  } else {
    bulk(text);
  }
}

void Reply::boolean(bool value) {
  if (is_resp3()) {
    line('#', value ? "t" : "f");
  } else {
    integer(value ? 1 : 0);
  }
}

void Reply::map(std::size_t pairs) {
  if (is_resp3()) {
    number('%', static_cast<std::int64_t>(pairs));
  } else {
    array(pairs * 2);
  }
}

void Reply::set(std::size_t count) {
  if (is_resp3()) {
    number('~', static_cast<std::int64_t>(count));
  } else {
    array(count);
  }
}

void Reply::push(std::size_t count) {
  if (is_resp3()) {
    number('>', static_cast<std::int64_t>(count));
  } else {
    array(count);
  }
}

void Reply::raw(std::string_view resp) {
  if (fits(resp.size())) text_ += resp;
}

}  // namespace decnet::service::redis
