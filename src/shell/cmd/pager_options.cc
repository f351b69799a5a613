// The options of less: of $LESS, then of the command line.
#include <algorithm>
#include <array>

#include "shell/cmd/answers.h"
#include "shell/cmd/pager.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {
namespace {

struct Name {
  std::string_view name;
  char letter;
};

constexpr Name kNames[] = {{"chop-long-lines", 'S'},
                           {"clear-screen", 'c'},
                           {"CLEAR-SCREEN", 'C'},
                           {"dumb", 'd'},
                           {"force", 'f'},
                           {"hilite-search", 'g'},
                           {"HILITE-SEARCH", 'G'},
                           {"ignore-case", 'i'},
                           {"IGNORE-CASE", 'I'},
                           {"jump-target", 'j'},
                           {"line-numbers", 'n'},
                           {"LINE-NUMBERS", 'N'},
                           {"long-prompt", 'm'},
                           {"LONG-PROMPT", 'M'},
                           {"no-init", 'X'},
                           {"no-lessopen", 'L'},
                           {"pattern", 'p'},
                           {"prompt", 'P'},
                           {"quiet", 'q'},
                           {"QUIET", 'Q'},
                           {"quit-at-eof", 'e'},
                           {"QUIT-AT-EOF", 'E'},
                           {"quit-if-one-screen", 'F'},
                           {"quit-on-intr", 'K'},
                           {"raw-control-chars", 'r'},
                           {"RAW-CONTROL-CHARS", 'R'},
                           {"silent", 'q'},
                           {"SILENT", 'Q'},
                           {"squeeze-blank-lines", 's'},
                           {"tabs", 'x'},
                           {"tilde", '~'},
                           {"underline-special", 'u'},
                           {"version", 'V'},
                           {"help", '?'},
                           {"window", 'z'}};
constexpr std::string_view kWithValue = "bDhjkoOpPtTxyz#";
constexpr std::string_view kWithout = "aABcCdeEfFgGiIJKLmMnNqQrRsSuUVwWX~?";

constexpr std::string_view kHint = " (\"less --help\" for help)\n";

void set(PagerOptions& options, char letter, const std::string& value) {
  PagedLook& look = options.look;
  switch (letter) {
    case 'S':
      look.chop = true;
      break;
    case 'N':
      look.numbers = true;
      break;
    case 'r':
      look.raw = true;
      break;
    case 'R':
      look.colours = true;
      break;
    case 's':
      look.squeeze = true;
      break;
    case 'i':
      options.fold = true;
      break;
    case 'I':
      options.fold_always = true;
      break;
    case 'X':
      options.no_init = true;
      break;
    case 'F':
      options.one_screen = true;
      break;
    case 'e':
      options.quits_at_end = true;
      break;
    case 'E':
      options.quits_at_once = true;
      break;
    case 'K':
      options.interrupt_quits = true;
      break;
    case 'f':
      options.force = true;
      break;
    case 'G':
      options.no_marks = true;
      break;
    case 'm':
      options.prompt = 1;
      break;
    case 'M':
      options.prompt = 2;
      break;
    case 'p':
      options.first = "/" + value + "\n";
      break;
    default:
      break;
  }
}

}  // namespace

bool Pager::no_option(const std::string& name) {
  io_.err("There is no " + name + " option" + std::string(kHint));
  return true;
}

// "--name=value". False: it ends here.
bool Pager::long_option(const std::vector<std::string>& words, std::size_t& at) {
  const std::string& word = words[at];
  const std::size_t equals = word.find('=');
  const std::string name = word.substr(2, equals == word.npos ? equals : equals - 2);
  const auto* const found =
      std::find_if(std::begin(kNames), std::end(kNames),
                   [&](const Name& row) { return !name.empty() && row.name.starts_with(name); });
  if (found == std::end(kNames)) return no_option(name);
  if (found->letter == 'V' || found->letter == '?') return information(found->letter);
  const bool valued = kWithValue.find(found->letter) != std::string_view::npos;
  std::string value = equals == word.npos ? "" : word.substr(equals + 1);
  if (valued && equals == word.npos && at + 1 < words.size()) value = words[++at];
  set(options_, found->letter, value);
  return true;
}

// A cluster of letters. False: it ends here.
bool Pager::letters(const std::vector<std::string>& words, std::size_t& at) {
  const std::string& word = words[at];
  for (std::size_t in = 1; in < word.size(); ++in) {
    const char letter = word[in];
    if (letter >= '0' && letter <= '9') continue;
    if (letter == 'V' || letter == '?') return information(letter);
    if (kWithValue.find(letter) != std::string_view::npos) {
      std::string value = word.substr(in + 1);
      if (value.empty() && at + 1 < words.size()) value = words[++at];
      set(options_, letter, value);
      return true;
    }
    if (kWithout.find(letter) == std::string_view::npos)
      return no_option(std::string("-") + letter);
    set(options_, letter, "");
  }
  return true;
}

// --version and --help.
bool Pager::information(char letter) {
  io_.out(letter == 'V' ? version_text(io_, "less") : answer_text(io_.process, "less", "--help"));
  return false;
}

bool Pager::read_options() {
  std::vector<std::string> words = words_of(io_.variable("LESS"));
  for (std::string& word : words) {
    if (!word.starts_with('-') && !word.starts_with('+')) word.insert(0, "-");
  }
  for (std::size_t at = 1; at < io_.argc() && words.size() < kPagedFilesMax; ++at)
    words.push_back(io_.arg(at));
  bool options = true;
  for (std::size_t at = 0; at < words.size(); ++at) {
    const std::string word = words[at];
    if (!options || word == "-" || (!word.starts_with('-') && !word.starts_with('+'))) {
      files_.push_back(word);
      options = false;
    } else if (word == "--") {
      options = false;
    } else if (word.starts_with('+')) {
      const std::string command = word.substr(1);
      const bool line = command.starts_with('/') || command.starts_with('?');
      options_.first = command + (number_of(command) ? "g" : line ? "\n" : "");
    } else if (word.starts_with("--") ? !long_option(words, at) : !letters(words, at)) {
      return false;
    }
  }
  if (files_.empty() && process_.is_terminal(0)) {
    io_.err("Missing filename" + std::string(kHint));
    io_.status = 1;
    return false;
  }
  if (files_.empty()) files_.emplace_back("-");
  return true;
}

}  // namespace decnet::shell::cmd
