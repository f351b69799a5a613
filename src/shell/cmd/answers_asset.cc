#include <algorithm>

#include <zlib.h>

#include "base/bytes.h"
#include "base/try.h"
#include "shell/answers.h"
#include "shell/cmd/text.h"

namespace decnet::shell {
namespace {

constexpr std::string_view kMagic("DNANS1\n\0", 8);
constexpr std::size_t kHeadBytes = 12;

bool is_hex(char digit) {
  return (digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f');
}

int hex(char digit) {
  return digit >= 'a' ? digit - 'a' + 10 : digit - '0';
}

// Whether plain() can undo it.
bool is_escaped(std::string_view packed) {
  for (std::size_t at = packed.find('\\'); at != packed.npos; at = packed.find('\\', at)) {
    if (at + 1 >= packed.size()) return false;
    const char kind = packed[at + 1];
    const bool number =
        kind == 'x' && at + 3 < packed.size() && is_hex(packed[at + 2]) && is_hex(packed[at + 3]);
    if (!number && std::string_view("nte\\").find(kind) == std::string_view::npos) return false;
    at += number ? 4 : 2;
  }
  return true;
}

std::string plain(std::string_view packed) {
  std::string text;
  text.reserve(packed.size());
  for (std::size_t at = 0; at < packed.size(); ++at) {
    if (packed[at] != '\\' || at + 1 >= packed.size()) {
      text += packed[at];
      continue;
    }
    const char kind = packed[++at];
    if (kind == 'x' && at + 2 < packed.size()) {
      text += static_cast<char>(hex(packed[at + 1]) * 16 + hex(packed[at + 2]));
      at += 2;
    } else {
      text += kind == 'n' ? '\n' : kind == 't' ? '\t' : kind == 'e' ? '\033' : kind;
    }
  }
  return text;
}

std::string key_of(std::string_view name, std::string_view arguments) {
  std::string key(name);
  if (!arguments.empty()) key.append("\t").append(arguments);
  return key;
}

std::string_view name_of(std::string_view key) {
  return key.substr(0, key.find('\t'));
}

}  // namespace

Result<std::shared_ptr<const Answers>> Answers::read(std::string_view bytes) {
  if (bytes.size() < kHeadBytes || !bytes.starts_with(kMagic))
    return fail(Errc::corrupt, "not answers of programs");
  ByteReader head(bytes.substr(kMagic.size(), kHeadBytes - kMagic.size()));
  const std::size_t unpacked = head.u32_le();
  if (unpacked > kAnswersBytesMax) return fail(Errc::limit, "answers that are too many");
  std::string text(unpacked, '\0');
  uLongf size = unpacked;
  const std::string_view packed = bytes.substr(kHeadBytes);
  const int done = uncompress(reinterpret_cast<Bytef*>(text.data()), &size,
                              reinterpret_cast<const Bytef*>(packed.data()), packed.size());
  if (done != Z_OK || size != unpacked) return fail(Errc::corrupt, "answers that are damaged");
  return read_text(std::move(text));
}

Result<std::shared_ptr<const Answers>> Answers::read_text(std::string text) {
  if (text.size() > kAnswersBytesMax) return fail(Errc::limit, "answers that are too many");
  std::shared_ptr<Answers> answers(new Answers);
  answers->text_ = std::move(text);
  DECNET_TRY(answers->parse());
  return std::shared_ptr<const Answers>(std::move(answers));
}

// "$ name…", then ">…" and "!…" where there is any, then "=status".
Result<void> Answers::parse() {
  std::string_view key, order;
  Row row;
  for (std::string_view rest = text_; !rest.empty();) {
    const std::size_t end = rest.find('\n');
    if (end == rest.npos) return fail(Errc::corrupt, "answers that are cut off");
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    const char kind = line.empty() ? ' ' : line[0];
    // What may follow: behind "$" anything but another, and nothing twice.
    if (order.empty() ? kind != '$' : order.find(kind) == order.npos)
      return fail(Errc::corrupt, "a line of an answer that nothing is known of");
    const std::string_view value = line.substr(1);
    if (kind == '$') {
      key = value.substr(std::min<std::size_t>(1, value.size()));
      if (!value.starts_with(' ') || name_of(key).empty())
        return fail(Errc::corrupt, "an answer of nobody");
      row = {};
      order = ">!=";
      continue;
    }
    if (kind != '=') {
      if (!is_escaped(value)) return fail(Errc::corrupt, "an answer with a bad escape");
      (kind == '>' ? row.out : row.err) = value;
      order = kind == '>' ? "!=" : "=";
      continue;
    }
    const auto status = cmd::number_of(value);
    if (!status || *status > 255) return fail(Errc::corrupt, "a bad status");
    row.status = static_cast<int>(*status);
    if (rows_.size() >= kAnswersMax) return fail(Errc::limit, "answers that are too many");
    if (!rows_.emplace(key, row).second)
      return fail(Errc::corrupt, "an answer that is there twice");
    order = {};
  }
  if (!order.empty()) return fail(Errc::corrupt, "answers that are cut off");
  for (const auto& [whose, answer] : rows_) {
    if (!is_whole(whose, answer.out) || !is_whole(whose, answer.err))
      return fail(Errc::corrupt, "an answer that is that of nobody");
  }
  return {};
}

// What "^>--help" stands for lies in the same program's answers, and is no such thing itself.
bool Answers::is_whole(std::string_view key, std::string_view packed) const {
  if (!packed.starts_with('^')) return true;
  if (packed.size() < 2 || (packed[1] != '>' && packed[1] != '!')) return false;
  const auto meant = rows_.find(key_of(name_of(key), packed.substr(2)));
  if (meant == rows_.end()) return false;
  return !(packed[1] == '>' ? meant->second.out : meant->second.err).starts_with('^');
}

std::string_view Answers::literal(std::string_view key, std::string_view packed) const {
  if (!packed.starts_with('^')) return packed;
  const Row& meant = rows_.find(key_of(name_of(key), packed.substr(2)))->second;
  return packed[1] == '>' ? meant.out : meant.err;
}

std::optional<Answer> Answers::find(std::string_view name, std::string_view arguments) const {
  const std::string key = key_of(name, arguments);
  const auto found = rows_.find(key);
  if (found == rows_.end()) return {};
  const Row& row = found->second;
  return Answer{plain(literal(key, row.out)), plain(literal(key, row.err)), row.status};
}

bool Answers::knows(std::string_view name) const {
  // A tab sorts before whatever else continues a name.
  const auto found = rows_.lower_bound(name);
  return found != rows_.end() && name_of(found->first) == name;
}

}  // namespace decnet::shell
