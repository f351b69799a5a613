// Awk's functions.
#include <algorithm>
#include <cctype>
#include <cmath>

#include "shell/cmd/awk_run.h"
#include "shell/cmd/text.h"

namespace decnet::shell::cmd {

using Kind = AwkNode::Kind;

std::string AwkMachine::format(Io& io, const std::vector<AwkValue>& values) {
  if (values.empty()) return {};
  const std::string shape = as_text(values[0]);
  const char* const name = "printf";
  std::string out;
  std::size_t next = 1;
  for (std::size_t at = 0; at < shape.size() && out.size() < kAwkStringBytesMax; ++at) {
    if (shape[at] != '%' || at + 1 >= shape.size()) {
      out += shape[at];
      continue;
    }
    if (shape[at + 1] == '%') {
      out += '%';
      ++at;
      continue;
    }
    std::string flags = "%";
    for (++at; at < shape.size() &&
               std::string_view("-+ #0123456789.*").find(shape[at]) != std::string_view::npos;
         ++at) {
      if (shape[at] == '*') {
        flags += text_of("%.0f", next < values.size() ? as_number(values[next]) : 0.0);
        ++next;
      } else {
        flags += shape[at];
      }
    }
    if (flags.size() > 12) flags = "%";
    const char letter = at < shape.size() ? shape[at] : '\0';
    if (std::string_view("diouxXfFeEgGcs").find(letter) == std::string_view::npos) {
      fault(io, text_of("improper conversion(number %zu) in %s(\"", next, name) + shape + "\")");
      return out;
    }
    if (next >= values.size()) {
      fault(io, std::string("not enough arguments passed to ") + name + "(\"" + shape + "\")");
      return out;
    }
    const AwkValue one = values[next];
    ++next;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    if (letter == 'd' || letter == 'i' || letter == 'o' || letter == 'x' || letter == 'X' ||
        letter == 'u') {
      const double given = std::clamp(as_number(one), -9.2e18, 9.2e18);
      out += text_of((flags + "ll" + (letter == 'i' ? 'd' : letter)).c_str(),
                     static_cast<long long>(std::isnan(given) ? 0 : given));
    } else if (std::string_view("fFeEgG").find(letter) != std::string_view::npos) {
      out += text_of((flags + letter).c_str(), as_number(one));
    } else if (letter == 'c') {
      const std::string text =
          one.is_number
              ? std::string(1,
                            static_cast<char>(static_cast<int>(std::clamp(one.number, 0.0, 255.0))))
              : as_text(one).substr(0, 1);
      out += text_of((flags + "s").c_str(), text.c_str());
    } else {
      out += text_of((flags + "s").c_str(), as_text(one).c_str());
    }
#pragma GCC diagnostic pop
  }
  return out;
}

AwkValue AwkMachine::substitute(Io& io, const AwkNode& node) {
  if (node.parts.size() < 2) return number(0);
  const auto compiled = regex(io, *node.parts[0]);
  const std::string with = as_text(value(io, *node.parts[1]));
  const bool given = node.parts.size() > 2;
  const std::string text = given ? as_text(value(io, *node.parts[2])) : record_;
  std::string out;
  std::size_t at = 0;
  double count = 0;
  std::vector<Span> groups;
  while (at <= text.size() && compiled != nullptr && compiled->search(text, at, groups, at == 0)) {
    const Span whole = groups[0];
    out.append(text, at, whole.from - at);
    for (std::size_t in = 0; in < with.size(); ++in) {
      if (with[in] == '\\' && in + 1 < with.size() && (with[in + 1] == '&' || with[in + 1] == '\\'))
        out += with[++in];
      else if (with[in] == '&')
        out.append(text, whole.from, whole.to - whole.from);
      else
        out += with[in];
    }
    ++count;
    at = whole.to;
    if (whole.from == whole.to) {
      if (at < text.size()) out += text[at];
      ++at;
    }
    if (node.text == "sub" || out.size() > kAwkStringBytesMax) break;
  }
  if (at < text.size()) out.append(text, at);
  if (count > 0) {
    if (given)
      assign(io, *node.parts[2], string(out));
    else
      set_record(out);
  }
  return number(count);
}

AwkValue AwkMachine::split(Io& io, const AwkNode& node) {
  if (node.parts.size() < 2) return number(0);
  const std::string text = as_text(value(io, *node.parts[0]));
  const std::string before = record_;
  const std::vector<std::string> fields = fields_;
  const bool was = split_;
  const AwkValue separator = variables_["FS"];
  if (node.parts.size() > 2) {
    variables_["FS"] =
        node.parts[2]->kind == Kind::regex
            ? string(node.parts[2]->text.size() == 1 ? node.parts[2]->text
                                                     : "(" + node.parts[2]->text + ")")
            : string(as_text(value(io, *node.parts[2])));
  }
  set_record(text);
  split_fields();
  AwkArray& cells = array(node.parts[1]->text);
  cells.clear();
  for (std::size_t at = 0; at < fields_.size() && at < kAwkCellsMax; ++at)
    cells[std::to_string(at + 1)] = input(fields_[at]);
  const auto count = static_cast<double>(fields_.size());
  variables_["FS"] = separator;
  record_ = before;
  fields_ = fields;
  split_ = was;
  return number(count);
}

bool AwkMachine::too_deep(Io& io) {
  if (frames_.size() < kAwkDepthMax) return false;
  io.err(std::string(io.name()) + ": program limit exceeded: eval stack size=1024\n");
  ended_ = true;
  status = 2;
  return true;
}

// Where a parameter lies: its argument's array, or a name of its own.
std::string AwkMachine::parameter_place(const AwkNode* given, const std::string& own) const {
  if (given == nullptr || given->kind != Kind::variable) return own;
  const std::string name = resolved(given->text);
  // A name without a value may be an array that the function fills.
  const bool is_array = arrays_.contains(name) || (!variables_.contains(name) && name != "NF" &&
                                                   name != "NR" && name != "FNR");
  return is_array ? name : own;
}

AwkValue AwkMachine::leave(const AwkFunction& function, const std::string& own) {
  AwkValue result = std::move(frames_.back().result);
  frames_.pop_back();
  for (const std::string& name : function.parameters) {
    variables_.erase(own + name);
    arrays_.erase(own + name);
  }
  return result;
}

AwkValue AwkMachine::call_function(Io& io, const AwkNode& node, const AwkFunction& function) {
  if (too_deep(io)) return {};
  Frame frame;
  const std::string own = "\001" + std::to_string(++calls_) + ":";
  for (std::size_t at = 0; at < function.parameters.size(); ++at) {
    const std::string& name = function.parameters[at];
    const AwkNode* given = at < node.parts.size() ? node.parts[at].get() : nullptr;
    const std::string place = parameter_place(given, own + name);
    frame.names[name] = place;
    if (given != nullptr && place == own + name) variables_[place] = value(io, *given);
  }
  frames_.push_back(std::move(frame));
  if (run(io, *function.body) == AwkFlow::exit) ended_ = true;
  return leave(function, own);
}

AwkValue AwkMachine::call(Io& io, const AwkNode& node) {
  const std::string& name = node.text;
  if (const auto found = program_.functions.find(name); found != program_.functions.end())
    return call_function(io, node, found->second);
  if (name == "sub" || name == "gsub") return substitute(io, node);
  if (name == "split") return split(io, node);
  if (name == "length") {
    if (node.parts.empty()) return number(static_cast<double>(record_.size()));
    const AwkNode& one = *node.parts[0];
    if (one.kind == Kind::variable && arrays_.contains(resolved(one.text)))
      return number(static_cast<double>(array(one.text).size()));
  }
  if (name == "match" && node.parts.size() > 1) {
    const std::string text = as_text(value(io, *node.parts[0]));
    const auto compiled = regex(io, *node.parts[1]);
    std::vector<Span> groups;
    const bool met = compiled != nullptr && compiled->search(text, 0, groups);
    variables_["RSTART"] = number(met ? static_cast<double>(groups[0].from + 1) : 0);
    variables_["RLENGTH"] = number(met ? static_cast<double>(groups[0].to - groups[0].from) : -1);
    return variables_["RSTART"];
  }
  std::vector<AwkValue> given;
  for (const AwkTree& part : node.parts) given.push_back(value(io, *part));
  const auto text = [&](std::size_t at) {
    return at < given.size() ? as_text(given[at]) : std::string();
  };
  const auto real = [&](std::size_t at) { return at < given.size() ? as_number(given[at]) : 0.0; };
  if (name == "length") return number(static_cast<double>(text(0).size()));
  if (name == "substr") {
    const std::string from = text(0);
    // mawk adds what lies before the text to the length.
    const double first = std::round(real(1));
    const double begin = std::max(first, 1.0);
    const double length = given.size() > 2 ? std::round(real(2)) - std::min(first, 0.0) : 1e9;
    const double end = begin + length;
    const double low = std::max(begin, 1.0);
    const double high = std::min(end, static_cast<double>(from.size()) + 1);
    if (!(high > low)) return string("");
    return string(
        from.substr(static_cast<std::size_t>(low) - 1, static_cast<std::size_t>(high - low)));
  }
  if (name == "index") {
    const std::size_t at = text(0).find(text(1));
    return number(at == std::string::npos ? 0 : static_cast<double>(at + 1));
  }
  if (name == "sprintf") return string(format(io, given));
  if (name == "tolower") return string(lower(text(0)));
  if (name == "toupper") {
    std::string up = text(0);
    for (char& byte : up) byte = static_cast<char>(std::toupper(static_cast<unsigned char>(byte)));
    return string(up);
  }
  if (name == "int") return number(std::trunc(real(0)));
  if (name == "sqrt") return number(std::sqrt(real(0)));
  if (name == "exp") return number(std::exp(real(0)));
  if (name == "log") return number(std::log(real(0)));
  if (name == "sin") return number(std::sin(real(0)));
  if (name == "cos") return number(std::cos(real(0)));
  if (name == "atan2") return number(std::atan2(real(0), real(1)));
  if (name == "rand") {
    random_ ^= random_ << 13;
    random_ ^= random_ >> 7;
    random_ ^= random_ << 17;
    return number(static_cast<double>(random_ >> 11) / 9007199254740992.0);
  }
  if (name == "srand") {
    random_ = 88172645463325252ULL ^
              static_cast<std::uint64_t>(
                  given.empty() ? seconds(io.now())
                                : static_cast<std::int64_t>(std::clamp(real(0), -1e15, 1e15)));
    return number(0);
  }
  if (name == "systime") return number(static_cast<double>(seconds(io.now())));
  if (name == "strftime")
    return string(date_text(
        given.size() > 1
            ? from_micros(static_cast<std::int64_t>(std::clamp(real(1), -1e11, 1e11)) * 1'000'000)
            : io.now(),
        text(0)));
  if (name == "mktime") return number(-1);
  return {};
}

}  // namespace decnet::shell::cmd
