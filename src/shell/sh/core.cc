// The interpreter's variables, messages and arithmetic.
#include <algorithm>
#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "shell/machine.h"
#include "shell/sh/arithmetic.h"
#include "shell/sh/escapes.h"
#include "shell/sh/expander.h"
#include "shell/sh/interpreter.h"

namespace decnet::shell::sh {

Interpreter::Interpreter(Process& of, Flavour kind)
    : process(&of),
      flavour(kind),
      functions(std::make_shared<std::map<std::string, NodePtr, std::less<>>>()),
      aliases(std::make_shared<std::map<std::string, std::string, std::less<>>>()),
      history(std::make_shared<History>()),
      shell_pid(of.pid) {
  started = of.clock().now();
}

namespace {

// "key" or 'key' as a subscript is written.
std::string unquoted_key(const std::string& key) {
  if (key.size() > 1 && (key[0] == '"' || key[0] == '\'') && key.back() == key[0])
    return key.substr(1, key.size() - 2);
  return key;
}

}  // namespace

std::string Interpreter::prefix() const {
  if (!bash()) return fmt::format("{}: {}: ", name_zero, line);
  if (of_interactive) return name_zero + ": ";
  const bool inside = !sources.empty() && !sources.back().empty();
  return fmt::format("{}: line {}: ", inside ? sources.back() : name_zero, line);
}

Task<void> Interpreter::complain(std::string_view text) {
  const std::string whole = prefix() + std::string(text) + "\n";
  const Sys<void> written = co_await process->write(2, whole);
  (void)written;
}

Task<bool> Interpreter::put(std::string_view text) {
  const std::string whole(text);
  const Sys<void> written = co_await process->write(1, whole);
  co_return written.has_value();
}

std::string Interpreter::option_letters() const {
  std::string out;
  const std::string_view order = bash() ? "abefhiklmnpstuvxBCEHPT" : "efmnuvxIiCabsp";
  for (const char letter : order) {
    if (letter == 'i') {
      if (of_interactive) out.push_back('i');
      continue;
    }
    if (letter == 's') continue;
    for (const OptionName& option : option_names()) {
      // A subshell has no jobs of its own, and says that it has.
      const bool on = options.*option.member || (letter == 'm' && subshell && of_interactive);
      if (option.letter == letter && on && (bash() || (letter != 'h' && letter != 'B'))) {
        out.push_back(letter);
      }
    }
  }
  if (!bash()) std::reverse(out.begin(), out.end());
  if (from_command && bash()) out.push_back('c');
  if (!from_command && (of_interactive || positional.empty()) &&
      name_zero.find('/') == std::string::npos)
    out.push_back('s');
  return out;
}

std::optional<std::string> Interpreter::lookup(std::string_view name) const {
  if (name == "@" || name == "*") {
    std::string all;
    for (const std::string& one : positional) all += (all.empty() ? "" : " ") + one;
    return positional.empty() ? std::nullopt : std::optional(all);
  }
  bool known = false;
  std::string value = special(name, known);
  if (known) return value;
  if (const std::string target = variables.target_name(name);
      target.ends_with(']') && target != name) {
    const std::size_t bracket = std::min(target.find('['), target.size() - 1);
    const Variable* whole = variables.find(target.substr(0, bracket));
    if (whole == nullptr) return std::nullopt;
    const std::string key = target.substr(bracket + 1, target.size() - bracket - 2);
    if (const auto found = whole->keys.find(key); whole->is_map && found != whole->keys.end())
      return found->second;
    const auto found = whole->elements.find(std::atoll(key.c_str()));
    return found == whole->elements.end() ? std::nullopt : std::optional(found->second);
  }
  const Variable* variable = variables.find(name);
  if (variable == nullptr || !variable->set) return std::nullopt;
  if (variable->is_array) {
    const auto first = variable->elements.find(0);
    return first == variable->elements.end() ? std::nullopt : std::optional(first->second);
  }
  if (variable->is_map) {
    const auto first = variable->keys.find("0");
    return first == variable->keys.end() ? std::nullopt : std::optional(first->second);
  }
  return variable->value;
}

std::string Interpreter::get(std::string_view name) const {
  return lookup(name).value_or(std::string{});
}

bool Interpreter::set(std::string_view name, std::string value) {
  return assign(name, nullptr, std::move(value), false);
}

bool Interpreter::assign_word(const std::string& word, std::string value) {
  const std::size_t bracket = word.find('[');
  if (bracket == std::string::npos || !word.ends_with(']'))
    return assign(word, nullptr, std::move(value), false);
  const std::string key = word.substr(bracket + 1, word.size() - bracket - 2);
  return assign(word.substr(0, bracket), &key, std::move(value), false);
}

bool Interpreter::assign(std::string_view name, const std::string* subscript, std::string value,
                         bool append) {
  if (const std::string target = variables.target_name(name);
      subscript == nullptr && target != name && target.ends_with(']'))
    return assign_word(target, std::move(value));
  Variable& variable = variables.make(name);
  if (variable.read_only) {
    problem = std::string(name) + (bash() ? ": readonly variable" : ": is read only");
    return false;
  }
  if (name == "RANDOM") random_state = static_cast<std::uint32_t>(std::atoi(value.c_str()));
  if (name == "SECONDS")
    started = process->clock().now() - std::chrono::seconds(std::atoi(value.c_str()));
  if (name == "BASH_ARGV0") name_zero = value;
  if (options.allexport) variable.exported = true;
  std::string* place = &variable.value;
  if (subscript != nullptr || variable.is_array || variable.is_map) {
    if (subscript != nullptr && subscript->empty()) {
      problem = std::string(name) + "[]: bad array subscript";
      return false;
    }
    if (variable.is_map) {
      place = &variable.keys[subscript != nullptr ? unquoted_key(*subscript) : "0"];
    } else {
      if (!variable.is_array) {
        variable.is_array = true;
        if (variable.set) variable.elements[0] = variable.value;
      }
      std::int64_t index = 0;
      if (subscript != nullptr) {
        const auto number = calculate(*subscript);
        if (!number) {
          problem = number.error();
          return false;
        }
        index = *number;
        if (index < 0 && !variable.elements.empty()) index += variable.elements.rbegin()->first + 1;
        if (index < 0) {
          problem = fmt::format("{}[{}]: bad array subscript", name, *subscript);
          return false;
        }
      }
      place = &variables.make(name).elements[index];
    }
  }
  Variable& again = variables.make(name);
  if (again.integer) {
    const auto number = calculate(value);
    const auto old = append ? calculate(*place) : tl::expected<std::int64_t, std::string>(0);
    if (!number) {
      problem = number.error();
      return false;
    }
    value = std::to_string(*number + (append ? old.value_or(0) : 0));
    append = false;
  }
  for (std::size_t i = 0; i < value.size() && again.letters != 0; ++i) {
    const auto code = static_cast<unsigned char>(value[i]);
    const bool upper = again.letters == 'u' || (again.letters == 'c' && i == 0);
    value[i] = static_cast<char>(upper ? std::toupper(code) : std::tolower(code));
  }
  const std::size_t before = place->size();
  const std::size_t after = value.size() + (append ? before : 0);
  if (after > before && !process->charge(static_cast<std::int64_t>(after - before))) {
    status = 2;
    flow = Flow::leave;  // "cannot allocate memory": a genuine shell ends here, too.
    return true;
  }
  if (after < before)
    process->charge(static_cast<std::int64_t>(after) - static_cast<std::int64_t>(before));
  if (append) {
    *place += value;
  } else {
    *place = std::move(value);
  }
  again.set = true;
  if (name == "PATH") hashed.clear();
  if (name == "OPTIND") option_place = 0;
  return true;
}

Task<bool> Interpreter::assign_and_trace(const Assignment& one) {
  const bool good = co_await assign_node(one);
  if (!good || !options.xtrace) co_return good;
  std::string text = assignment_text(one);
  if (!one.array) {
    text.resize(text.find('=') + 1);
    const std::string value = one.append ? std::string{} : get(one.name);
    text += one.append || one.has_subscript ? one.value.source
                                            : (value.empty() ? std::string{} : trace_quote(value));
  }
  co_await trace(std::move(text));
  co_return true;
}

Task<bool> Interpreter::assign_node(const Assignment& one) {
  std::string text;
  if (!one.array) {
    Expander expander(*this, Split::no);
    expander.assignment = true;
    const bool good = co_await expander.word(one.value);
    if (!good) co_return false;
    std::string key;
    if (one.has_subscript) {
      const Word subscript = Parser::quoted_text(one.subscript, {.flavour = flavour});
      const bool keyed = co_await expand_text(subscript, key);
      if (!keyed) co_return false;
    }
    if (!assign(one.name, one.has_subscript ? &key : nullptr, std::move(expander.current.text),
                one.append)) {
      co_await complain(problem);
      status = bash() ? 1 : 2;
      stop_line();
      co_return false;
    }
    co_return true;
  }
  if (const Variable* old = variables.find(one.name); old != nullptr && old->read_only) {
    {
      const std::string said = one.name + ": readonly variable";
      co_await complain(said);
    }
    status = 1;
    co_return false;
  }
  std::map<std::int64_t, std::string> elements;
  std::map<std::string, std::string> keys;
  std::int64_t next = 0;
  const Variable* old = variables.find(one.name);
  const bool is_map = old != nullptr && old->is_map;
  if (one.append && old != nullptr) {
    elements = old->elements;
    keys = old->keys;
    if (!old->is_array && !is_map && old->set) elements[0] = old->value;
    next = elements.empty() ? 0 : elements.rbegin()->first + 1;
  }
  std::vector<std::string> plain;  // Of a map: keys and values in turn.
  for (const Assignment& element : one.elements) {
    if (element.has_subscript) {
      std::string key;
      const Word word = Parser::quoted_text(element.subscript, {.flavour = flavour});
      bool good = co_await expand_text(word, key);
      if (good) good = co_await expand_text(element.value, text);
      if (!good) co_return false;
      if (is_map) {
        keys[unquoted_key(key)] = text;
      } else {
        next = calculate(key).value_or(0);
        elements[next++] = text;
      }
      continue;
    }
    const std::vector<Word> words = {element.value};
    std::vector<std::string> fields;
    const bool good = co_await expand_words(words, fields);
    if (!good) co_return false;
    for (std::string& field : fields) {
      if (is_map)
        plain.push_back(std::move(field));
      else
        elements[next++] = std::move(field);
    }
  }
  for (std::size_t i = 0; i < plain.size(); i += 2)
    keys[plain[i]] = i + 1 < plain.size() ? plain[i + 1] : std::string{};
  Variable& variable = variables.make(one.name);
  variable.is_array = !is_map;
  variable.set = true;
  variable.elements = std::move(elements);
  variable.keys = std::move(keys);
  if (std::exchange(variable.seals, false)) variable.read_only = true;
  co_return true;
}

tl::expected<std::int64_t, std::string> Interpreter::calculate(std::string_view text) {
  ArithmeticNames names;
  names.bash = bash();
  const auto index = [this](std::string_view subscript) {
    std::string key(subscript);
    if (key.starts_with('$')) key = get(key.substr(1));
    return key;
  };
  names.unset_is_error = options.nounset && bash();
  names.get = [this, index](std::string_view name,
                            std::string_view subscript) -> std::optional<std::string> {
    if (subscript.empty()) return lookup(name);
    const Variable* variable = variables.find(name);
    if (variable == nullptr) return {};
    const std::string key = index(subscript);
    if (variable->is_map) {
      const auto found = variable->keys.find(key);
      return found == variable->keys.end() ? std::nullopt : std::optional(found->second);
    }
    const std::int64_t number = calculate(key).value_or(0);
    if (!variable->is_array) return number == 0 ? lookup(name) : std::nullopt;
    const auto found = variable->elements.find(number);
    return found == variable->elements.end() ? std::nullopt : std::optional(found->second);
  };
  names.set = [this, index](std::string_view name, std::string_view subscript, std::int64_t value) {
    const std::string key = index(subscript);
    return assign(name, subscript.empty() ? nullptr : &key, std::to_string(value), false);
  };
  return evaluate(text, names);
}

const std::string* Interpreter::alias_of(std::string_view name) const {
  const auto found = aliases->find(name);
  return found == aliases->end() ? nullptr : &found->second;
}

}  // namespace decnet::shell::sh
