// Observer: how the shell tells what happened on it. The service that owns the Machine records it.
#pragma once

#include <memory>
#include <string_view>

#include "event/event.h"

namespace decnet::shell {

// A file that the attacker stored or made, in pieces (session::Capture is one).
class CapturedFile {
 public:
  virtual ~CapturedFile() = default;
  virtual void write(std::string_view bytes) = 0;
  virtual void finish() = 0;
};

class Observer {
 public:
  virtual ~Observer() = default;
  // type and fields only (command, request, detection_probe …); the peer's fields are added.
  virtual void emit(event::Event event) = 0;
  // A line that somebody typed begins to run. Its `command` event comes once it has ended.
  virtual void begins(std::string_view) {}
  // Never null.
  virtual std::unique_ptr<CapturedFile> capture(std::string_view name, std::string_view path) = 0;
};

}  // namespace decnet::shell
