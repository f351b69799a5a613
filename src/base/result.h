// Result<T>: the value of an operation that can fail, or the reason why it did not work.
//
//   Result<int> parse_port(std::string_view text);
//   if (auto port = parse_port("22")) use(*port); else log::warn("{}", port.error().detail);
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace decnet {

// The broad class of a failure. Callers branch on this, people read Error::detail.
enum class Errc : std::uint8_t {
  invalid_argument,  // What was given is malformed. The giver must change it.
  not_found,         // The thing that was named does not exist.
  conflict,          // It exists already, or has changed since the caller looked.
  limit,             // A named limit was reached.
  denied,            // Not allowed to whoever asked.
  io,                // The kernel, a disk or a peer failed in the middle.
  closed,            // The other side ended the stream in an orderly way.
  timeout,           // The deadline passed.
  cancelled,         // We are stopping.
  unavailable,       // Not now: a process or service that is needed is down.
  corrupt,           // Stored data does not check out.
  unsupported,       // Understood, but this build, kernel or persona does not do it.
};

// The wire name of an Errc ("not_found").
std::string_view to_string(Errc code) noexcept;

struct Error {
  Errc code;
  std::string
      detail;  // One clause for the log or the API, without a full stop and without a secret.
};

// A Result that nobody looks at is a warning, and an error in CI.
template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
};

inline tl::unexpected<Error> fail(Errc code, std::string detail) {
  return tl::unexpected<Error>(Error{code, std::move(detail)});
}

// fail(io, "open /x: No such file or directory") from errno; ENOENT → not_found, EACCES and EPERM →
// denied, ECONNRESET and EPIPE → closed, ETIMEDOUT → timeout, ENOSPC and EMFILE → limit.
tl::unexpected<Error> fail_errno(int error_number, std::string_view what);

}  // namespace decnet
