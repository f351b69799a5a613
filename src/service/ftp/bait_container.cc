#include <array>
#include <cstdint>

#include <fmt/format.h>

#include "base/bytes.h"
#include "service/ftp/bait.h"

namespace decnet::service::ftp {

namespace {

constexpr std::size_t kStoredBlockMax = 65'535;  // RFC 1951 section 3.2.4
constexpr std::size_t kTarBlock = 512;

std::uint32_t crc32(std::string_view bytes) {
  static const std::array<std::uint32_t, 256> kTable = [] {
    std::array<std::uint32_t, 256> made{};
    for (std::uint32_t n = 0; n < 256; ++n) {
      std::uint32_t value = n;
      for (int bit = 0; bit < 8; ++bit)
        value = (value & 1) != 0 ? 0xedb88320U ^ value >> 1 : value >> 1;
      made[n] = value;
    }
    return made;
  }();
  std::uint32_t sum = 0xffffffffU;
  for (const char c : bytes) sum = kTable[(sum ^ static_cast<unsigned char>(c)) & 0xff] ^ sum >> 8;
  return ~sum;
}

void little32(std::string& out, std::uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(value >> shift & 0xff);
}

}  // namespace

std::string gzip_stored(std::string_view bytes, std::int64_t modified) {
  std::string out("\x1f\x8b\x08\x00", 4);  // RFC 1952 section 2.3
  little32(out, static_cast<std::uint32_t>(modified));
  out += '\0';
  out += '\3';  // made on Unix
  std::string_view rest = bytes;
  do {
    const std::string_view block = rest.substr(0, kStoredBlockMax);
    rest.remove_prefix(block.size());
    out += rest.empty() ? '\1' : '\0';
    const auto length = static_cast<std::uint16_t>(block.size());
    out += static_cast<char>(length & 0xff);
    out += static_cast<char>(length >> 8);
    out += static_cast<char>(~length & 0xff);
    out += static_cast<char>(~length >> 8 & 0xff);
    out += block;
  } while (!rest.empty());
  little32(out, crc32(bytes));
  little32(out, static_cast<std::uint32_t>(bytes.size()));
  return out;
}

std::string tar_file(std::string_view name, std::string_view bytes, std::int64_t modified,
                     std::string_view owner) {
  std::string header(kTarBlock, '\0');  // POSIX ustar
  const auto field = [&header](std::size_t at, std::string_view text) {
    header.replace(at, text.size(), text);
  };
  field(0, name.substr(0, 100));
  field(100, "0000644");
  field(108, "0001750");
  field(116, "0001750");
  field(124, fmt::format("{:011o}", bytes.size()));
  field(136, fmt::format("{:011o}", modified));
  field(148, "        ");
  field(156, "0");
  field(257, std::string_view("ustar\00000", 8));
  field(265, owner.substr(0, 31));
  field(297, owner.substr(0, 31));
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  field(148, fmt::format("{:06o}", sum));
  header[154] = '\0';
  std::string out = header.append(bytes);
  out.append((kTarBlock - out.size() % kTarBlock) % kTarBlock, '\0');
  return out;
}

std::string tar_end() {
  return std::string(2 * kTarBlock, '\0');
}

std::string pdf_page(std::string_view title, const std::string& text) {
  std::string drawing =
      fmt::format("BT /F1 16 Tf 60 780 Td ({}) Tj /F1 10 Tf 0 -28 Td 14 TL", title);
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = text.find('\n', begin);
    if (end == std::string::npos) end = text.size();
    std::string line = text.substr(begin, end - begin);
    for (char& c : line) {
      if (c == '(' || c == ')' || c == '\\') c = ' ';
    }
    drawing += fmt::format("\n({}) Tj T*", line);
    begin = end + 1;
  }
  drawing += "\nET";
  const std::array<std::string, 5> objects{
      "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << "
      "/F1 5 0 R >> >> >>",
      fmt::format("<< /Length {} >>\nstream\n{}\nendstream", drawing.size(), drawing),
      "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"};
  std::string out = "%PDF-1.4\n";
  std::string places;
  for (std::size_t n = 0; n < objects.size(); ++n) {
    places += fmt::format("{:010} 00000 n \n", out.size());
    out += fmt::format("{} 0 obj\n{}\nendobj\n", n + 1, objects[n]);
  }
  const std::size_t table = out.size();
  out += fmt::format(
      "xref\n0 6\n0000000000 65535 f \n{}trailer\n<< /Size 6 /Root 1 0 R "
      ">>\nstartxref\n{}\n%%EOF\n",
      places, table);
  return out;
}

}  // namespace decnet::service::ftp
