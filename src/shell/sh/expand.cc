#include <cerrno>

#include <fmt/format.h>

#include "shell/passwords.h"
#include "shell/sh/escapes.h"
#include "shell/sh/expander.h"
#include "shell/sh/limits.h"
#include "shell/sh/pattern.h"

namespace decnet::shell::sh {

namespace {

std::string escape_expression(std::string_view text) {
  std::string out;
  for (const char byte : text) {
    if (std::string_view(".[]\\()*+?{}|^$").find(byte) != std::string_view::npos)
      out.push_back('\\');
    out.push_back(byte);
  }
  return out;
}

}  // namespace

Expander::Expander(Interpreter& shell, Split split)
    : shell_(shell), split_(split == Split::yes), ifs_(shell.lookup("IFS").value_or(" \t\n")) {}

void Expander::end_field() {
  if (current.quoted || !current.text.empty()) fields.push_back(std::move(current));
  current = {};
}

void Expander::put(std::string_view text, bool quoted) {
  bytes_ += text.size();
  if (quoted || !split_) {
    current.text += text;
    current.pattern += !quoted      ? std::string(text)
                       : expression ? escape_expression(text)
                                    : escape_pattern(text);
    current.quoted = current.quoted || quoted;
    return;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char byte = text[i];
    if (ifs_.find(byte) == std::string::npos) {
      current.text.push_back(byte);
      current.pattern.push_back(byte);
      continue;
    }
    const bool blank = byte == ' ' || byte == '\t' || byte == '\n';
    if (!blank) {
      current.quoted = true;  // "a::b" has an empty field in the middle.
      end_field();
      while (i + 1 < text.size() &&
             (text[i + 1] == ' ' || text[i + 1] == '\t' || text[i + 1] == '\n') &&
             ifs_.find(text[i + 1]) != std::string::npos)
        ++i;
      continue;
    }
    std::size_t next = i;
    while (next < text.size() && (text[next] == ' ' || text[next] == '\t' || text[next] == '\n') &&
           ifs_.find(text[next]) != std::string::npos) {
      ++next;
    }
    const bool mark = next < text.size() && ifs_.find(text[next]) != std::string::npos &&
                      (current.quoted || !current.text.empty());
    if (!mark) end_field();
    i = next - 1;
  }
}

void Expander::put_value(const Value& value, bool quoted) {
  if (!value.list && !value.star) {
    put(value.items.empty() ? std::string{} : value.items[0], quoted);
    return;
  }
  if (value.star && (quoted || !split_)) {
    put(join(value.items), quoted);
    return;
  }
  if (!split_) {
    for (std::size_t i = 0; i < value.items.size(); ++i) {
      if (i > 0) put(" ", quoted);
      put(value.items[i], quoted);
    }
    return;
  }
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    if (i > 0) end_field();
    put(value.items[i], quoted);
  }
}

std::string Expander::join(const std::vector<std::string>& items) const {
  std::string out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0 && !ifs_.empty()) out.push_back(ifs_[0]);
    out += items[i];
  }
  return out;
}

std::string Expander::home(std::string_view user) const {
  if (user.empty()) {
    if (const auto set = shell_.lookup("HOME")) return *set;
    const std::string name = shell_.process->user.is_root() ? "root" : shell_.get("USER");
    const std::optional<PasswdRow> row = passwd_row(shell_.process->files(), name);
    return row ? row->home : "~";
  }
  if (user.find_first_not_of("0123456789", user[0] == '+' ? 1 : 0) == std::string_view::npos &&
      user != "+") {  // ~1: of the stack of pushd.
    const auto index = static_cast<std::size_t>(
        std::atoi(std::string(user.substr(user[0] == '+' ? 1 : 0)).substr(0, 6).c_str()));
    if (index == 0) return shell_.process->directory;
    if (index <= shell_.directories.size()) return shell_.directories[index - 1];
  }
  if (user == "+") return shell_.get("PWD");
  if (user == "-") return shell_.get("OLDPWD");
  const std::optional<PasswdRow> row = passwd_row(shell_.process->files(), user);
  return row ? row->home : "~" + std::string(user);
}

void Expander::literal(const Part& part, bool first) {
  std::string_view text = part.text;
  if (!part.quoted) {
    bool begin = first;
    if (const std::size_t equals = text.find('=');
        first && assignment && equals != std::string_view::npos && equals + 1 < text.size() &&
        text[equals + 1] == '~' && is_name(text.substr(0, equals))) {
      current.text += text.substr(0, equals + 1);
      current.pattern += text.substr(0, equals + 1);
      text.remove_prefix(equals + 1);
    }
    while (!text.empty()) {
      if (begin && text.starts_with('~')) {
        const std::size_t end = std::min(text.find_first_of(assignment ? "/:" : "/"), text.size());
        const std::string_view user = text.substr(1, end - 1);
        put(home(user), true);
        text.remove_prefix(end);
      }
      const std::size_t next = assignment ? text.find(':') : std::string_view::npos;
      const std::size_t size = next == std::string_view::npos ? text.size() : next + 1;
      current.text += text.substr(0, size);
      current.pattern += text.substr(0, size);
      text.remove_prefix(size);
      begin = assignment;
    }
    return;
  }
  put(text, true);
}

Task<bool> Expander::word(const Word& word) {
  bool first = true;
  bool list_only = true;
  for (const Part& one : word.parts) {
    const bool plain_list =
        one.kind == Part::Kind::parameter && (one.text == "@" || one.has_subscript);
    // "" beside "$@" makes no field of its own.
    if (!(one.kind == Part::Kind::literal && one.quoted && one.text.empty()) && !plain_list)
      list_only = false;
    if (plain_list && one.quoted) continue;
  }
  for (const Part& one : word.parts) {
    if (one.kind == Part::Kind::literal) {
      if (list_only && one.text.empty() && word.parts.size() > 1) continue;
      literal(one, first);
    } else {
      const bool good = co_await part(one, first);
      if (!good) co_return false;
    }
    first = false;
    if (bytes_ > kExpansionBytesMax || fields.size() > kFieldsMax) {
      count(bytes_ > kExpansionBytesMax ? Limit::expansion_bytes : Limit::fields);
      co_await shell_.complain("xrealloc: cannot allocate 18446744071562067968 bytes");
      shell_.status = 2;
      shell_.stop_line();
      co_return false;
    }
  }
  co_return true;
}

Task<bool> Expander::part(const Part& part, bool) {
  bool good = true;
  std::string text;
  switch (part.kind) {
    case Part::Kind::command:
      good = co_await substitute(part, text);
      if (good) put(text, part.quoted);
      co_return good;
    case Part::Kind::arithmetic: {
      good = co_await shell_.expand_text(*part.argument, text);
      if (!good) co_return false;
      const auto value = shell_.calculate(text);
      if (!value) {
        co_await shell_.complain(value.error());
        const bool unset = value.error().ends_with(": unbound variable");
        shell_.status = !shell_.bash() ? 2 : unset && !shell_.interactive ? 127 : 1;
        shell_.stop_line();
        co_return false;
      }
      put(std::to_string(*value), part.quoted);
      co_return true;
    }
    case Part::Kind::input:
    case Part::Kind::output:
      good = co_await process_substitution(part);
      co_return good;
    default:
      good = co_await parameter(part);
      co_return good;
  }
}

Task<bool> Interpreter::expand_text(const Word& word, std::string& out) {
  if (const std::string* plain = word.plain(); plain != nullptr && !plain->starts_with('~')) {
    out = *plain;
    co_return true;
  }
  Expander expander(*this, Split::no);
  const bool good = co_await expander.word(word);
  out = std::move(expander.current.text);
  co_return good;
}

Task<bool> Interpreter::expand_pattern(const Word& word, std::string& out) {
  Expander expander(*this, Split::no);
  const bool good = co_await expander.word(word);
  out = std::move(expander.current.pattern);
  co_return good;
}

namespace {

// Whether one of GLOBIGNORE's patterns, parted by colons, fits.
bool is_ignored(std::string_view patterns, const std::string& name, bool fold) {
  while (!patterns.empty()) {
    const std::size_t end = std::min(patterns.find(':'), patterns.size());
    if (end > 0 && matches(patterns.substr(0, end), name, {.extended = true, .ignore_case = fold}))
      return true;
    patterns.remove_prefix(std::min(end + 1, patterns.size()));
  }
  return false;
}

}  // namespace

Task<bool> Interpreter::expand_words(const std::vector<Word>& words, std::vector<std::string>& out,
                                     const Node* owner) {
  const bool extended = shopts.contains("extglob") && shopts.at("extglob");
  for (const Word& whole : words) {
    if (const std::string* plain = whole.plain()) {
      if (whole.assignment >= 0 && owner != nullptr) {
        out.push_back(*plain);
        continue;
      }
      if (plain->find_first_of("*?[~{(") == std::string::npos) {
        out.push_back(*plain);
        continue;
      }
    }
    std::size_t refused = 0;
    std::vector<Word> braced;
    if (bash() && options.braceexpand && whole.source.find('{') != std::string::npos) {
      braced = brace_words(whole, refused);
    }
    if (refused != 0) {
      count(Limit::brace_words);
      {
        const std::string said =
            fmt::format("brace expansion: failed to allocate memory for {} elements", refused);
        co_await complain(said);
      }
    }
    for (std::size_t i = 0; i < std::max<std::size_t>(1, braced.size()); ++i) {
      Expander expander(*this, Split::yes);
      const Word& one = braced.empty() ? whole : braced[i];
      expander.assignment = bash() && !options.posix && !one.parts.empty() &&
                            one.parts[0].text.find("=~") != std::string::npos;
      const bool good = co_await expander.word(one);
      if (!good) co_return false;
      expander.end_field();
      for (Field& field : expander.fields) {
        std::vector<std::string> names;
        if (!options.noglob && has_pattern(field.pattern, extended)) {
          const bool dots = shopts.contains("dotglob") && shopts.at("dotglob");
          const bool nocase = shopts.contains("nocaseglob") && shopts.at("nocaseglob");
          const bool recursive = shopts.contains("globstar") && shopts.at("globstar");
          names = glob(*process, field.pattern, dots, extended, recursive, nocase);
          if (const std::string ignored = get("GLOBIGNORE"); !ignored.empty() && bash())
            std::erase_if(
                names, [&](const std::string& name) { return is_ignored(ignored, name, nocase); });
          if (names.empty() && shopts.contains("failglob") && shopts.at("failglob")) {
            const std::string said = "no match: " + field.text;
            co_await complain(said);
            status = 1;
            stop_line();
            co_return false;
          }
          co_await process->breathe(static_cast<std::uint32_t>(20 + names.size()));
          if (names.empty() && shopts.contains("nullglob") && shopts.at("nullglob")) continue;
        }
        if (names.empty()) {
          out.push_back(std::move(field.text));
        } else {
          for (std::string& name : names) out.push_back(std::move(name));
        }
      }
      if (out.size() > kFieldsMax) {
        count(Limit::fields);
        co_return false;
      }
      if (i % 64 == 63) co_await process->breathe(32);
    }
  }
  co_return true;
}

}  // namespace decnet::shell::sh
