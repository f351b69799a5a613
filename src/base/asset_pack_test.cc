#include "base/asset_pack.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/hash.h"

namespace decnet {
namespace {

struct File {
  std::string path;
  std::string content;
  std::uint64_t modified = 1'700'000'000;
};

std::string pack_of(const std::vector<File>& files) {
  std::size_t index_size = 0;
  for (const File& file : files) index_size += 2 + file.path.size() + 8 + 8 + 8 + 4;
  std::string index;
  std::string contents;
  ByteWriter writer(index);
  for (const File& file : files) {
    writer.u16_le(static_cast<std::uint16_t>(file.path.size())).bytes(file.path);
    writer.u64_le(file.modified)
        .u64_le(16 + index_size + contents.size())
        .u64_le(file.content.size());
    writer.u32_le(crc32c(file.content));
    contents += file.content;
  }
  std::string pack = "DNPACK1\n";
  ByteWriter(pack).u32_le(static_cast<std::uint32_t>(files.size())).u32_le(crc32c(index));
  return pack + index + contents;
}

TEST(AssetPack, FindsItsFiles) {
  const std::string bytes = pack_of({{"a/one", "1"}, {"a/two", "22"}, {"b", ""}});
  const auto pack = AssetPack::read(bytes);
  ASSERT_TRUE(pack);
  EXPECT_EQ((*pack)->find("a/two"), "22");
  EXPECT_EQ((*pack)->asset("a/one")->modified, TimePoint(std::chrono::seconds(1'700'000'000)));
  EXPECT_EQ((*pack)->find("a/three"), "");
  EXPECT_EQ((*pack)->asset("a"), nullptr);
  EXPECT_EQ((*pack)->assets().size(), 3u);
}

TEST(AssetPack, NoticesDamageAnywhere) {
  const std::string bytes = pack_of({{"a/one", "1"}, {"a/two", "22"}});
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x20);
    EXPECT_FALSE(AssetPack::read(damaged)) << at;
    EXPECT_FALSE(AssetPack::read(std::string_view(bytes).substr(0, at))) << at;
  }
}

TEST(AssetPack, RefusesWhatIsNotSortedOrTooMuch) {
  const auto refusal = [](const std::string& bytes) { return AssetPack::read(bytes).error().code; };
  EXPECT_EQ(refusal(pack_of({{"b", "1"}, {"a", "2"}})), Errc::corrupt);
  EXPECT_EQ(refusal(pack_of({{"a", "1", ~0ULL}})), Errc::corrupt);
  std::string many = "DNPACK1\n";
  ByteWriter(many).u32_le(kAssetsMax + 1).u32_le(0);
  EXPECT_EQ(refusal(many), Errc::limit);
}

TEST(AssetPack, OpensNothing) {
  EXPECT_EQ(AssetPack::open("/nowhere/assets.pack").error().code, Errc::not_found);
  EXPECT_EQ(AssetPack::open("/dev/null").error().code, Errc::corrupt);
}

}  // namespace
}  // namespace decnet
