// Credentials: which secrets were tried where. The secrets themselves are shown one by one, to
// analysts, and each time is written down.
#include "api/event_view.h"
#include "api/list.h"
#include "api/routes/nouns.h"
#include "api/routes/views.h"
#include "base/bytes.h"
#include "store/store.h"

namespace decnet::api {
namespace {

constexpr std::size_t kTopRows = 20;

void append_credential(JsonWriter& json, const store::CredentialRow& row) {
  json.begin_object().field("uuid", row.uuid.text());
  optional_field(json, "attacker_uuid", row.attacker_uuid);
  json.field("attacker_ip", row.attacker_ip)
      .field("decky", row.decky)
      .field("service", row.service)
      .field("principal", row.principal)
      .field("secret_kind", row.secret_kind)
      .field("secret_sha256", row.secret_sha256)
      .field("secret_masked", mask(row.secret))
      .field("accepted", row.accepted)
      .field("attempts", row.attempts)
      .field("accepted_count", row.accepted_count)
      .field("first_seen", row.first_seen)
      .field("last_seen", row.last_seen);
  text_or_null(json, "crack_format", row.crack_format);
  json.end_object();
}

Answer list_credentials(Call& call) {
  auto list = list_request(call);
  if (!list) return std::move(list).error();
  const store::CredentialFilter filter{.attacker_uuid = call.uuid("attacker_uuid"),
                                       .deckies = call.texts("decky"),
                                       .services = call.texts("service"),
                                       .secret_kinds = call.texts("secret_kind"),
                                       .principal = call.text("principal"),
                                       .text = call.text("q"),
                                       .accepted = call.flag("accepted")};
  const auto& attackers = call.services.store.attackers();
  const auto page = DECNET_TRY(attackers.credentials(filter, list->page));
  std::optional<std::uint64_t> total;
  if (list->count != Count::none) total = DECNET_TRY(attackers.count(filter));
  return list_answer(call, *list, page, total, append_credential);
}

Answer show_credential(Call& call) {
  const auto row = DECNET_TRY(call.services.store.attackers().credential(call.path_uuid("uuid")));
  JsonWriter json;
  append_credential(json, row);
  return json_response(std::move(json).take());
}

Answer reveal_secret(Call& call) {
  const auto row = DECNET_TRY(call.services.store.attackers().credential(call.path_uuid("uuid")));
  DECNET_TRY(audit(call, call.route.operation, row.uuid.text(),
                   row.secret_kind + " of " + row.attacker_ip + " on " + row.decky));
  JsonWriter json;
  json.begin_object().field("secret", row.secret).field("secret_b64", to_base64(row.secret));
  text_or_null(json, "crack_line", row.crack_line);
  json.end_object();
  return json_response(std::move(json).take());
}

void append_top(JsonWriter& json, std::string_view name,
                const std::vector<store::CredentialRow>& rows, bool with_principal) {
  json.key(name).begin_array();
  for (const auto& row : rows) {
    json.begin_object();
    if (with_principal) json.field("principal", row.principal);
    json.field("masked", mask(row.secret))
        .field("secret_sha256", row.secret_sha256)
        .field("count", row.attempts)
        .end_object();
  }
  json.end_array();
}

Answer show_top(Call& call) {
  const auto tops = DECNET_TRY(call.services.store.attackers().credential_tops(kTopRows));
  JsonWriter json;
  json.begin_object().key("principals").begin_array();
  for (const auto& one : tops.principals) append_count(json, one);
  json.end_array();
  append_top(json, "secrets", tops.secrets, false);
  append_top(json, "pairs", tops.pairs, true);
  json.end_object();
  return json_response(std::move(json).take());
}

constexpr std::string_view kSorts[] = {"-last_seen", "last_seen",  "-attempts",
                                       "attempts",   "-principal", "principal"};
constexpr Param kListParams[] = {
    {.name = "attacker_uuid", .type = Type::uuid},
    {.name = "decky", .repeatable = true},
    {.name = "service", .repeatable = true},
    {.name = "principal"},
    {.name = "secret_kind", .repeatable = true},
    {.name = "accepted", .type = Type::boolean},
    {.name = "q", .says = "A text in the principal or the address."},
    {.name = "sort", .choices = kSorts},
};
constexpr Param kUuid[] = {{.name = "uuid", .type = Type::uuid, .where = Where::path}};

constexpr std::string_view kDigest =
    R"("5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8")";
constexpr Field kCredential[] = {
    {"uuid", Type::uuid},
    Field{"attacker_uuid", Type::uuid}.nullable(),
    Field{"attacker_ip"}.example(R"("198.51.100.7")"),
    Field{"decky"}.example(R"("web-01")"),
    Field{"service"}.example(R"("ftp")"),
    Field{"principal"}.example(R"("root")"),
    Field{"secret_kind"}
        .says("Open set, today: plaintext, http_basic, http_digest, http_bearer.")
        .example(R"("plaintext")"),
    Field{"secret_sha256"}.example(kDigest),
    Field{"secret_masked"}.example(R"("•••••")"),
    {"accepted", Type::boolean},
    {"attempts", Type::integer},
    {"accepted_count", Type::integer},
    {"first_seen", Type::time},
    {"last_seen", Type::time},
    Field{"crack_format"}.nullable().example("null"),
};
constexpr Field kSecret[] = {
    Field{"secret"}.says("Printable form.").example(R"("hunter2")"),
    Field{"secret_b64"}.says("The exact bytes.").example(R"("aHVudGVyMg==")"),
    Field{"crack_line"}
        .nullable()
        .says("In the form that hashcat or john accepts.")
        .example("null"),
};
constexpr Field kTopSecret[] = {
    Field{"masked"}.example(R"("•••••")"),
    Field{"secret_sha256"}.example(kDigest),
    {"count", Type::integer},
};
constexpr Field kTopPair[] = {
    Field{"principal"}.example(R"("root")"),
    Field{"masked"}.example(R"("•••••")"),
    Field{"secret_sha256"}.example(kDigest),
    {"count", Type::integer},
};
constexpr Field kTop[] = {
    Field{"principals"}.ref("FacetValue").list(),
    Field{"secrets"}.ref("TopSecret").list(),
    Field{"pairs"}.ref("TopPair").list(),
};
constexpr Schema kSchemas[] = {
    {.name = "Credential", .fields = kCredential}, {.name = "Secret", .fields = kSecret},
    {.name = "TopSecret", .fields = kTopSecret},   {.name = "TopPair", .fields = kTopPair},
    {.name = "CredentialTop", .fields = kTop},
};

constexpr Route kRoutes[] = {
    {.path = "/api/v1/credentials",
     .operation = "listCredentials",
     .tag = "credentials",
     .summary = "Credentials",
     .params = kListParams,
     .is_list = true,
     .response = "CredentialPage",
     .handler = list_credentials},
    {.path = "/api/v1/credentials/top",
     .operation = "getTopCredentials",
     .tag = "credentials",
     .summary = "The most tried principals, secrets and pairs",
     .response = "CredentialTop",
     .handler = show_top},
    {.path = "/api/v1/credentials/{uuid}",
     .operation = "getCredential",
     .tag = "credentials",
     .summary = "One credential",
     .params = kUuid,
     .response = "Credential",
     .handler = show_credential},
    {.path = "/api/v1/credentials/{uuid}/secret",
     .operation = "revealSecret",
     .tag = "credentials",
     .summary = "The secret itself; every call is in the audit log",
     .access = Access::analyst,
     .params = kUuid,
     .response = "Secret",
     .handler = reveal_secret},
};

}  // namespace

Noun credentials_noun() {
  return {"credentials", kRoutes, kSchemas};
}

}  // namespace decnet::api
