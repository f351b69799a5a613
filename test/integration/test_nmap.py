"""nmap -sV --version-all over the whole demo fleet: each service and version as claimed, and what the scan leaves behind.

telnet is in test_telnet.py: nmap waits out each of its probes there, at a genuine server too, and knows no name for what it sees.
"""
import os
import re
import xml.etree.ElementTree

import pytest
from clients import run

CLOSED_PORT = 4445
PRODUCTS = {  # By the catalogue's names: what nmap may call them, and the form of the version.
    "http": {"nginx": r"1\.22\.1", "Apache httpd": r"2\.4\.\d+"},
    "https": {"nginx": r"1\.22\.1", "Apache httpd": r"2\.4\.\d+"},
    "ftp": {"vsftpd": r"3\.0\.3", "ProFTPD": ""},  # ProFTPD says no version on Debian.
    "redis": {"Redis key-value store": r"7\.0\.\d+"},
    "mysql": {"MySQL": r"5\.5\.5-10\.11\.\d+-MariaDB-0\+deb12u\d+|8\.0\.\d+\S*"},  # As MariaDB's greeting has it, for old clients.
    "ssh": {"OpenSSH": r"9\.2p1 Debian 2(\+deb12u\d+)?"},
}
NMAP_NAMES = {"http": ("http", None), "https": ("http", "ssl"), "ftp": ("ftp", None), "redis": ("redis", None), "mysql": ("mysql", None), "ssh": ("ssh", None)}


def scanned(decky):
    return [place for place in decky["services"] if place["name"] != "telnet"]


@pytest.fixture(scope="module")
def scan(fleet, tmp_path_factory):
    """The XML of one scan of every decky, and its text."""
    folder = tmp_path_factory.mktemp("nmap")
    deckies = fleet.deckies()
    ports = sorted({place["actual_port"] for decky in deckies for place in scanned(decky)} | {CLOSED_PORT})
    run("nmap", "-n", "-Pn", "-T5", "--max-hostgroup", "64", "-sV", "--version-all", "-p", ",".join(map(str, ports)), "-oX", folder / "xml",
        "-oN", folder / "text", *(decky["ip"] for decky in deckies), seconds=120)
    return xml.etree.ElementTree.parse(folder / "xml"), (folder / "text").read_text()


def found_services(scan):
    """(address, port): the attributes of what nmap found."""
    return {(host.find("address").get("addr"), int(port.get("portid"))): port.find("service").attrib
            for host in scan[0].iter("host") for port in host.iter("port") if port.find("state").get("state") == "open"}


def asks_for_a_password(place, name):
    """A redis-server with a password tells nobody else its version, the genuine one neither."""
    return name == "redis" and run("redis-cli", "-h", place[0], "-p", place[1], "PING").startswith("NOAUTH")


def test_every_service_is_named_with_its_version(fleet, scan):
    found = found_services(scan)
    claimed = {(decky["ip"], place["actual_port"]): place["name"] for decky in fleet.deckies() for place in scanned(decky)}
    assert set(found) == set(claimed)
    for place, name in claimed.items():
        service = found[place]
        assert (service["name"], service.get("tunnel")) == NMAP_NAMES[name] and service["method"] == "probed", (place, service)
        version = "" if asks_for_a_password(place, name) else PRODUCTS[name][service["product"]]
        assert re.fullmatch(version, service.get("version", "")), (place, service)
        assert service["conf"] == "10"


def test_all_kinds_of_servers_are_there_and_ports_of_a_host_agree(scan):
    found = found_services(scan)
    assert {service["product"] for service in found.values()} == {"nginx", "Apache httpd", "vsftpd", "ProFTPD", "Redis key-value store", "OpenSSH", "MySQL"}
    for (ip, port), service in found.items():
        if port == 443:
            assert (service["product"], service["version"]) == (found[ip, 80]["product"], found[ip, 80]["version"])


def test_nothing_is_called_a_honeypot_or_unknown(scan):
    text = scan[1].lower()
    for word in ("honeypot", "honey", "decnet", "dionaea", "unrecognized", "unknown", "tcpwrapped", "decoy"):
        assert word not in text


def test_a_closed_port_that_was_touched_is_a_scan(fleet, scan):
    if os.geteuid() != 0:
        pytest.skip("touches of closed ports are seen by root only")
    names = {decky["name"] for decky in fleet.deckies()}
    touched = fleet.wait_for(lambda: (lambda seen: seen if seen == names else None)(
        {event["decky"] for event in fleet.events(type="scan") if event["dst_port"] == CLOSED_PORT and event["fields"]["state"] == "closed"}))
    assert touched == names


def test_every_probed_service_has_sessions_that_have_ended(fleet, scan):
    places = {(decky["name"], place["name"]) for decky in fleet.deckies() for place in scanned(decky)}
    for decky, service in places:
        ended = fleet.wait_for(lambda: fleet.events(type="session.ended", decky=decky, service=service))
        assert all(event["session_uuid"] for event in ended)
    assert "every counter equals a recount" in fleet.command("db", "check").stdout
