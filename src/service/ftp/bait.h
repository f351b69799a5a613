// Bait: the disk that a decky shows over FTP: Debian's usual folders, the homes of the persona's
// people with what people leave there, a public folder, web pages or backups as the host's purpose
// suggests.
//
// A pure function of the persona and of the day (nightly backups and logs follow the calendar):
// names, sizes, times and contents are the same in every session and after every restart, and
// differ from decky to decky. Content is made when it is asked for; a node holds only its recipe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "persona/persona.h"
#include "service/ftp/world.h"

namespace decnet::service::ftp {

enum class Purpose : std::uint8_t { web, office, backup };
Purpose purpose_of(const persona::Persona& persona);

Users users_of(const persona::Persona& persona, Profile::Server server);

class Bait final : public Library {
 public:
  Bait(std::shared_ptr<const persona::Persona> persona, Profile profile, Users users);

  // The whole disk as it is at `now`.
  NodePtr plant(TimePoint now) const;
  std::string content(const Node& file) const override;
  // "text bashrc", "sql 2026-11-18", "gz sql 2026-11-18" …; empty for a recipe that there is not.
  std::string render(std::string_view recipe) const;
  std::size_t size_of(std::string_view recipe) const;  // render(recipe).size(), mostly without it.

 private:
  std::string system_file(std::string_view name) const;
  std::string office_file(std::string_view kind, std::string_view detail,
                          SeededRandom random) const;

  std::shared_ptr<const persona::Persona> persona_;
  Profile profile_;
  Users users_;
};

// Containers with their content stored as it is: valid for gzip, tar and every PDF reader, whatever
// the text.
std::string gzip_stored(std::string_view bytes, std::int64_t modified);
std::string tar_file(std::string_view name, std::string_view bytes, std::int64_t modified,
                     std::string_view owner);
std::string tar_end();
std::string pdf_page(std::string_view title, const std::string& text);

// Names for people and things.
std::string person_name(SeededRandom& random);
std::string invented_password(SeededRandom& random);

}  // namespace decnet::service::ftp
