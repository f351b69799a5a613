#include "shell/cmd/awk_run.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "shell/cmd/text.h"

namespace decnet::shell::cmd {

using Kind = AwkNode::Kind;

AwkValue AwkMachine::value(Io& io, const AwkNode& node) {
  if (!step(io)) return {};
  if (node.waits) {
    const auto waited = known_.find(&node);
    if (waited != known_.end()) return waited->second;
  }
  switch (node.kind) {
    case Kind::number:
      return number(node.number);
    case Kind::string:
      return string(node.text);
    case Kind::regex:
      return number(node.regex != nullptr && node.regex->matches(record_) ? 1 : 0);
    case Kind::variable: {
      if (node.text == "NF") {
        split_fields();
        return number(static_cast<double>(fields_.size()));
      }
      if (node.text == "NR") return number(static_cast<double>(nr_));
      if (node.text == "FNR") return number(static_cast<double>(file_nr_));
      const auto found = variables_.find(resolved(node.text));
      return found == variables_.end() ? AwkValue{} : found->second;
    }
    case Kind::field: {
      const double at = as_number(value(io, *node.parts[0]));
      if (at < 0) {
        fault(io, "negative field index $" + text_of("%.0f", at));
        return {};
      }
      return field(static_cast<std::size_t>(std::min(at, 1e6)));
    }
    case Kind::element: {
      const std::string name = key(io, node, 0);
      AwkArray& cells = array(node.text);
      if (!cells.contains(name) && cells.size() >= kAwkCellsMax) return {};
      return cells[name];
    }
    case Kind::group:
      if (node.parts.size() == 1) return value(io, *node.parts[0]);
      return string(key(io, node, 0));
    case Kind::assign: {
      AwkValue right = value(io, *node.parts[1]);
      if (!node.text.empty()) right = binary(node.text, value(io, *node.parts[0]), right);
      assign(io, *node.parts[0], right);
      return right;
    }
    case Kind::binary: {
      const AwkValue left = value(io, *node.parts[0]);
      const AwkValue right = value(io, *node.parts[1]);
      return binary(node.text, left, right);
    }
    case Kind::concat: {
      const std::string left = as_text(value(io, *node.parts[0]));
      return string(left + as_text(value(io, *node.parts[1])));
    }
    case Kind::unary: {
      if (node.text == "++" || node.text == "--") {
        const AwkValue made =
            number(as_number(value(io, *node.parts[0])) + (node.text == "++" ? 1 : -1));
        assign(io, *node.parts[0], made);
        return made;
      }
      const AwkValue inner = value(io, *node.parts[0]);
      if (node.text == "!") return number(as_truth(inner) ? 0 : 1);
      return number(node.text == "-" ? -as_number(inner) : as_number(inner));
    }
    case Kind::post: {
      const double before = as_number(value(io, *node.parts[0]));
      assign(io, *node.parts[0], number(before + (node.text == "++" ? 1 : -1)));
      return number(before);
    }
    case Kind::both:
      return number(as_truth(value(io, *node.parts[0])) && as_truth(value(io, *node.parts[1])) ? 1
                                                                                               : 0);
    case Kind::either:
      return number(as_truth(value(io, *node.parts[0])) || as_truth(value(io, *node.parts[1])) ? 1
                                                                                               : 0);
    case Kind::ternary:
      return value(io, *node.parts[as_truth(value(io, *node.parts[0])) ? 1 : 2]);
    case Kind::match: {
      const std::string text = as_text(value(io, *node.parts[0]));
      const auto compiled = regex(io, *node.parts[1]);
      return number((compiled != nullptr && compiled->matches(text)) != (node.text == "!") ? 1 : 0);
    }
    case Kind::in: {
      const std::string name = as_text(value(io, *node.parts[0]));
      return number(array(node.text).contains(name) ? 1 : 0);
    }
    case Kind::call:
      return call(io, node);
    default:
      return {};
  }
}

// Where it cannot wait: within a function that a value is asked of.
AwkFlow AwkMachine::run_loop(Io& io, const AwkNode& node) {
  bool first = node.text == "do";
  while (!ended_ && (first || as_truth(value(io, *node.parts[0])))) {
    first = false;
    if (!step(io)) return AwkFlow::exit;
    const AwkFlow flow = run(io, *node.parts[1]);
    if (flow == AwkFlow::breaks) break;
    if (flow != AwkFlow::on && flow != AwkFlow::continues) return flow;
    if (node.parts.size() > 2) run(io, *node.parts[2]);
  }
  return AwkFlow::on;
}

AwkFlow AwkMachine::run_each(Io& io, const AwkNode& node) {
  std::vector<std::string> keys;
  for (const auto& [name, cell] : array(node.parts[0]->text)) keys.push_back(name);
  for (const std::string& name : keys) {
    variables_[resolved(node.text)] = input(name);
    const AwkFlow flow = run(io, *node.parts[1]);
    if (flow == AwkFlow::breaks) break;
    if (flow != AwkFlow::on && flow != AwkFlow::continues) return flow;
  }
  return AwkFlow::on;
}

AwkFlow AwkMachine::run(Io& io, const AwkNode& node) {
  if (ended_ || !step(io)) return AwkFlow::exit;
  switch (node.kind) {
    case Kind::block:
      for (const AwkTree& part : node.parts) {
        const AwkFlow flow = run(io, *part);
        if (flow != AwkFlow::on) return flow;
      }
      return AwkFlow::on;
    case Kind::if_else:
      if (as_truth(value(io, *node.parts[0]))) return run(io, *node.parts[1]);
      return node.parts.size() > 2 ? run(io, *node.parts[2]) : AwkFlow::on;
    case Kind::loop:
      return run_loop(io, node);
    case Kind::for_in:
      return run_each(io, node);
    case Kind::print:
      return print(io, node);
    case Kind::next:
      return AwkFlow::next;
    case Kind::breaks:
      return AwkFlow::breaks;
    case Kind::continues:
      return AwkFlow::continues;
    case Kind::exit:
      if (!node.parts.empty())
        status = static_cast<int>(as_number(value(io, *node.parts[0]))) & 255;
      return AwkFlow::exit;
    case Kind::returns:
      if (!node.parts.empty() && !frames_.empty()) {
        AwkValue result = value(io, *node.parts[0]);
        frames_.back().result = std::move(result);
      }
      return AwkFlow::returns;
    case Kind::remove:
      if (node.parts.empty())
        array(node.text).clear();
      else
        array(node.text).erase(key(io, node, 0));
      return AwkFlow::on;
    case Kind::nothing:
      return AwkFlow::on;
    default:
      value(io, node);
      return ended_ ? AwkFlow::exit : AwkFlow::on;
  }
}

AwkFlow AwkMachine::print(Io& io, const AwkNode& node) {
  std::string out;
  std::vector<AwkValue> values;
  for (const AwkTree& part : node.parts[0]->parts) values.push_back(value(io, *part));
  if (node.text == "printf") {
    out = format(io, values);
  } else {
    if (values.empty()) out = record_;
    for (std::size_t at = 0; at < values.size(); ++at)
      out += (at > 0 ? text_of_variable("OFS") : "") + printed(values[at]);
    out += text_of_variable("ORS");
  }
  if (ended_ && node.text != "printf") return AwkFlow::exit;
  if (node.parts.size() < 3) {
    io.out(out);
    return io.pending() > kGatheredBytesMax ? AwkFlow::exit : AwkFlow::on;
  }
  const std::string way = node.parts[1]->text;
  const std::string name = as_text(value(io, *node.parts[2]));
  if (way == "|") {
    piped_to_ = name;
    piped_ = out;
  } else if (name == "/dev/stdout" || name == "-") {
    io.out(out);
  } else if (name == "/dev/stderr") {
    io.err(out);
  } else {
    const std::string path = io.absolute(name);
    const bool first = std::find(written_.begin(), written_.end(), name) == written_.end();
    if (first) written_.push_back(name);
    const Sys<void> wrote = first && way == ">"
                                ? io.files.write_file(path, out, io.who, 0666 & ~io.process.umask)
                            : io.files.stat(path, io.who)
                                ? io.files.append(path, out, io.who)
                                : io.files.write_file(path, out, io.who, 0666 & ~io.process.umask);
    if (!wrote) {
      io.err(std::string(io.name()) + ": cannot open \"" + name + "\" for output (" +
             std::string(sys_error(wrote.error())) + ")\n");
      status = 2;
      return AwkFlow::exit;
    }
  }
  return AwkFlow::on;
}

}  // namespace decnet::shell::cmd
