// The string functions that write: string.format and string.dump.
#pragma once

#include "service/redis/lua_interpreter.h"

namespace decnet::service::redis::lua {

// Gives the text back. False: the heap is full, which was said.
bool push_text(Interpreter& machine, Values& results, std::string text);

bool string_format(Interpreter& machine, void*, Values& args, Values& results);
bool string_dump(Interpreter& machine, void*, Values& args, Values& results);

}  // namespace decnet::service::redis::lua
