#include "fingerprint/tls_hello.h"

#include "base/bytes.h"

namespace decnet::fingerprint {
namespace {

enum Extension : std::uint16_t {
  kServerName = 0,
  kSupportedGroups = 10,
  kPointFormats = 11,
  kSignatureAlgorithms = 13,
  kAlpn = 16,
  kSupportedVersions = 43,
};

constexpr std::size_t kRandomBytes = 32;

std::vector<std::uint16_t> read_u16s(std::string_view bytes) {
  std::vector<std::uint16_t> list;
  list.reserve(bytes.size() / 2);
  for (ByteReader reader(bytes); reader.rest().size() >= 2;) list.push_back(reader.u16());
  return list;
}

// The content of a vector with a length of 16 bits; what there is of it if it claims to be longer.
std::string_view vector16(std::string_view bytes) {
  ByteReader reader(bytes);
  const std::size_t length = reader.u16();
  return reader.rest().substr(0, length);
}

std::string_view vector8(std::string_view bytes) {
  ByteReader reader(bytes);
  const std::size_t length = reader.u8();
  return reader.rest().substr(0, length);
}

std::vector<std::string> read_alpn(std::string_view bytes) {
  std::vector<std::string> names;
  ByteReader reader(vector16(bytes));
  while (!reader.empty()) {
    const std::string_view name = reader.take(reader.u8());
    if (!reader.ok()) break;
    names.emplace_back(name);
  }
  return names;
}

std::string read_server_name(std::string_view bytes) {
  ByteReader reader(vector16(bytes));
  while (!reader.empty()) {
    const std::uint8_t type = reader.u8();
    const std::string_view name = reader.take(reader.u16());
    if (!reader.ok()) break;
    if (type == 0) return std::string(name);  // host_name is the only type there is.
  }
  return {};
}

void read_extension(ClientHello& hello, std::uint16_t type, std::string_view bytes) {
  switch (type) {
    case kServerName:
      hello.server_name = read_server_name(bytes);
      break;
    case kSupportedGroups:
      hello.groups = read_u16s(vector16(bytes));
      break;
    case kPointFormats: {
      const std::string_view formats = vector8(bytes);
      hello.point_formats.assign(formats.begin(), formats.end());
      break;
    }
    case kSignatureAlgorithms:
      hello.signature_algorithms = read_u16s(vector16(bytes));
      break;
    case kAlpn:
      hello.alpn = read_alpn(bytes);
      break;
    case kSupportedVersions:
      hello.supported_versions = read_u16s(vector8(bytes));
      break;
    default:
      break;
  }
}

// Calls `each(type, content)`. False if the block is cut off or does not add up.
template <class Each>
bool read_extensions(ByteReader& reader, Each each) {
  if (reader.empty()) return true;  // Older than extensions.
  ByteReader block(reader.take(reader.u16()));
  if (!reader.ok()) return false;
  while (!block.empty()) {
    const std::uint16_t type = block.u16();
    const std::string_view content = block.take(block.u16());
    if (!block.ok()) return false;
    each(type, content);
  }
  return true;
}

}  // namespace

Result<ClientHello> parse_client_hello(std::string_view body, TlsFlavour flavour) {
  ByteReader reader(body);
  ClientHello hello;
  hello.version = reader.u16();
  reader.skip(kRandomBytes);
  hello.session_id = reader.take(reader.u8());
  if (flavour == TlsFlavour::dtls) reader.skip(reader.u8());
  hello.ciphers = read_u16s(reader.take(reader.u16()));
  reader.skip(reader.u8());  // Compression methods.
  if (!reader.ok()) return fail(Errc::invalid_argument, "the ClientHello is cut off");
  const bool whole = read_extensions(reader, [&](std::uint16_t type, std::string_view content) {
    hello.extensions.push_back(type);
    read_extension(hello, type, content);
  });
  if (!whole) return fail(Errc::invalid_argument, "the extensions of the ClientHello are cut off");
  return hello;
}

Result<ServerHello> parse_server_hello(std::string_view body) {
  ByteReader reader(body);
  ServerHello hello;
  hello.version = reader.u16();
  reader.skip(kRandomBytes);
  // Drafts of TLS 1.3 before the 22nd had neither session nor compression here.
  const bool is_draft = hello.version >> 8 == 0x7f || hello.version >> 8 == 0x7e;
  if (!is_draft) reader.skip(reader.u8());
  hello.cipher = reader.u16();
  if (!is_draft) reader.skip(1);
  if (!reader.ok()) return fail(Errc::invalid_argument, "the ServerHello is cut off");
  const bool whole = read_extensions(reader, [&](std::uint16_t type, std::string_view content) {
    hello.extensions.push_back(type);
    if (type == kSupportedVersions) hello.selected_version = ByteReader(content).u16();
    if (type == kAlpn) {
      const auto names = read_alpn(content);
      if (!names.empty()) hello.alpn = names.front();
    }
  });
  if (!whole) return fail(Errc::invalid_argument, "the extensions of the ServerHello are cut off");
  return hello;
}

}  // namespace decnet::fingerprint
