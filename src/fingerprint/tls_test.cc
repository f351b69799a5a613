#include <gtest/gtest.h>

#include "base/bytes.h"
#include "fingerprint/ja3.h"
#include "fingerprint/ja4.h"
#include "fingerprint/tls_reader.h"

namespace decnet::fingerprint {
namespace {

std::string vector16(std::string_view bytes) {
  std::string out;
  ByteWriter(out).u16(static_cast<std::uint16_t>(bytes.size())).bytes(bytes);
  return out;
}

std::string vector8(std::string_view bytes) {
  std::string out;
  ByteWriter(out).u8(static_cast<std::uint8_t>(bytes.size())).bytes(bytes);
  return out;
}

std::string extension(std::uint16_t type, std::string_view content) {
  std::string out;
  ByteWriter(out).u16(type);
  return out + vector16(content);
}

std::string hello_body(std::string_view extensions,
                       std::string_view ciphers = "\x13\x01\x0a\x0a\xc0\x2f") {
  return "\x03\x03" + std::string(32, 'r') + vector8("") + vector16(ciphers) +
         vector8(std::string(1, '\0')) + vector16(extensions);
}

std::string message(std::uint8_t type, std::string_view body) {
  std::string out;
  ByteWriter(out).u8(type).u24(static_cast<std::uint32_t>(body.size())).bytes(body);
  return out;
}

std::string record(std::uint8_t type, std::string_view content) {
  std::string out;
  ByteWriter(out).u8(type).u8(3).u8(1);
  return out + vector16(content);
}

std::string alpn(std::string_view name) {
  return extension(16, vector16(vector8(name)));
}

std::string head_with_alpn(std::string_view name) {
  return ja4(parse_client_hello(hello_body(alpn(name))).value(), Carrier::tcp).substr(8, 2);
}

TEST(ClientHello, IsReadWhole) {
  const std::string name = extension(0, vector16(std::string("\0", 1) + vector16("example.net")));
  const std::string body = hello_body(
      name + alpn("h2") + extension(10, vector16(std::string("\x00\x1d\x1a\x1a", 4))) +
      extension(11, vector8(std::string("\0\1", 2))) + extension(13, vector16("\x04\x03\x08\x04")) +
      extension(43, vector8("\x2a\x2a\x03\x04\x03\x03")) + extension(0x3a3a, ""));
  const ClientHello hello = parse_client_hello(body).value();
  EXPECT_EQ(hello.version, 0x0303);
  EXPECT_EQ(hello.server_name, "example.net");
  EXPECT_EQ(hello.alpn, std::vector<std::string>{"h2"});
  EXPECT_EQ(hello.ciphers, (std::vector<std::uint16_t>{0x1301, 0x0a0a, 0xc02f}));
  EXPECT_EQ(hello.supported_versions, (std::vector<std::uint16_t>{0x2a2a, 0x0304, 0x0303}));
  EXPECT_EQ(ja3_string(hello), "771,4865-49199,0-16-10-11-13-43,29,0-1");
  EXPECT_EQ(ja4_raw(hello, Carrier::tcp), "t13d0206h2_1301,c02f_000a,000b,000d,002b_0403,0804");
  EXPECT_EQ(ja4(hello, Carrier::quic).substr(0, 11), "q13d0206h2_");
}

TEST(ClientHello, WithoutAnythingHasAnEmptyFingerprint) {
  const std::string body =
      "\x03\x01" + std::string(32, 'r') + vector8("") + vector16("") + vector8("");
  const ClientHello hello = parse_client_hello(body).value();
  EXPECT_EQ(ja3_string(hello), "769,,,,");
  EXPECT_EQ(ja4(hello, Carrier::tcp), "t10i000000_000000000000_000000000000");
}

TEST(ClientHello, CutOffAnywhereIsAnErrorOrTheOldForm) {
  const std::string body = hello_body(alpn("h2"));
  const std::size_t without_extensions = body.size() - alpn("h2").size() - 2;
  for (std::size_t n = 0; n < body.size(); ++n) {
    EXPECT_EQ(parse_client_hello(body.substr(0, n)).has_value(), n == without_extensions) << n;
  }
}

TEST(ClientHello, AMalformedExtensionStaysEmpty) {
  for (const std::string_view bad : {"", "\xff", "\xff\xff\x02h2"}) {
    const auto hello =
        parse_client_hello(hello_body(extension(16, bad) + extension(0, bad) + extension(43, bad)));
    ASSERT_TRUE(hello);
    EXPECT_EQ(hello->extensions.size(), 3U);
    EXPECT_EQ(hello->server_name, "");
  }
}

TEST(Ja4, CountsStopAtNinetyNine) {
  std::string ciphers, extensions;
  for (std::uint16_t n = 0; n < 120; ++n) {
    ByteWriter(ciphers).u16(static_cast<std::uint16_t>(0xc000 + n));
    extensions += extension(static_cast<std::uint16_t>(0x1000 + n), "");
  }
  const auto hello = parse_client_hello(hello_body(extensions, ciphers)).value();
  EXPECT_EQ(ja4(hello, Carrier::tcp).substr(0, 10), "t12i999900");
}

// The examples of JA4's technical details.
TEST(Ja4, AlpnIsItsFirstAndLastCharacter) {
  EXPECT_EQ(head_with_alpn("h2"), "h2");
  EXPECT_EQ(head_with_alpn("http/1.1"), "h1");
  EXPECT_EQ(head_with_alpn("\xab"), "ab");
  EXPECT_EQ(head_with_alpn("\xab\xcd"), "ad");
  EXPECT_EQ(head_with_alpn("0\xab"), "3b");
  EXPECT_EQ(head_with_alpn("01\xab\xcd"), "3d");
  EXPECT_EQ(head_with_alpn("0\xab\xcd\x31"), "01");
  EXPECT_EQ(head_with_alpn(""), "00");
}

TEST(Ja4, VersionIsTheHighestOffered) {
  const auto version = [](std::string_view versions, Carrier carrier) {
    return ja4(parse_client_hello(hello_body(extension(43, vector8(versions)))).value(), carrier)
        .substr(1, 2);
  };
  EXPECT_EQ(version("\x03\x03\x03\x04", Carrier::tcp), "13");
  EXPECT_EQ(version("\xfa\xfa\x03\x02", Carrier::tcp), "11");
  EXPECT_EQ(version("\x7f\x12\x03\x04", Carrier::tcp), "00");
  EXPECT_EQ(version("\xfe\xfd\xfe\xfc", Carrier::dtls), "d3");
}

TEST(Ja4, CiphersAndExtensionsAreSortedButNotTheAlgorithms) {
  const auto one = hello_body(extension(13, vector16("\x08\x04\x04\x03")) + extension(5, ""),
                              "\x13\x02\x13\x01");
  const auto two = hello_body(extension(5, "") + extension(13, vector16("\x08\x04\x04\x03")),
                              "\x13\x01\x13\x02");
  const auto three = hello_body(extension(5, "") + extension(13, vector16("\x04\x03\x08\x04")),
                                "\x13\x01\x13\x02");
  const auto of = [](const std::string& body) {
    return ja4(parse_client_hello(body).value(), Carrier::tcp);
  };
  EXPECT_EQ(of(one), of(two));
  EXPECT_NE(of(one), of(three));
}

TEST(TlsReader, PutsAMessageTogetherHoweverItIsCut) {
  const std::string body = hello_body(alpn("h2"));
  const std::string whole = message(1, body);
  for (std::size_t cut = 1; cut < whole.size(); ++cut) {
    const std::string stream = record(22, whole.substr(0, cut)) + record(22, whole.substr(cut));
    TlsReader reader;
    std::optional<HandshakeMessage> got;
    for (const char byte : stream) {
      EXPECT_FALSE(got);
      reader.feed(std::string_view(&byte, 1));
      got = reader.next();
    }
    ASSERT_TRUE(got);
    EXPECT_EQ(got->body, body);
    EXPECT_TRUE(find_client_hello(stream));
  }
}

TEST(TlsReader, TakesSeveralMessagesOfOneRecord) {
  TlsReader reader;
  reader.feed(record(22, message(2, "server") + message(11, "certificate")));
  EXPECT_EQ(reader.next()->body, "server");
  EXPECT_EQ(reader.next()->body, "certificate");
  EXPECT_FALSE(reader.next());
}

TEST(TlsReader, IsOverAfterWhatIsNoTls) {
  for (const std::string& stream :
       {std::string("GET / HTTP/1.1\r\n"), record(23, "data"),
        std::string("\x16\x04\x01\x00\x01x", 6), std::string("\x16\x03\x01\xff\xff", 5)}) {
    TlsReader reader;
    reader.feed(stream);
    EXPECT_TRUE(reader.is_over());
    reader.feed(record(22, message(1, hello_body(""))));
    EXPECT_FALSE(reader.next());
    EXPECT_FALSE(find_client_hello(stream));
  }
}

TEST(TlsReader, SeesTheSecondHelloOfTls13ButNotAnEncryptedFinished) {
  TlsReader reader;
  reader.feed(record(22, message(1, hello_body(""))) + record(20, "\x01") +
              record(22, message(1, hello_body(alpn("h2")))));
  EXPECT_TRUE(reader.next());
  EXPECT_TRUE(reader.next());
  TlsReader other;
  other.feed(record(20, "\x01") + record(22, "\x01\x02\x03\x04 encrypted"));
  EXPECT_FALSE(other.next());
  EXPECT_TRUE(other.is_over());
}

TEST(TlsReader, HoldsNoMoreThanItsLimits) {
  TlsReader reader;
  std::string header;
  ByteWriter(header).u8(1).u24(kHandshakeBytesMax + 1);
  reader.feed(record(22, header));
  EXPECT_TRUE(reader.is_over());
  EXPECT_FALSE(reader.next());
  TlsReader big;
  const std::string body(kHandshakeBytesMax, 'x');
  const std::string whole = message(1, body);
  for (std::size_t at = 0; at < whole.size(); at += 16'384)
    big.feed(record(22, whole.substr(at, 16'384)));
  ASSERT_TRUE(big.next());
}

TEST(DtlsReader, PutsFragmentsTogetherInAnyOrder) {
  const auto fragment = [](std::size_t length, std::size_t offset, std::string_view bytes) {
    std::string content;
    ByteWriter(content)
        .u8(1)
        .u24(static_cast<std::uint32_t>(length))
        .u16(7)
        .u24(static_cast<std::uint32_t>(offset));
    ByteWriter(content).u24(static_cast<std::uint32_t>(bytes.size())).bytes(bytes);
    std::string datagram;
    ByteWriter(datagram).u8(22).u16(0xfefd).u64(0);
    return datagram + vector16(content);
  };
  DtlsReader reader;
  reader.feed(fragment(10, 6, "ghij"));
  EXPECT_FALSE(reader.next());
  reader.feed(fragment(10, 0, "abcd"));
  EXPECT_FALSE(reader.next());
  reader.feed(fragment(10, 3, "def") + fragment(10, 3, "de"));
  EXPECT_EQ(reader.next()->body, "abcdefghij");
  EXPECT_FALSE(reader.next());
  for (std::size_t n = 0; n < 2 * kDtlsFragmentsMax; ++n) reader.feed(fragment(60'000, 2 * n, "x"));
  EXPECT_FALSE(reader.next());
}

}  // namespace
}  // namespace decnet::fingerprint
