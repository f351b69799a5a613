// Dispatcher: one request from its path to its answer. Finds the route, checks what its table says
// (media types, parameters, caller, role, CSRF), and runs the handler where it belongs.
#pragma once

#include <string>

#include "api/call.h"
#include "api/router.h"
#include "api/static_files.h"

namespace decnet::api {

class Dispatcher {
 public:
  Dispatcher(const Router& router, const StaticFiles& files, Services& services)
      : router_(router), files_(files), services_(services) {}

  // HttpServer's answer function.
  net::Task<Response> answer(Request& request);

 private:
  net::Task<Answer> call(Request& request);
  net::Task<Answer> admit(Call& call);
  net::Task<Answer> run(Call& call);

  const Router& router_;
  const StaticFiles& files_;
  Services& services_;
};

}  // namespace decnet::api
