// Streams: XADD, ranges, trimming.
#include <algorithm>
#include <array>
#include <limits>

#include "service/redis/stream_ops.h"

namespace decnet::service::redis {

std::optional<StreamId> read_id(const std::string& text, std::uint64_t missing_seq, IdForm form) {
  constexpr std::size_t kIdBytesMax = 127;
  if (text.size() > kIdBytesMax) return std::nullopt;
  if (text == "-" || text == "+") {
    if (form == IdForm::strict) return std::nullopt;
    return text == "-" ? StreamId{} : StreamId::greatest();
  }
  const std::size_t dash = text.find('-');
  const auto ms = parse_unsigned(std::string_view(text).substr(0, dash));
  const auto seq = dash == std::string::npos
                       ? std::optional(missing_seq)
                       : parse_unsigned(std::string_view(text).substr(dash + 1));
  if (!ms || !seq || text[0] == '-' || text[0] == '+') return std::nullopt;
  return StreamId{*ms, *seq};
}

std::optional<StreamId> parse_id(Call& call, const std::string& text, std::uint64_t missing_seq,
                                 IdForm form) {
  const auto id = read_id(text, missing_seq, form);
  if (!id) call.out.error(kBadStreamId);
  return id;
}

std::optional<StreamId> parse_range_id(Call& call, const std::string& text, RangeEnd end) {
  const std::uint64_t missing = end == RangeEnd::first ? 0 : ~0ULL;
  if (text.size() < 2 || text[0] != '(') return parse_id(call, text, missing, IdForm::any);
  auto id = parse_id(call, text.substr(1), missing, IdForm::strict);
  if (!id) return std::nullopt;
  const bool moved = end == RangeEnd::first ? id->increment() : id->decrement();
  if (moved) return id;
  call.out.error(end == RangeEnd::first ? "ERR invalid start ID for the interval"
                                        : "ERR invalid end ID for the interval");
  return std::nullopt;
}

void say_entry(Call& call, StreamId id, const Stream::Fields& fields) {
  call.out.array(2);
  call.out.bulk(id.text());
  call.out.array(fields.size());
  for (const std::string& field : fields) call.out.bulk(field);
}

std::optional<Trim> parse_trim(Call& call, std::size_t first, TrimOf what) {
  Trim out;
  bool both = false;
  std::size_t n = first;
  for (; n < call.size(); ++n) {
    const std::size_t left = call.size() - n - 1;
    if (what == TrimOf::xadd && call.arg(n) == "*") break;
    if ((call.is(n, "MAXLEN") || call.is(n, "MINID")) && left >= 1) {
      both = both || out.kind != Trim::Kind::none;
      out.kind = call.is(n, "MAXLEN") ? Trim::Kind::length : Trim::Kind::id;
      out.approximate = call.arg(n + 1) == "~" && left >= 2;
      if (out.approximate || (call.arg(n + 1) == "=" && left >= 2)) ++n;
      if (out.kind == Trim::Kind::length) {
        const auto length = call.integer(++n);
        if (!length) return std::nullopt;
        if (*length < 0) {
          call.out.error("ERR The MAXLEN argument must be >= 0.");
          return std::nullopt;
        }
        out.length = *length;
      } else {
        const auto id = parse_id(call, call.arg(++n), 0, IdForm::strict);
        if (!id) return std::nullopt;
        out.least = *id;
      }
    } else if (call.is(n, "LIMIT") && left >= 1) {
      const auto limit = call.integer(++n);
      if (!limit) return std::nullopt;
      if (*limit < 0) {
        call.out.error("ERR The LIMIT argument must be >= 0.");
        return std::nullopt;
      }
      out.limit = *limit;
    } else if (what == TrimOf::xadd && call.is(n, "NOMKSTREAM")) {
      out.no_make = true;
    } else if (what == TrimOf::xadd) {
      break;
    } else {
      call.syntax_error();
      return std::nullopt;
    }
  }
  out.next = n;
  std::string_view why;
  if (both) {
    why = "ERR syntax error, MAXLEN and MINID options at the same time are not compatible";
  } else if (out.limit && out.kind == Trim::Kind::none) {
    why = "ERR syntax error, LIMIT cannot be used without specifying a trimming strategy";
  } else if (what == TrimOf::xtrim && out.kind == Trim::Kind::none) {
    why = "ERR syntax error, XTRIM must be called with MAXLEN or MINID";
  } else if (out.limit && !out.approximate) {
    why = "ERR syntax error, LIMIT cannot be used without the special ~ option";
  }
  if (why.empty()) return out;
  call.out.error(why);
  return std::nullopt;
}

std::size_t trim(Call& call, Stream& stream, const Trim& how) {
  // An approximate trim takes whole nodes of the radix tree only.
  const auto node = static_cast<std::size_t>(std::max<std::int64_t>(
      1, parse_integer(call.server.config.get("stream-node-max-entries")).value_or(100)));
  std::size_t most = stream.size();
  if (how.approximate) {
    std::size_t extra = 0;
    if (how.kind == Trim::Kind::length) {
      const auto keep = static_cast<std::size_t>(how.length);
      extra = stream.size() > keep ? stream.size() - keep : 0;
    } else {
      for (auto at = stream.entries().begin();
           at != stream.entries().end() && at->first < how.least; ++at)
        ++extra;
    }
    const std::int64_t limit = how.limit.value_or(static_cast<std::int64_t>(100 * node));
    most = extra / node * node;
    if (limit > 0) most = std::min(most, static_cast<std::size_t>(limit) / node * node);
  }
  if (how.kind == Trim::Kind::length)
    return stream.trim_to_length(static_cast<std::size_t>(how.length), most);
  if (how.kind == Trim::Kind::id) return stream.trim_below(how.least, most);
  return 0;
}

namespace {

constexpr std::string_view kTooSmall =
    "ERR The ID specified in XADD is equal or smaller than the target stream top item";

// The id for a new entry: "*", "5-*" or one that was given. Nothing after an error was said.
std::optional<StreamId> new_id(Call& call, const Stream& stream, const std::string& text) {
  if (text == "*") {
    StreamId id{static_cast<std::uint64_t>(call.now()), 0};
    if (id <= stream.last_id) {
      id = stream.last_id;
      if (!id.increment()) {
        call.out.error(kTooSmall);
        return std::nullopt;
      }
    }
    return id;
  }
  const bool next_seq = text.ends_with("-*");
  auto id = parse_id(call, next_seq ? text.substr(0, text.size() - 2) : text, 0, IdForm::strict);
  if (!id) return std::nullopt;
  if (next_seq) {
    if (id->ms < stream.last_id.ms ||
        (id->ms == stream.last_id.ms && stream.last_id.seq == ~0ULL)) {
      call.out.error(kTooSmall);
      return std::nullopt;
    }
    id->seq = id->ms == stream.last_id.ms ? stream.last_id.seq + 1 : 0;
    if (*id == StreamId{}) id->seq = 1;
    return id;
  }
  if (*id > stream.last_id) return id;
  call.out.error(kTooSmall);
  return std::nullopt;
}

void xadd(Call& call) {
  const auto options = parse_trim(call, 2, TrimOf::xadd);
  if (!options) return;
  const std::size_t at = options->next;
  if (at >= call.size() || call.size() - at < 3 || (call.size() - at - 1) % 2 != 0) {
    if (at < call.size() && call.arg(at) != "*" && !call.arg(at).ends_with("-*") &&
        !parse_id(call, call.arg(at), 0, IdForm::strict)) {
      return;
    }
    return call.out.error("ERR wrong number of arguments for 'xadd' command");
  }
  const std::string& text = call.arg(at);
  if (text != "*" && !text.ends_with("-*")) {
    const auto id = parse_id(call, text, 0, IdForm::strict);
    if (!id) return;
    if (*id == StreamId{})
      return call.out.error("ERR The ID specified in XADD must be greater than 0-0");
  }
  const std::string& key = call.arg(1);
  auto found = call.modify(key, Type::stream);
  if (found.refused) return;
  if (found.object == nullptr && options->no_make) return call.out.null();
  static const Stream kNone;
  if (found.object != nullptr && found.object->stream().last_id == StreamId::greatest()) {
    return call.out.error(
        "ERR The stream has exhausted the last possible ID, unable to add more items");
  }
  const auto id = new_id(call, found.object != nullptr ? found.object->stream() : kNone, text);
  if (!id) return;
  if (found.object == nullptr) found = call.modify_or_create(key, Type::stream);
  Stream& stream = found.object->stream();
  stream.append(*id, {call.argv.begin() + static_cast<std::ptrdiff_t>(at) + 1, call.argv.end()});
  call.changed(key, 't', "xadd");
  if (trim(call, stream, *options) > 0) call.changed(key, 't', "xtrim");
  call.out.bulk(id->text());
  call.server.signal_ready(call.client.db, key);
}

void xlen(Call& call) {
  const auto found = call.read(call.arg(1), Type::stream);
  if (found.refused) return;
  call.out.integer(
      found.object != nullptr ? static_cast<std::int64_t>(found.object->stream().size()) : 0);
}

void xrange(Call& call) {
  const bool reversed = call.command.name() == "xrevrange";
  const auto first = parse_range_id(call, call.arg(reversed ? 3 : 2), RangeEnd::first);
  if (!first) return;
  const auto last = parse_range_id(call, call.arg(reversed ? 2 : 3), RangeEnd::last);
  if (!last) return;
  std::int64_t count = -1;
  for (std::size_t n = 4; n < call.size(); n += 2) {
    if (!call.is(n, "COUNT") || n + 1 >= call.size()) return call.syntax_error();
    const auto given = call.integer(n + 1);
    if (!given) return;
    count = std::max<std::int64_t>(*given, 0);
  }
  const auto found = call.read(call.arg(1), Type::stream);
  if (found.refused) return;
  if (found.object == nullptr) return call.out.array(0);
  if (count == 0) return call.out.null_array();
  const auto& entries = found.object->stream().entries();
  std::vector<std::map<StreamId, Stream::Fields>::const_iterator> chosen;
  const auto begin = entries.lower_bound(*first);
  const auto end = entries.upper_bound(*last);
  if (*first <= *last) {
    for (auto at = reversed ? end : begin; at != (reversed ? begin : end);) {
      if (reversed) --at;
      chosen.push_back(at);
      if (!reversed) ++at;
      if (count > 0 && static_cast<std::int64_t>(chosen.size()) == count) break;
      if (!call.spend(1)) return;
    }
  }
  call.out.array(chosen.size());
  for (const auto& at : chosen) {
    if (call.stopped()) return;
    say_entry(call, at->first, at->second);
  }
}

void xdel(Call& call) {
  const auto found = call.modify(call.arg(1), Type::stream);
  if (found.refused) return;
  if (found.object == nullptr) return call.out.integer(0);
  std::vector<StreamId> ids;
  for (std::size_t n = 2; n < call.size(); ++n) {
    const auto id = parse_id(call, call.arg(n), 0, IdForm::strict);
    if (!id) return;
    ids.push_back(*id);
  }
  std::int64_t removed = 0;
  for (const StreamId id : ids) removed += found.object->stream().erase(id);
  if (removed > 0) call.changed(call.arg(1), 't', "xdel");
  call.out.integer(removed);
}

void xtrim(Call& call) {
  const auto options = parse_trim(call, 2, TrimOf::xtrim);
  if (!options) return;
  const auto found = call.modify(call.arg(1), Type::stream);
  if (found.refused) return;
  if (found.object == nullptr) return call.out.integer(0);
  const std::size_t removed = trim(call, found.object->stream(), *options);
  if (removed > 0) call.changed(call.arg(1), 't', "xtrim");
  call.out.integer(static_cast<std::int64_t>(removed));
}

void xsetid(Call& call) {
  const auto id = parse_id(call, call.arg(2), 0, IdForm::strict);
  if (!id) return;
  std::optional<std::int64_t> added;
  StreamId deleted;
  for (std::size_t n = 3; n < call.size(); n += 2) {
    if (n + 1 < call.size() && call.is(n, "ENTRIESADDED")) {
      added = call.integer(n + 1);
      if (!added) return;
      if (*added < 0) return call.out.error("ERR entries_added must be positive");
    } else if (n + 1 < call.size() && call.is(n, "MAXDELETEDID")) {
      const auto given = parse_id(call, call.arg(n + 1), 0, IdForm::strict);
      if (!given) return;
      if (*id < *given)
        return call.out.error(
            "ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id");
      deleted = *given;
    } else {
      return call.syntax_error();
    }
  }
  const auto found = call.modify(call.arg(1), Type::stream);
  if (found.refused) return;
  if (found.object == nullptr) return call.out.error(kNoSuchKey);
  Stream& stream = found.object->stream();
  if (stream.size() > 0) {
    if (*id < stream.entries().rbegin()->first) {
      return call.out.error(
          "ERR The ID specified in XSETID is smaller than the target stream top item");
    }
    if (added && static_cast<std::int64_t>(stream.size()) > *added) {
      return call.out.error(
          "ERR The entries_added specified in XSETID is smaller than the target stream length");
    }
  }
  stream.last_id = *id;
  if (added) stream.entries_added = static_cast<std::uint64_t>(*added);
  if (deleted != StreamId{}) stream.max_deleted_id = deleted;
  call.changed(call.arg(1), 't', "xsetid");
  call.out.ok();
}

constexpr auto kCommands = std::to_array<Binding>({{"xadd", xadd},
                                                   {"xdel", xdel},
                                                   {"xlen", xlen},
                                                   {"xrange", xrange},
                                                   {"xrevrange", xrange},
                                                   {"xsetid", xsetid},
                                                   {"xtrim", xtrim}});

}  // namespace

std::span<const Binding> stream_commands() {
  return kCommands;
}

}  // namespace decnet::service::redis
