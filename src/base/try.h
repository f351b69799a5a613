// Passing a failed Result on to the caller, in functions and in coroutines.
#pragma once

#include <type_traits>
#include <utility>

#include "base/result.h"

namespace decnet::detail {
template <class T>
T unwrap(Result<T>&& result) {
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}
}  // namespace decnet::detail

// In a function:    const int port = DECNET_TRY(parse_port(text));
// Yields the value (nothing for a Result<void>), or returns the error from the enclosing function.
#define DECNET_TRY(...)                                              \
  ({                                                                 \
    auto decnet_try_result = (__VA_ARGS__);                          \
    if (!decnet_try_result) [[unlikely]]                             \
      return ::tl::unexpected(std::move(decnet_try_result).error()); \
    ::decnet::detail::unwrap(std::move(decnet_try_result));          \
  })

// In a coroutine:   DECNET_CO_TRY(const int port, co_await read_port(stream));
// A statement and not an expression: g++ 12.2 stops with an internal error on a co_return inside a
// statement expression.
#define DECNET_CO_TRY(declaration, ...) \
  DECNET_CO_TRY_NAMED_(DECNET_JOIN_(decnet_try_, __COUNTER__), declaration, __VA_ARGS__)
#define DECNET_CO_TRY_NAMED_(name, declaration, ...)     \
  auto name = (__VA_ARGS__);                             \
  if (!name) [[unlikely]]                                \
    co_return ::tl::unexpected(std::move(name).error()); \
  declaration = std::move(name).value()

// The same for a Result<void>:   DECNET_CO_CHECK(co_await stream.write(text));
// Both are more than one statement: as the body of an `if` or a loop they need braces.
#define DECNET_CO_CHECK(...) \
  DECNET_CO_CHECK_NAMED_(DECNET_JOIN_(decnet_try_, __COUNTER__), __VA_ARGS__)
#define DECNET_CO_CHECK_NAMED_(name, ...) \
  auto name = (__VA_ARGS__);              \
  if (!name) [[unlikely]]                 \
  co_return ::tl::unexpected(std::move(name).error())

#define DECNET_JOIN_(a, b) DECNET_JOIN2_(a, b)
#define DECNET_JOIN2_(a, b) a##b
