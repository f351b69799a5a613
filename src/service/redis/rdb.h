// The format in which redis keeps values on disk and hands them out (DUMP, RESTORE, dump.rdb),
// version 10.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "service/redis/keyspace.h"

namespace decnet::service::redis {

class Server;

// What DUMP answers: type, value, version, checksum.
std::string dump_object(const Object& object);

// Takes such a payload back. `checked`: version and checksum are right (false alone: they are not,
// and there is no object). A payload that is malformed within, or whose kind is too old to be made
// by redis 7, gives checked and no object.
struct Restored {
  bool checked = false;
  std::optional<Object> object;
};
Restored restore_object(std::string_view payload, HashSeed seed, const EncodingLimits& limits);

// dump.rdb as SAVE would write it now.
std::string write_rdb(const Server& server);

std::uint64_t crc64(std::string_view bytes,
                    std::uint64_t seed = 0) noexcept;  // Jones' polynomial, reflected.

// --- Pieces, for the tests and the fuzz target ---

// LZF (Marc Lehmann): empty if the text does not get smaller by it.
std::string lzf_compress(std::string_view text);
std::optional<std::string> lzf_expand(std::string_view packed, std::size_t size);

// A listpack: strings, of which those that are integers are kept as such.
std::string pack_list(const std::vector<std::string>& entries);
std::optional<std::vector<std::string>> unpack_list(std::string_view listpack);

}  // namespace decnet::service::redis
