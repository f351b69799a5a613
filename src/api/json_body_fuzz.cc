// Any bytes as a request's body: what is asked of it is given or refused, and nothing else happens.
#include <cstdint>
#include <cstdlib>

#include "api/json_body.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace decnet::api;
  static constexpr std::string_view kChoices[] = {"viewer", "admin"};
  JsonBody body({reinterpret_cast<const char*>(data), size});
  const auto name = body.text("name", {.bytes_max = 64});
  const auto role = body.choice("role", kChoices);
  body.optional_flag("disabled");
  body.optional_time("expires_at");
  const auto problem = body.problem();
  if (!problem && (name.empty() || name.size() > 64 || role.empty())) std::abort();
  if (problem && problem->status == 422 && problem->errors.empty()) std::abort();
  return 0;
}
