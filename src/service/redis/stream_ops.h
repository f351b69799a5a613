// What the stream commands share.
#pragma once

#include "service/redis/list_ops.h"

namespace decnet::service::redis {

inline constexpr std::string_view kBadStreamId =
    "ERR Invalid stream ID specified as stream command argument";

enum class IdForm : std::uint8_t {
  any,     // "-" and "+" too
  strict,  // only "5" and "5-1"
};

// "5-1", "5" (then `missing_seq` is its second part), "-", "+".
std::optional<StreamId> read_id(const std::string& text, std::uint64_t missing_seq, IdForm form);
// The same; says kBadStreamId.
std::optional<StreamId> parse_id(Call& call, const std::string& text, std::uint64_t missing_seq,
                                 IdForm form);

// "(5-1": an end of a range, exclusive with the parenthesis.
enum class RangeEnd : std::uint8_t { first, last };
std::optional<StreamId> parse_range_id(Call& call, const std::string& text, RangeEnd end);

// [id, [field, value …]]
void say_entry(Call& call, StreamId id, const Stream::Fields& fields);

// MAXLEN and MINID.
struct Trim {
  enum class Kind : std::uint8_t { none, length, id } kind = Kind::none;
  bool approximate = false;
  std::int64_t length = 0;
  StreamId least;
  std::optional<std::int64_t> limit;
  bool no_make = false;  // NOMKSTREAM
  std::size_t next = 0;  // The first argument behind the options.
};
enum class TrimOf : std::uint8_t { xadd, xtrim };
std::optional<Trim> parse_trim(Call& call, std::size_t first, TrimOf what);
std::size_t trim(Call& call, Stream& stream, const Trim& how);

// The group of a request; says why there is none.
Stream::Group* find_group(Call& call, Object* object, const std::string& key,
                          const std::string& name);

}  // namespace decnet::service::redis
