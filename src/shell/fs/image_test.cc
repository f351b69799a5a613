#include "shell/image.h"

#include <gtest/gtest.h>
#include <zstd.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "shell/filesystem.h"

namespace decnet::shell {
namespace {

const Credentials kRoot{};

struct Raw {
  std::string name;
  Kind kind = Kind::regular;
  std::uint32_t mode = 0644, size = 0, at = 0, kept = 0, parent = 0;
};

// The layout that tools/make_image.py writes.
std::string image_of(const std::vector<Raw>& nodes, std::string names, const std::string& content,
                     std::uint32_t unpacked) {
  std::string table;
  ByteWriter out(table);
  for (const Raw& node : nodes) {
    out.u32_le(static_cast<std::uint32_t>(names.find(node.name)))
        .u8(static_cast<std::uint8_t>(node.name.size()));
    out.u8(static_cast<std::uint8_t>(node.kind))
        .u16_le(static_cast<std::uint16_t>(node.mode))
        .u16_le(0)
        .u16_le(0);
    out.u32_le(node.size)
        .u32_le(1'600'000'000)
        .u32_le(node.at)
        .u32_le(node.kept)
        .u32_le(node.parent);
  }
  table += names;
  std::string packed(ZSTD_compressBound(content.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), content.data(), content.size(), 3));
  ByteWriter(table).u32_le(static_cast<std::uint32_t>(packed.size())).u32_le(unpacked);
  std::string image("DNIMG1\n\0", 8);
  ByteWriter(image)
      .u32_le(static_cast<std::uint32_t>(nodes.size()))
      .u32_le(static_cast<std::uint32_t>(names.size()));
  ByteWriter(image).u32_le(1).u32_le(crc32c(table)).bytes(table).bytes(packed);
  return image;
}

// /bin → usr/bin, /etc/motd, /usr/bin/ls (64 KiB, of which the head is kept).
std::vector<Raw> small() {
  return {{"", Kind::directory, 0755, 3, 1},           {"bin", Kind::symlink, 0777, 7, 0},
          {"etc", Kind::directory, 0755, 1, 4},        {"usr", Kind::directory, 0755, 1, 5},
          {"motd", Kind::regular, 0644, 6, 0, 6, 2},   {"bin", Kind::directory, 0755, 1, 6, 0, 3},
          {"ls", Kind::regular, 0755, 65'536, 6, 4, 5}};
}
constexpr const char* kNames = "usr/binetcmotdls";

TEST(Image, IsReadThroughTheFileSystem) {
  const std::string bytes = image_of(small(), kNames,
                                     "hello\n\x7f"
                                     "ELF",
                                     10);
  auto image = Image::read(bytes);
  ASSERT_TRUE(image) << image.error().detail;
  FakeClock clock;
  FileSystem files(*image, clock);
  EXPECT_EQ(*files.read_file("/etc/motd", kRoot), "hello\n");
  EXPECT_EQ(files.stat("/bin/ls", kRoot)->size, 65'536U);
  const std::string program = *files.read_file("/bin/ls", kRoot);
  EXPECT_EQ(program.size(), 65'536U);
  EXPECT_TRUE(
      program.starts_with("\x7f"
                          "ELF"));
  EXPECT_EQ(*files.read("/bin/ls", 30'000, 9'000, kRoot), program.substr(30'000, 9'000));
  EXPECT_EQ((*image)->find("/usr/bin/ls")->mode, 0755);
  EXPECT_EQ((*image)->find("/usr/bin/xx"), nullptr);
  ASSERT_TRUE(files.append("/bin/ls", "x", kRoot));
  EXPECT_EQ(files.overlay_bytes(), 65'537U);
}

TEST(Image, RefusesWhatIsBroken) {
  const auto refused = [](std::size_t at, auto change) {
    std::vector<Raw> nodes = small();
    change(nodes[at]);
    return !Image::read(image_of(nodes, kNames,
                                 "hello\n\x7f"
                                 "ELF",
                                 10));
  };
  EXPECT_TRUE(refused(0, [](Raw& n) { n.size = 4; }));
  EXPECT_TRUE(refused(0, [](Raw& n) { n.kind = Kind::regular; }));
  EXPECT_TRUE(refused(1, [](Raw& n) { n.size = 400; }));
  EXPECT_TRUE(refused(1, [](Raw& n) { n.name = "motd"; }));  // No longer sorted.
  EXPECT_TRUE(refused(4, [](Raw& n) { n.parent = 3; }));
  EXPECT_TRUE(refused(4, [](Raw& n) { n.kept = 7; }));
  EXPECT_TRUE(refused(5, [](Raw& n) { n.at = 5; }));
  EXPECT_TRUE(refused(6, [](Raw& n) { n.at = 8; }));
  EXPECT_TRUE(refused(6, [](Raw& n) { n.name = ""; }));
  EXPECT_FALSE(refused(6, [](Raw&) {}));
}

TEST(Image, ABlockThatDoesNotUnpackReadsAsNothingKept) {
  const std::string bytes = image_of(small(), kNames, "short", 10);
  const auto image = Image::read(bytes);
  ASSERT_TRUE(image);
  EXPECT_EQ((*image)->content(*(*image)->find("/etc/motd")), "");
}

}  // namespace
}  // namespace decnet::shell
