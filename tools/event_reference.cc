// Prints the event reference of this build.
#include "app/reference/event_reference.h"

#include <cstdio>

int main() {
  const std::string text = decnet::app::event_reference();
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() ? 0 : 1;
}
