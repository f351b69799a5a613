// file
#include "shell/cmd/file.h"

#include <algorithm>

#include "base/bytes.h"
#include "shell/cmd/answers.h"
#include "shell/cmd/groups.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::size_t kLongLineBytes = 300;     // Beyond: "with very long lines".
constexpr std::size_t kGzipNameBytesMax = 255;  // Of the name that it was packed from.

struct Magic {
  std::string_view begins, text, mime;
};

constexpr Magic kMagics[] = {
    {"\x1f\x8b", "gzip compressed data", "application/gzip"},
    {"BZh", "bzip2 compressed data", "application/x-bzip2"},
    {"\xfd"
     "7zXZ",
     "XZ compressed data, checksum CRC64", "application/x-xz"},
    {"\x28\xb5\x2f\xfd", "Zstandard compressed data (v0.8+), Dictionary ID: None",
     "application/zstd"},
    {"PK\x03\x04", "Zip archive data", "application/zip"},
    {"\x89PNG\r\n", "PNG image data", "image/png"},
    {"\xff\xd8\xff", "JPEG image data", "image/jpeg"},
    {"GIF8", "GIF image data", "image/gif"},
    {"%PDF-", "PDF document", "application/pdf"},
    {"!<arch>\n", "current ar archive", "application/x-archive"},
    {"SQLite format 3", "SQLite 3.x database", "application/vnd.sqlite3"},
    {"MZ", "MS-DOS executable", "application/x-dosexec"},
    {"-----BEGIN OPENSSH PRIVATE KEY", "OpenSSH private key", "text/plain"},
    {"-----BEGIN RSA PRIVATE KEY", "PEM RSA private key", "text/plain"},
    {"-----BEGIN CERTIFICATE", "PEM certificate", "text/plain"},
    {"ssh-ed25519 ", "OpenSSH ED25519 public key", "text/plain"},
    {"ssh-rsa ", "OpenSSH RSA public key", "text/plain"}};

struct Script {
  std::string_view program, text, mime;
};

constexpr Script kScripts[] = {{"bash", "Bourne-Again shell script", "text/x-shellscript"},
                               {"python", "Python script", "text/x-script.python"},
                               {"perl", "Perl script", "text/x-perl"},
                               {"node", "Node.js script", "application/javascript"},
                               {"php", "PHP script", "text/x-php"},
                               {"awk", "awk script", "text/x-awk"},
                               {"/sh", "POSIX shell script", "text/x-shellscript"}};

bool is_text(std::string_view bytes, bool& high) {
  for (const char byte : bytes) {
    const auto code = static_cast<unsigned char>(byte);
    high = high || code >= 0x80;
    const bool plain = (code >= 7 && code <= 13) || code == 27 || code >= 0x20;
    if (!plain || code == 0x7f) return false;
  }
  return true;
}

// ", with CRLF line terminators" and the like.
std::string line_ends(std::string_view bytes) {
  std::size_t crlf = 0, lf = 0, longest = 0, from = 0;
  for (std::size_t at = bytes.find('\n'); at != std::string_view::npos;
       at = bytes.find('\n', at + 1)) {
    const bool carriage = at > 0 && bytes[at - 1] == '\r';
    ++(carriage ? crlf : lf);
    longest = std::max(longest, at - from);
    from = at + 1;
  }
  longest = std::max(longest, bytes.size() - from);
  std::string out;
  if (longest > kLongLineBytes) out += ", with very long lines (" + std::to_string(longest) + ")";
  if (crlf + lf == 0)
    out += ", with no line terminators";
  else if (lf == 0)
    out += ", with CRLF line terminators";
  else if (crlf > 0)
    out += ", with CRLF, LF line terminators";
  return out;
}

std::string_view mime_of(Kind kind) {
  switch (kind) {
    case Kind::directory:
      return "directory";
    case Kind::symlink:
      return "symlink";
    case Kind::character:
      return "chardevice";
    case Kind::block:
      return "blockdevice";
    case Kind::fifo:
      return "fifo";
    default:
      return "socket";
  }
}

// What the head of a packed file tells of it (RFC 1952); its last four bytes are the size.
std::string gzip_text(std::string_view bytes) {
  if (bytes.size() < 18) return "gzip compressed data";
  ByteReader head(bytes.substr(3));
  const std::uint8_t flags = head.u8();
  const std::uint32_t time = head.u32_le();
  const std::uint8_t effort = head.u8(), system = head.u8();
  std::string out = "gzip compressed data";
  if ((flags & 8U) != 0 && (flags & 4U) == 0) {
    const std::string_view rest = bytes.substr(10, kGzipNameBytesMax);
    out += ", was \"" + std::string(rest.substr(0, rest.find('\0'))) + "\"";
  }
  if (time != 0)
    out += ", last modified: " +
           date_text(TimePoint(std::chrono::seconds(time)), "%a %b %e %H:%M:%S %Y");
  if (effort == 2 || effort == 4) out += effort == 2 ? ", max compression" : ", max speed";
  if (system == 3) out += ", from Unix";
  ByteReader tail(bytes.substr(bytes.size() - 4));
  return out + ", original size modulo 2^32 " + std::to_string(tail.u32_le());
}

// What a format tells in its first bytes beyond its name.
std::string more_of(const Magic& magic, std::string_view bytes) {
  if (magic.mime == "application/gzip") return gzip_text(bytes);
  if (magic.mime == "application/x-bzip2" && bytes.size() > 3)
    return "bzip2 compressed data, block size = " + std::string(bytes.substr(3, 1)) + "00k";
  if (magic.mime == "application/zip" && bytes.size() > 10) {
    const auto version = static_cast<unsigned>(static_cast<unsigned char>(bytes[4]));
    return text_of("Zip archive data, at least v%u.%u to extract, compression method=",
                   version / 10, version % 10) +
           (bytes[8] == 0 ? "store" : "deflate");
  }
  return std::string(magic.text);
}

std::string described(Io& io, const std::string& name, const Stat& stat, bool mime) {
  const std::string path = io.absolute(name);
  if (mime && stat.kind != Kind::regular)
    return "inode/" + std::string(mime_of(stat.kind)) + "; charset=binary";
  if (stat.kind == Kind::directory)
    return std::string((stat.mode & 01000) != 0   ? "sticky, "
                       : (stat.mode & 02000) != 0 ? "setgid, "
                                                  : "") +
           "directory";
  if (stat.kind == Kind::symlink) {
    const std::string target = io.files.read_link(path, io.who).value_or("");
    return (io.stat(name) ? "symbolic link to " : "broken symbolic link to ") + target;
  }
  if (stat.kind == Kind::character || stat.kind == Kind::block)
    return std::string(stat.kind == Kind::block ? "block" : "character") + " special (" +
           std::to_string(stat.special >> 8) + "/" + std::to_string(stat.special & 0xff) + ")";
  if (stat.kind == Kind::fifo) return "fifo (named pipe)";
  if (stat.kind == Kind::socket) return "socket";
  if (stat.size == 0) return mime ? "inode/x-empty; charset=binary" : "empty";
  const Sys<std::string> bytes = io.files.read(path, 0, kFileBytesLookedAt, io.who);
  if (!bytes) return "regular file, no read permission";
  const FileKind kind = kind_of_bytes(*bytes);
  const std::string set = (stat.mode & 04000) != 0   ? "setuid "
                          : (stat.mode & 02000) != 0 ? "setgid "
                                                     : "";
  return mime ? kind.mime + "; charset=" + kind.charset : set + kind.text;
}

int file(Io& io) {
  static constexpr Long kLongs[] = {{"brief", 'b'},          {"mime", 'i'},
                                    {"mime-type", 300},      {"dereference", 'L'},
                                    {"no-dereference", 'h'}, {"uncompress", 'z'},
                                    {"separator", 'F', ':'}, {"files-from", 'f', ':'},
                                    {"mime-encoding", 301}};
  Options options(io, "bcCdEf:F:hikLm:nNpPrsSvzZ0", kLongs, "");
  bool brief = false, mime = false, follows = false, type_only = false;
  for (int id = options.next(); id != kNoMore; id = options.next()) {
    if (id == kStop) return io.status;
    if (id == 'v') {
      io.out(answer_text(io.process, "file", "--version"));
      return 0;
    }
    brief = brief || id == 'b';
    mime = mime || id == 'i' || id == 300;
    type_only = type_only || id == 300;
    follows = follows || id == 'L';
  }
  if (options.operands.empty()) {
    io.err(
        "Usage: file [-bcCdEhikLlNnprsSvzZ0] [--apple] [--extension] [--mime-encoding]\n"
        "            [--mime-type] [-e <testname>] [-F <separator>]  [-f <namefile>]\n"
        "            [-m <magicfiles>] [-P <parameter=value>] [--exclude-quiet]\n"
        "            <file> ...\n       file -C [-m <magicfiles>]\n       file [--help]\n");
    return 1;
  }
  std::size_t widest = 0;
  for (const std::string& name : options.operands) widest = std::max(widest, name.size());
  for (const std::string& name : options.operands) {
    if (!brief) io.out(name + ":" + std::string(widest - name.size() + 1, ' '));
    const Sys<Stat> stat = io.stat(name, follows ? Follow::yes : Follow::no);
    std::string text =
        stat ? described(io, name, *stat, mime)
             : "cannot open `" + name + "' (" + std::string(sys_error(stat.error())) + ")";
    if (type_only && stat) text = text.substr(0, text.find(';'));
    io.out(text + "\n");
  }
  return 0;
}

constexpr Command kRows[] = {{"file", &plain<file>}};

}  // namespace

FileKind kind_of_bytes(std::string_view bytes) {
  const std::string elf = elf_text(bytes);
  if (!elf.empty())
    return {elf,
            elf.find("pie exec") != std::string::npos        ? "application/x-pie-executable"
            : elf.find("shared object") != std::string::npos ? "application/x-sharedlib"
                                                             : "application/x-executable",
            "binary"};
  for (const Magic& magic : kMagics) {
    if (bytes.starts_with(magic.begins))
      return {more_of(magic, bytes), std::string(magic.mime),
              magic.mime == "text/plain" ? "us-ascii" : "binary"};
  }
  if (bytes.size() > 262 && bytes.substr(257, 5) == "ustar")
    return {std::string("POSIX tar archive") +
                (bytes.substr(257, 8) == "ustar  " + std::string(1, '\0') ? " (GNU)" : ""),
            "application/x-tar", "binary"};
  bool high = false;
  if (!is_text(bytes, high)) return {"data"};
  const std::string set = !high            ? "ASCII text"
                          : is_utf8(bytes) ? "Unicode text, UTF-8 text"
                                           : "ISO-8859 text";
  const std::string charset = !high ? "us-ascii" : is_utf8(bytes) ? "utf-8" : "iso-8859-1";
  if (bytes.starts_with("#!")) {
    const std::string_view line = bytes.substr(0, bytes.find('\n'));
    for (const Script& script : kScripts) {
      if (line.find(script.program) == std::string_view::npos) continue;
      const std::string text =
          script.program == "perl"
              ? std::string(script.text) + " text executable"
              : std::string(script.text) + ", " + set + " executable" + line_ends(bytes);
      return {text, std::string(script.mime), charset};
    }
    return {
        "a " + std::string(line.substr(2)) + " script, " + set + " executable" + line_ends(bytes),
        "text/plain", charset};
  }
  if (bytes.starts_with("<?php"))
    return {"PHP script, " + set + line_ends(bytes), "text/x-php", charset};
  if (bytes.starts_with("<!DOCTYPE html") || bytes.starts_with("<html"))
    return {"HTML document, " + set + line_ends(bytes), "text/html", charset};
  return {set + line_ends(bytes), "text/plain", charset};
}

std::span<const Command> file_commands() {
  return kRows;
}

}  // namespace decnet::shell::cmd
