// What the genuine servers answered (testdata/*.golden), as the tests play it again.
// test/differential/http/record writes it:
//
//   % name time sha256         a page that is named below, as it was when this was recorded
//   == name                    a case: one connection
//   > text  >* 90 a            what is sent, as text with escapes or as a run of one byte
//   >|                         the end of the sending direction
//   ~ 59                       nothing is sent until the server ends it, after so many seconds
//   < text  <* 90 a            what came back
//   <@ name offset length      a piece of a page that comes from Debian's packages
//   <# length sha256           the rest, packed
//   = open | closed | reset    how the connection stands after it
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/asset_pack.h"
#include "session/service.h"

namespace decnet::site::golden {

struct Step {
  enum class Kind { send, half_close, wait } kind = Kind::send;
  std::string bytes;
  int seconds = 0;
  std::string answer;  // Packed parts as "<# length sha256>".
  std::string state;
};

struct Case {
  std::string name;
  std::vector<Step> steps;
  bool playable = true;  // False where a page is another one by now than when it was recorded.
};

struct Recording {
  std::vector<Case> cases;
  std::map<std::string, TimePoint, std::less<>> times;  // of the pages that it names
};

Recording load(const std::string& path, const session::Assets& assets);

// The genuine dates and boundaries are masked in a recording; here those of the decoy's answer.
std::string masked(std::string answer, const std::string& like);

// The pack that tools/make-assets has written; null if it has not.
std::shared_ptr<const AssetPack> asset_pack();

// A pack whose pages have the times that they had when a recording was made.
class RecordedAssets final : public session::Assets {
 public:
  RecordedAssets(std::shared_ptr<const AssetPack> pack, const Recording& recording)
      : pack_(std::move(pack)), times_(recording.times) {}
  std::string_view find(std::string_view path) const override { return pack_->find(path); }
  TimePoint modified(std::string_view path) const override {
    const auto time = times_.find(path);
    return time != times_.end() ? time->second : TimePoint{};
  }

 private:
  std::shared_ptr<const AssetPack> pack_;
  std::map<std::string, TimePoint, std::less<>> times_;
};

}  // namespace decnet::site::golden
