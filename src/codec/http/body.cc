#include "codec/http/body.h"

#include <algorithm>
#include <limits>

namespace decnet::codec::http {

namespace {

constexpr auto kLengthMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

}  // namespace

BodyPiece NginxBody::feed(std::string_view bytes) {
  std::size_t at = 0;
  if (!chunked_) phase_ = Phase::data;
  while (at < bytes.size() && state_ == BodyState::more) {
    if (phase_ != Phase::data) {
      step(bytes[at++]);
      continue;
    }
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size() - at));
    left_ -= count;
    if (left_ == 0) {
      phase_ = Phase::data_end;
      if (!chunked_) state_ = BodyState::done;
    }
    return {at + count, bytes.substr(at, count)};
  }
  return {at, {}};
}

void NginxBody::expect(char c, char wanted, Phase next) {
  if (c == wanted) {
    phase_ = next;
  } else {
    state_ = BodyState::refused;
  }
}

void NginxBody::size_byte(char c) {
  if (left_ > kLengthMax / 16) {
    state_ = BodyState::refused;
  } else if (const int digit = hex_digit(c); digit >= 0) {
    left_ = left_ * 16 + static_cast<std::uint64_t>(digit);
  } else if (c == '\r') {
    phase_ = Phase::size_almost_done;
  } else if (c == '\n') {
    phase_ = left_ > 0 ? Phase::data : Phase::trailer;
  } else if (c == ';' || c == ' ' || c == '\t') {
    phase_ = Phase::extension;
  } else {
    state_ = BodyState::refused;
  }
  if (left_ > kLengthMax - 5) state_ = BodyState::refused;
}

void NginxBody::step(char c) {
  switch (phase_) {
    case Phase::size_start:
      left_ = 0;
      if (hex_digit(c) < 0) {
        state_ = BodyState::refused;
        return;
      }
      left_ = static_cast<std::uint64_t>(hex_digit(c));
      phase_ = Phase::size;
      return;
    case Phase::size:
      return size_byte(c);
    case Phase::extension:
      if (c == '\r') phase_ = Phase::size_almost_done;
      if (c == '\n') phase_ = left_ > 0 ? Phase::data : Phase::trailer;
      return;
    case Phase::size_almost_done:
      return expect(c, '\n', left_ > 0 ? Phase::data : Phase::trailer);
    case Phase::data_end:
      if (c == '\r') {
        phase_ = Phase::data_almost_end;
        return;
      }
      return expect(c, '\n', Phase::size_start);
    case Phase::data_almost_end:
      return expect(c, '\n', Phase::size_start);
    case Phase::trailer:
      if (c == '\r') {
        phase_ = Phase::almost_done;
      } else if (c == '\n') {
        state_ = BodyState::done;
      } else {
        phase_ = Phase::trailer_line;
      }
      return;
    case Phase::trailer_line:
      if (c == '\r') phase_ = Phase::trailer_line_almost_done;
      if (c == '\n') phase_ = Phase::trailer;
      return;
    case Phase::trailer_line_almost_done:
      return expect(c, '\n', Phase::trailer);
    default:
      state_ = c == '\n' ? BodyState::done : BodyState::refused;
  }
}

ApacheBody::ApacheBody(BodyLength length) noexcept
    : state_(length.none() ? BodyState::done : BodyState::more),
      chunked_(length.chunked),
      left_(length.bytes) {
  if (!chunked_) {
    phase_ = Phase::data;
    if (left_ > kApacheBodyBytesMax) refuse(413);
  }
}

void ApacheBody::refuse(int status) noexcept {
  state_ = BodyState::refused;
  refusal_ = status;
}

BodyPiece ApacheBody::feed(std::string_view bytes) {
  if (state_ != BodyState::more || bytes.empty()) return {};
  if (phase_ == Phase::trailers) {
    const std::size_t taken = trailers_.feed(bytes);
    if (trailers_.state() == ApacheFields::State::complete) state_ = BodyState::done;
    if (trailers_.state() == ApacheFields::State::refused) refuse(400);
    return {taken, {}};
  }
  if (phase_ != Phase::data) return line(bytes);
  const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
  left_ -= count;
  total_ += count;
  if (total_ > kApacheBodyBytesMax) {
    refuse(413);
  } else if (left_ == 0) {
    phase_ = Phase::data_end;
    if (!chunked_) state_ = BodyState::done;
  }
  return {count, bytes.substr(0, count)};
}

// Collects a line and judges it when its end is there; Apache looks at 8192 bytes without one, too.
BodyPiece ApacheBody::line(std::string_view bytes) {
  const auto end = bytes.find('\n');
  const std::size_t taken = end == std::string_view::npos ? bytes.size() : end + 1;
  pending_ += bytes.substr(0, taken);
  if (end == std::string_view::npos) {
    if (pending_.size() > kApacheChunkLineBytesMax) refuse(size_line(pending_) ? 413 : refusal_);
    return {taken, {}};
  }
  const std::string whole = std::move(pending_);
  pending_.clear();
  if (phase_ == Phase::data_end) {
    if (whole == "\r\n") {
      phase_ = Phase::size_line;
    } else {
      refuse(400);
    }
  } else if (size_line(whole)) {
    if (whole.size() > kApacheChunkLineBytesMax) {
      refuse(413);
    } else {
      phase_ = left_ > 0 ? Phase::data : Phase::trailers;
    }
  }
  return {taken, {}};
}

// "1a ;name=value" CR LF. False after refuse().
bool ApacheBody::size_line(std::string_view text) {
  const auto bad = [&](int status) {
    refuse(status);
    return false;
  };
  if (phase_ == Phase::data_end || hex_digit(text.front()) < 0) return bad(400);
  left_ = 0;
  int bits = 64;
  std::size_t at = 0;
  for (; at < text.size() && hex_digit(text[at]) >= 0; ++at) {
    if (left_ == 0 && text[at] == '0') continue;
    bits -= 4;
    if (bits < 0) return bad(413);
    left_ = left_ * 16 + static_cast<std::uint64_t>(hex_digit(text[at]));
    if (left_ > kLengthMax) return bad(413);
  }
  int blanks = 0;
  for (; at < text.size() && (text[at] == ' ' || text[at] == '\t'); ++at) {
    if (++blanks > kApacheChunkBlanksMax) return bad(400);
  }
  if (at < text.size() && text[at] == ';') {
    const auto is_bad = [](char c) {
      const auto byte = static_cast<unsigned char>(c);
      return (byte < 0x20 && c != '\t') || byte == 0x7f;
    };
    while (at < text.size() && !is_bad(text[at])) ++at;
  }
  const std::string_view rest = text.substr(at);
  if (rest.empty() || rest == "\r" || rest == "\r\n") return true;
  return bad(400);
}

}  // namespace decnet::codec::http
