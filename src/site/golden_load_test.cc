// Reading the recordings. The tests that play them are in golden_test.cc.
#include <charconv>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "site/golden_test.h"

namespace decnet::site::golden {
namespace {

constexpr std::string_view kDate = "Date: DATE";
constexpr std::string_view kBoundary = "BOUNDARY";

std::string unescape(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\') {
      out += text[at];
      continue;
    }
    switch (text[++at]) {
      case 'n':
        out += '\n';
        break;
      case 'r':
        out += '\r';
        break;
      case 't':
        out += '\t';
        break;
      case 'x':
        out += *from_hex(text.substr(at + 1, 2));
        at += 2;
        break;
      default:
        out += text[at];
    }
  }
  return out;
}

std::string run(std::string_view text) {  // "90 a"
  std::size_t count = 0;
  std::from_chars(text.data(), text.data() + text.size(), count);
  return std::string(count, unescape(text.substr(text.find(' ') + 1)).front());
}

}  // namespace

Recording load(const std::string& path, const session::Assets& assets) {
  Recording recording;
  std::vector<Case>& cases = recording.cases;
  std::set<std::string, std::less<>> changed;
  std::ifstream file(path, std::ios::binary);
  bool answered = true;
  for (std::string line; std::getline(file, line);) {
    const std::string_view text = line;
    if (text.starts_with("#")) continue;
    if (text.starts_with("% ")) {
      std::istringstream words(line.substr(2));
      std::string name;
      std::string digest;
      long seconds = 0;
      words >> name >> seconds >> digest;
      recording.times[name] = TimePoint(std::chrono::seconds(seconds));
      if (sha256_hex(assets.find(name)) != digest) changed.insert(name);
      continue;
    }
    if (text.starts_with("== ")) {
      cases.push_back({std::string(text.substr(3)), {}});
      answered = true;
      continue;
    }
    std::vector<Step>& steps = cases.back().steps;
    if (text.starts_with('>') || text.starts_with('~')) {
      if (answered) steps.push_back({});
      answered = false;
    }
    Step& step = steps.back();
    if (text.starts_with("> ")) {
      step.bytes += unescape(text.substr(2));
    } else if (text.starts_with(">* ")) {
      step.bytes += run(text.substr(3));
    } else if (text == ">|") {
      step.kind = Step::Kind::half_close;
    } else if (text.starts_with("~ ")) {
      step.kind = Step::Kind::wait;
      step.seconds = std::stoi(line.substr(2));
    } else if (text.starts_with("< ")) {
      step.answer += unescape(text.substr(2));
    } else if (text.starts_with("<* ")) {
      step.answer += run(text.substr(3));
    } else if (text.starts_with("<@ ")) {
      std::istringstream words(line.substr(3));
      std::string name;
      std::size_t offset = 0;
      std::size_t length = 0;
      words >> name >> offset >> length;
      if (changed.contains(name)) cases.back().playable = false;
      step.answer += assets.find(name).substr(offset, length);
    } else if (text.starts_with("<# ")) {
      step.answer += line;
      if (!changed.empty()) cases.back().playable = false;
    } else if (text.starts_with("= ")) {
      step.state = line.substr(2);
      answered = true;
    } else {
      ADD_FAILURE() << path << ": " << line;
    }
  }
  return recording;
}

// The genuine dates and boundaries are masked in the recording; here those of the decoy's answer.
std::string masked(std::string answer, const std::string& like) {
  for (std::size_t at = 0; (at = answer.find("Date: ", at)) != std::string::npos; ++at) {
    const auto end = answer.find("\r\n", at);
    if (end != std::string::npos && answer.substr(end - 4, 4) == " GMT" &&
        (at == 0 || answer[at - 1] == '\n')) {
      answer.replace(at, end - at, kDate);
    }
  }
  const std::string mark = "multipart/byteranges; boundary=";
  if (const auto at = answer.find(mark); at != std::string::npos) {
    const std::string boundary =
        answer.substr(at + mark.size(), answer.find("\r\n", at) - at - mark.size());
    for (std::size_t found = 0; (found = answer.find(boundary)) != std::string::npos;) {
      answer.replace(found, boundary.size(), kBoundary);
    }
  }
  if (const auto packed = like.find("<# "); packed != std::string::npos) {
    if (const auto at = answer.find("\x1f\x8b\x08"); at != std::string::npos) {
      const std::string rest = answer.substr(at);
      answer = answer.substr(0, at) + "<# " + std::to_string(rest.size()) + " " + sha256_hex(rest);
    }
  }
  return answer;
}

std::shared_ptr<const AssetPack> asset_pack() {
  const auto pack = AssetPack::open("../../build/assets.pack");  // Tests run in their own folder.
  return pack ? *pack : nullptr;
}

}  // namespace decnet::site::golden
