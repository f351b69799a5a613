// Any bytes as what a client sends, in pieces: what is split can be quoted and split again.
#include <cstdint>
#include <cstdlib>

#include "service/redis/request.h"
using namespace decnet::service::redis;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  RequestParser parser;
  std::vector<std::string> argv, again;
  auto outcome = RequestParser::Outcome::more;
  while (!bytes.empty() && outcome != RequestParser::Outcome::error) {
    const std::size_t piece = std::min<std::size_t>(1 + data[0] / 2, bytes.size());
    parser.feed(bytes.substr(0, piece));
    bytes.remove_prefix(piece);
    while ((outcome = parser.next(data[0] % 2 == 1, 1 << 20, argv)) ==
           RequestParser::Outcome::request) {
      std::string line;
      for (const std::string& word : argv) append_quoted(line += ' ', word);
      if (again.clear(); !split_words(line, again) || again != argv) std::abort();
    }
  }
  return 0;
}
