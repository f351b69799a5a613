#include "event/dictionary.h"

#include <algorithm>

namespace decnet::event {
namespace {

using Words = std::string_view[];
using Fields = FieldInfo[];
constexpr bool kMay = true;    // The field may be absent …
constexpr bool kMust = false;  // … or never is.

constexpr Words kProtocols = {"tcp", "udp"};
constexpr Words kOutcomes = {"refused", "accepted"};
constexpr Words kFormats = {"asciicast v2"};
constexpr Words kTriggers = {"creation", "retirement", "scheduled", "operator",
                             "healer",   "behavioral", "federation"};

constexpr Fields kCommon = {
    {"session",
     FieldType::uuid,
     kMay,
     "The session; stands in PROCID. Absent where there is none.",
     {}},
    {"src_ip", FieldType::address, kMust, "The peer's address.", {}},
    {"src_port", FieldType::port, kMust, "The peer's port.", {}},
    {"dst_ip", FieldType::address, kMust, "The decky's address.", {}},
    {"dst_port", FieldType::port, kMust, "The decky's port, as the peer sees it.", {}},
    {"proto", FieldType::choice, kMust, "The transport protocol.", kProtocols},
};

constexpr Fields kEnded = {
    {"duration_ms", FieldType::number, kMay, "How long it lasted, in milliseconds.", {}},
    {"bytes_in", FieldType::number, kMay, "Bytes that the peer sent.", {}},
    {"bytes_out", FieldType::number, kMay, "Bytes that were sent to the peer.", {}},
    {"reason",
     FieldType::text,
     kMust,
     "Why it ended: peer, quit, timeout, limit, protocol_error, drain …",
     {}},
};

constexpr Fields kLogin = {
    {"principal",
     FieldType::text,
     kMust,
     "The user, community or other name that was claimed.",
     {}},
    {"secret_kind", FieldType::text, kMust, "What the secret is; see the secret kinds.", {}},
    {"secret_b64", FieldType::base64, kMust, "The password, or the response to a challenge.", {}},
    {"secret_printable", FieldType::text, kMay, "The same as text, where it is printable.", {}},
    {"outcome", FieldType::choice, kMay, "What the peer was told; an imported log may not say.",
     kOutcomes},
    {"method", FieldType::text, kMust, "The way of logging in: password, publickey, basic …", {}},
    {"crack_format",
     FieldType::text,
     kMay,
     "Of a challenge and response: what hashcat or john calls it …",
     {}},
    {"crack_line", FieldType::text, kMay, "… and the line that it accepts.", {}},
};

constexpr Fields kCommandFields = {
    {"command", FieldType::text, kMust, "The command, as it was typed.", {}},
    {"output_bytes", FieldType::number, kMay, "How much it printed.", {}},
    {"exit_status", FieldType::text, kMay, "The status that it ended with; may be negative.", {}},
};

constexpr Fields kFile = {
    {"sha256", FieldType::sha256, kMust, "Of the content that was kept.", {}},
    {"size", FieldType::number, kMay, "Bytes of the whole file; an imported log may not say.", {}},
    {"name", FieldType::text, kMust, "The name that the peer gave it.", {}},
    {"path", FieldType::text, kMust, "Where it was stored, or where it was fetched from.", {}},
    {"artifact", FieldType::text, kMay, "Where the content is kept; absent if it is not.", {}},
    {"truncated", FieldType::flag, kMay, "Only the beginning was kept.", {}},
    {"incomplete", FieldType::flag, kMay, "The peer left before the end.", {}},
};

constexpr Fields kRecordingFields = {
    {"artifact", FieldType::text, kMust, "Where this segment is kept: its SHA-256.", {}},
    {"duration_ms",
     FieldType::number,
     kMust,
     "From the recording's beginning to this segment's end.",
     {}},
    {"format", FieldType::choice, kMust, "Its format.", kFormats},
    {"recording",
     FieldType::number,
     kMay,
     "Which recording of the session, from 0: each terminal is one. Absent: 0.",
     {}},
    {"segment", FieldType::number, kMay, "Which segment of it, from 0. Absent: it is whole.", {}},
    {"final", FieldType::flag, kMay, "It is the last segment.", {}},
    {"size", FieldType::number, kMay, "Bytes of the segment.", {}},
    {"truncated",
     FieldType::flag,
     kMay,
     "The recording was full; what came later is not in it.",
     {}},
};

constexpr Fields kFingerprintFields = {
    {"kind", FieldType::text, kMust, "Which fingerprint; see the fingerprint kinds.", {}},
    {"value", FieldType::text, kMust, "The fingerprint.", {}},
    {"raw", FieldType::text, kMay, "What it was computed from.", {}},
};

constexpr Fields kScanFields = {
    {"port", FieldType::port, kMust, "The port that was touched.", {}},
    {"flags", FieldType::text, kMust, "The TCP flags of the packet (S, SA, F, FPU …), or udp.", {}},
};

constexpr Fields kProbe = {
    {"name", FieldType::text, kMust, "Which trick it was.", {}},
};

constexpr Fields kMutated = {
    {"decky", FieldType::text, kMust, "The decky; HOSTNAME says it too.", {}},
    {"old_services", FieldType::list, kMust, "What it had; empty at creation.", {}},
    {"new_services", FieldType::list, kMust, "What it has; empty at retirement.", {}},
    {"trigger", FieldType::choice, kMust, "Why it changed.", kTriggers},
    {"actor", FieldType::text, kMay, "Who changed it, where somebody did.", {}},
};

constexpr Fields kTraversal = {
    {"deckies", FieldType::list, kMust, "The deckies that the peer moved through.", {}},
    {"hops", FieldType::number, kMust, "How many they are.", {}},
};

constexpr Fields kCanary = {
    {"token", FieldType::text, kMust, "The token that was used.", {}},
};

constexpr Fields kSystem = {
    {"what",
     FieldType::text,
     kMust,
     "What happened, as one word: events_dropped, disk_low, import …",
     {}},
    {"source", FieldType::text, kMay, "Which process or sender it concerns.", {}},
};

constexpr TypeInfo kTypes[] = {
    {kSessionStarted, Severity::info, true, FieldRule::closed, "A peer came.", {}},
    {kSessionEnded, Severity::info, true, FieldRule::closed, "A peer left.", kEnded},
    {kLoginAttempt, Severity::notice, true, FieldRule::closed,
     "One credential was tried. Severity 4 where it was accepted.", kLogin},
    {kCommand, Severity::info, true, FieldRule::closed,
     "One line, statement or request that a person would call a command.", kCommandFields},
    {kRequest,
     Severity::info,
     true,
     FieldRule::open,
     "One request of a protocol. Its fields are the service's own.",
     {}},
    {kFileCaptured, Severity::warning, true, FieldRule::closed,
     "Bytes that the peer stored or made the decoy fetch.", kFile},
    {kRecording, Severity::info, true, FieldRule::closed,
     "A segment of a terminal recording was closed.", kRecordingFields},
    {kFingerprint, Severity::info, true, FieldRule::closed,
     "Something that tells who or what the peer is.", kFingerprintFields},
    {kScan, Severity::info, true, FieldRule::closed,
     "A touch that is no session: a closed port, a half-open connection, a UDP probe.",
     kScanFields},
    {kDetectionProbe, Severity::warning, true, FieldRule::closed,
     "A trick that tells decoys from servers was tried.", kProbe},
    {kDeckyMutated, Severity::info, false, FieldRule::closed,
     "A decoy changed its shape. APP-NAME is `mutator`.", kMutated},
    {"canary.triggered", Severity::warning, true, FieldRule::closed,
     "A planted token was used. Derived.", kCanary},
    {"traversal", Severity::warning, true, FieldRule::closed,
     "One peer moved over several deckies. Derived.", kTraversal},
    {kSystemLog, Severity::error, false, FieldRule::open,
     "decnet about itself: what was lost, and why.", kSystem},
    {"syslog.rfc3164",
     Severity::info,
     false,
     FieldRule::open,
     "A line of the old syslog format that another program sent.",
     {}},
};

constexpr KindInfo kSecrets[] = {
    {"plaintext", "the password itself", ""},
    {"ssh_publickey", "the public key that was offered, in OpenSSH's form", ""},
    {"http_basic", "the password of HTTP Basic", ""},
    {"http_bearer", "the token of HTTP Bearer", ""},
    {"http_digest", "the response of HTTP Digest (RFC 7616)", "hdaa"},
    {"mysql_native", "mysql_native_password: SHA-1 over the salt", "11200"},
    {"mysql_caching_sha2", "caching_sha2_password: SHA-256 over the salt", ""},
    {"postgres_md5", "MD5 over the salt", "11100"},
    {"scram_sha1", "the proof of SCRAM-SHA-1 (RFC 5802)", ""},
    {"scram_sha256", "the proof of SCRAM-SHA-256 (RFC 7677)", ""},
    {"ntlm_v1", "the response of NTLMv1", "5500"},
    {"ntlm_v2", "the response of NTLMv2", "5600"},
    {"netntlm_ssp", "the whole NTLMSSP AUTHENTICATE message", "5600"},
    {"vnc_des", "DES over the challenge (RFC 6143)", "vnc"},
    {"snmp_community", "the community of SNMP 1 and 2c", ""},
    {"snmp_v3", "the authentication parameters of SNMP 3", "25000"},
    {"sip_digest", "the response of SIP Digest (RFC 3261)", "11400"},
    {"imap_cram_md5", "HMAC-MD5 over the challenge (RFC 2195)", "10200"},
    {"ldap_simple", "the password of a simple bind", ""},
    {"kerberos_asreq", "the encrypted timestamp of AS-REQ", "7500"},
};

constexpr KindInfo kFingerprints[] = {
    {"ja3", "the TLS ClientHello: MD5 over its lists in their order", ""},
    {"ja3s", "the TLS ServerHello: MD5 over what it chose", ""},
    {"ja4", "the TLS ClientHello: sorted lists, readable head", ""},
    {"hassh", "the algorithms of an SSH client", ""},
    {"hassh_server", "the algorithms of an SSH server", ""},
    {"jarm", "how a TLS server answers ten ClientHellos", ""},
    {"tcp_syn", "the options, window and TTL of a SYN, in the form of p0f", ""},
    {"banner", "what the peer's software calls itself", ""},
    {"user_agent", "the User-Agent of HTTP", ""},
    {"header_order", "the names of HTTP headers in their order", ""},
};

template <class Info>
const Info* find(std::span<const Info> among, std::string_view name) noexcept {
  const auto found =
      std::find_if(among.begin(), among.end(), [&](const Info& info) { return info.name == name; });
  return found != among.end() ? &*found : nullptr;
}

}  // namespace

std::string_view to_string(FieldType type) noexcept {
  switch (type) {
    case FieldType::text:
      return "text";
    case FieldType::number:
      return "number";
    case FieldType::base64:
      return "base64";
    case FieldType::sha256:
      return "sha256";
    case FieldType::uuid:
      return "uuid";
    case FieldType::address:
      return "address";
    case FieldType::port:
      return "port";
    case FieldType::choice:
      return "choice";
    case FieldType::list:
      return "list";
    case FieldType::flag:
      break;
  }
  return "flag";
}

std::span<const FieldInfo> common_fields() noexcept {
  return kCommon;
}
std::span<const TypeInfo> types() noexcept {
  return kTypes;
}
std::span<const KindInfo> secret_kinds() noexcept {
  return kSecrets;
}
std::span<const KindInfo> fingerprint_kinds() noexcept {
  return kFingerprints;
}

const TypeInfo* find_type(std::string_view name) noexcept {
  return find(types(), name);
}
bool is_secret_kind(std::string_view name) noexcept {
  return find(secret_kinds(), name) != nullptr;
}
bool is_fingerprint_kind(std::string_view name) noexcept {
  return find(fingerprint_kinds(), name) != nullptr;
}

bool is_declared(const TypeInfo& type, std::string_view field) noexcept {
  constexpr std::string_view kLength = "_bytes";
  if (type.rule == FieldRule::open || find(type.fields, field) != nullptr) return true;
  if (type.about_peer && find(common_fields(), field) != nullptr) return true;
  return field.ends_with(kLength) &&
         is_declared(type, field.substr(0, field.size() - kLength.size()));
}

}  // namespace decnet::event
