// Strings: GET, SET and what goes with them.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "service/redis/string_options.h"

namespace decnet::service::redis {

std::optional<StringOptions> parse_string_options(Call& call, std::size_t first, OptionsOf what) {
  StringOptions options;
  for (std::size_t n = first; n < call.size(); ++n) {
    const bool free_of_time = !options.expiry_index && !options.keeps_ttl && !options.persists;
    const bool has_next = n + 1 < call.size();
    const std::string word = upper(call.arg(n).substr(0, 16));
    if (what == OptionsOf::set && word == "NX" && !options.if_present) {
      options.if_absent = true;
    } else if (what == OptionsOf::set && word == "XX" && !options.if_absent) {
      options.if_present = true;
    } else if (what == OptionsOf::set && word == "GET") {
      options.wants_old = true;
    } else if (what == OptionsOf::set && word == "KEEPTTL" && !options.expiry_index &&
               !options.persists) {
      options.keeps_ttl = true;
    } else if (what == OptionsOf::getex && word == "PERSIST" && !options.expiry_index &&
               !options.keeps_ttl) {
      options.persists = true;
    } else if ((word == "EX" || word == "PX" || word == "EXAT" || word == "PXAT") && free_of_time &&
               has_next) {
      options.unit = word[0] == 'P' ? TimeUnit::milliseconds : TimeUnit::seconds;
      options.from = word.size() == 4 ? TimeFrom::epoch : TimeFrom::now;
      options.expiry_index = ++n;
    } else {
      call.syntax_error();
      return std::nullopt;
    }
  }
  return options;
}

namespace {

constexpr std::string_view kTooLong =
    "ERR string exceeds maximum allowed size (proto-max-bulk-len)";

// What SET, SETEX and their kin do once their arguments are read.
void set_value(Call& call, const std::string& key, const std::string& value,
               const StringOptions& options, std::string_view answer) {
  std::int64_t expires = kNoExpiry;
  if (options.expiry_index) {
    const auto when = expiry_time(call, *options.expiry_index, options.unit, options.from);
    if (!when) return;
    expires = *when;
  }
  const std::size_t answered = call.out.size();
  if (options.wants_old) {
    const auto old = call.read(key, Type::string);
    if (old.refused) return;
    old.object != nullptr ? call.out.bulk(old.object->string) : call.out.null();
  }
  const Object* old = call.modify_any(key);
  if ((options.if_absent && old != nullptr) || (options.if_present && old == nullptr)) {
    if (call.out.size() == answered) answer.empty() ? call.out.integer(0) : call.out.null();
    return;
  }
  const std::int64_t kept = options.keeps_ttl && old != nullptr ? old->expires_ms : expires;
  call.put(key, Object::of_string(value));
  call.server.keyspace.set_expiry(call.client.db, key, kept);
  call.changed(key, '$', "set");
  if (expires != kNoExpiry) call.notify(key, 'g', "expire");
  if (options.wants_old) return;
  answer.empty() ? call.out.integer(1) : call.out.simple(answer);
}

void set(Call& call) {
  const auto options = parse_string_options(call, 3, OptionsOf::set);
  if (options) set_value(call, call.arg(1), call.arg(2), *options, "OK");
}

void setnx(Call& call) {
  StringOptions options;
  options.if_absent = true;
  set_value(call, call.arg(1), call.arg(2), options, "");
}

void set_with_expiry(Call& call) {
  StringOptions options;
  options.expiry_index = 2;
  options.unit = call.command.name() == "psetex" ? TimeUnit::milliseconds : TimeUnit::seconds;
  set_value(call, call.arg(1), call.arg(3), options, "OK");
}

void get(Call& call) {
  const auto found = call.read(call.arg(1), Type::string);
  if (found.refused) return;
  found.object != nullptr ? call.out.bulk(found.object->string) : call.out.null();
}

void getset(Call& call) {
  const auto found = call.read(call.arg(1), Type::string);
  if (found.refused) return;
  found.object != nullptr ? call.out.bulk(found.object->string) : call.out.null();
  call.put(call.arg(1), Object::of_string(call.arg(2)));
  call.changed(call.arg(1), '$', "set");
}

void getdel(Call& call) {
  const auto found = call.read(call.arg(1), Type::string);
  if (found.refused) return;
  if (found.object == nullptr) return call.out.null();
  call.out.bulk(found.object->string);
  call.server.erase(call.client.db, call.arg(1));
  call.changed(call.arg(1), 'g', "del");
}

void getex(Call& call) {
  const auto options = parse_string_options(call, 2, OptionsOf::getex);
  if (!options) return;
  const std::string& key = call.arg(1);
  const auto found = call.read(key, Type::string);
  if (found.refused) return;
  if (found.object == nullptr) return call.out.null();
  std::int64_t expires = kNoExpiry;
  if (options->expiry_index) {
    const auto when = expiry_time(call, *options->expiry_index, options->unit, options->from);
    if (!when) return;
    expires = *when;
  }
  call.out.bulk(found.object->string);
  if (expires != kNoExpiry && expires <= call.now()) {
    call.server.erase(call.client.db, key);
    call.changed(key, 'g', "del");
  } else if (expires != kNoExpiry) {
    call.server.keyspace.set_expiry(call.client.db, key, expires);
    call.changed(key, 'g', "expire");
  } else if (options->persists && found.object->expires_ms != kNoExpiry) {
    call.server.keyspace.set_expiry(call.client.db, key, kNoExpiry);
    call.changed(key, 'g', "persist");
  }
}

void strlen_of(Call& call) {
  const auto found = call.read(call.arg(1), Type::string);
  if (found.refused) return;
  call.out.integer(found.object != nullptr ? static_cast<std::int64_t>(found.object->string.size())
                                           : 0);
}

void append(Call& call) {
  const std::string& key = call.arg(1);
  const auto found = call.modify(key, Type::string);
  if (found.refused) return;
  std::size_t size = call.arg(2).size();
  if (found.object == nullptr) {
    call.put(key, Object::of_string(call.arg(2)));
  } else {
    size += found.object->string.size();
    if (size > kRequestBytesMax) return call.out.error(kOutOfMemory);
    found.object->string += call.arg(2);
    found.object->string_encoding = Encoding::raw;
  }
  call.changed(key, '$', "append");
  call.out.integer(static_cast<std::int64_t>(size));
}

void getrange(Call& call) {
  const auto first = call.integer(2);
  if (!first) return;
  const auto last = call.integer(3);
  if (!last) return;
  const auto found = call.read(call.arg(1), Type::string);
  if (found.refused) return;
  if (found.object == nullptr || (*first < 0 && *last < 0 && *first > *last))
    return call.out.bulk("");
  const std::string& text = found.object->string;
  // An end before the beginning is the beginning here.
  const std::int64_t end =
      *last < 0 ? std::max<std::int64_t>(*last + static_cast<std::int64_t>(text.size()), 0) : *last;
  const auto [from, to] = clip_range(*first, end, text.size());
  call.out.bulk(std::string_view(text).substr(from, to - from));
}

void setrange(Call& call) {
  const std::string& key = call.arg(1);
  const std::string& value = call.arg(3);
  const auto offset = call.integer(2);
  if (!offset) return;
  if (*offset < 0) return call.out.error("ERR offset is out of range");
  const auto found = call.modify(key, Type::string);
  if (found.refused) return;
  if (value.empty()) {
    return call.out.integer(
        found.object != nullptr ? static_cast<std::int64_t>(found.object->string.size()) : 0);
  }
  if (*offset > call.server.config.bulk_bytes_max - static_cast<std::int64_t>(value.size()))
    return call.out.error(kTooLong);
  const std::size_t end = static_cast<std::size_t>(*offset) + value.size();
  if (end > kRequestBytesMax) return call.out.error(kOutOfMemory);
  Object* object = found.object;
  if (object == nullptr) object = &call.server.put(call.client.db, key, Object::of_raw(""));
  object->string_encoding = Encoding::raw;
  if (object->string.size() < end) object->string.resize(end, '\0');
  object->string.replace(static_cast<std::size_t>(*offset), value.size(), value);
  const auto size = static_cast<std::int64_t>(object->string.size());
  call.changed(key, '$', "setrange");
  call.out.integer(size);
}

void mget(Call& call) {
  call.out.array(call.size() - 1);
  for (std::size_t n = 1; n < call.size() && !call.stopped(); ++n) {
    const Object* object = call.read_any(call.arg(n));
    object != nullptr && object->type == Type::string ? call.out.bulk(object->string)
                                                      : call.out.null();
  }
}

void mset(Call& call) {
  const bool if_absent = call.command.name() == "msetnx";
  if (call.size() % 2 == 0) {
    return call.out.error("ERR wrong number of arguments for '" + std::string(call.command.name()) +
                          "' command");
  }
  for (std::size_t n = 1; if_absent && n < call.size(); n += 2) {
    if (call.modify_any(call.arg(n)) != nullptr) return call.out.integer(0);
  }
  for (std::size_t n = 1; n < call.size(); n += 2) {
    call.put(call.arg(n), Object::of_string(call.arg(n + 1)));
    call.changed(call.arg(n), '$', "set");
  }
  if_absent ? call.out.integer(1) : call.out.ok();
}

void add_to_integer(Call& call, std::int64_t by) {
  const std::string& key = call.arg(1);
  const auto found = call.modify(key, Type::string);
  if (found.refused) return;
  const auto old = found.object != nullptr ? parse_integer(found.object->string) : std::int64_t{0};
  if (!old) return call.out.error(kNotInteger);
  std::int64_t value = 0;
  if (__builtin_add_overflow(*old, by, &value))
    return call.out.error("ERR increment or decrement would overflow");
  if (found.object != nullptr) {
    found.object->string = std::to_string(value);
    found.object->string_encoding = Encoding::integer;
  } else {
    call.put(key, Object::of_string(std::to_string(value)));
  }
  call.changed(key, '$', "incrby");
  call.out.integer(value);
}

void incr(Call& call) {
  add_to_integer(call, call.command.name() == "incr" ? 1 : -1);
}

void incrby(Call& call) {
  const auto by = call.integer(2);
  if (!by) return;
  if (call.command.name() == "incrby") return add_to_integer(call, *by);
  if (*by == std::numeric_limits<std::int64_t>::min())
    return call.out.error("ERR decrement would overflow");
  add_to_integer(call, -*by);
}

void incrbyfloat(Call& call) {
  const std::string& key = call.arg(1);
  const auto found = call.modify(key, Type::string);
  if (found.refused) return;
  const auto old = found.object != nullptr ? parse_long_double(found.object->string) : 0.0L;
  if (!old) return call.out.error(kNotFloat);
  const auto by = parse_long_double(call.arg(2));
  if (!by) return call.out.error(kNotFloat);
  const long double value = *old + *by;
  if (std::isnan(value) || std::isinf(value)) {
    return call.out.error("ERR increment would produce NaN or Infinity");
  }
  const std::string text = format_human(value);
  if (found.object != nullptr) {
    found.object->string = text;
    found.object->string_encoding = text.size() <= 44 ? Encoding::embstr : Encoding::raw;
  } else {
    Object object = Object::of_raw(text);
    object.string_encoding = text.size() <= 44 ? Encoding::embstr : Encoding::raw;
    call.put(key, std::move(object));
  }
  call.changed(key, '$', "incrbyfloat");
  call.out.bulk(text);
}

constexpr auto kCommands = std::to_array<Binding>({
    {"append", append},
    {"decr", incr},
    {"decrby", incrby},
    {"get", get},
    {"getdel", getdel},
    {"getex", getex},
    {"getrange", getrange},
    {"getset", getset},
    {"incr", incr},
    {"incrby", incrby},
    {"incrbyfloat", incrbyfloat},
    {"mget", mget},
    {"mset", mset},
    {"msetnx", mset},
    {"psetex", set_with_expiry},
    {"set", set},
    {"setex", set_with_expiry},
    {"setnx", setnx},
    {"setrange", setrange},
    {"strlen", strlen_of},
    {"substr", getrange},
});

}  // namespace

std::span<const Binding> string_commands() {
  return kCommands;
}

}  // namespace decnet::service::redis
