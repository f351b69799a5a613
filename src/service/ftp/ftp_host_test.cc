#include "service/ftp/ftp_test.h"

namespace decnet::service::ftp {

Host::Host(Options options)
    : options_(std::move(options)),
      place_(script()),
      service_(descriptor().create(place_.place())) {}

session::Script Host::script() const {
  session::Script script{.service = "ftp", .port = 21, .options = options_};
  script.persona.accounts = {{"root", "toor"}, {"ann", "summer"}, {"backup", "backup123"}};
  return script;
}

std::string Host::visit(std::vector<std::string> lines, Visit visit) {
  session::Script next = script();
  next.script = std::move(lines);
  next.end = visit.end;
  next.limits = visit.limits;
  last_ = std::make_unique<session::ScriptedSession>(std::move(next));
  last_->memory_stream().set_addresses(last_->memory_stream().local(),
                                       {*net::IpAddress::parse(visit.from), 40'007});
  for (auto& data : visit.data) last_->add_data_connection(std::move(data));
  last_->run(*service_);
  return last_->written();
}

std::vector<std::string> as_ann(std::vector<std::string> then) {
  std::vector<std::string> out{"USER ann\r\n", "PASS summer\r\n"};
  out.insert(out.end(), then.begin(), then.end());
  return out;
}

}  // namespace decnet::service::ftp
