// BITFIELD: integers of any width at any bit of a string.
#include <array>
#include <cassert>

#include "service/redis/call.h"

namespace decnet::service::redis {

namespace {

enum class Overflow : std::uint8_t { wrap, saturate, fail };
enum class Verb : std::uint8_t { get, set, incrby };

struct Step {
  Verb verb = Verb::get;
  bool is_signed = false;
  unsigned bits = 0;
  std::uint64_t offset = 0;
  std::int64_t value = 0;
  Overflow overflow = Overflow::wrap;
};

std::uint64_t read_bits(const std::string& bytes, std::uint64_t offset, unsigned bits) {
  std::uint64_t value = 0;
  for (unsigned n = 0; n < bits; ++n, ++offset) {
    const std::size_t byte = offset / 8;
    const unsigned bit = byte < bytes.size()
                             ? (static_cast<unsigned char>(bytes[byte]) >> (7 - offset % 8)) & 1U
                             : 0U;
    value = (value << 1) | bit;
  }
  return value;
}

void write_bits(std::string& bytes, std::uint64_t offset, unsigned bits, std::uint64_t value) {
  for (unsigned n = 0; n < bits; ++n, ++offset) {
    const std::uint64_t bit = (value >> (bits - 1 - n)) & 1;
    auto byte = static_cast<unsigned char>(bytes[offset / 8]);
    const auto mask = static_cast<unsigned char>(1U << (7 - offset % 8));
    byte = static_cast<unsigned char>(bit != 0 ? byte | mask : byte & ~mask);
    bytes[offset / 8] = static_cast<char>(byte);
  }
}

std::int64_t sign_extend(std::uint64_t value, unsigned bits) {
  assert(bits >= 1 && bits <= 64);
  if (bits >= 1 && bits < 64 && ((value >> (bits - 1)) & 1) != 0) value |= ~0ULL << bits;
  return static_cast<std::int64_t>(value);
}

// Brings `wide` into the range of the type; nothing: it does not fit and must not be stored.
std::optional<std::int64_t> fit(__int128 wide, const Step& step) {
  if (step.bits == 0) return std::nullopt;  // parse_type() lets none through.
  const __int128 low = step.is_signed ? -(static_cast<__int128>(1) << (step.bits - 1)) : 0;
  const __int128 high = step.is_signed ? (static_cast<__int128>(1) << (step.bits - 1)) - 1
                                       : (static_cast<__int128>(1) << step.bits) - 1;
  if (wide >= low && wide <= high) return static_cast<std::int64_t>(wide);
  if (step.overflow == Overflow::fail) return std::nullopt;
  if (step.overflow == Overflow::saturate)
    return static_cast<std::int64_t>(wide < low ? low : high);
  const auto raw =
      static_cast<std::uint64_t>(wide) & (step.bits == 64 ? ~0ULL : (1ULL << step.bits) - 1);
  return step.is_signed ? sign_extend(raw, step.bits) : static_cast<std::int64_t>(raw);
}

bool parse_type(Call& call, std::size_t index, Step& step) {
  const std::string& text = call.arg(index);
  const auto bits =
      text.size() > 1 ? parse_integer(std::string_view(text).substr(1)) : std::nullopt;
  step.is_signed = !text.empty() && text[0] == 'i';
  if (bits && (step.is_signed || text[0] == 'u') && *bits >= 1 &&
      *bits <= (step.is_signed ? 64 : 63)) {
    step.bits = static_cast<unsigned>(*bits);
    return true;
  }
  call.out.error(
      "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but "
      "i64 is.");
  return false;
}

bool parse_offset(Call& call, std::size_t index, Step& step) {
  constexpr std::string_view kBadOffset = "ERR bit offset is not an integer or out of range";
  std::string_view text = call.arg(index);
  const bool counts_fields = !text.empty() && text[0] == '#';
  if (counts_fields) text.remove_prefix(1);
  const auto number = parse_integer(text);
  const std::int64_t unit = counts_fields ? step.bits : 1;
  if (!number || *number < 0 || *number > call.server.config.bulk_bytes_max * 8 / unit - 1) {
    call.out.error(kBadOffset);
    return false;
  }
  step.offset = static_cast<std::uint64_t>(*number * unit);
  return true;
}

// Reads the whole request before anything is done; false after an error was said.
bool parse_steps(Call& call, std::vector<Step>& steps) {
  Overflow overflow = Overflow::wrap;
  for (std::size_t n = 2; n < call.size();) {
    const std::size_t left = call.size() - n - 1;
    Step step;
    if (call.is(n, "OVERFLOW") && left >= 1) {
      const std::string how = upper(call.arg(n + 1).substr(0, 8));
      if (how != "WRAP" && how != "SAT" && how != "FAIL") {
        call.out.error("ERR Invalid OVERFLOW type specified");
        return false;
      }
      overflow = how == "WRAP"  ? Overflow::wrap
                 : how == "SAT" ? Overflow::saturate
                                : Overflow::fail;
      n += 2;
      continue;
    }
    const bool is_get = call.is(n, "GET") && left >= 2;
    const bool is_set = call.is(n, "SET") && left >= 3;
    if (!is_get && !is_set && !(call.is(n, "INCRBY") && left >= 3)) {
      call.syntax_error();
      return false;
    }
    step.verb = is_get ? Verb::get : is_set ? Verb::set : Verb::incrby;
    step.overflow = overflow;
    if (!parse_type(call, n + 1, step) || !parse_offset(call, n + 2, step)) return false;
    if (!is_get) {
      const auto value = call.integer(n + 3);
      if (!value) return false;
      step.value = *value;
    }
    steps.push_back(step);
    n += is_get ? 3 : 4;
  }
  return true;
}

void run_step(Call& call, const Step& step, std::string& bytes) {
  const std::uint64_t raw = read_bits(bytes, step.offset, step.bits);
  const std::int64_t old =
      step.is_signed ? sign_extend(raw, step.bits) : static_cast<std::int64_t>(raw);
  if (step.verb == Verb::get) return call.out.integer(old);
  const __int128 wanted = step.verb == Verb::set ? static_cast<__int128>(step.value)
                                                 : static_cast<__int128>(old) + step.value;
  const auto value = fit(wanted, step);
  if (!value) return call.out.null();
  write_bits(bytes, step.offset, step.bits, static_cast<std::uint64_t>(*value));
  call.out.integer(step.verb == Verb::set ? old : *value);
}

void bitfield(Call& call) {
  std::vector<Step> steps;
  if (!parse_steps(call, steps)) return;
  bool writes = false;
  std::uint64_t end = 0;
  for (const Step& step : steps) {
    if (step.verb == Verb::get) continue;
    writes = true;
    end = std::max(end, (step.offset + step.bits - 1) / 8 + 1);
  }
  if (writes && call.command.name() == "bitfield_ro") {
    return call.out.error("ERR BITFIELD_RO only supports the GET subcommand");
  }
  const std::string& key = call.arg(1);
  const auto found = writes ? call.modify(key, Type::string) : call.read(key, Type::string);
  if (found.refused) return;
  if (end > kRequestBytesMax) return call.out.error(kOutOfMemory);
  Object* object = found.object;
  if (writes) {
    if (object == nullptr) object = &call.server.put(call.client.db, key, Object::of_raw(""));
    object->string_encoding = Encoding::raw;
    if (object->string.size() < end) object->string.resize(end, '\0');
  }
  std::string nothing;
  call.out.array(steps.size());
  for (const Step& step : steps) run_step(call, step, object != nullptr ? object->string : nothing);
  if (writes) call.changed(key, '$', "setbit");
}

constexpr auto kCommands =
    std::to_array<Binding>({{"bitfield", bitfield}, {"bitfield_ro", bitfield}});

}  // namespace

std::span<const Binding> bitfield_commands() {
  return kCommands;
}

}  // namespace decnet::service::redis
