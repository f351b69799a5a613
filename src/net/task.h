// Coroutines: Task<T> is what every waiting function returns.
//
//   Task<Result<std::string>> greet(Stream& stream) {
//     DECNET_CO_CHECK(co_await stream.write("hello\n"));
//     co_return co_await read_line(stream);
//   }
//
// A process runs one event loop in one thread, so tasks need no locks among themselves. What blocks
// (the database, a name look-up, argon2) goes through run_blocking() in net/blocking.h.
//
// g++ 12.2 frees a temporary closure or braced aggregate twice when it is built inside a co_await
// expression: name it first. tools/check_habits.py finds such places.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/clock.h"
#include "base/result.h"
#include "base/try.h"

namespace decnet::net {

namespace asio = boost::asio;

using Executor = asio::any_io_executor;

template <class T = void>
using Task = asio::awaitable<T>;

// The completion token of house code: errors arrive as a value and never as an exception.
inline constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

// Sleeps. Errors: cancelled.
Task<Result<void>> sleep_for(Duration how_long);

}  // namespace decnet::net
