#include "service/ftp/ftp.h"

#include "service/ftp/proftpd.h"
#include "service/ftp/store.h"
#include "service/ftp/vsftpd.h"
#include "service/ftp/world.h"

namespace decnet::service::ftp {

namespace {

class FtpService final : public session::Service {
 public:
  explicit FtpService(World world) : world_(std::move(world)), store_(world_.plant) {}

  net::Task<void> serve(session::Session& session) override {
    if (world_.profile.server == Profile::Server::vsftpd) {
      Vsftpd dialogue(session, world_, store_);
      co_await dialogue.run();
    } else {
      Proftpd dialogue(session, world_, store_);
      co_await dialogue.run();
    }
  }

  std::string save_state() const override { return store_.save(); }
  void load_state(std::string_view state) override { store_.load(state); }

 private:
  World world_;
  Store store_;
};

std::unique_ptr<session::Service> create(const session::Place& place) {
  return make_service(make_world(place));
}

}  // namespace

std::unique_ptr<session::Service> make_service(World world) {
  return std::make_unique<FtpService>(std::move(world));
}

const session::Descriptor& descriptor() {
  static const session::Descriptor kDescriptor{"ftp", &create};
  return kDescriptor;
}

}  // namespace decnet::service::ftp
