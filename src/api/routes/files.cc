// Files that attackers left. Their bytes go out as an attachment that no browser opens.
#include "api/artifacts.h"
#include "api/list.h"
#include "api/options.h"
#include "api/routes/nouns.h"
#include "api/routes/views.h"
#include "net/blocking.h"
#include "store/store.h"

namespace decnet::api {
namespace {

Answer list_files(Call& call) {
  auto list = list_request(call);
  if (!list) return std::move(list).error();
  const auto page =
      DECNET_TRY(call.services.store.attackers().files(call.uuid("attacker_uuid"), list->page));
  const auto append = [&call](JsonWriter& json, const store::FileRow& row) {
    json.begin_object()
        .field("sha256", row.sha256)
        .field("size", row.size)
        .field("name", row.name)
        .field("path", row.path)
        .field("attacker_ip", row.attacker_ip)
        .field("attacker_uuid", row.attacker_uuid.text())
        .field("decky", row.decky)
        .field("service", row.service);
    optional_field(json, "session_uuid", row.session_uuid);
    json.field("at", row.at)
        .field("stored", artifact_is_stored(call.services.options.data_folder, row.sha256))
        .field("truncated", row.truncated)
        .end_object();
  };
  return list_answer(call, *list, page, std::nullopt, append);
}

net::Task<Result<void>> send_file(std::shared_ptr<ArtifactReader> reader, net::BlockingPool& pool,
                                  BodySink& sink) {
  const auto read = [&reader] { return reader->next(); };
  for (;;) {
    DECNET_CO_TRY(const std::string bytes, co_await net::run_blocking(pool, read));
    if (bytes.empty()) co_return Result<void>{};
    DECNET_CO_CHECK(co_await sink.write(bytes));
  }
}

Answer show_content(Call& call) {
  const std::string& sha256 = call.path_text("sha256");
  std::shared_ptr<ArtifactReader> reader =
      DECNET_TRY(ArtifactReader::open(call.services.options.data_folder, sha256));
  DECNET_TRY(audit(call, call.route.operation, sha256, std::to_string(reader->size()) + " bytes"));
  Response response;
  response.content_type = "application/octet-stream";
  response.with("Content-Disposition", "attachment; filename=\"" + sha256 + ".bin\"");
  response.with("Content-Security-Policy", "default-src 'none'; sandbox");
  response.writer = [reader, &pool = call.services.database](BodySink& sink) {
    return send_file(reader, pool, sink);
  };
  return response;
}

constexpr std::string_view kSorts[] = {"-at", "at"};
constexpr Param kListParams[] = {
    {.name = "attacker_uuid", .type = Type::uuid},
    {.name = "sort", .choices = kSorts},
};
constexpr Param kSha256[] = {{.name = "sha256", .where = Where::path, .bytes_max = 64}};

constexpr Field kFile[] = {
    Field{"sha256"}.example(
        R"("5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8")"),
    {"size", Type::integer},
    Field{"name"}.example(R"("x.sh")"),
    Field{"path"}.example(R"("/tmp/x.sh")"),
    Field{"attacker_ip"}.example(R"("198.51.100.7")"),
    Field{"attacker_uuid", Type::uuid}.nullable(),
    Field{"decky"}.example(R"("web-01")"),
    Field{"service"}.example(R"("ftp")"),
    Field{"session_uuid", Type::uuid}.nullable(),
    {"at", Type::time},
    Field{"stored", Type::boolean}.says("Its bytes can be fetched."),
    Field{"truncated", Type::boolean}.says("Only the beginning was kept.").example("false"),
};
constexpr Schema kSchemas[] = {{.name = "File", .fields = kFile}};
constexpr Route kRoutes[] = {
    {.path = "/api/v1/files",
     .operation = "listFiles",
     .tag = "files",
     .summary = "Captured files",
     .params = kListParams,
     .is_list = true,
     .response = "FilePage",
     .handler = list_files},
    {.path = "/api/v1/files/{sha256}/content",
     .operation = "getFileContent",
     .tag = "files",
     .summary = "The bytes of a captured file, as an attachment",
     .access = Access::analyst,
     .params = kSha256,
     .media = "application/octet-stream",
     .handler = show_content},
};

}  // namespace

Noun files_noun() {
  return {"files", kRoutes, kSchemas};
}

}  // namespace decnet::api
