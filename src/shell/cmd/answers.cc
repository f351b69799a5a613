#include "shell/cmd/answers.h"

#include <algorithm>

#include "shell/cmd/text.h"
#include "shell/machine.h"

namespace decnet::shell::cmd {
namespace {

constexpr std::string_view kNoOption = "--nosuchoption";
constexpr std::string_view kNoName = "/nosuch/name";

const Answers* answers_of(Process& process) {
  return process.machine().facts().answers.get();
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

// What getopt says of a letter that it does not know; the recorded option was a long one.
std::string for_letter(std::string text, char letter) {
  text = replaced(std::move(text), "unrecognized option '--nosuchoption'",
                  std::string("invalid option -- '") + letter + "'");
  // Some read a long one as letters, the first of which is a dash.
  text = replaced(std::move(text), "invalid option -- '-'",
                  std::string("invalid option -- '") + letter + "'");
  return replaced(std::move(text), "unrecognized option: --nosuchoption",
                  std::string("invalid option -- '") + letter + "'");
}

// Its own name, or that of the program which it is a link to.
std::string known_name(Io& io) {
  const std::string own(io.name());
  if (has_answers(io.process, own)) return own;
  const std::string real = io.files.real_path(io.process.path, io.who).value_or(io.process.path);
  return real.substr(real.rfind('/') + 1);
}

std::optional<Answer> answer_to(Io& io) {
  const std::string name = known_name(io);
  std::vector<std::string> words(io.process.arguments.begin() + 1, io.process.arguments.end());
  const std::string key = join(words, "\t");
  if (const auto exact = find_answer(io.process, name, key)) return exact;
  for (const std::string& word : words) {
    if (word == "--") break;
    if (word == "--help" || word == "--version") {
      if (const auto told = find_answer(io.process, name, word)) return told;
    }
    if (word.size() < 2 || word[0] != '-' || mentions_option(io.process, name, word)) continue;
    std::optional<Answer> wrong = find_answer(io.process, name, kNoOption);
    if (!wrong) continue;
    const bool letter = word[1] != '-';
    const auto fit = [&](std::string text) {
      return letter ? for_letter(std::move(text), word[1])
                    : replaced(std::move(text), kNoOption, word);
    };
    wrong->out = fit(wrong->out);
    wrong->err = fit(wrong->err);
    if ((wrong->out + wrong->err).find("nosuchoption") == std::string::npos) return wrong;
  }
  for (const std::string& word : words) {
    if (word.empty() || word[0] == '-' || io.stat(word)) continue;
    std::optional<Answer> absent = find_answer(io.process, name, kNoName);
    if (!absent) break;
    absent->out = replaced(absent->out, kNoName, word);
    absent->err = replaced(absent->err, kNoName, word);
    return absent;
  }
  return {};
}

}  // namespace

std::optional<Answer> find_answer(Process& process, std::string_view name,
                                  std::string_view arguments) {
  const Answers* answers = answers_of(process);
  return answers == nullptr ? std::nullopt : answers->find(name, arguments);
}

std::string answer_text(Process& process, std::string_view name, std::string_view arguments) {
  const std::optional<Answer> answer = find_answer(process, name, arguments);
  if (!answer) return {};
  return answer->out.empty() ? answer->err : answer->out;
}

bool mentions_option(Process& process, std::string_view name, std::string_view option) {
  const std::string help = answer_text(process, name, "--help");
  const std::string word(option.substr(0, option.find('=')));
  for (std::size_t at = help.find(word); at != std::string::npos; at = help.find(word, at + 1)) {
    const char next = at + word.size() < help.size() ? help[at + word.size()] : '\n';
    if (std::string_view(" ,=[\n\t|]<").find(next) != std::string_view::npos) return true;
  }
  return false;
}

bool recorded_answer(Io& io) {
  const std::vector<std::string> words(io.process.arguments.begin() + 1,
                                       io.process.arguments.end());
  const auto answer = find_answer(io.process, io.name(), join(words, "\t"));
  if (!answer) return false;
  io.out(answer->out);
  io.err(answer->err);
  io.status = answer->status;
  return true;
}

bool has_answers(Process& process, std::string_view name) {
  const Answers* answers = answers_of(process);
  return answers != nullptr && answers->knows(name);
}

Task<int> run_answers(Process& process) {
  Io io(process);
  co_await process.breathe(200);
  const std::optional<Answer> answer = answer_to(io);
  if (answer) {
    io.out(answer->out);
    io.err(answer->err);
    io.status = answer->status;
  }
  co_await io.flush();
  co_return io.status;
}

}  // namespace decnet::shell::cmd
