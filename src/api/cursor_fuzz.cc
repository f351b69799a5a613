// Any bytes as a cursor: what is taken must be what would have been written.
#include <cstdint>
#include <cstdlib>

#include "api/cursor.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace decnet;
  const std::string text(reinterpret_cast<const char*>(data), size);
  // As a text from outside, and as the place of a row whose text an attacker chose.
  if (api::read_cursor(text, "binding")) {
    const auto again = api::read_cursor(text, "another");
    if (again) std::abort();
  }
  const api::Cursor cursor{.key = {.number = 1, .text = text, .id = 2}};
  const auto written = api::write_cursor(cursor, "binding", store::Order::descending);
  const auto read = api::read_cursor(written, "binding");
  if (!read || read->key.text != text.substr(0, api::kCursorTextBytesMax)) std::abort();
  return 0;
}
