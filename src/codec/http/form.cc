#include "codec/http/form.h"

#include <algorithm>
#include <optional>

#include "codec/http/message.h"

namespace decnet::codec::http {

namespace {

// The parameter of a field like `form-data; name="a"; filename="b.txt"`, unquoted.
std::optional<std::string> parameter(std::string_view value, std::string_view name) {
  std::size_t at = value.find(';');
  while (at < value.size()) {
    ++at;
    at = std::min(value.find_first_not_of(" \t", at), value.size());
    const std::size_t equals = value.find('=', at);
    if (equals == std::string_view::npos) return std::nullopt;
    const std::string_view key = trim(value.substr(at, equals - at));
    std::string text;
    std::size_t next = equals + 1;
    if (next < value.size() && value[next] == '"') {
      for (++next; next < value.size() && value[next] != '"'; ++next) {
        if (value[next] == '\\' && next + 1 < value.size() &&
            (value[next + 1] == '"' || value[next + 1] == '\\'))
          ++next;
        text += value[next];
      }
      at = value.find(';', next);
    } else {
      at = value.find(';', next);
      text = std::string(trim(value.substr(next, at - next)));
    }
    if (equals_ignoring_case(key, name)) return text;
  }
  return std::nullopt;
}

}  // namespace

Form parse_urlencoded(std::string_view text) {
  Form form;
  while (!text.empty() && form.size() < kFormFieldsMax) {
    const auto end = text.find('&');
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1);
    form.push_back({percent_decode(pair.substr(0, equals), Plus::is_blank),
                    percent_decode(value, Plus::is_blank)});
  }
  return form;
}

std::string_view form_value(const Form& form, std::string_view name) noexcept {
  const auto found = std::find_if(form.rbegin(), form.rend(),
                                  [&](const FormField& field) { return field.name == name; });
  return found == form.rend() ? std::string_view{} : std::string_view(found->value);
}

std::string multipart_boundary(std::string_view content_type) {
  if (!equals_ignoring_case(trim(content_type.substr(0, content_type.find(';'))),
                            "multipart/form-data"))
    return {};
  std::string boundary = parameter(content_type, "boundary").value_or("");
  return boundary.size() <= kMultipartBoundaryBytesMax ? boundary : std::string();
}

MultipartReader::MultipartReader(std::string boundary, Sink& sink)
    : delimiter_("\r\n--" + std::move(boundary)), sink_(sink), buffer_("\r\n") {}

void MultipartReader::feed(std::string_view bytes) {
  if (phase_ == Phase::done) return;
  buffer_ += bytes;
  while (phase_ != Phase::done && step()) {
  }
}

// Does one thing with the front of the buffer; false when more bytes are needed.
bool MultipartReader::step() {
  switch (phase_) {
    case Phase::preamble:
    case Phase::content:
      return find_boundary();
    case Phase::after_boundary: {
      const auto end = buffer_.find('\n');
      if (buffer_.starts_with("--") || parts_ == kMultipartPartsMax ||
          (end == std::string::npos && buffer_.size() > kMultipartHeadBytesMax)) {
        phase_ = Phase::done;
        return true;
      }
      if (end == std::string::npos) return false;
      buffer_.erase(0, end + 1);
      ++parts_;
      phase_ = Phase::head;
      return true;
    }
    case Phase::head: {
      const bool bare = buffer_.starts_with("\r\n");
      const auto end = bare ? 0 : buffer_.find("\r\n\r\n");
      if (end == std::string::npos) {
        if (buffer_.size() > kMultipartHeadBytesMax) phase_ = Phase::done;
        return false;
      }
      begin_part(std::string_view(buffer_).substr(0, end));
      buffer_.erase(0, end + (bare ? 2 : 4));
      phase_ = Phase::content;
      return true;
    }
    default:
      return false;
  }
}

// Passes on what cannot be the beginning of a delimiter any more.
bool MultipartReader::find_boundary() {
  const auto at = buffer_.find(delimiter_);
  if (at == std::string::npos) {
    const std::size_t keep = std::min(buffer_.size(), delimiter_.size() - 1);
    content(std::string_view(buffer_).substr(0, buffer_.size() - keep));
    buffer_.erase(0, buffer_.size() - keep);
    return false;
  }
  content(std::string_view(buffer_).substr(0, at));
  if (phase_ == Phase::content) end_part();
  buffer_.erase(0, at + delimiter_.size());
  phase_ = Phase::after_boundary;
  return true;
}

void MultipartReader::content(std::string_view bytes) {
  if (phase_ != Phase::content || bytes.empty()) return;
  if (is_file_) {
    sink_.file_bytes(bytes);
  } else {
    field_.value += bytes.substr(0, kFormFieldBytesMax - field_.value.size());
  }
}

void MultipartReader::begin_part(std::string_view head) {
  field_ = {};
  std::optional<std::string> file;
  std::string_view type;
  while (!head.empty()) {
    const auto end = std::min(head.find("\r\n"), head.size());
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(end + 2, head.size()));
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = trim(line.substr(colon + 1));
    if (equals_ignoring_case(name, "Content-Disposition")) {
      field_.name = parameter(value, "name").value_or("");
      file = parameter(value, "filename");
    } else if (equals_ignoring_case(name, "Content-Type")) {
      type = value;
    }
  }
  is_file_ = file.has_value();
  if (is_file_) sink_.begin_file(field_.name, *file, type);
}

void MultipartReader::end_part() {
  if (is_file_) {
    sink_.end_file();
  } else if (fields_.size() < kFormFieldsMax) {
    fields_.push_back(std::move(field_));
  }
  is_file_ = false;
}

}  // namespace decnet::codec::http
