// Simple commands and the aliases in them.
#include "shell/sh/limits.h"
#include "shell/sh/parser_parts.h"

namespace decnet::shell::sh {

namespace {

constexpr std::string_view kMeta = " \t\n;&|<>()";

}  // namespace

void Parser::expand_alias() {
  if (!options_.alias || at_ < alias_end_) return;
  const std::string name = peek_word();
  if (name.empty()) return;
  const std::string* value = options_.alias(name);
  if (value == nullptr) return;
  if (aliases_ >= kAliasesInRowMax) {
    count(Limit::aliases);
    return;
  }
  ++aliases_;
  text_.replace(at_, name.size(), *value);
  // The first word of the value is not looked up again, if it is the alias itself.
  alias_end_ = value->starts_with(name) ? at_ + name.size() : at_;
  alias_follows_ = value->ends_with(' ') || value->ends_with('\t') ? at_ + value->size() : 0;
}

NodePtr Parser::simple() {
  auto node = std::make_shared<Node>();
  node->line = line_;
  const std::size_t begin = at_;
  std::size_t end = at_;
  bool declaration = false;
  for (;;) {
    skip_blanks();
    if (alias_follows_ != 0 && at_ >= alias_follows_ && !node->words.empty()) {
      alias_follows_ = 0;
      expand_alias();
      skip_blanks();
    }
    if (redirect(*node)) {
      end = at_;
      continue;
    }
    if (at_end() || kMeta.find(peek()) != std::string_view::npos) {
      if (bash() && (looking_at("<(") || looking_at(">("))) {
        node->words.push_back(word());
        end = at_;
        continue;
      }
      break;
    }
    Assignment assigned;
    if ((node->words.empty() || (declaration && bash())) && assignment_ahead(assigned)) {
      node->assignments.push_back(std::move(assigned));
      if (declaration) {
        // `declare x=(1 2)`: the builtin sees the name, the assignment is made with it.
        Word name;
        name.assignment = static_cast<int>(node->assignments.size()) - 1;
        literal(name, "\x01" + std::to_string(name.assignment), false);
        name.source = node->assignments.back().source;
        node->words.push_back(std::move(name));
      }
      end = at_;
      continue;
    }
    node->words.push_back(word());
    end = at_;
    if (node->words.size() == 1) {
      const std::string* name = node->words[0].plain();
      declaration =
          name != nullptr && (*name == "declare" || *name == "typeset" || *name == "local" ||
                              *name == "export" || *name == "readonly");
    }
  }
  if (node->words.empty() && node->assignments.empty() && node->redirects.empty()) unexpected();
  if (!at_end() && peek() == '(') {
    if (node->words.size() == 1 && node->redirects.empty() &&
        node->assignments.empty()) {  // As of a function: `)' is due.
      ++at_;
      skip_blanks();
      wanted_ = ")";
    }
    unexpected();
  }
  node->source = text_.substr(begin, end - begin);
  node->end_line = line_;
  return node;
}

}  // namespace decnet::shell::sh
