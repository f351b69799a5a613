#include <algorithm>

#include "shell/cmd/answers.h"
#include "shell/cmd/io.h"

namespace decnet::shell::cmd {

Options::Options(Io& io, std::string_view letters, std::span<const Long> longs,
                 std::string_view usage, int failure)
    : io_(io), letters_(letters), longs_(longs), usage_(usage), failure_(failure) {
  if (!letters_.empty() && letters_.front() == '+') {
    posix_ = true;
    letters_.remove_prefix(1);
  }
}

int Options::stop(std::string_view message) {
  io_.fail(message, 0, failure_);
  if (io_.name() == "top") return kStop;  // Says no more.
  if (io_.name() == "grep") io_.err("Usage: grep [OPTION]... PATTERNS [FILE]...\n");
  const std::string name(io_.name());
  if (const std::string whole = usage_text(name); !whole.empty()) {
    io_.err(whole);
    return kStop;
  }
  const std::string other = name == "tar" ? " or 'tar --usage'" : "";
  io_.err("Try '" + name + " --help'" + other + " for more information.\n");
  return kStop;
}

int Options::next() {
  value.clear();
  has_value = false;
  if (in_word_ != 0) return next_short();
  for (; at_ < io_.argc(); ++at_) {
    const std::string& word = io_.arg(at_);
    if (word == "--") {
      ++at_;
      break;
    }
    if (word.size() > 2 && word.starts_with("--")) {
      ++at_;
      return next_long(std::string_view(word).substr(2));
    }
    if (word.size() > 1 && word.front() == '-') {
      in_word_ = 1;
      return next_short();
    }
    if (posix_) break;
    operands.push_back(word);
  }
  for (; at_ < io_.argc(); ++at_) operands.push_back(io_.arg(at_));
  return kNoMore;
}

int Options::next_short() {
  const std::string& word = io_.arg(at_);
  const char letter = word[in_word_++];
  const std::size_t found = letter == ':' ? std::string_view::npos : letters_.find(letter);
  const bool last = in_word_ >= word.size();
  const auto leave = [this] {
    in_word_ = 0;
    ++at_;
  };
  if (found == std::string_view::npos) {
    return stop("invalid option -- '" + std::string(1, letter) + "'");
  }
  const std::string_view after = letters_.substr(found + 1);
  if (after.starts_with("::")) {
    if (!last) value = word.substr(in_word_);
    has_value = !last;
    leave();
  } else if (after.starts_with(":")) {
    if (!last) {
      value = word.substr(in_word_);
      leave();
    } else {
      leave();
      if (at_ >= io_.argc()) {
        return stop("option requires an argument -- '" + std::string(1, letter) + "'");
      }
      value = io_.arg(at_++);
    }
    has_value = true;
  } else if (last) {
    leave();
  }
  return letter;
}

int Options::next_long(std::string_view text) {
  const std::size_t equals = text.find('=');
  const std::string_view name = text.substr(0, equals);
  std::vector<const Long*> fitting;
  static constexpr Long kHelp{"help", 1000};
  static constexpr Long kVersion{"version", 1001};
  const auto consider = [&](const Long& row) {
    if (!row.name.starts_with(name)) return;
    if (row.name == name) fitting.assign(1, &row);
    if (fitting.empty() || fitting.front()->name != name) fitting.push_back(&row);
  };
  for (const Long& row : longs_) consider(row);
  consider(kHelp);
  consider(kVersion);
  const std::string shown = "'--" + std::string(name) + "'";
  if (fitting.empty()) return stop("unrecognized option '--" + std::string(text) + "'");
  const bool same = std::all_of(fitting.begin(), fitting.end(),
                                [&](const Long* row) { return row->id == fitting.front()->id; });
  if (!same) {
    std::string message = "option '--" + std::string(text) + "' is ambiguous; possibilities:";
    for (const Long* row : fitting) message += " '--" + std::string(row->name) + "'";
    return stop(message);
  }
  const Long& row = *fitting.front();
  if (equals != std::string_view::npos) {
    if (row.argument == 0) {
      return stop("option '--" + std::string(row.name) + "' doesn't allow an argument");
    }
    value = text.substr(equals + 1);
    has_value = true;
  } else if (row.argument == ':') {
    if (at_ >= io_.argc()) {
      return stop("option '--" + std::string(row.name) + "' requires an argument");
    }
    value = io_.arg(at_++);
    has_value = true;
  }
  if (row.id == kHelp.id) {
    std::string whole = io_.by_busybox() ? "" : answer_text(io_.process, io_.name(), "--help");
    if (whole.empty()) whole = usage_text(io_.name());
    io_.out(!whole.empty()
                ? whole
                : "Usage: " + std::string(io_.name()) + " " +
                      std::string(usage_.empty() ? "[OPTION]... [FILE]..." : usage_) + "\n");
    io_.status = 0;
    return kStop;
  }
  if (row.id == kVersion.id) {
    io_.out(version_text(io_, io_.name()));
    io_.status = 0;
    return kStop;
  }
  return row.id;
}

}  // namespace decnet::shell::cmd
