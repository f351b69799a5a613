#include "codec/ssh/kex.h"

#include <array>

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "codec/ssh/key.h"
#include "codec/ssh/sntrup761.h"
#include "codec/ssh/wire.h"

namespace decnet::codec::ssh {

TEST(SshKex, AModuliFileIsReadAndBadLinesAreNot) {
  const DhGroup good = fixed_group(2048);
  const std::string line = "20190913230149 2 6 100 2047 2 " + to_hex(good.prime) + "\n";
  const auto groups =
      read_moduli("# Time Type\n" + line + "20190913230149 3 6 100 2047 2 FF\n1 2\n");
  ASSERT_EQ(groups.size(), 1U);
  EXPECT_EQ(groups[0].bits, 2048U);
  EXPECT_EQ(groups[0].prime, good.prime);
  EXPECT_EQ(groups[0].generator, 2U);
}

TEST(SshKex, GroupExchangeTakesASizeThatFits) {
  for (const auto& [min, want, max, bytes] :
       {std::array{2048, 2048, 2500, 256}, {2048, 4096, 5000, 512}, {2048, 8192, 8192, 1024}}) {
    auto exchange = make_exchange("diffie-hellman-group-exchange-sha256", nullptr);
    Message request(kGexRequest);
    const auto step = exchange->take(request.u32(static_cast<std::uint32_t>(min))
                                         .u32(static_cast<std::uint32_t>(want))
                                         .u32(static_cast<std::uint32_t>(max))
                                         .bytes());
    ASSERT_TRUE(step);
    ByteReader reader(std::string_view(step->message).substr(1));
    EXPECT_EQ(get_string(reader).size(), static_cast<std::size_t>(bytes) + 1);
  }
}

TEST(SshKex, AnEncapsulationDependsOnNothingButItsInputs) {
  const std::string key(kSntrupPublicBytes, '\1');
  const std::string random(4 * 761, '\x5a');
  const Encapsulated first = sntrup761_encapsulate(key, random);
  EXPECT_EQ(first.ciphertext.size(), kSntrupCipherBytes);
  EXPECT_EQ(first.secret.size(), kSntrupSecretBytes);
  EXPECT_EQ(sntrup761_encapsulate(key, random).ciphertext, first.ciphertext);
  EXPECT_NE(sntrup761_encapsulate(key).secret, first.secret);
}

TEST(SshKey, CertificatesSayWhoSignedThem) {
  Message blob;
  blob.string("ssh-ed25519-cert-v01@openssh.com").string("nonce").string(std::string(32, 'k'));
  blob.u64(1).u32(1).string("visitor").string(Message().string("root").string("ann").bytes());
  blob.u64(0).u64(~0ULL).string("").string("").string("").string("authority").string("signature");
  const auto key = read_public_key(blob.bytes());
  ASSERT_TRUE(key);
  EXPECT_TRUE(key->is_certificate);
  EXPECT_EQ(key->type, "ssh-ed25519");
  EXPECT_EQ(key->certificate_id, "visitor");
  EXPECT_EQ(key->principals.size(), 2U);
  EXPECT_EQ(key->authority, fingerprint_of("authority"));
  EXPECT_FALSE(read_public_key(blob.bytes() + "x"));
}

}  // namespace decnet::codec::ssh
