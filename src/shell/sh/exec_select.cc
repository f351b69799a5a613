// select.
#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include <fmt/format.h>

#include "shell/sh/interpreter.h"
#include "shell/terminal.h"

namespace decnet::shell::sh {
namespace {

constexpr std::size_t kAnswerMax = 64 * 1024;  // Bytes of one typed answer.
constexpr std::size_t kTabBytes = 8;

std::string gap(std::size_t from, std::size_t to) {
  std::string out;
  while (from < to) {
    if (to / kTabBytes > from / kTabBytes) {
      out += '\t';
      from += kTabBytes - from % kTabBytes;
    } else {
      out += ' ';
      ++from;
    }
  }
  return out;
}

// The choices in columns, down first, as bash lays them out.
std::string menu(const std::vector<std::string>& words, std::size_t screen) {
  const std::size_t digits = std::to_string(words.size()).size();
  std::size_t widest = 0;
  for (const std::string& word : words) widest = std::max(widest, word.size());
  widest += digits + 4;
  std::size_t columns = std::max<std::size_t>(1, screen / widest);
  std::size_t rows = (words.size() + columns - 1) / columns;
  columns = (words.size() + rows - 1) / rows;
  if (rows == 1) {
    rows = columns;
    columns = 1;
  }
  const std::size_t first_digits = std::to_string(rows).size();
  std::string out;
  for (std::size_t row = 0; row < rows; ++row) {
    std::size_t position = 0;
    for (std::size_t at = row; at < words.size(); at += rows) {
      const std::size_t width = position == 0 ? first_digits : digits;
      out += fmt::format("{:>{}}) {}", at + 1, width, words[at]);
      if (at + rows >= words.size()) break;
      out += gap(position + words[at].size() + width + 2, position + widest);
      position += widest;
    }
    out += '\n';
  }
  return out;
}

}  // namespace

Task<int> Interpreter::run_choosing(const Node& node) {
  std::vector<std::string> words = positional;
  int result = 0;
  if (node.has_in) {
    words.clear();
    const bool expanded = co_await expand_words(node.words, words);
    if (!expanded) co_return status;
  }
  if (words.empty()) co_return 0;
  line = node.line;
  co_await before_command(head_text(node));
  if (options.xtrace) co_await trace(head_text(node));
  tail = false;
  ++loop_depth;
  Terminal* terminal = process->terminal();
  const std::size_t screen = terminal != nullptr && terminal->columns > 0 ? terminal->columns : 80;
  for (bool show = true;;) {
    std::string text = show ? menu(words, screen) : std::string{};
    text += lookup("PS3").value_or("#? ");
    Sys<void> written = co_await process->write(2, text);
    const Sys<std::string> answer = co_await process->read_until(0, '\n', kAnswerMax, std::nullopt);
    if (!answer && answer.error() == EINTR) {
      const bool go_on = co_await handle_signals();
      if (!go_on) break;
      show = false;
      continue;
    }
    if (!answer || answer->empty()) {
      written = co_await process->write(1, "\n");
      result = 1;
      break;
    }
    std::string reply = *answer;
    while (reply.ends_with('\n')) reply.pop_back();
    set("REPLY", reply);
    const std::size_t begin = reply.find_first_not_of(" \t");
    if (begin == std::string::npos) {
      show = true;
      continue;
    }
    show = false;
    const auto number =
        static_cast<std::size_t>(std::max(0L, std::strtol(reply.c_str() + begin, nullptr, 10)));
    set(node.name, number >= 1 && number <= words.size() ? words[number - 1] : std::string{});
    result = co_await run(*node.children[0]);
    if (after_body()) break;
    if (get("REPLY").empty()) show = true;
    const bool go_on = co_await handle_signals();
    if (!go_on) break;
    co_await process->breathe();
  }
  --loop_depth;
  status = result;
  co_return result;
}

}  // namespace decnet::shell::sh
