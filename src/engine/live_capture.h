// A file that a peer stores, on its way to the collector.
#pragma once

#include <string>

#include "base/hash.h"
#include "engine/live_session.h"

namespace decnet::engine {

class LiveCapture final : public session::Capture {
 public:
  // `keep` false: beyond the session's limit of files; it is counted and told, its content is
  // dropped.
  LiveCapture(LiveSession& session, std::string name, std::string path, bool keep);
  ~LiveCapture() override;
  void write(std::string_view bytes) override;
  void finish() override;

 private:
  void send(bool incomplete);

  LiveSession& session_;
  std::string name_;
  std::string path_;
  bool keep_;
  bool finished_ = false;
  std::uint64_t size_ = 0;
  std::string content_;
  Sha256 hash_;  // Of the whole file, also of what was not kept.
};

}  // namespace decnet::engine
