#include "fleet/address.h"

#include <charconv>
#include <optional>
#include <unordered_set>

#include <arpa/inet.h>
#include <fmt/format.h>

namespace decnet::fleet {
namespace {

constexpr unsigned kPrefixLengthMin = 8;
constexpr unsigned kPrefixLengthMax = 30;

// One family's address if `text` is its usual spelling.
template <class Address>
std::optional<Address> parse(int family, const std::string& text) noexcept {
  Address address{};
  char again[INET6_ADDRSTRLEN];
  if (::inet_pton(family, text.c_str(), &address) != 1) return {};
  if (::inet_ntop(family, &address, again, sizeof again) == nullptr || text != again) return {};
  return address;
}

std::optional<std::uint32_t> parse_v4(std::string_view text) noexcept {
  if (text.size() >= INET_ADDRSTRLEN || text.find('\0') != text.npos) return {};
  const auto address = parse<in_addr>(AF_INET, std::string(text));
  if (!address) return {};
  return ntohl(address->s_addr);
}

std::string text_of(std::uint32_t address) {
  return fmt::format("{}.{}.{}.{}", address >> 24, address >> 16 & 0xff, address >> 8 & 0xff,
                     address & 0xff);
}

constexpr std::uint32_t mask_of(unsigned length) {
  return ~std::uint32_t{0} << (32 - length);
}

}  // namespace

bool is_address(std::string_view text) noexcept {
  if (text.size() >= INET6_ADDRSTRLEN || text.find('\0') != text.npos) return false;
  return parse_v4(text).has_value() || parse<in6_addr>(AF_INET6, std::string(text)).has_value();
}

Result<Prefix> Prefix::create(std::string_view text) {
  const std::size_t slash = text.find('/');
  unsigned length = 0;
  std::optional<std::uint32_t> network;
  if (slash != text.npos) {
    network = parse_v4(text.substr(0, slash));
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data() + slash + 1, end, length);
    if (read.ec != std::errc{} || read.ptr != end) network.reset();
  }
  if (!network) return fail(Errc::invalid_argument, "a prefix is written like 127.66.0.0/16");
  if (length < kPrefixLengthMin || length > kPrefixLengthMax) {
    return fail(Errc::invalid_argument, fmt::format("the length of a prefix is from {} to {}",
                                                    kPrefixLengthMin, kPrefixLengthMax));
  }
  if ((*network & ~mask_of(length)) != 0) {
    return fail(Errc::invalid_argument, fmt::format("the network of this prefix is {}/{}",
                                                    text_of(*network & mask_of(length)), length));
  }
  return Prefix(*network, length);
}

bool Prefix::contains(std::string_view address) const noexcept {
  const auto number = parse_v4(address);
  return number && (*number & mask_of(length_)) == network_;
}

Result<std::vector<std::string>> Prefix::allocate(std::size_t count,
                                                  std::span<const std::string> taken,
                                                  std::uint32_t first) const {
  std::unordered_set<std::uint32_t> used;
  for (const std::string& address : taken) {
    if (const auto number = parse_v4(address)) used.insert(*number);
  }
  std::vector<std::string> free;
  const std::uint32_t last = ~mask_of(length_);
  for (std::uint32_t offset = first; offset < last && free.size() < count; ++offset) {
    const std::uint32_t address = network_ + offset;
    const std::uint32_t ending = address & 0xff;
    if (ending == 0 || ending == 255 || used.contains(address)) continue;
    free.push_back(text_of(address));
  }
  if (free.size() < count) {
    return fail(Errc::limit, fmt::format("{}/{} has {} free addresses, {} are needed",
                                         text_of(network_), length_, free.size(), count));
  }
  return free;
}

}  // namespace decnet::fleet
