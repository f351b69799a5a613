// Fingerprints over all attackers.
#include "api/list.h"
#include "api/routes/nouns.h"
#include "api/routes/views.h"
#include "store/store.h"

namespace decnet::api {
namespace {

Answer list_fingerprints(Call& call) {
  auto list = list_request(call);
  if (!list) return std::move(list).error();
  const auto page = DECNET_TRY(call.services.store.attackers().all_fingerprints(
      call.text("kind"), call.text("value"), list->page));
  return list_answer(call, *list, page, std::nullopt, append_fingerprint);
}

constexpr std::string_view kSorts[] = {"-last_seen", "-attackers", "-count"};
constexpr Param kListParams[] = {
    {.name = "kind"},
    {.name = "value", .bytes_max = 1024},
    {.name = "sort", .choices = kSorts},
};
constexpr Field kFingerprint[] = {
    Field{"kind"}.example(R"("ja4")"),
    Field{"value"}.example(R"("t13d1516h2_8daaf6152771_e5627efa2ab1")"),
    Field{"raw"}.nullable().example("null"),
    {"attackers", Type::integer},
    {"first_seen", Type::time},
    {"last_seen", Type::time},
    {"count", Type::integer},
};
constexpr Schema kSchemas[] = {{.name = "Fingerprint", .fields = kFingerprint}};
constexpr Route kRoutes[] = {
    {.path = "/api/v1/fingerprints",
     .operation = "listFingerprints",
     .tag = "fingerprints",
     .summary = "Fingerprints",
     .params = kListParams,
     .is_list = true,
     .response = "FingerprintPage",
     .handler = list_fingerprints},
};

}  // namespace

Noun fingerprints_noun() {
  return {"fingerprints", kRoutes, kSchemas};
}

void append_fingerprint(JsonWriter& json, const store::FingerprintRow& row) {
  json.begin_object().field("kind", row.kind).field("value", row.value);
  text_or_null(json, "raw", row.raw);
  json.field("attackers", row.attackers)
      .field("first_seen", row.first_seen)
      .field("last_seen", row.last_seen)
      .field("count", row.count)
      .end_object();
}

}  // namespace decnet::api
