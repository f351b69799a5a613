// Any bytes as a form: the first line is the Content-Type, the rest the body.
#include <cstdint>

#include "codec/http/form.h"

using namespace decnet::codec::http;

struct Drop final : MultipartReader::Sink {
  void begin_file(std::string_view, std::string_view, std::string_view) override {}
  void file_bytes(std::string_view) override {}
  void end_file() override {}
};

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto line = bytes.substr(0, bytes.find('\n'));
  Drop sink;
  MultipartReader reader(multipart_boundary(line), sink);
  reader.feed(bytes.substr(line.size(), bytes.size() / 2));
  reader.feed(bytes.substr(std::min(line.size() + bytes.size() / 2, bytes.size())));
  return static_cast<int>(form_value(parse_urlencoded(bytes), "log").size() & 0);
}
