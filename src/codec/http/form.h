// What forms send: application/x-www-form-urlencoded and multipart/form-data (RFC 7578).
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace decnet::codec::http {

inline constexpr std::size_t kFormFieldsMax = 1000;  // PHP's max_input_vars
inline constexpr std::size_t kFormFieldBytesMax =
    64 * 1024;  // Of a field that is no file; the rest is dropped.
inline constexpr std::size_t kMultipartHeadBytesMax = 8 * 1024;  // Of one part's header fields.
inline constexpr std::size_t kMultipartPartsMax = 1000;
inline constexpr std::size_t kMultipartBoundaryBytesMax = 1024;

struct FormField {
  std::string name;
  std::string value;
  bool operator==(const FormField&) const = default;
};
using Form = std::vector<FormField>;

// "a=1&b=x+y" → {a, "1"}, {b, "x y"}. Never fails: what has no '=' is a name without a value.
Form parse_urlencoded(std::string_view text);
// The last value of that name, as PHP takes it; empty if there is none.
std::string_view form_value(const Form& form, std::string_view name) noexcept;

// The boundary of "multipart/form-data; boundary=…"; empty if it is another type or has none.
std::string multipart_boundary(std::string_view content_type);

// Reads a multipart body as it comes. Parts with a file name are handed on in pieces, others are
// gathered as fields.
class MultipartReader {
 public:
  struct Sink {
    virtual ~Sink() = default;
    virtual void begin_file(std::string_view field, std::string_view file_name,
                            std::string_view content_type) = 0;
    virtual void file_bytes(std::string_view bytes) = 0;
    virtual void end_file() = 0;
  };

  // `sink` outlives the reader.
  MultipartReader(std::string boundary, Sink& sink);

  void feed(std::string_view bytes);
  const Form& fields() const noexcept { return fields_; }
  bool complete() const noexcept {
    return phase_ == Phase::done;
  }  // The closing boundary has come.

 private:
  enum class Phase : std::uint8_t { preamble, after_boundary, head, content, done };
  bool step();
  bool find_boundary();
  void content(std::string_view bytes);
  void begin_part(std::string_view head);
  void end_part();

  std::string delimiter_;  // CR LF "--" boundary
  Sink& sink_;
  Phase phase_ = Phase::preamble;
  std::string buffer_;
  Form fields_;
  FormField field_;
  std::size_t parts_ = 0;
  bool is_file_ = false;
};

}  // namespace decnet::codec::http
