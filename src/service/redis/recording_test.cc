#include "service/redis/recording.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace decnet::service::redis {

namespace {

int hex_value(char c) {
  return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t n = 0; n < text.size(); ++n) {
    if (text[n] != '\\' || n + 1 >= text.size()) {
      out += text[n];
      continue;
    }
    const char kind = text[++n];
    if (kind == 'r') {
      out += '\r';
    } else if (kind == 'n') {
      out += '\n';
    } else if (kind == 'x' && n + 2 < text.size()) {
      out += static_cast<char>(hex_value(text[n + 1]) * 16 + hex_value(text[n + 2]));
      n += 2;
    } else {
      out += kind;
    }
  }
  return out;
}

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Every run of at least `shortest` characters of a kind becomes one '#'.
std::string without_runs(std::string_view text, std::size_t shortest, bool (*belongs)(char)) {
  std::string out;
  for (std::size_t n = 0; n < text.size();) {
    std::size_t end = n;
    while (end < text.size() && belongs(text[end])) ++end;
    if (end - n >= shortest) {
      out += '#';
    } else {
      end = std::max(end, n + 1);
      out += text.substr(n, end - n);
    }
    n = end;
  }
  return out;
}

// INFO: the recorder's own kernel.
std::string without_kernel(std::string text) {
  const std::size_t at = text.find("\nos:Linux ");
  if (at == std::string::npos) return text;
  return text.replace(at, text.find('\r', at) - at, "\nos:#");
}

std::string sorted_words(std::string_view text, std::string_view separators) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(separators), text.size());
    if (end > 0) words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  std::sort(words.begin(), words.end());
  std::string out;
  for (const std::string& word : words) out += word + "\n";
  return out;
}

// The elements of an array, set or map, `width` together, in a fixed order; with `deep` those
// within as well.
std::string sorted_elements(std::string_view answer, std::size_t width, bool deep) {
  const bool aggregate =
      !answer.empty() && std::string_view("*~%>").find(answer[0]) != std::string_view::npos;
  if (!aggregate) return std::string(answer);
  std::size_t at = answer.find("\r\n") + 2;
  const std::string head(answer.substr(0, at));
  std::vector<std::string> parts;
  while (at < answer.size()) {
    std::string part;
    for (std::size_t n = 0; n < width && at < answer.size(); ++n) {
      const std::size_t end = std::min(resp_end(answer, at), answer.size());
      part += deep ? sorted_elements(answer.substr(at, end - at), 1, true)
                   : std::string(answer.substr(at, end - at));
      at = end;
    }
    parts.push_back(std::move(part));
  }
  std::sort(parts.begin(), parts.end());
  std::string out = head;
  for (const std::string& part : parts) out += part;
  return out;
}

// An answer, with the texts that it names as \{name}; none if one of them is absent.
std::optional<std::string> told(std::string_view text, Texts& texts) {
  std::string out;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\') continue;
    const std::size_t end = text.find('}', at);
    if (text[++at] != '{' || end == std::string_view::npos) continue;
    const auto named = texts.find(text.substr(at + 1, end - at - 1));
    if (!named) return std::nullopt;
    out += unescaped(text.substr(begin, at - 1 - begin)) + as_resp2(*named);
    begin = end + 1;
    at = end;
  }
  return out + unescaped(text.substr(begin));
}

void read_file(const std::filesystem::path& path, Texts& texts, std::vector<Recording>& all) {
  std::ifstream file(path);
  std::string line;
  std::vector<std::string> masks;
  while (std::getline(file, line)) {
    const std::string rest = line.size() > 2 ? line.substr(2) : "";
    std::istringstream words(rest);
    if (line[0] == '=') {
      all.push_back({path.stem().string(), rest, {}, false, {}});
      continue;
    }
    Recording& recording = all.back();
    std::string name;
    switch (line[0]) {
      case 'c':
        words >> name;
        words >> recording.conf[name];
        break;
      case 'e':
        recording.elsewhere = true;
        break;
      case 'm':
        while (words >> name) masks.push_back(name);
        break;
      case '>':
      case '~':
      case '!': {
        RecordedStep step;
        step.kind = static_cast<RecordedStep::Kind>(line[0]);
        words >> (line[0] == '~' ? step.millis : step.connection);
        if (line[0] == '>')
          step.bytes = unescaped(rest.substr(std::min(rest.find(' ') + 1, rest.size())));
        step.masks = std::exchange(masks, {});
        recording.steps.push_back(std::move(step));
        break;
      }
      case '<': {
        int connection = 0;
        words >> connection;
        const auto answer = told(rest.substr(rest.find(' ') + 1), texts);
        recording.steps.back().answers[connection] += answer.value_or("");
        if (!answer) recording.steps.back().untold.insert(connection);
        break;
      }
      case 'x': {
        int connection = 0;
        words >> connection;
        recording.steps.back().closed.insert(connection);
        break;
      }
      default:
        break;
    }
  }
}

}  // namespace

std::vector<Recording> load_recordings(const std::string& folder, Texts& texts) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".golden") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<Recording> all;
  for (const auto& path : paths) read_file(path, texts, all);
  return all;
}

std::string masked(std::string_view answer, const std::vector<std::string>& masks) {
  std::string out(answer);
  for (const std::string& mask : masks) {
    if (mask == "any") out = out.substr(0, 1);
    if (mask == "os") out = without_kernel(out);
    if (mask == "hex") out = without_runs(out, 40, is_hex);
    if (mask == "hexany") out = without_runs(out, 1, is_hex);
    if (mask == "int" && out.starts_with(":")) out = ":#";
    if (mask == "sort") out = sorted_elements(out, 1, false);
    if (mask == "pairs") out = sorted_elements(out, 2, false);
    if (mask == "deep") out = sorted_elements(out, 1, true);
    if (mask == "words") out = sorted_words(out, " \r\n");
    if (mask == "lines") out = sorted_words(out, "\r\n");
  }
  // Last: other masks read the lengths.
  if (std::find(masks.begin(), masks.end(), "digits") != masks.end())
    out = without_runs(out, 1, is_digit);
  return out;
}

std::string escaped(std::string_view bytes) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\r') {
      out += "\\r";
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20 || byte >= 0x7f) {
      out += {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace decnet::service::redis
