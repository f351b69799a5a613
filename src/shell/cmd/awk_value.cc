// The values, fields and variables of a running awk program.
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "shell/cmd/awk_run.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {

using Kind = AwkNode::Kind;

namespace {

// A number by CONVFMT or OFMT; a format that is no plain one counts as the usual one.
std::string real_text(double number, const std::string& format) {
  char precision[4] = "6";
  char letter = 'g';
  std::size_t at = format.starts_with("%.") ? 2 : 0;
  std::size_t digits = 0;
  while (at != 0 && at < format.size() && digits < 2 && format[at] >= '0' && format[at] <= '9')
    precision[digits++] = format[at++];
  if (digits > 0) precision[digits] = 0;
  const bool plain = digits > 0 && at + 1 == format.size() &&
                     std::string_view("eEfFgG").find(format[at]) != std::string_view::npos;
  if (plain) letter = format[at];
  const int places = plain ? std::atoi(precision) : 6;
  switch (letter) {
    case 'e':
    case 'E':
      return text_of("%.*e", places, number);
    case 'f':
    case 'F':
      return text_of("%.*f", places, number);
    default:
      return text_of("%.*g", places, number);
  }
}

}  // namespace

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
  return real_text(value.number, text_of_variable("CONVFMT"));
}

// As print shows it.
std::string AwkMachine::printed(const AwkValue& value) const {
  if (!value.is_number ||
      (value.number == std::floor(value.number) && std::abs(value.number) <= 2147483647.0))
    return as_text(value);
  return real_text(value.number, text_of_variable("OFMT"));
}

// What stops a program, as mawk tells it.
void AwkMachine::fault(Io& io, const std::string& what) {
  io.err(std::string(io.name()) + ": run time error: " + what + "\n\tFILENAME=\"" +
         text_of_variable("FILENAME") + "\" FNR=" + std::to_string(file_nr_) +
         " NR=" + std::to_string(nr_) + "\n");
  ended_ = true;
  status = 2;
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
  if (++steps_ <= kAwkStepsMax && steps_since_ <= kAwkStepsTogetherMax) return true;
  if (!ended_) {
    io.err(std::string(io.name()) + ": program limit exceeded: eval stack size=1024\n");
    status = 2;
  }
  ended_ = true;
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
  return regex_of(as_text(value(io, node)));
}

std::shared_ptr<Regex> AwkMachine::regex_of(const std::string& pattern) {
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
      return number(a / b);
    case '%':
      return number(b == 0 ? -NAN : std::fmod(a, b));
    default:
      return number(std::pow(a, b));
  }
}

}  // namespace decnet::shell::cmd
