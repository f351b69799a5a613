#include "control/codec.h"

#include <concepts>
#include <type_traits>

#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>

#include "base/bytes.h"

namespace decnet::control {
namespace {

template <class T>
concept Described = boost::describe::has_describe_members<T>::value;
template <class T>
using Members = boost::describe::describe_members<T, boost::describe::mod_public>;

void put(std::string& out, const std::string& text) {
  ByteWriter{out}.u32(static_cast<std::uint32_t>(text.size())).bytes(text);
}
void put(std::string& out, std::integral auto number) {
  ByteWriter{out}.u64(static_cast<std::uint64_t>(number));
}
template <class Key, class Value, class Less>
void put(std::string& out, const std::map<Key, Value, Less>& map) {
  ByteWriter{out}.u32(static_cast<std::uint32_t>(map.size()));
  for (const auto& [key, value] : map) {
    put(out, key);
    put(out, value);
  }
}
template <Described T>
void put(std::string& out, const T& described);
template <class T>
void put(std::string& out, const std::vector<T>& list) {
  ByteWriter{out}.u32(static_cast<std::uint32_t>(list.size()));
  for (const T& item : list) put(out, item);
}
template <Described T>
void put(std::string& out, const T& described) {
  boost::mp11::mp_for_each<Members<T>>([&](auto member) { put(out, described.*member.pointer); });
}

// Reads; `ok` turns false for good at the first thing that is wrong.
struct Source {
  ByteReader bytes;
  bool ok = true;
  bool within_limits = true;

  std::size_t count(std::size_t most) {
    const std::size_t number = bytes.u32();
    if (number > most) within_limits = false;
    ok = ok && bytes.ok() && within_limits;
    return ok ? number : 0;
  }
};

void get(Source& in, std::string& text) {
  text = in.bytes.take(in.count(kTextBytesMax));
}
template <std::integral Number>
void get(Source& in, Number& number) {
  const std::uint64_t wide = in.bytes.u64();
  number = static_cast<Number>(wide);
  if (static_cast<std::uint64_t>(number) != wide) in.ok = false;
}
template <class Key, class Value, class Less>
void get(Source& in, std::map<Key, Value, Less>& map) {
  for (std::size_t left = in.count(kListItemsMax); left > 0 && in.ok && in.bytes.ok(); --left) {
    Key key;
    get(in, key);
    get(in, map[std::move(key)]);
  }
}
template <Described T>
void get(Source& in, T& described);
template <class T>
void get(Source& in, std::vector<T>& list) {
  for (std::size_t left = in.count(kListItemsMax); left > 0 && in.ok && in.bytes.ok(); --left) {
    get(in, list.emplace_back());
  }
}
template <Described T>
void get(Source& in, T& described) {
  boost::mp11::mp_for_each<Members<T>>([&](auto member) { get(in, described.*member.pointer); });
}

}  // namespace

std::string encode(const Message& message) {
  std::string out;
  ByteWriter{out}.u8(static_cast<std::uint8_t>(message.index()));
  std::visit([&](const auto& body) { put(out, body); }, message);
  return out;
}

Result<Message> decode(std::string_view bytes) {
  Source in{ByteReader(bytes)};
  const std::size_t number = in.bytes.u8();
  constexpr std::size_t kKinds = std::variant_size_v<Message>;
  if (!in.bytes.ok() || number >= kKinds)
    return fail(Errc::invalid_argument, "an unknown control message");
  Message out;
  boost::mp11::mp_with_index<kKinds>(number, [&](auto index) { get(in, out.emplace<index>()); });
  if (!in.within_limits) return fail(Errc::limit, "a control message breaks a limit");
  if (!in.ok || !in.bytes.ok() || !in.bytes.empty())
    return fail(Errc::invalid_argument, "a malformed control message");
  return out;
}

}  // namespace decnet::control
