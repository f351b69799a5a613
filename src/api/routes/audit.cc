// The audit log: who did what, and who tried to.
#include "api/list.h"
#include "api/routes/nouns.h"
#include "store/store.h"

namespace decnet::api {
namespace {

void append_audit(JsonWriter& json, const store::AuditRow& row) {
  json.begin_object()
      .field("seq", row.seq)
      .field("at", row.at)
      .field("actor", row.actor)
      .field("role", row.role)
      .field("action", row.action)
      .field("target", row.target)
      .field("detail", row.detail)
      .field("source_ip", row.source_ip)
      .field("outcome", row.outcome)
      .end_object();
}

Answer list_audit(Call& call) {
  auto list = list_request(call);
  if (!list) return std::move(list).error();
  const auto page = DECNET_TRY(call.services.store.accounts().audit_log(
      call.text("actor"), call.text("action"), call.time("since"), list->page));
  return list_answer(call, *list, page, std::nullopt, append_audit);
}

constexpr std::string_view kSorts[] = {"-seq", "seq"};
constexpr Param kParams[] = {
    {.name = "actor"},
    {.name = "action", .says = "How the action begins: the operationId of the call."},
    {.name = "since", .type = Type::time},
    {.name = "sort", .choices = kSorts},
};
constexpr Field kEntry[] = {
    {"seq", Type::integer},
    {"at", Type::time},
    Field{"actor"}.example(R"("ana")"),
    Field{"role"}.example(R"("admin")"),
    Field{"action"}.says("The operationId of the call.").example(R"("createUser")"),
    Field{"target"}.example(R"("bob")"),
    Field{"detail"}.example(R"("role viewer")"),
    Field{"source_ip"}.example(R"("192.0.2.9")"),
    Field{"outcome"}.says("ok, refused, failed").example(R"("ok")"),
};
constexpr Schema kSchemas[] = {{.name = "AuditEntry", .fields = kEntry}};
constexpr Route kRoutes[] = {
    {.path = "/api/v1/audit",
     .operation = "listAudit",
     .tag = "audit",
     .summary = "The audit log",
     .access = Access::admin,
     .params = kParams,
     .is_list = true,
     .response = "AuditEntryPage",
     .handler = list_audit},
};

}  // namespace

Noun audit_noun() {
  return {"audit", kRoutes, kSchemas};
}

}  // namespace decnet::api
