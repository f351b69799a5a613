// Any bytes as a saved state: what is kept of it can be saved and loaded again.
#include <cstdint>
#include <cstdlib>

#include "service/ftp/store.h"

using namespace decnet::service::ftp;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const NodePtr root = std::make_shared<const Node>(
      Node{.kind = Kind::folder,
           .entries = {{"box", std::make_shared<const Node>(Node{.kind = Kind::folder})}}});
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  Store store([] { return root; });
  store.load(bytes);
  const std::string state = store.save();
  if (state.size() > kStateBytesMax) std::abort();
  Store again([] { return root; });
  again.load(state);
  if (again.save().size() != state.size()) std::abort();
  return 0;
}
