// Redirections, here-documents, assignments.
#include <cctype>

#include "shell/sh/parser_parts.h"

namespace decnet::shell::sh {
namespace {

bool name_byte(char byte) {
  return std::isalnum(static_cast<unsigned char>(byte)) != 0 || byte == '_';
}

struct Operator {
  std::string_view text;
  Redirect::Kind kind;
  bool bash_only;
};

constexpr Operator kOperators[] = {
    {"<<<", Redirect::Kind::here_string, true},
    {"<<", Redirect::Kind::here_document, false},
    {"<&", Redirect::Kind::duplicate_input, false},
    {"<>", Redirect::Kind::read_write, false},
    {"<", Redirect::Kind::input, false},
    {">>", Redirect::Kind::append, false},
    {">&", Redirect::Kind::duplicate_output, false},
    {">|", Redirect::Kind::clobber, false},
    {">", Redirect::Kind::output, false},
    {"&>>", Redirect::Kind::both_append, true},
    {"&>", Redirect::Kind::both, true},
};

}  // namespace

bool Parser::redirect(Node& node) {
  std::size_t at = at_;
  while (at < text_.size() && std::isdigit(static_cast<unsigned char>(text_[at])) != 0) ++at;
  Redirect made;
  std::size_t digits = at - at_;
  if (bash() && peek() == '{') {
    const std::size_t close = text_.find('}', at_);
    if (close != std::string::npos && close > at_ + 1 && close + 1 < text_.size() &&
        (text_[close + 1] == '<' || text_[close + 1] == '>')) {
      made.variable = text_.substr(at_ + 1, close - at_ - 1);
      for (const char byte : made.variable) {
        if (!name_byte(byte)) return false;
      }
      at = close + 1;
      digits = 0;
    }
  }
  const Operator* found = nullptr;
  for (const Operator& candidate : kOperators) {
    if (std::string_view(text_).substr(at, candidate.text.size()) != candidate.text) continue;
    if (candidate.bash_only && !bash()) continue;
    found = &candidate;
    break;
  }
  if (found == nullptr || (found->text[0] == '&' && at != at_)) return false;
  if (bash() && (found->text == "<" || found->text == ">") && at + 1 < text_.size() &&
      text_[at + 1] == '(' && at == at_) {
    return false;  // <( ) is a word.
  }
  if (digits > 4) return false;
  if (digits > 0) made.descriptor = std::stoi(text_.substr(at_, digits));
  at_ = at + found->text.size();
  made.kind = found->kind;
  const bool here = found->kind == Redirect::Kind::here_document;
  bool strip = false;
  if (here && peek() == '-') {
    strip = true;
    ++at_;
  }
  need_word();
  if (at_end() || std::string_view("\n;&|()").find(peek()) != std::string_view::npos ||
      ((peek() == '<' || peek() == '>') && !(bash() && peek(1) == '('))) {
    unexpected();
  }
  if (!here) {
    made.target = word();
    node.redirects.push_back(std::move(made));
    return true;
  }
  const Word mark = word();
  Pending pending;
  for (const Part& part : mark.parts) {
    pending.delimiter += part.text;
    pending.quoted = pending.quoted || part.quoted;
  }
  pending.strip = strip;
  pending.line = line_;
  // What the delimiter's text was, is not expanded.
  if (!pending.quoted) {
    pending.delimiter = mark.source;
    pending.quoted = mark.source.find_first_of("\\'\"") != std::string::npos;
    std::erase(pending.delimiter, '\\');
  }
  made.target.source = mark.source;
  pending.body = std::make_shared<Word>();
  made.body = pending.body;
  node.redirects.push_back(std::move(made));
  pending_.push_back(std::move(pending));
  return true;
}

void Parser::read_here_documents() {
  while (!pending_.empty()) {
    const Pending pending = pending_.front();
    pending_.pop_front();
    std::string body;
    bool found = false;
    while (!at_end()) {
      const std::size_t end = std::min(text_.find('\n', at_), text_.size());
      std::string line = text_.substr(at_, end - at_);
      if (pending.strip) line.erase(0, std::min(line.find_first_not_of('\t'), line.size()));
      const bool terminated = end < text_.size();
      at_ = std::min(end + 1, text_.size());
      ++line_;
      if (line == pending.delimiter) {
        found = true;
        break;
      }
      // An unquoted one joins lines.
      if (!pending.quoted) {
        std::size_t slashes = 0;
        while (slashes < line.size() && line[line.size() - 1 - slashes] == '\\') ++slashes;
        if (slashes % 2 == 1 && terminated) {
          line.pop_back();
          body += line;
          continue;
        }
      }
      body += line;
      if (terminated) body += '\n';
    }
    if (!found && options_.more_may_come) incomplete('\n');
    if (!found && bash())
      warnings_.push_back("line " + std::to_string(line_ - 1) +
                          ": warning: here-document at line " + std::to_string(pending.line) +
                          " delimited by end-of-file (wanted `" + pending.delimiter + "')");
    if (pending.quoted) {
      literal(*pending.body, body, true);
    } else {
      *pending.body = quoted_text(body, inside());
    }
    pending.body->source = std::move(body);
  }
}

bool Parser::assignment_ahead(Assignment& out) {
  std::size_t at = at_;
  while (at < text_.size() && name_byte(text_[at])) ++at;
  if (at == at_ || std::isdigit(static_cast<unsigned char>(text_[at_])) != 0) return false;
  const std::size_t name_end = at;
  if (bash() && at < text_.size() && text_[at] == '[') {
    int open = 0;
    std::size_t end = at;
    for (; end < text_.size() && text_[end] != '\n'; ++end) {
      if (text_[end] == '[') ++open;
      if (text_[end] == ']' && --open == 0) break;
    }
    if (end >= text_.size() || text_[end] != ']') return false;
    out.subscript = text_.substr(at + 1, end - at - 1);
    out.has_subscript = true;
    at = end + 1;
  }
  if (bash() && at < text_.size() && text_[at] == '+') {
    out.append = true;
    ++at;
  }
  if (at >= text_.size() || text_[at] != '=') return false;
  const std::size_t begin = at_;
  out.name = text_.substr(at_, name_end - at_);
  at_ = at + 1;
  if (bash() && peek() == '(') {
    out.array = true;
    array_elements(out);
  } else if (!at_end() && std::string_view(" \t\n;&|<>()").find(peek()) == std::string_view::npos) {
    out.value = word();
  } else if (bash() && (looking_at("<(") || looking_at(">("))) {
    out.value = word();
  }
  out.source = text_.substr(begin, at_ - begin);
  return true;
}

void Parser::array_elements(Assignment& out) {
  ++at_;
  const int begin = line_;
  const auto fail = [&](Failure failure) {
    failure.status = 1;
    throw failure;
  };
  for (;;) {
    skip_newlines();
    if (at_end()) fail({{}, true, ')', begin});
    if (peek() == ')') break;
    if (std::string_view(";&|<>(").find(peek()) != std::string_view::npos && !looking_at("<("))
      fail({"syntax error near unexpected token `" + peek_token() + "'"});
    Assignment element;
    if (peek() == '[') {
      const std::size_t close = text_.find(']', at_);
      if (close != std::string::npos && close + 1 < text_.size() && text_[close + 1] == '=') {
        element.subscript = text_.substr(at_ + 1, close - at_ - 1);
        element.has_subscript = true;
        at_ = close + 2;
        if (std::string_view(" \t\n)").find(peek()) != std::string_view::npos) {
          out.elements.push_back(std::move(element));
          continue;
        }
      }
    }
    element.value = word();
    out.elements.push_back(std::move(element));
  }
  ++at_;
}

}  // namespace decnet::shell::sh
