#include "site/application.h"

namespace decnet::site {

std::unique_ptr<Application> make_application(const Config&) {
  return nullptr;
}

}  // namespace decnet::site
