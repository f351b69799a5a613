// The tokens of awk.
#include <cctype>
#include <cstdlib>

#include "shell/cmd/awk_parser.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {

void AwkParser::advance() {
  while (at_ < text_.size()) {
    if (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\r')
      ++at_;
    else if (text_.substr(at_).starts_with("\\\n"))
      at_ += 2;
    else if (text_[at_] == '#') {
      while (at_ < text_.size() && text_[at_] != '\n') ++at_;
    } else
      break;
  }
  begin_ = at_;
  token_.clear();
  if (at_ >= text_.size()) {
    kind_ = 'e';
    return;
  }
  const char byte = text_[at_];
  const auto code = static_cast<unsigned char>(byte);
  if (byte == '\n') {
    kind_ = 'l';
    ++line_;
    ++at_;
  } else if (std::isdigit(code) != 0 ||
             (byte == '.' && at_ + 1 < text_.size() &&
              std::isdigit(static_cast<unsigned char>(text_[at_ + 1])) != 0)) {
    const std::string rest(text_.substr(at_, 64));
    char* end = nullptr;
    number_ = std::strtod(rest.c_str(), &end);
    at_ += static_cast<std::size_t>(end - rest.c_str());
    token_ = text_.substr(begin_, at_ - begin_);
    kind_ = 'n';
  } else if (std::isalpha(code) != 0 || byte == '_') {
    while (at_ < text_.size() &&
           (std::isalnum(static_cast<unsigned char>(text_[at_])) != 0 || text_[at_] == '_'))
      token_ += text_[at_++];
    kind_ = at_ < text_.size() && text_[at_] == '(' ? 'f' : 'w';
  } else if (byte == '"') {
    std::string raw;
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
        if (text_[at_ + 1] == '"' || text_[at_ + 1] == '/') {
          raw += text_[++at_] == '"' ? "\"" : "/";
          continue;
        }
        raw += text_[at_++];
      }
      raw += text_[at_];
    }
    if (at_ >= text_.size())
      return complain("runaway string constant \"" + raw.substr(0, 10) + " ...");
    ++at_;
    bool ended = false;
    token_ = unescaped(raw, ended, false);
    kind_ = 's';
  } else {
    kind_ = 'o';
    for (const std::string_view one : {"&&", "||", "==", "!=", "<=", ">=", "++", "--",
                                       "+=", "-=", "*=", "/=", "%=", "^=", ">>"}) {
      if (!text_.substr(at_).starts_with(one)) continue;
      token_ = one;
      at_ += one.size();
      return;
    }
    token_ = byte;
    ++at_;
  }
}

// The parser stands on '/' or '/=' where an operand is due.
void AwkParser::regex_token() {
  at_ = begin_ + 1;
  std::string pattern;
  bool bracket = false;
  while (at_ < text_.size() && (text_[at_] != '/' || bracket) && text_[at_] != '\n') {
    if (text_[at_] == '[') bracket = true;
    if (text_[at_] == ']') bracket = false;
    if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
      if (text_[at_ + 1] != '/') pattern += '\\';
      ++at_;
    }
    pattern += text_[at_++];
  }
  if (at_ >= text_.size() || text_[at_] != '/') {
    at_ = text_.size();
    return complain("runaway regular expression /" + pattern.substr(0, 10) + " ...");
  }
  ++at_;
  token_ = pattern;
}

AwkTree AwkParser::regex_node(std::string_view pattern) {
  AwkTree made = node(AwkNode::Kind::regex, std::string(pattern));
  auto regex = Regex::compile(pattern, {.extended = true, .awk = true});
  if (!regex) {
    if (error_.empty())
      error_ = "line " + std::to_string(line_) + ": regular expression compile failed (" +
               (regex.error().find('(') != std::string::npos ? "missing ')'" : regex.error()) +
               ")\n" + std::string(pattern);
    kind_ = 'e';
  } else {
    made->regex = std::make_shared<Regex>(std::move(*regex));
  }
  return made;
}

}  // namespace decnet::shell::cmd
