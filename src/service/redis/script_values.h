// Between RESP and Lua.
#pragma once

#include "service/redis/lua_interpreter.h"
#include "service/redis/reply.h"

namespace decnet::service::redis {

// The reply of a command as a script sees it, in RESP2 or RESP3 as the script asked for.
lua::Value value_of_reply(lua::Interpreter& machine, std::string_view resp, int protocol);

// What a script returned, said to its caller. `script_protocol`: what the script set with
// redis.setresp().
void say_value(Reply& out, const lua::Value& value, int script_protocol, int depth = 0);

}  // namespace decnet::service::redis
