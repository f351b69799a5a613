// SITE commands that change what stands in the inode.
#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include <fmt/format.h>

#include "service/ftp/proftpd.h"

namespace decnet::service::ftp {

namespace {

// "u+x", "go=r": the new mode, or nothing. ProFTPD's own reading: without a letter before the sign
// it is nobody, "=" adds.
std::optional<unsigned> symbolic_mode(std::string_view text, unsigned mode) {
  const auto sign = text.find_first_of("+-=");
  if (sign == std::string_view::npos) return std::nullopt;
  const std::string_view who = text.substr(0, sign);
  const char how = text[sign];
  const std::string_view what = text.substr(sign + 1);
  if (what.empty() || what.find_first_not_of("rwxstugo") != std::string_view::npos)
    return std::nullopt;
  unsigned value = how == '=' ? 0 : mode;
  for (const char one : who.empty() ? std::string_view("?") : who) {
    unsigned mask = 0;
    switch (one) {
      case 'u':
        mask = 0077;
        break;
      case 'g':
        mask = 0707;
        break;
      case 'o':
        mask = 0770;
        break;
      case 'a':
        mask = 0;
        break;
      case '?':
        mask = 0022;
        break;
      default:
        return std::nullopt;
    }
    unsigned bits = 0;
    for (const char c : what) {
      switch (c) {
        case 'r':
          bits |= 0444;
          break;
        case 'w':
          bits |= 0222;
          break;
        case 'x':
          bits |= 0111;
          break;
        case 's':
          bits |= 04000;
          break;
        case 't':
          bits |= 01000;
          break;
        case 'u':
          bits |= (mode >> 6 & 7) * 0111;
          break;
        case 'g':
          bits |= (mode >> 3 & 7) * 0111;
          break;
        default:
          bits |= (mode & 7) * 0111;
          break;
      }
    }
    value = how == '-' ? value & ~(bits & ~mask) : value | (bits & ~mask);
  }
  return value;
}

}  // namespace

// The words from `first` on, with blanks between them.
Done Proftpd::site_chmod() {
  const std::string path = rest_of(3);
  const std::string given = command_.words[2];
  if (limited(Limit::write, canonical(path)))
    co_return co_await refuse_path(550, argument(), EACCES);
  const auto found = real(path);
  if (!found) co_return co_await refuse_path(550, path, found.error());
  const std::string digits = given.starts_with('0') ? given : "0" + given;
  char* end = nullptr;
  std::optional<unsigned> mode = static_cast<unsigned>(std::strtol(digits.c_str(), &end, 0));
  if (*end != '\0') mode = symbolic_mode(given, found->node->mode);
  if (!mode) {
    const std::string text = fmt::format("'{}': invalid mode", given);
    co_return co_await respond(550, text);
  }
  const auto changed =
      connection_.tree.change_mode("/", found->path, static_cast<std::uint16_t>(*mode & 07777));
  if (!changed) co_return co_await refuse_path(550, argument(), changed.error());
  connection_.commit();
  co_return co_await respond(200, "SITE CHMOD command successful");
}

// A file may be given to a group by its owner, if that is a group of the owner's: each user here
// has one.
Done Proftpd::site_chgrp() {
  const std::string path = rest_of(3);
  const std::string& given = command_.words[2];
  const auto found = real(path);
  if (!found) co_return co_await refuse_path(550, path, found.error());
  const std::uint32_t own = connection_.tree.who().gid;
  const bool number = given.find_first_not_of("0123456789") == std::string::npos;
  const auto& all = connection_.world.users.all();
  const auto named = [&](const User& user) {
    return connection_.world.users.names().group(user.gid) == given;
  };
  if (!number && std::none_of(all.begin(), all.end(), named))
    co_return co_await refuse_path(550, path, EINVAL);
  const bool same =
      number ? given == std::to_string(own) : given == connection_.world.users.names().group(own);
  if (!same || found->node->uid != connection_.tree.who().uid)
    co_return co_await refuse_path(550, path, EPERM);
  co_return co_await respond(200, "SITE CHGRP command successful");
}

Done Proftpd::site_utime() {
  const bool three_stamps = words() >= 7 && upper(command_.words.back()) == "UTC";
  const std::string stamp = three_stamps ? command_.words[words() - 3] : command_.words[2];
  std::string path = rest_of(3);
  if (three_stamps) {
    path.clear();
    for (std::size_t n = 2; n + 4 < words(); ++n)
      path += (path.empty() ? "" : " ") + command_.words[n];
  }
  const std::string target = canonical(path);
  if (limited(Limit::write, target)) co_return co_await refuse_path(550, argument(), EPERM);
  const auto when =
      stamp.size() == 12 ? parse_compact_time(stamp + "00") : parse_compact_time(stamp);
  if (!when) co_return co_await refuse_path(500, argument(), EINVAL);
  const auto set = connection_.tree.set_modified("/", target, *when);
  if (!set) co_return co_await refuse_path(550, argument(), set.error());
  connection_.commit();
  const std::string text = fmt::format("SITE {} command successful", command_.words[1]);
  co_return co_await respond(200, text);
}

}  // namespace decnet::service::ftp
