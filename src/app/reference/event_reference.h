// The event reference of this build as Markdown: the dictionary, and what the services of the
// catalogue declare of their requests. `docs/events.md` is its output.
#pragma once

#include <string>

namespace decnet::app {

std::string event_reference();

}  // namespace decnet::app
