#include "shell/cmd/awk_run.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "shell/cmd/text.h"

namespace decnet::shell::cmd {

using Kind = AwkNode::Kind;

AwkValue AwkMachine::number(double number) {
  AwkValue made;
  made.number = number;
  made.is_number = true;
  return made;
}

AwkValue AwkMachine::string(std::string text) {
  AwkValue made;
  if (text.size() > kAwkStringBytesMax) text.resize(kAwkStringBytesMax);
  made.text = std::move(text);
  return made;
}

AwkValue AwkMachine::input(std::string text) {
  AwkValue made = string(std::move(text));
  const char* from = made.text.c_str();
  char* end = nullptr;
  made.number = std::strtod(from, &end);
  const bool any = end != from;
  while (*end == ' ' || *end == '\t' || *end == '\n') ++end;
  made.looks_numeric =
      any && *end == '\0' && made.text.find_first_of("xXnNiI") == std::string::npos;
  return made;
}

double AwkMachine::as_number(const AwkValue& value) {
  if (value.is_number || value.looks_numeric) return value.number;
  const double read = std::strtod(value.text.c_str(), nullptr);
  return std::isfinite(read) && value.text.find_first_of("xX") == std::string::npos ? read : 0;
}

std::string AwkMachine::as_text(const AwkValue& value) const {
  if (!value.is_number) return value.text;
  if (value.number == std::floor(value.number) && std::abs(value.number) <= 2147483647.0)
    return text_of("%.0f", value.number == 0 ? 0.0 : value.number);
  return text_of("%.6g", value.number);
}

bool AwkMachine::as_truth(const AwkValue& value) {
  return value.is_number || value.looks_numeric ? value.number != 0 : !value.text.empty();
}

void AwkMachine::set(std::string_view name, std::string_view text) {
  variables_[std::string(name)] = input(std::string(text));
}

std::string AwkMachine::text_of_variable(std::string_view name) const {
  const auto found = variables_.find(name);
  return found == variables_.end() ? std::string() : as_text(found->second);
}

bool AwkMachine::has_records() const {
  return std::any_of(program_.rules.begin(), program_.rules.end(),
                     [](const AwkRule& rule) { return rule.when != AwkRule::When::begin; });
}

bool AwkMachine::step(Io& io) {
  ++steps_since_;
  if (++steps_ <= kAwkStepsMax) return true;
  if (!ended) {
    io.err("awk: program limit exceeded\n");
    status = 2;
  }
  ended = true;
  return false;
}

std::string AwkMachine::resolved(const std::string& name) const {
  if (!frames_.empty()) {
    const auto found = frames_.back().names.find(name);
    if (found != frames_.back().names.end()) return found->second;
  }
  return name;
}

void AwkMachine::set_record(std::string text) {
  record_ = std::move(text);
  split_ = false;
}

void AwkMachine::split_fields() {
  if (split_) return;
  split_ = true;
  fields_.clear();
  const std::string between = text_of_variable("FS");
  if (between == " ") {
    fields_ = words_of(record_);
  } else if (record_.empty()) {
  } else if (between.size() == 1 && between != "|" && between != "." &&
             std::string_view("\\^$*+?()[]{}").find(between[0]) == std::string_view::npos) {
    fields_ = cmd::split(record_, between[0]);
  } else if (between.size() == 1) {
    fields_ = cmd::split(record_, between[0]);
  } else if (between.empty()) {
    for (const char byte : record_) fields_.emplace_back(1, byte);
  } else {
    auto& compiled = regexes_[between];
    if (compiled == nullptr) {
      auto made = Regex::compile(between, {.extended = true, .awk = true});
      compiled = std::make_shared<Regex>(made ? std::move(*made) : Regex());
    }
    std::size_t at = 0;
    std::vector<Span> groups;
    std::size_t from = 0;
    while (compiled->search(record_, from, groups)) {
      if (groups[0].to == groups[0].from) {
        from = groups[0].to + 1;
        continue;
      }
      fields_.push_back(record_.substr(at, groups[0].from - at));
      from = at = groups[0].to;
    }
    fields_.push_back(record_.substr(at));
  }
}

void AwkMachine::rebuild() {
  record_ = join(fields_, text_of_variable("OFS"));
}

AwkValue AwkMachine::field(std::size_t number) {
  if (number == 0) return input(record_);
  split_fields();
  return number <= fields_.size() ? input(fields_[number - 1]) : AwkValue{};
}

void AwkMachine::set_field(std::size_t number, std::string text) {
  if (number == 0) return set_record(std::move(text));
  split_fields();
  if (number > 100'000) return;
  if (fields_.size() < number) fields_.resize(number);
  fields_[number - 1] = std::move(text);
  rebuild();
}

std::string AwkMachine::key(Io& io, const AwkNode& node, std::size_t from) {
  std::string all;
  for (std::size_t at = from; at < node.parts.size(); ++at) {
    if (at > from) all += text_of_variable("SUBSEP");
    all += as_text(value(io, *node.parts[at]));
  }
  return all;
}

void AwkMachine::assign(Io& io, const AwkNode& place, AwkValue what) {
  if (place.kind == Kind::field) {
    const double at = as_number(value(io, *place.parts[0]));
    if (at >= 0 && at < 1e6) set_field(static_cast<std::size_t>(at), as_text(what));
  } else if (place.kind == Kind::element) {
    const std::string name = key(io, place, 0);
    AwkArray& cells = array(place.text);
    if (cells.size() < kAwkCellsMax || cells.contains(name)) cells[name] = std::move(what);
  } else {
    if (place.text == "NF") {
      split_fields();
      fields_.resize(static_cast<std::size_t>(std::clamp(as_number(what), 0.0, 100'000.0)));
      rebuild();
    }
    if (place.text == "NR") nr_ = static_cast<std::uint64_t>(std::max(0.0, as_number(what)));
    variables_[resolved(place.text)] = std::move(what);
  }
}

std::shared_ptr<Regex> AwkMachine::regex(Io& io, const AwkNode& node) {
  if (node.kind == Kind::regex) return node.regex;
  const std::string pattern = as_text(value(io, node));
  auto& compiled = regexes_[pattern];
  if (compiled == nullptr) {
    auto made = Regex::compile(pattern, {.extended = true, .awk = true});
    compiled = std::make_shared<Regex>(made ? std::move(*made) : Regex());
  }
  if (regexes_.size() > 500) {
    auto kept = compiled;
    regexes_.clear();
    return kept;
  }
  return compiled;
}

AwkValue AwkMachine::binary(std::string_view how, const AwkValue& left,
                            const AwkValue& right) const {
  if (how == "<" || how == "<=" || how == "==" || how == "!=" || how == ">" || how == ">=") {
    const auto numeric = [](const AwkValue& one) {
      return one.is_number || one.looks_numeric || one.text.empty();
    };
    int order = 0;
    const bool both_empty =
        !left.is_number && !right.is_number && !left.looks_numeric && !right.looks_numeric;
    if (numeric(left) && numeric(right) && !both_empty) {
      const double a = as_number(left);
      const double b = as_number(right);
      order = a < b ? -1 : a > b ? 1 : 0;
    } else {
      order = as_text(left).compare(as_text(right));
    }
    const bool met = how == "<"    ? order < 0
                     : how == "<=" ? order <= 0
                     : how == "==" ? order == 0
                     : how == "!=" ? order != 0
                     : how == ">"  ? order > 0
                                   : order >= 0;
    return number(met ? 1 : 0);
  }
  const double a = as_number(left);
  const double b = as_number(right);
  switch (how[0]) {
    case '+':
      return number(a + b);
    case '-':
      return number(a - b);
    case '*':
      return number(a * b);
    case '/':
      return number(b == 0 ? HUGE_VAL : a / b);
    case '%':
      return number(b == 0 ? NAN : std::fmod(a, b));
    default:
      return number(std::pow(a, b));
  }
}

AwkValue AwkMachine::getline(Io& io, const AwkNode& node) {
  std::string line;
  if (node.parts.empty()) {
    if (!next_line || !next_line(line)) return number(0);
    ++nr_;
  } else {
    const std::string name = as_text(value(io, *node.parts[0]));
    if (!readers_.contains(name)) {
      const Sys<std::string> bytes = io.slurp(name);
      if (!bytes) return number(-1);
      readers_[name] = {*bytes, 0};
    }
    auto& [bytes, at] = readers_[name];
    if (at >= bytes.size()) return number(0);
    const std::size_t end = std::min(bytes.find('\n', at), bytes.size());
    line = bytes.substr(at, end - at);
    at = end + 1;
  }
  if (node.text.empty()) {
    set_record(std::move(line));
  } else {
    variables_[resolved(node.text)] = input(std::move(line));
  }
  return number(1);
}

AwkValue AwkMachine::value(Io& io, const AwkNode& node) {
  if (!step(io)) return {};
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
      if (node.text == "NR" || node.text == "FNR") return number(static_cast<double>(nr_));
      const auto found = variables_.find(resolved(node.text));
      return found == variables_.end() ? AwkValue{} : found->second;
    }
    case Kind::field: {
      const double at = as_number(value(io, *node.parts[0]));
      if (at < 0) {
        io.err("mawk: negative field index $" + text_of("%.0f", at) + "\n");
        ended = true;
        status = 2;
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
      if ((node.text == "/" || node.text == "%") && as_number(right) == 0) {
        io.err("mawk: division by zero\n");
        ended = true;
        status = 2;
        return {};
      }
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
    case Kind::getline:
      return getline(io, node);
    case Kind::call:
      return call(io, node);
    default:
      return {};
  }
}

AwkFlow AwkMachine::run_loop(Io& io, const AwkNode& node) {
  bool first = node.text == "do";
  while (!ended && (first || as_truth(value(io, *node.parts[0])))) {
    first = false;
    if (!step(io)) return AwkFlow::exit;
    const AwkFlow flow = run(io, *node.parts[1]);
    if (flow == AwkFlow::breaks) break;
    if (flow != AwkFlow::on && flow != AwkFlow::continues) return flow;
    if (node.parts.size() > 2) run(io, *node.parts[2]);
  }
  return AwkFlow::on;
}

AwkFlow AwkMachine::run(Io& io, const AwkNode& node) {
  if (ended || !step(io)) return AwkFlow::exit;
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
    case Kind::for_in: {
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
      return ended ? AwkFlow::exit : AwkFlow::on;
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
      out += (at > 0 ? text_of_variable("OFS") : "") + as_text(values[at]);
    out += text_of_variable("ORS");
  }
  if (node.parts.size() < 3) {
    io.out(out);
    return io.pending() > kGatheredBytesMax ? AwkFlow::exit : AwkFlow::on;
  }
  const std::string way = node.parts[1]->text;
  const std::string name = as_text(value(io, *node.parts[2]));
  if (way == "|") {
    if (piped[name].size() < kAwkStringBytesMax) piped[name] += out;
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
      io.err("mawk: cannot open \"" + name + "\" for output\n");
      status = 2;
      return AwkFlow::exit;
    }
  }
  return AwkFlow::on;
}

void AwkMachine::run_rules(Io& io, AwkRule::When when) {
  for (AwkRule& rule : program_.rules) {
    if (ended) return;
    if (rule.when != when) continue;
    if (when == AwkRule::When::record && rule.pattern != nullptr) {
      if (rule.until != nullptr) {
        if (!rule.inside && !as_truth(value(io, *rule.pattern))) continue;
        rule.inside = !as_truth(value(io, *rule.until));
      } else if (!as_truth(value(io, *rule.pattern))) {
        continue;
      }
    }
    AwkFlow flow = AwkFlow::on;
    if (rule.action != nullptr)
      flow = run(io, *rule.action);
    else
      io.out(record_ + text_of_variable("ORS"));
    if (flow == AwkFlow::exit) ended = true;
    if (flow == AwkFlow::next) return;
  }
}

void AwkMachine::record(Io& io, std::string_view text) {
  ++nr_;
  set_record(std::string(text));
  run_rules(io, AwkRule::When::record);
}

void AwkMachine::end(Io& io) {
  const bool broken = steps_ > kAwkStepsMax || status == 2;
  if (broken) return;
  ended = false;
  run_rules(io, AwkRule::When::end);
  ended = true;
}

}  // namespace decnet::shell::cmd
