// Plays recorded ClientHellos to a TlsManner, for the tests of services: what the first answer
// says, against what the genuine server's said.
//
//   const auto distance = net::replay_hellos("testdata/nginx.hellos", tls_manner(config));
//   EXPECT_EQ(distance->different, 0U) << distance->report;
//
// A recording (test/differential/http/hellos.py) has three lines a case: "== name", "> hex" and
// "< what the answer says". Answers that are no TLS are passed over.
#pragma once

#include <string>

#include "base/result.h"
#include "net/tls.h"

namespace decnet::net {

struct HelloDistance {
  std::size_t answers = 0;
  std::size_t different = 0;
  std::string report;  // Each answer that differs.
};

// Errors: invalid_argument (the manner, or a line that is no hex).
Result<HelloDistance> replay_hellos(const std::string& recording, const TlsManner& manner);

}  // namespace decnet::net
