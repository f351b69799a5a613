// Evidence: the files that an attacker writes with the shell, kept as what they were when they were
// complete. A file is told of once it rests (kRestingAfter), when its login ends, when it is run,
// and when its content is about to be lost (rm, mv over it, a second `>`): a dropper that builds a
// program from a hundred echos and then removes it leaves one file, the whole one. The same content
// is told of once for each Machine. Keys in a file named authorized_keys are told one by one.
//
// Files that sftp and scp store are not written by a process of the Machine; their services keep
// them. Private to the kernel.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "shell/fs/witness.h"
#include "shell/machine.h"

namespace decnet::shell {

struct Login;

inline constexpr Duration kRestingAfter = std::chrono::seconds{10};
inline constexpr std::size_t kUnsettledMax = 256;      // Files being written; beyond: told at once.
inline constexpr std::size_t kContentsToldMax = 4096;  // Remembered, not to be told again.
inline constexpr std::size_t kVersionsLostMax = 8;     // Of one file: its first ones are told …
inline constexpr std::size_t kVersionedMax = 1024;     // … for so many files.
inline constexpr std::size_t kKeysToldMax = 64;        // Of one authorized_keys.

class Evidence final : public Witness {
 public:
  explicit Evidence(Machine::State& system) : system_(system) {}

  void written(std::uint64_t number, std::string_view path) override;
  void moved(std::uint64_t number, std::string_view path) override;
  void lost(std::uint64_t number, std::string_view content) override;

  void running(Observer* observer, const std::string& path);
  void login_ends(const std::shared_ptr<Login>& login);
  void settle();  // What rests.

 private:
  struct Unsettled {
    std::string path;
    std::weak_ptr<Login> login;  // Of who wrote last.
    TimePoint at{};
  };
  void tell(const Unsettled& file);
  void tell(Observer* observer, const std::string& path, std::string_view content);
  Observer* observer_of(const std::weak_ptr<Login>& login) const;

  Machine::State& system_;
  std::map<std::uint64_t, Unsettled> unsettled_;  // By inode number.
  std::set<std::string, std::less<>> told_;       // SHA-256
  std::map<std::string, std::size_t, std::less<>> versions_lost_;
};

}  // namespace decnet::shell
