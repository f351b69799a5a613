#include "service/ssh/scp.h"

#include "service/ssh/scp_state.h"

namespace decnet::service::ssh {
namespace {

// The words of a simple command; nothing where the shell would have to do more than split it.
std::optional<std::vector<std::string>> words_of(std::string_view command) {
  constexpr std::string_view kSpecial = "$`;|&<>*?[](){}#~\n\\!";
  std::vector<std::string> out;
  std::string word;
  bool open = false;
  char quote = 0;
  for (const char c : command) {
    if (quote != 0) {
      if (c == quote)
        quote = 0;
      else if (quote == '"' && (c == '$' || c == '`' || c == '\\'))
        return std::nullopt;
      else
        word += c;
    } else if (c == '\'' || c == '"') {
      quote = c;
      open = true;
    } else if (c == ' ' || c == '\t') {
      if (open) out.push_back(std::exchange(word, {}));
      open = false;
    } else if (kSpecial.find(c) != kSpecial.npos) {
      return std::nullopt;
    } else {
      word += c;
      open = true;
    }
  }
  if (quote != 0) return std::nullopt;
  if (open) out.push_back(std::move(word));
  return out;
}

std::optional<ScpArguments> arguments_of(std::string_view command) {
  const auto words = words_of(command);
  if (!words || words->empty() || (words->front() != "scp" && words->front() != "/usr/bin/scp"))
    return std::nullopt;
  ScpArguments out;
  bool options = true;
  for (std::size_t at = 1; at < words->size(); ++at) {
    const std::string& word = (*words)[at];
    if (options && word == "--") {
      options = false;
    } else if (options && word.size() > 1 && word.front() == '-') {
      for (const char c : word.substr(1)) {
        if (std::string_view("tfrpdvqBC").find(c) == std::string_view::npos) return std::nullopt;
        out.to = out.to || c == 't';
        out.from = out.from || c == 'f';
        out.recursive = out.recursive || c == 'r';
        out.preserve = out.preserve || c == 'p';
        out.folder = out.folder || c == 'd';
      }
    } else {
      out.paths.push_back(word);
    }
  }
  if (out.to == out.from || out.paths.empty() || (out.to && out.paths.size() != 1))
    return std::nullopt;
  return out;
}

}  // namespace

bool is_scp(std::string_view command) {
  return arguments_of(command).has_value();
}

std::unique_ptr<Program> make_scp(session::Session& session, shell::FileSystem& files,
                                  const User& user, std::string_view command) {
  auto arguments = arguments_of(command);
  if (!arguments) return nullptr;
  if (arguments->to) return make_scp_sink(session, files, user, std::move(*arguments));
  return make_scp_source(session, files, user, std::move(*arguments));
}

}  // namespace decnet::service::ssh
