// Commands as bash prints them of its own accord: four spaces a depth, its own semicolons.
#include <fmt/format.h>

#include "shell/sh/syntax.h"

namespace decnet::shell::sh {
namespace {

constexpr int kIndent = 4;
constexpr std::size_t kPrintedMax = 1U << 20;  // Longer: the rest is left out.

bool is_marker(const Word& word) {
  return word.assignment >= 0;
}

class Printer {
 public:
  explicit Printer(bool function) : in_function_(function) {}

  void function(std::string_view name, const Node& body) {
    out_ += fmt::format("{} () \n", name);
    if (body.kind == Node::Kind::group) {
      indent();
      group(body);
      redirects(body);
    } else {
      indent();
      out_ += "{ \n";
      depth_ += kIndent;
      command(body);
      depth_ -= kIndent;
      newline("}");
    }
  }

  void command(const Node& node) {
    if (out_.size() > kPrintedMax) return;
    if (skip_indent_)
      skip_indent_ = false;
    else
      indent();
    body(node);
    if (node.kind != Node::Kind::simple && node.kind != Node::Kind::function) redirects(node);
  }

  void head(const Node& node) {
    switch (node.kind) {
      case Node::Kind::loop:
      case Node::Kind::choose:
        out_ +=
            fmt::format("{} {} in ", node.kind == Node::Kind::loop ? "for" : "select", node.name);
        if (!node.has_in) out_ += "\"$@\"";
        words(node);
        return;
      case Node::Kind::selection:
        out_ += fmt::format("case {} in ", node.words[0].source);
        return;
      default:
        body(node);
    }
  }
  std::string take() { return std::move(out_); }

 private:
  void indent() { out_.append(static_cast<std::size_t>(depth_), ' '); }
  void newline(std::string_view text) {
    out_ += '\n';
    indent();
    out_ += text;
  }
  void semicolon() {
    if (out_.ends_with('&') || out_.ends_with('\n')) return;
    out_ += ';';
  }
  void words(const Node& node) {
    for (std::size_t i = 0; i < node.words.size(); ++i) {
      if (i > 0) out_ += ' ';
      out_ += node.words[i].source;
    }
  }
  void inner(const Node& node) {
    skip_indent_ = true;
    command(node);
  }
  void deeper(const Node& node) {
    depth_ += kIndent;
    command(node);
    documents("\n");
    depth_ -= kIndent;
  }

  void body(const Node& node) {
    switch (node.kind) {
      case Node::Kind::simple:
        return simple(node);
      case Node::Kind::pipeline:
        return pipeline(node);
      case Node::Kind::and_or:
        for (std::size_t i = 0; i < node.children.size(); ++i) {
          if (i > 0) out_ += node.operators[i - 1] == '&' ? " && " : " || ";
          inner(*node.children[i]);
        }
        return;
      case Node::Kind::list:
        return list(node);
      case Node::Kind::subshell:
        out_ += "( ";
        inner(*node.children[0]);
        out_ += " )";
        return;
      case Node::Kind::group:
        return group(node);
      case Node::Kind::choice:
        return choice(node, 0);
      case Node::Kind::loop:
      case Node::Kind::choose:
        head(node);
        out_ += ';';
        return do_done(node);
      case Node::Kind::counting:
        out_ += fmt::format("for (({}; {}; {}))", node.words[0].source, node.words[1].source,
                            node.words[2].source);
        return do_done(node);
      case Node::Kind::repetition:
        out_ += node.negated ? "until " : "while ";
        inner(*node.children[0]);
        semicolon();
        out_ += " do\n";
        deeper(*node.children[1]);
        semicolon();
        return newline("done");
      case Node::Kind::selection:
        return selection(node);
      case Node::Kind::function:
        out_ += "function ";
        return function(node.name, *node.children[0]);
      case Node::Kind::arithmetic:
        out_ += fmt::format("(({}))", node.words[0].source);
        return;
      case Node::Kind::conditional:
        return conditional(node);
    }
  }

  void simple(const Node& node) {
    std::size_t markers = 0;
    for (const Word& word : node.words) markers += is_marker(word) ? 1 : 0;
    std::string_view gap;
    for (std::size_t i = 0; i + markers < node.assignments.size(); ++i) {
      out_ += gap;
      out_ += node.assignments[i].source;
      gap = " ";
    }
    for (const Word& word : node.words) {
      out_ += gap;
      out_ += word.source;
      gap = " ";
    }
    redirects(node);
    if (gap.empty() && out_.starts_with(' ')) out_.erase(0, 1);
  }

  void pipeline(const Node& node) {
    if (node.timed) out_ += node.timed_posix ? "time -p " : "time ";
    if (node.negated) out_ += "! ";
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      if (i > 0) out_ += node.error_too[i - 1] ? " 2>&1 | " : " | ";
      inner(*node.children[i]);
    }
  }

  void list(const Node& node) {
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      if (i > 0) {
        if (node.operators[i - 1] == '&') {
          out_ += ' ';
          skip_indent_ = true;
        } else {
          if (!documents_.empty())
            documents("");
          else if (!was_document_)
            out_ += ';';
          else
            was_document_ = false;
          if (in_function_) {
            out_ += '\n';
          } else {
            out_ += ' ';
            skip_indent_ = true;
          }
        }
      } else if (node.children.size() > 1 || !node.operators.empty()) {
        skip_indent_ = true;
      }
      command(*node.children[i]);
      if (node.operators[i] == '&') out_ += " &";
    }
  }

  void group(const Node& node) {
    out_ += "{ ";
    if (in_function_) {
      out_ += '\n';
      deeper(*node.children[0]);
      newline("}");
      return;
    }
    inner(*node.children[0]);
    documents("\n");
    semicolon();
    out_ += " }";
  }

  void choice(const Node& node, std::size_t from) {
    if (out_.size() > kPrintedMax) return;  // Each elif goes a level deeper.
    out_ += "if ";
    inner(*node.children[from]);
    semicolon();
    out_ += " then\n";
    deeper(*node.children[from + 1]);
    if (from + 2 < node.children.size()) {
      semicolon();
      newline("else\n");
      if (from + 3 == node.children.size()) {
        deeper(*node.children[from + 2]);
      } else {
        depth_ += kIndent;
        indent();
        choice(node, from + 2);
        depth_ -= kIndent;
      }
    }
    semicolon();
    newline("fi");
  }

  void do_done(const Node& node) {
    newline("do\n");
    deeper(*node.children[0]);
    semicolon();
    newline("done");
  }

  void selection(const Node& node) {
    head(node);
    depth_ += kIndent;
    for (const CaseItem& item : node.items) {
      newline("");
      for (std::size_t i = 0; i < item.patterns.size(); ++i) {
        if (i > 0) out_ += " | ";
        out_ += item.patterns[i].source;
      }
      out_ += ")\n";
      if (item.body) deeper(*item.body);
      newline(item.end == CaseItem::End::stop           ? ";;"
              : item.end == CaseItem::End::fall_through ? ";&"
                                                        : ";;&");
    }
    depth_ -= kIndent;
    newline("esac");
  }

  void conditional(const Node& node) {
    out_ += "[[";
    bool operand = true;  // What comes next begins a term.
    for (std::size_t i = 0; i < node.words.size(); ++i) {
      const std::string& source = node.words[i].source;
      const std::string text = source.starts_with('\x01') ? source.substr(1) : source;
      const bool joins = source != text && (text == "&&" || text == "||" || text == "(");
      if (operand && !joins && source == text && text != "!") {
        const bool unary = text.size() == 2 && text[0] == '-';
        const bool last =
            i + 1 == node.words.size() || node.words[i + 1].source.starts_with('\x01');
        const bool compares = i + 1 < node.words.size() && (node.words[i + 1].source == "\x01<" ||
                                                            node.words[i + 1].source == "\x01>");
        if (!unary && last && !compares) out_ += " -n";
      }
      operand = joins || text == "!";
      out_ += ' ';
      out_ += text;
    }
    out_ += " ]]";
  }

  void redirects(const Node& node) {
    for (const Redirect& one : node.redirects) {
      out_ += ' ';
      if (!one.variable.empty())
        out_ += "{" + one.variable + "}";
      else if (one.descriptor >= 0)
        out_ += std::to_string(one.descriptor);
      redirect(one);
    }
  }

  void redirect(const Redirect& one) {
    const std::string& target = one.target.source;
    switch (one.kind) {
      case Redirect::Kind::input:
        out_ += "< " + target;
        return;
      case Redirect::Kind::output:
        out_ += "> " + target;
        return;
      case Redirect::Kind::append:
        out_ += ">> " + target;
        return;
      case Redirect::Kind::clobber:
        out_ += ">| " + target;
        return;
      case Redirect::Kind::read_write:
        out_ += "<> " + target;
        return;
      case Redirect::Kind::duplicate_input:
        out_ += (one.descriptor < 0 && one.variable.empty() ? "0<&" : "<&") + target;
        return;
      case Redirect::Kind::duplicate_output:
        out_ += (one.descriptor < 0 && one.variable.empty() ? "1>&" : ">&") + target;
        return;
      case Redirect::Kind::here_string:
        out_ += "<<< " + target;
        return;
      case Redirect::Kind::both:
        out_ += "&> " + target;
        return;
      case Redirect::Kind::both_append:
        out_ += "&>> " + target;
        return;
      case Redirect::Kind::here_document:
        out_ += "<<" + target;
        if (one.body) documents_.push_back({one.body->source, target});
        return;
    }
  }

  void documents(std::string_view end) {
    if (documents_.empty()) return;
    out_ += '\n';
    for (const auto& [text, mark] : documents_) out_ += text + mark + "\n";
    documents_.clear();
    was_document_ = true;
    (void)end;
  }

  std::string out_;
  std::vector<std::pair<std::string, std::string>> documents_;
  int depth_ = 0;
  bool in_function_;
  bool skip_indent_ = false;
  bool was_document_ = false;
};

}  // namespace

std::string command_text(const Node& node) {
  Printer printer(false);
  printer.command(node);
  return printer.take();
}

std::string function_text(std::string_view name, const Node& body) {
  Printer printer(true);
  printer.function(name, body);
  return printer.take() + "\n";
}

std::string head_text(const Node& node) {
  Printer printer(false);
  printer.head(node);
  return printer.take();
}

std::string assignment_text(const Assignment& one) {
  return one.source;
}

}  // namespace decnet::shell::sh
