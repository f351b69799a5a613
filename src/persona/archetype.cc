#include "persona/archetype.h"

#include <array>

namespace decnet::persona {
namespace {

using Words = std::string_view[];

constexpr Words kLinuxRoles = {"srv", "app", "host", "util"};
constexpr Words kLinuxServices = {"ssh", "http", "ftp"};
constexpr Words kLinuxStacks = {"nginx vsftpd", "apache2 vsftpd", "apache2 proftpd php",
                                "nginx proftpd"};
constexpr Words kLinuxLogins = {"admin", "deploy", "backup", "support", "test"};

constexpr Words kWebRoles = {"web", "www", "portal", "frontend"};
constexpr Words kWebServices = {"http", "https", "ssh"};
constexpr Words kWebStacks = {"nginx", "apache2", "apache2 php wordpress mariadb",
                              "nginx php wordpress mariadb", "apache2 php phpmyadmin mariadb"};
constexpr Words kWebLogins = {"deploy", "webmaster", "admin", "wordpress", "www"};

constexpr Words kDatabaseRoles = {"db", "sql", "data", "cache"};
constexpr Words kDatabaseServices = {"redis", "mysql", "postgresql", "ssh"};
constexpr Words kDatabaseStacks = {"redis mariadb", "redis postgresql", "redis"};
constexpr Words kDatabaseLogins = {"dba", "postgres", "mysql", "oracle", "backup"};

constexpr Words kMailRoles = {"mail", "mx", "smtp", "imap"};
constexpr Words kMailServices = {"smtp", "imap", "pop3", "http", "https"};
constexpr Words kMailStacks = {"postfix dovecot nginx php", "postfix dovecot apache2 php"};
constexpr Words kMailLogins = {"postmaster", "info", "office", "newsletter", "admin"};

constexpr Words kFileRoles = {"file", "ftp", "nas", "storage"};
constexpr Words kFileServices = {"ftp", "smb", "ssh"};
constexpr Words kFileStacks = {"vsftpd samba", "proftpd samba", "vsftpd", "proftpd"};
constexpr Words kFileLogins = {"ftp", "ftpuser", "upload", "scan", "backup"};

constexpr Words kWorkstationRoles = {"ws", "pc", "lt"};
constexpr Words kWorkstationServices = {"smb", "rdp"};
constexpr Words kWindowsStacks = {"windows"};
constexpr Words kWorkstationLogins = {"administrator", "user", "guest"};

constexpr Words kWindowsServerRoles = {"app", "ts", "fs", "srv"};
constexpr Words kWindowsServerServices = {"smb", "rdp", "winrm", "mssql"};
constexpr Words kWindowsServerLogins = {"administrator", "svc_backup", "svc_sql", "admin"};

constexpr Words kDomainRoles = {"dc"};
constexpr Words kDomainServices = {"ldap", "kerberos", "smb", "dns", "rdp"};
constexpr Words kDomainLogins = {"administrator", "svc_ldap", "svc_backup"};

constexpr Words kPrinterRoles = {"prn"};
constexpr Words kPrinterServices = {"jetdirect", "ipp", "snmp"};
constexpr Words kPrinterStacks = {"jetdirect"};
constexpr Words kPrinterLogins = {"admin"};

constexpr Words kIotRoles = {"cam", "sensor", "kiosk", "gate", "display"};
constexpr Words kIotServices = {"http", "ftp", "telnet", "mqtt"};
constexpr Words kIotStacks = {"nginx vsftpd", "nginx proftpd", "apache2 vsftpd"};
constexpr Words kIotLogins = {"pi", "admin", "service", "user"};

constexpr Words kControlRoles = {"plc", "line", "press", "hmi"};
constexpr Words kControlServices = {"modbus", "enip", "s7", "snmp"};
constexpr Words kControlStacks = {"vxworks"};
constexpr Words kControlLogins = {"engineer", "operator"};

constexpr Words kVoipRoles = {"pbx", "voip", "sip", "tel"};
constexpr Words kVoipServices = {"sip", "http", "https", "ftp"};
constexpr Words kVoipStacks = {"apache2 php mariadb vsftpd", "nginx php mariadb vsftpd"};
constexpr Words kVoipLogins = {"asterisk", "provisioning", "admin", "support"};

constexpr Words kMonitoringRoles = {"mon", "nagios", "icinga", "metrics"};
constexpr Words kMonitoringServices = {"http", "https", "snmp", "ssh"};
constexpr Words kMonitoringStacks = {"apache2 php", "nginx", "apache2 php mariadb"};
constexpr Words kMonitoringLogins = {"nagios", "zabbix", "monitor", "grafana", "admin"};

constexpr Words kDevopsRoles = {"ci", "build", "git", "runner"};
constexpr Words kDevopsServices = {"http", "https", "redis", "ssh"};
constexpr Words kDevopsStacks = {"nginx redis", "nginx redis postgresql"};
constexpr Words kDevopsLogins = {"git", "jenkins", "gitlab", "ansible", "deploy"};

constexpr Words kRouterRoles = {"rtr", "gw", "edge"};
constexpr Words kRouterServices = {"telnet", "ssh", "snmp"};
constexpr Words kRouterStacks = {"ios"};
constexpr Words kRouterLogins = {"cisco", "admin", "netadmin"};

constexpr std::array<Archetype, 15> kArchetypes = {{
    {"linux-server", "a general Debian server", "linux5", "debian12", Hardware::server,
     Naming::role, kLinuxRoles, kLinuxServices, kLinuxStacks, kLinuxLogins},
    {"web-server", "a web server with a default site, WordPress or phpMyAdmin", "linux5",
     "debian12", Hardware::server, Naming::role, kWebRoles, kWebServices, kWebStacks, kWebLogins},
    {"database-server", "a database and cache server", "linux5", "debian12", Hardware::server,
     Naming::role, kDatabaseRoles, kDatabaseServices, kDatabaseStacks, kDatabaseLogins},
    {"mail-server", "a mail server with webmail", "linux5", "debian12", Hardware::server,
     Naming::role, kMailRoles, kMailServices, kMailStacks, kMailLogins},
    {"file-server", "a server where files are stored and fetched", "linux5", "debian12",
     Hardware::server, Naming::role, kFileRoles, kFileServices, kFileStacks, kFileLogins},
    {"windows-workstation", "an office computer", "windows10", "windows10", Hardware::workstation,
     Naming::workstation, kWorkstationRoles, kWorkstationServices, kWindowsStacks,
     kWorkstationLogins},
    {"windows-server", "a Windows application server", "windows10", "windows_server2019",
     Hardware::server, Naming::role, kWindowsServerRoles, kWindowsServerServices, kWindowsStacks,
     kWindowsServerLogins},
    {"domain-controller", "a controller of an Active Directory domain", "windows10",
     "windows_server2022", Hardware::server, Naming::role, kDomainRoles, kDomainServices,
     kWindowsStacks, kDomainLogins},
    {"printer", "an HP network printer", "hp_jetdirect", "jetdirect", Hardware::printer,
     Naming::printer, kPrinterRoles, kPrinterServices, kPrinterStacks, kPrinterLogins},
    {"iot-device", "a small device on a Raspberry Pi: camera, sensor, display", "linux5",
     "raspios12", Hardware::raspberry_pi, Naming::role, kIotRoles, kIotServices, kIotStacks,
     kIotLogins},
    {"industrial-control", "a programmable logic controller", "vxworks", "vxworks",
     Hardware::controller, Naming::role, kControlRoles, kControlServices, kControlStacks,
     kControlLogins},
    {"voip-server", "a telephone exchange", "linux5", "debian12", Hardware::server, Naming::role,
     kVoipRoles, kVoipServices, kVoipStacks, kVoipLogins},
    {"monitoring-node", "a host that watches the others", "linux5", "debian12", Hardware::server,
     Naming::role, kMonitoringRoles, kMonitoringServices, kMonitoringStacks, kMonitoringLogins},
    {"devops-host", "a build and source code host", "linux5", "debian12", Hardware::server,
     Naming::role, kDevopsRoles, kDevopsServices, kDevopsStacks, kDevopsLogins},
    {"network-router", "a Cisco router", "cisco_ios15", "ios15", Hardware::router, Naming::role,
     kRouterRoles, kRouterServices, kRouterStacks, kRouterLogins},
}};

}  // namespace

std::span<const Archetype> archetypes() {
  return kArchetypes;
}

const Archetype* find_archetype(std::string_view name) noexcept {
  for (const Archetype& archetype : kArchetypes) {
    if (archetype.name == name) return &archetype;
  }
  return nullptr;
}

}  // namespace decnet::persona
